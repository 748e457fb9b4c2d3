"""Certification records written out row by row, as CSV and XLSX that open right and run nothing."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter
from sqlalchemy import Row

from database import written

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
)
TEAM_COLUMNS = ("name", "unit", "course", "status", "due_at", "score", "completed_at", "valid_until")
"""What a manager takes along: status and dates, and the score of the attempt that was passed."""

BYTE_ORDER_MARK = "\ufeff"
DELIMITER = ";"
"""What a Czech Excel separates columns by, so that a double click opens the file in columns."""

_FORMULA_STARTS = frozenset("=+-@\t\r\n\0＝＋－＠")


def as_text(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell[:1] in _FORMULA_STARTS or cell.lstrip()[:1] in _FORMULA_STARTS else cell


def values(row: Row[Any], columns: Iterable[str]) -> list[Any]:
    """The cells of one record: text, whole numbers, dates, and moments as UTC text."""
    return [_value(row, column) for column in columns]


def _value(row: Row[Any], column: str) -> Any:
    match column:
        case "course":
            return row.course_id
        case "due_at":
            return row.due_on
        case "result":
            return "passed" if row.passed_at else "not passed" if row.failed_at else None
        case _:
            return getattr(row, column)


def csv_lines(rows: Iterable[Row[Any]], columns: tuple[str, ...] = COLUMNS) -> Iterator[str]:
    """The file's text in pieces, the byte order mark first."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITER, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows):
        writer.writerow([_plain(value) for value in values(row, columns)])
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
    for number, row in enumerate(rows, start=1):
        for position, value in enumerate(values(row, columns)):
            if value is None:
                continue
            if isinstance(value, int):
                sheet.write_number(number, position, value)
            elif isinstance(value, date) and not isinstance(value, datetime):
                sheet.write_datetime(number, position, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            else:
                sheet.write_string(number, position, written(value) if isinstance(value, datetime) else value)
    book.close()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    return as_text(value) if isinstance(value, str) else value
