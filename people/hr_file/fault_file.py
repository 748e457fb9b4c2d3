"""HR's file with its faults in a column, and the list of what it would change: XLSX to look through and send back."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rustpy_xlsxwriter import FastExcel, Format

from people.hr_file.columns import HeaderRow
from people.hr_file.files import Cell, FileFault, Flaw, Row
from words import Words

MOST_LETTERS = 32_000
"""In a cell: about the limit of a spreadsheet."""
WIDE, NARROW = 60, 22
"""Widths of columns, in letters."""


def in_a_cell(fault: FileFault, language: str) -> str:
    """Return a fault in words, without its line, for a cell in that line."""
    t = Words.of(language)
    what = t.say(fault.what)
    return f"{fault.column}: {what}" if fault.column else what


def written(head: HeaderRow, faults: Sequence[tuple[int, str, str]], language: str) -> bytes:
    """Return the table as XLSX, each row with its faults; then the list of all faults.

    `faults` are of a line, a column, and in words.
    """
    t = Words.of(language)
    wrong, line = t("What is wrong"), t("Line")
    of_line: defaultdict[int, list[str]] = defaultdict(list)
    for at, _, what in faults:
        of_line[at].append(what)
    rows = [row for row in head.rows if isinstance(row, Row)]
    width = max((len(row.cells) for row in rows), default=0)
    table = (["\n".join(of_line.get(row.line, ())), str(row.line), *map(_text, row.cells)] for row in rows)
    said = ([what, str(at) if at else ""] for at, _, what in faults)
    people = Sheet(t("People"), [wrong, line, *head.names, *[""] * (width - len(head.names))], table)
    return as_xlsx([people, Sheet(t("Faults"), [wrong, line], said)])


class Sheet(NamedTuple):
    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[str]]


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Return sheets of text alone: nothing in them is run as a formula, and numbers keep their zeros."""
    data = io.BytesIO()
    book = FastExcel(data)
    for sheet in sheets:
        names = _distinct(sheet.head)
        book.freeze(row=1, sheet=sheet.name)
        book.sheet(
            sheet.name,
            _records(names, sheet.rows),
            column_widths=[WIDE if not number else NARROW for number in range(len(names))],
            header_format=Format().set_bold(),
            column_formats=[Format().set_text_wrap(), *[Format()] * (len(names) - 1)],
            autofilter=True,
            ignore_errors=names,
        )
    book.save()
    return data.getvalue()


def _records(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[dict[str, str | None]]:
    """Each row by the names of its columns; the head is taken from the first."""
    empty = dict.fromkeys(names)
    is_empty = True
    for row in rows:
        is_empty = False
        yield {**empty, **{name: cell[:MOST_LETTERS] for name, cell in zip(names, row, strict=False)}}
    if is_empty:
        yield empty


def _distinct(names: Iterable[str]) -> list[str]:
    """Return the names with blanks after repeated ones."""
    found: dict[str, None] = {}
    for name in names:
        while name in found:
            name += " "
        found[name] = None
    return list(found)


def _text(cell: Cell) -> str:
    if isinstance(cell, Flaw):
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)
