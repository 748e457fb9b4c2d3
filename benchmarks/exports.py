"""Certification records of many people written out as CSV and XLSX, each in a process of its own; then their record
verified."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import readers, record
from benchmarks.learners import SEED
from benchmarks.machine import Watch
from benchmarks.servers import HOME
from benchmarks.tables import NONE, table
from database import Database
from installation import schema
from people import directory
from people.access import Principal, Role
from people.demonstration import CAST
from progress import demonstration
from progress.record import signing
from progress.reports import export_statements, exporting
from progress.reports.export_log import ExportKind
from progress.reports.export_statements import ENDING
from progress.reports.exporting import Desk, FileFormat, Order
from progress.reports.selection import Selection
from quizzes.content import load
from words import Words

ZONE = ZoneInfo("Europe/Prague")
MOODLE = ["Moodle 4.5.6: completion as CSV *", "100,000", "66–106", "940–1,520", NONE, NONE, "658"]
TARGET = (
    "With heads and columns in words, stated and noted in the log. Target: 100,000 as CSV in at most 3 s, as XLSX in "
    "at most 15 s, in less than 150 MB above the idle process."
)
MOODLE_NOTE = "* PHP 8.2, PostgreSQL 15, measured on such a machine."


@dataclass(frozen=True)
class _Export:
    """Result of one export: MB of the file, and MiB of memory before it and at its peak."""

    records: int
    seconds: float
    file: float
    before: int
    peak: int


def certifications(folder: Path, size: int, postgresql: str | None) -> str:
    """Invent `size` people with their progress, and export them all; return the tables. `postgresql` is the address
    of an empty database, to measure in addition to SQLite."""
    addresses = {"SQLite": f"sqlite:///{folder / 'many.sqlite3'}"} | (
        {"PostgreSQL": postgresql} if postgresql else {}
    )
    written, said = [], []
    watch = Watch([])
    for name, url in addresses.items():
        begun = time.perf_counter()
        _invent(url, size)
        invented = f"{size:,} people with months of progress were invented in {time.perf_counter() - begun:.0f} s"
        seconds = record.sealed(url, folder)
        written += [
            [f"{name}: {form.upper()}", *_row(_in_a_process(url, folder / f"certifications.{form}"))]
            for form in ("csv", "xlsx")
        ]
        said += ["", f"{name}: {invented}", record.verified(url, folder, seconds)]
    survived = readers.survived(folder, addresses["SQLite"])
    return "\n".join([_table(written), MOODLE_NOTE, TARGET, *said, "", survived, watch.others()])


def _invent(url: str, size: int) -> None:
    database = Database(url)
    schema.bring_up_to_date(database)
    demonstration.fill(database, load(HOME), size, SEED, ZONE, datetime.now(UTC))
    if not database.is_sqlite:
        _settle(database)
    database.close()


def _settle(database: Database) -> None:
    """Vacuum and analyse now: PostgreSQL would do it a minute after a large load, in the middle of a measurement."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _in_a_process(url: str, file: Path) -> _Export:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_export, url, file).result()


def _export(url: str, file: Path) -> _Export:
    database = Database(url)
    desk = Desk(database, signing.opened(file.with_name(record.KEY)), load(HOME), ZONE)
    before, begun = _memory("VmRSS"), time.perf_counter()
    with database.reading() as connection:
        hr = directory.by_employee_id(connection, CAST[Role.HR][0])
    if hr is None:
        raise LookupError(Role.HR)
    at = datetime.now(UTC)
    order = Order(
        ExportKind.CERTIFICATIONS,
        Principal(hr, frozenset({Role.EMPLOYEE, Role.HR})),
        Selection(),
        at.astimezone(ZONE).date(),
        FileFormat(file.suffix[1:]),
        Words.of("cs"),
    )
    with file.open("w+b") as written:
        finished = exporting.carry_out(desk, order, written, at)
    seconds, peak = time.perf_counter() - begun, _memory("VmHWM")
    database.close()
    file.with_name(file.name + ENDING).write_text(finished.statement, "utf-8")
    records = int(export_statements.checked(file, desk.key.verifiers)["records"])
    return _Export(records, seconds, file.stat().st_size / 1e6, before, peak)


def _memory(what: str) -> int:
    """MiB of this process: `VmRSS` now, `VmHWM` at the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024


def _table(written: list[list[str]]) -> str:
    head = ["Certification records", "records", "seconds", "records a second", "file MB", "MiB before", "MiB peak"]
    return table(head, [*written, MOODLE])


def _row(export: _Export) -> list[str]:
    return [
        f"{export.records:,}",
        f"{export.seconds:.1f}",
        f"{export.records / export.seconds:,.0f}",
        f"{export.file:.1f}",
        str(export.before),
        str(export.peak),
    ]
