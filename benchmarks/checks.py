"""Time to check something broken: a content folder, and HR's file."""

import csv
import gc
import io
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import xlsxwriter

from benchmarks.machine import Watch
from benchmarks.people import rows
from benchmarks.tables import milliseconds, percentile, table
from people.hr_file import columns, formats, importing
from people.hr_file.importing import Leavers
from quizzes.content import check
from settings import HOME
from tests.broken.content import mutants
from tests.broken.workshop import damaged

PEOPLE = 100
"""In HR's file."""
TARGET = "Target: at most 50 ms each. What is lent to other work while it waits counts in wall ms, not in CPU ms."


def broken(folder: Path, times: int) -> str:
    """Check `times` broken content folders and as many broken files of people; return the table."""
    gc.collect()
    gc.freeze()  # a pass of the collector over all that the other benchmarks have loaded is not of the check
    watch = Watch([])
    content = folder / "content"
    today = datetime.now(UTC).date()

    def check_people(data: bytes) -> int:
        found = columns.read(formats.tables(data))
        return len(importing.plan(found, [], Leavers.DEACTIVATE, today).faults)

    csv_file, xlsx_file = _as_csv(), _as_xlsx()
    said = [
        ["Content folder", *_row(lambda _: len(check(content)[1]), mutants(HOME, content, times))],
        ["HR's CSV, its bytes", *_row(check_people, _damaged(csv_file, times // 4))],
        ["HR's CSV, its letters", *_row(check_people, _still_text(_damaged(csv_file, times // 2)))],
        ["HR's XLSX, its bytes", *_row(check_people, _damaged(xlsx_file, times // 4))],
    ]
    head = [
        f"One check; {PEOPLE} people in a file",
        "CPU ms: median",
        "99 %",
        "worst",
        "wall ms: worst",
        "checked",
        "faulty",
    ]
    return "\n".join([table(head, said), TARGET, watch.others()])


def _row(check_one: Callable[[Any], int], broken_ones: Iterable[Any]) -> list[str]:
    cpu, wall, faulty = [], [], 0
    for each in broken_ones:
        begun, spent = time.perf_counter(), time.thread_time()
        faulty += check_one(each) > 0
        cpu.append(time.thread_time() - spent)
        wall.append(time.perf_counter() - begun)
    figures = [median(cpu), percentile(cpu, 0.99), max(cpu), max(wall)]
    return [*map(milliseconds, figures), f"{len(cpu):,}", f"{faulty:,}"]


def _damaged(sound: bytes, times: int) -> Iterator[bytes]:
    chance = Random(1)
    return (damaged(sound, chance) for _ in range(times))


def _still_text(files_of_bytes: Iterable[bytes]) -> Iterator[bytes]:
    """So that more than the encoding is looked at."""
    return (data.decode("utf-8", "ignore").encode("utf-8") for data in files_of_bytes)


def _as_csv() -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows(PEOPLE))
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows(PEOPLE)):
            sheet.write_row(line, 0, row)
    return data.getvalue()
