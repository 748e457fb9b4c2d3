"""Statements of exports as they were written before they had files of their own: at the end of the file, format 1."""

import csv
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from progress.record import signing
from progress.record.signing import NotSignedError, Verifier
from progress.reports.exports import DELIMITER
from words import SaidError, sentence

FORMAT = "kodex export 1"
MARK = "# "
"""What each line of a statement began with in a CSV."""
RECORDS, STATEMENT, CORE = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "docProps/core.xml"
PARTS = {
    "[Content_Types].xml": "5bc51505ac2e9ccbaf881beb49f630909fca7771867d59c6e5868c5075bb22cc",
    "_rels/.rels": "1285b20099c64699001f9d90ea040ca1c177fa99bc3ae8a841128874820f01a4",
    "xl/_rels/workbook.xml.rels": "835a5b8de8edc54cc25af7a5ac43bd6b8c3b30088a1121963b67d2d398b44830",
    "xl/theme/theme1.xml": "2ae67d22f62446056cd1529a3c2dbacd366f0983bb6b2ee3960b6ceb5070c5ee",
    "xl/styles.xml": "d4fb4bfba5f5f3204ce5b24ff9cfa6b42953168aa6a1be3a18c0a9fdbaa4d3d7",
    "xl/workbook.xml": "08f3ba1abcc12c49e9f53cd1f428279f1d984b1f69da3751876e23dcdd027be8",
    RECORDS: "",
    STATEMENT: "",
    CORE: "",
    "docProps/app.xml": "451b0ec0a172093e695fa29e9d0252fdd23f6e021e38d1195f9e9fd4cae0074b",
}
"""The parts of such a workbook, with the SHA-256 of those that were alike in all of them."""


class NotStatedError(SaidError):
    """The file does not match its export statement."""


def checked(file: Path, verifiers: Iterable[Verifier]) -> dict[str, str]:
    """What the statement at the end of a CSV, or on the second sheet of a workbook, says by the first word of each
    line; raises where the file is not as it was written, or nobody who is trusted has signed it."""
    data = file.read_bytes()
    note, sha256 = _of_workbook(file) if data.startswith(b"PK") else _of_csv(data)
    said = opened(note, verifiers)
    if said["sha256"] != sha256:
        raise NotStatedError(sentence("the records are not those that were written: something was changed"))
    return said


def opened(note: str, verifiers: Iterable[Verifier]) -> dict[str, str]:
    """What a signed statement says."""
    try:
        text, _ = signing.opened_note(note, verifiers)
    except NotSignedError as error:
        raise NotStatedError(error.reason) from error
    lines = text.splitlines()
    if lines[0] != FORMAT:
        raise NotStatedError(sentence("this is no statement of an export"))
    return dict(line.split(" ", 1) for line in lines[2:])


def _missing() -> NotStatedError:
    return NotStatedError(
        sentence(
            "there is no statement beside it, nor at its end; put the file that ends with .statement beside it, or "
            "name it with --statement"
        )
    )


def _of_csv(data: bytes) -> tuple[str, str]:
    """The signed text at the end, and the SHA-256 of all before it."""
    before, gap, after = data.rpartition(f"\r\n{MARK}{FORMAT}\r\n".encode())
    if not gap:
        raise _missing()
    cells = csv.reader(StringIO(after.decode("utf-8", "replace"), newline=""), delimiter=DELIMITER)
    lines = [row[0].removeprefix(MARK) if row else "" for row in cells]
    again = StringIO()
    csv.writer(again, delimiter=DELIMITER, lineterminator="\r\n").writerows([f"{MARK}{line}"] for line in lines)
    if again.getvalue().encode() != after:
        raise NotStatedError(sentence("something was added to its statement"))
    return "".join(f"{line}\n" for line in (FORMAT, *lines)), hashlib.sha256(before + b"\r\n").hexdigest()


# Workbooks

_TEXT = r't="inlineStr"><is><t(?: xml:space="preserve")?>[^<]*</t></is></c>'
_CELL = re.compile(rf'<c r="([A-Z]{{1,2}})([0-9]+)"(?: s="[12]")?(?:/>|><v>[0-9.]+</v></c>| {_TEXT})')
_ROW = re.compile(r'<row r="([0-9]+)">(.*?)</row>', re.DOTALL)
_HEAD = (
    r'<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n<worksheet xmlns="[^"<>]+" xmlns:r="[^"<>]+">'
    r'<dimension ref="[A-Z0-9:]+"/><sheetViews><sheetView(?: tabSelected="1")? workbookViewId="0"'
    r'(?:/>|><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    r'<selection pane="bottomLeft"/></sheetView>)</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    r'<cols>(?:<col min="[0-9]+" max="[0-9]+" width="[0-9]{2,3}\.7109375"(?: style="2")? customWidth="1"/>)+</cols>'
)
_FOOT = (
    r'<pageMargins left="0\.7" right="0\.7" top="0\.75" bottom="0\.75" header="0\.3" footer="0\.3"/>'
    r'(?:<ignoredErrors><ignoredError sqref="[A-Z0-9: ]+" numberStoredAsText="1"/></ignoredErrors>)?</worksheet>'
)


def _of_workbook(file: Path) -> tuple[str, str]:
    """The signed text on the second sheet, and the SHA-256 of the cells of the first. Nothing else may be in it."""
    try:
        with zipfile.ZipFile(file) as package:
            if b' name="Statement" ' not in package.read("xl/workbook.xml"):
                raise _missing()
            _require_parts(package)
            for sheet in (RECORDS, STATEMENT):
                _require_cells_alone(package.read(sheet).decode(), is_one_column=sheet == STATEMENT)
        book = CalamineWorkbook.from_path(str(file))
        digest = hashlib.sha256()
        for row in book.get_sheet_by_index(0).iter_rows():
            digest.update(cells_as_line(map(_cell, row)))
        lines = [str(row[0]) if row else "" for row in book.get_sheet_by_index(1).to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise NotStatedError(sentence("the file is damaged")) from error
    return "".join(f"{line}\n" for line in lines), digest.hexdigest()


def _refuse() -> NotStatedError:
    return NotStatedError(
        sentence(
            "it is no workbook as Kodex wrote it: something in it was changed or added, or another program saved it "
            "anew"
        )
    )


def _require_parts(package: zipfile.ZipFile) -> None:
    if sorted(package.namelist()) != sorted(PARTS):
        raise _refuse()
    for name, sha256 in PARTS.items():
        if sha256 and hashlib.sha256(package.read(name)).hexdigest() != sha256:
            raise _refuse()


def _require_cells_alone(sheet: str, *, is_one_column: bool) -> None:
    """Refuse all but rows and cells in their order and of the kinds that were written: no formula, nothing hidden."""
    head, begun, rest = sheet.partition("<sheetData>")
    rows, ended, foot = rest.partition("</sheetData>")
    if not (begun and ended and re.fullmatch(_HEAD, head) and re.fullmatch(_FOOT, foot)):
        raise _refuse()
    at, last = 0, 0
    while at < len(rows):
        row = _ROW.match(rows, at)
        if row is None or int(row[1]) <= last:
            raise _refuse()
        at, last = row.end(), int(row[1])
        columns = list(_columns(row[2], row[1]))
        if columns != sorted(set(columns)) or (is_one_column and columns != [(1, "A")]):
            raise _refuse()


def _columns(cells: str, row: str) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(cells):
        cell = _CELL.match(cells, at)
        if cell is None or cell[2] != row:
            raise _refuse()
        at = cell.end()
        yield len(cell[1]), cell[1]


def cells_as_line(cells: Iterable[object]) -> bytes:
    """A row as text: days as ISO 8601, whole numbers in digits, nothing where there is nothing."""
    return "\t".join("" if cell is None else str(cell) for cell in cells).encode() + b"\n"


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value
