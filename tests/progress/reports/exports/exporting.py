"""Certification records written out and read back."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cast import TODAY
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Row
from studying import Study

from people.access import Act, Principal
from progress.reports import lists
from progress.reports.exports import (
    COLUMNS,
    DELIMITER,
    FIELDS,
    Layout,
    Workbook,
    Written,
    write_csv,
    write_xlsx,
)
from progress.reports.lists import Selection

PRAGUE = ZoneInfo("Europe/Prague")

FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)"),
    *("\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u3000=1+1"),
    *("＝1+1", "＋1+1", "－1+1", "＠SUM(1)", " ＝1+1"),
    *('=HYPERLINK("https://example.com";"x")', "=cmd|' /C calc'!A0"),
]

ASSIGNED = Selection(due_from=date(2000, 1, 1))
"""Nobody who has nothing assigned."""


def rows_for(study: Study, who: Principal, act: Act = Act.SEE_CERTIFICATIONS) -> list[Row[Any]]:
    with study.database.reading() as connection:
        return list(lists.records(connection, who, act, ASSIGNED, TODAY))


def lines_for(
    study: Study, who: Principal, act: Act = Act.SEE_CERTIFICATIONS, columns: tuple[str, ...] = COLUMNS
) -> list[Sequence[str]]:
    with study.database.reading() as connection:
        return list(lists.lines(connection, who, act, ASSIGNED, TODAY, columns))


def as_csv(lines: list[Sequence[str]], columns: tuple[str, ...] = COLUMNS, delimiter: str = DELIMITER) -> str:
    file = io.BytesIO()
    written = write_csv(lines, file, Layout(columns, columns), delimiter)
    assert written == Written(sum(map(len, lines)), hashlib.sha256(file.getvalue()).hexdigest())
    return file.getvalue().decode()


def read_csv(
    lines: list[Sequence[str]], columns: tuple[str, ...] = COLUMNS, delimiter: str = DELIMITER
) -> list[dict[str, str]]:
    """As a spreadsheet reads it."""
    text = as_csv(lines, columns, delimiter).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


WORKBOOK = Workbook("Osvědčení", "O souboru", [("Položka", "Obsah"), ("Export", "Osvědčení")])


def sheet_of(rows: list[Row[Any]], layout: Layout = FIELDS, zone: ZoneInfo = PRAGUE) -> Worksheet:
    file = io.BytesIO()
    written = write_xlsx(rows, file, WORKBOOK, zone, layout)
    assert written == Written(len(rows), hashlib.sha256(file.getvalue()).hexdigest())
    sheet = load_workbook(file).active
    assert isinstance(sheet, Worksheet)
    return sheet
