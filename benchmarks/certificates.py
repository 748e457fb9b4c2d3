"""Certificates drawn, signed and put into one ZIP, by one core."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

import segno

from benchmarks.learners import SEED
from benchmarks.machine import Watch
from benchmarks.servers import HOME
from benchmarks.tables import NONE, milliseconds, table
from database import Database
from installation import schema
from people.access import OPERATOR
from progress import demonstration
from progress.audit.confirmation import confirmed_among
from progress.completion.certificates import Certificate
from progress.documents import badge_status, certificate_files, certificate_pdf
from progress.documents.certificate_files import Draw, Gathering
from progress.documents.certificate_signature import signed_address
from progress.documents.open_badge import Place, signed_status_list
from progress.record import signing
from progress.record.signing import Key
from progress.reports.selection import Selection
from quizzes.content import load
from words import Words

ZONE = ZoneInfo("Europe/Prague")
ADDRESS = "https://kodex.example.com/verify"
STATUS_LISTS = 100
TARGET = "Target: at least 25 a second. CPU seconds of one core, whatever else the machine does."


def one_core(folder: Path, people: int) -> str:
    """Invent `people` with their progress and write all their certificates; return the table."""
    url = f"sqlite:///{folder / 'many.sqlite3'}"
    database = Database(url)
    schema.bring_up_to_date(database)
    demonstration.fill(database, load(HOME), people, SEED, ZONE, datetime.now(UTC))
    database.close()
    watch = Watch([])
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        rows = process.submit(_measured, url, folder).result()
    return "\n".join(
        [table(["Certificates", "CPU ms each", "a second", "number", "MB"], rows), TARGET, watch.others()]
    )


def _measured(url: str, folder: Path) -> list[list[str]]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    key = signing.opened(folder / "checkpoint.key")
    database = Database(url)
    numbers = certificate_files.numbers(database, OPERATOR, Selection(), datetime.now(ZONE).date())
    found: list[Certificate] = []

    def text(certificate: Certificate) -> str:
        return signed_address(certificate, f"{ADDRESS}/{certificate.number}", key)

    def draw(certificate: Certificate) -> bytes:
        found.append(certificate)
        return certificate_pdf.draw(certificate, text(certificate))

    _written(database, numbers[:5], draw, folder)  # reads the typefaces
    found.clear()
    begun = time.process_time()
    size = _written(database, numbers, draw, folder)
    spent = time.process_time() - begun
    rows = [
        _row("Held against the record, drawn, signed, in one ZIP", spent, len(numbers), f"{size / 1e6:.1f}"),
        _row("of it: held against the record, all at once", _confirmed(database, found), len(found)),
        _row("each held against the record alone", _confirmed_alone(database, found[:200]), len(found[:200])),
        _row("the status list of badges, signed", _status_list(database, key), STATUS_LISTS),
    ]
    database.close()
    return [
        *rows,
        _row("of it: the signed text", _each(found, text), len(found)),
        _row("of it: its QR code", _each(found, lambda each: _code(text(each))), len(found)),
        _row(
            "with segno's own choice of a mask it would be",
            _each(found, lambda each: _chosen(text(each))),
            len(found),
        ),
    ]


def _confirmed(database: Database, found: list[Certificate]) -> float:
    begun = time.process_time()
    with database.snapshot() as connection:
        confirmed_among(connection, found, datetime.now(ZONE).date(), ZONE)
    return time.process_time() - begun


def _confirmed_alone(database: Database, found: list[Certificate]) -> float:
    return _each(found, lambda certificate: _confirmed(database, [certificate]))


def _status_list(database: Database, key: Key) -> float:
    begun = time.process_time()
    for _ in range(STATUS_LISTS):
        with database.snapshot() as connection:
            revoked = badge_status.revoked(connection, 0, datetime.now(ZONE).date(), ZONE)
        signed_status_list(0, revoked, Place(ADDRESS, ZONE), key, datetime.now(UTC))
    return time.process_time() - begun


def _code(text: str) -> object:
    return segno.make_qr(text, error="m", mask=0, boost_error=False)


def _chosen(text: str) -> object:
    return segno.make_qr(text, error="m", boost_error=False)


def _each(found: list[Certificate], work: Callable[[Certificate], object]) -> float:
    begun = time.process_time()
    for certificate in found:
        work(certificate)
    return time.process_time() - begun


def _written(database: Database, numbers: list[str], draw: Draw, folder: Path) -> int:
    file = folder / "certificates.zip"
    with file.open("wb") as written:
        gathered = Gathering(database, draw, datetime.now(ZONE).date(), ZONE, Words.of("en"))
        for _, part in gathered.zipped(numbers):
            written.write(part)
    return file.stat().st_size


def _row(what: str, spent: float, number: int, size: str = NONE) -> list[str]:
    return [what, milliseconds(spent / number), f"{number / spent:,.0f}", f"{number:,}", size]
