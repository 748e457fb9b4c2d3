"""HR's files as programs write them, down to what a spreadsheet's own writer would never let through."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl

from people.hr_file import formats
from people.hr_file import roster as rosters
from people.hr_file.csv_file import Encoding
from people.hr_file.roster import Roster
from words import Words

HEAD = ["Employee ID", "Name", "E-mail", "Unit", "Manager", "Start", "End", "Language"]
ANNA = ["0010", "Anna Malá", "anna@example.com", "Sales", "", "", "", ""]
OTTO = ["0011", "Otto Velký", "otto@example.com", "Sales", "0010", "", "", "cs"]

Table = Sequence[Sequence[Any]]


def csv(table: Table, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in table).encode(encoding)


def xlsx(table: Table, *, sheet: str = "People", formats: dict[str, str] | None = None) -> bytes:
    """As openpyxl writes it: `=…` is a formula without a result, `#N/A` an error. `formats` are of places."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in table:
        page.append(list(row))
    for place, code in (formats or {}).items():
        page[place].number_format = code
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def changed(workbook: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with other words in one of its parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed, zipfile.ZipFile(data, "w") as other:
        for name in packed.namelist():
            text = packed.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            other.writestr(name, text)
    return data.getvalue()


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """Of cells that are XML, or text."""
    of = "urn:oasis:names:tc:opendocument:xmlns"
    calcext = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    spaces = f'xmlns:office="{of}:office:1.0" xmlns:table="{of}:table:1.0" xmlns:text="{of}:text:1.0"'
    cells = [
        "".join(
            cell
            if cell.startswith("<")
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        for row in rows
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = (
        f'<office:document-content {spaces} xmlns:calcext="{calcext}"><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    return data.getvalue()


def with_cell(column: str, cell: object, row: Sequence[object] = OTTO) -> list[object]:
    """A row in which something else stands in a column."""
    return [cell if name == column else before for name, before in zip(HEAD, row, strict=True)]


def read(data: bytes, encoding: Encoding | None = None) -> Roster:
    return rosters.read(formats.tables(data, encoding))


def faults(found: Roster) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in found.faults]


def said(found: Roster, language: str = "en") -> list[str]:
    return [fault.in_words(Words.of(language)) for fault in found.faults]


DAY = date(2026, 3, 1)
