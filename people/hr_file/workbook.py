"""HR's file as a workbook: the visible sheets of XLSX and ODS, each cell as the spreadsheet shows it.

The values come from calamine. It leaves a cell empty that holds an error or a formula without a result, and knows no
number formats; all that is told by `workbook_marks`.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from people.hr_file import workbook_marks
from people.hr_file.files import EMPTY, Cell, Flaw, Origin, Row, Table, late, unreadable
from people.hr_file.workbook_marks import Mark
from words import quoted, sentence

LONGEST_NUMBER = 15
"""Digits: a spreadsheet keeps no more of a number, and puts zeros in the place of the others."""
DAMAGED = sentence("the workbook is damaged; open it in Excel and save it again as XLSX")
_BROKEN = (CalamineError, ExpatError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError)


def tables(data: bytes) -> Iterator[Table]:
    """The visible sheets, in their order. Each is read when it is asked for."""
    try:
        book = workbook_marks.opened(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            each.name
            for each in workbook.sheets_metadata
            if each.typ is SheetTypeEnum.WorkSheet and each.visible is SheetVisibleEnum.Visible
        ]
    except (*_BROKEN, NotImplementedError, KeyError):
        yield unreadable(DAMAGED)
        return
    if not names:
        yield unreadable(EMPTY)
    for name in names:
        try:
            sheet, marks = workbook.get_sheet_by_name(name), book.marks(name)
        except (*_BROKEN, NotImplementedError, KeyError):
            yield unreadable(DAMAGED)
        else:
            yield Table(_rows(sheet, marks), Origin(sheet=quoted(name), first_day=book.first_day))


def _rows(sheet: CalamineSheet, marks: dict[tuple[int, int], Mark]) -> Iterator[Row]:
    marked: dict[int, dict[int, Mark]] = {}
    for (line, column), mark in marks.items():
        marked.setdefault(line, {})[column] = mark
    marks.clear()
    for line, values in enumerate(sheet.iter_rows(), 1):
        cells: list[Cell] = [value if type(value) is str else _cell(value) for value in values]
        for column, mark in marked.pop(line, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = mark.on(cells[column])
        if any(cells) or any(cell != "" for cell in cells):
            yield Row(line, cells)
    for line in sorted(marked):  # below and beside what has a value
        marks_of = marked[line]
        cells = [marks_of[column].on("") if column in marks_of else "" for column in range(max(marks_of) + 1)]
        if any(cells):
            yield Row(line, cells)


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return late(value, str(value.time())) or value.date()
    if isinstance(value, time | timedelta):
        return Flaw(sentence("the cell holds a time of day, {value}", value=str(value)))
    if isinstance(value, float):
        if not value.is_integer():
            return value
        if abs(value) >= 10**LONGEST_NUMBER:
            return Flaw(
                sentence(
                    "the cell holds a number of more than {n} digits, of which the spreadsheet has lost the last",
                    n=LONGEST_NUMBER,
                )
            )
        return int(value)  # an employee number is 1001, not 1001.0
    return value if isinstance(value, str | int | date) else str(value)
