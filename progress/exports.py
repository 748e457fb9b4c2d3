"""Certification records written out row by row, as CSV and XLSX that open right and run nothing."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter
from sqlalchemy import Row

COLUMNS = (
    "employee_id",
    "name",
    "email",
    "unit",
    "manager_id",
    "course",
    "course_version",
    "content_sha256",
    "language",
    "assigned_at",
    "due_at",
    "started_at",
    "completed_at",
    "attempts",
    "score",
    "pass_mark",
    "result",
    "certificate_no",
    "valid_from",
    "valid_until",
    "status",
    "as_of",
)
TEAM_COLUMNS = ("name", "unit", "course", "status", "due_at", "score", "completed_at", "valid_until", "as_of")
"""What a manager takes along: status and dates, and the score of the attempt that was passed."""

BYTE_ORDER_MARK = "\ufeff"
DELIMITER = ";"
"""What a Czech Excel separates columns by, so that a double click opens the file in columns."""

_FORMULA = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]|\s+[=+\-@＝＋－＠\0]")


def as_text(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cells(rows: Iterable[Row[Any]], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Each record's cells in the order of `columns`: text, whole numbers, days."""
    records = iter(rows)
    first = next(records, None)
    if first is None:
        return
    pick = itemgetter(*(first._fields.index(column) for column in columns))
    yield pick(first)
    yield from map(pick, records)


def csv_lines(rows: Iterable[Row[Any]], columns: tuple[str, ...] = COLUMNS) -> Iterator[str]:
    """The file's text in pieces, the byte order mark first."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITER, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(columns)
    for number, cells in enumerate(_cells(rows, columns)):
        writer.writerow([as_text(cell) if isinstance(cell, str) else cell for cell in cells])
        if number % 500 == 499:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_csv(rows: Iterable[Row[Any]], file: TextIO, columns: tuple[str, ...] = COLUMNS) -> None:
    for piece in csv_lines(rows, columns):
        file.write(piece)


def write_xlsx(rows: Iterable[Row[Any]], path: Path, columns: tuple[str, ...] = COLUMNS) -> None:
    """One sheet; every text is written as text, whatever it begins with."""
    book = xlsxwriter.Workbook(
        path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Certifications")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 18)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    for number, cells in enumerate(_cells(rows, columns), start=1):
        for position, cell in enumerate(cells):
            match cell:
                case None:
                    continue
                case int():
                    sheet.write_number(number, position, cell)
                case date():
                    sheet.write_datetime(number, position, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                case _:
                    sheet.write_string(number, position, cell)
    book.close()
