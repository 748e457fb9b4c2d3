"""HR's file brought into the directory: many people at once, as CSV and XLSX, each in a process of its own."""

import csv
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import xlsxwriter

from benchmarks.machine import Watch
from benchmarks.tables import table
from database import Database
from installation import schema
from people.hr_file import importing, reader
from people.hr_file.importing import Leavers

HEAD = ["osobní číslo", "jméno", "příjmení", "e-mail", "útvar", "nadřízený", "nástup", "konec", "jazyk"]
REPORTS = 8
"""To each manager."""
TARGET = "Target: 100,000 rows in at most 10 s and under 300 MB."


@dataclass(frozen=True)
class _Import:
    """One import: seconds on the clock and of the processor, and MB at the most."""

    rows: int
    seconds: float
    cpu: float
    peak: int


def imports(folder: Path, size: int) -> str:
    """Import `size` new people, then the same file again, and the same people from XLSX; return the table."""
    as_csv, as_xlsx = folder / "people.csv", folder / "people.xlsx"
    _write(as_csv, as_xlsx, size)
    watch = Watch([])
    runs = [
        ["CSV, all of them new", *_row(_in_a_process(folder / "a.sqlite3", as_csv))],
        ["CSV, the same once more", *_row(_in_a_process(folder / "a.sqlite3", as_csv))],
        ["XLSX, all of them new", *_row(_in_a_process(folder / "b.sqlite3", as_xlsx))],
    ]
    return "\n".join([table(["HR's file", "rows", "seconds", "of CPU", "MB peak"], runs), TARGET, watch.others()])


def _write(as_csv: Path, as_xlsx: Path, size: int) -> None:
    with as_csv.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows(size))
    with xlsxwriter.Workbook(as_xlsx, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows(size)):
            sheet.write_row(line, 0, row)


def rows(size: int) -> Iterator[list[str]]:
    """Managers come before and after their reports, as in a list by name."""
    yield HEAD
    chance = random.Random(1)
    order = list(range(size))
    chance.shuffle(order)
    for n in order:
        manager = str(100_000 + (n - 1) // REPORTS) if n else ""
        day = f"{n % 28 + 1}. {n % 12 + 1}. {2000 + n % 25}"
        person = [str(100_000 + n), "Žaneta", f"Říhová {n}", f"zaneta.{n}@example.com", f"Útvar {n % 300}"]
        yield [*person, manager, day, "", "cs"]


def _in_a_process(database: Path, file: Path) -> _Import:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_import, f"sqlite:///{database}", file).result()


def _import(url: str, file: Path) -> _Import:
    database = Database(url)
    schema.bring_up_to_date(database)
    begun, cpu = time.perf_counter(), sum(os.times()[:2])
    roster = reader.read(file.read_bytes())
    now = datetime.now(UTC)
    importing.apply(database, roster, Leavers.DEACTIVATE, now.date(), now)
    seconds, cpu = time.perf_counter() - begun, sum(os.times()[:2]) - cpu
    database.close()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return _Import(roster.rows, seconds, cpu, int(peak.split()[1]) * 1024 // 1_000_000)


def _row(done: _Import) -> list[str]:
    return [f"{done.rows:,}", f"{done.seconds:.1f}", f"{done.cpu:.1f}", str(done.peak)]
