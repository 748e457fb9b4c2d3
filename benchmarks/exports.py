"""Certification records of many people written out as CSV and XLSX, each in a process of its own; then their record
verified."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

import schema
from benchmarks import record
from benchmarks.learners import SEED
from benchmarks.machine import Watch
from benchmarks.servers import HOME
from benchmarks.tables import NONE, table
from database import Database
from people import directory
from people.access import Act, Principal, Role
from people.demonstration import CAST
from progress import demonstration, exports, reports
from progress.reports import Selection
from quizzes.content import load

ZONE = ZoneInfo("Europe/Prague")
MOODLE = ["Moodle 4.5.6: completion as CSV *", "100,000", "66–106", "940–1,520", NONE, NONE, "658"]
MOODLE_NOTE = "* PHP 8.2, PostgreSQL 15, measured on such a machine."


@dataclass(frozen=True)
class _Export:
    """What became of one export: MB of file, and MiB of memory before it and at the most."""

    form: str
    records: int
    seconds: float
    file: float
    before: int
    peak: int


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        self._rows = rows
        self.passed = 0

    def __iter__(self) -> Iterator[Row[Any]]:
        for row in self._rows:
            self.passed += 1
            yield row


def certifications(folder: Path, size: int) -> str:
    """Invents `size` people with their progress and exports them all; gives the table."""
    url = f"sqlite:///{folder / 'many.sqlite3'}"
    begun = time.perf_counter()
    _invent(url, size)
    invented = f"{size:,} people with months of progress were invented in {time.perf_counter() - begun:.0f} s"
    watch = Watch([])
    written = [_in_a_process(url, folder / f"certifications.{form}") for form in ("csv", "xlsx")]
    verified = record.sealed_and_verified(url, folder)
    return "\n".join([_table(written), MOODLE_NOTE, invented, "", verified, watch.others()])


def _invent(url: str, size: int) -> None:
    database = Database(url)
    schema.bring_up_to_date(database)
    demonstration.fill(database, load(HOME), size, SEED, ZONE, datetime.now(UTC))
    database.close()


def _in_a_process(url: str, file: Path) -> _Export:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_export, url, file).result()


def _export(url: str, file: Path) -> _Export:
    database = Database(url)
    before, begun = _memory("VmRSS"), time.perf_counter()
    with database.reading() as connection:
        hr = directory.by_employee_id(connection, CAST[Role.HR][0])
        if hr is None:
            raise LookupError(Role.HR)
        principal = Principal(hr, frozenset({Role.EMPLOYEE, Role.HR}))
        today = datetime.now(ZONE).date()
        rows = _Counted(reports.records(connection, principal, Act.SEE_CERTIFICATIONS, Selection(), today))
        _write(rows, file)
    seconds = time.perf_counter() - begun
    database.close()
    return _Export(file.suffix[1:].upper(), rows.passed, seconds, file.stat().st_size / 1e6, before, _memory("VmHWM"))


def _write(rows: Iterable[Row[Any]], file: Path) -> None:
    if file.suffix == ".xlsx":
        exports.write_xlsx(rows, file)
        return
    with file.open("w", encoding="utf-8", newline="") as text:
        exports.write_csv(rows, text)


def _memory(what: str) -> int:
    """MiB of this process: `VmRSS` now, `VmHWM` at the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024


def _table(written: list[_Export]) -> str:
    head = ["Certification records", "records", "seconds", "records a second", "file MB", "MiB before", "MiB peak"]
    return table(head, [*(_row(export) for export in written), MOODLE])


def _row(export: _Export) -> list[str]:
    return [
        f"Kodex: {export.form}",
        f"{export.records:,}",
        f"{export.seconds:.1f}",
        f"{export.records / export.seconds:,.0f}",
        f"{export.file:.1f}",
        str(export.before),
        str(export.peak),
    ]
