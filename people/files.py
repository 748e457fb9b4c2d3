"""HR's file as rows with their line numbers: CSV in the encodings that are met, and XLSX."""

import csv
import io
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from words import Sentence, Words, sentence

Cell = str | int | float | date

LARGEST_FILE = 50_000_000
"""Bytes."""
LARGEST_UNPACKED = 500_000_000
"""Bytes that an XLSX may grow to when it is unpacked."""
MOST_CELLS = 20_000_000
"""In the rectangle from the first cell to the last: all of it is held in memory, however empty it is."""
LONGEST_QUOTED = 60
EMPTY = sentence("the file is empty")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and where. The file as a whole has line 0; a whole line has no column."""

    line: int
    column: str
    what: Sentence

    def in_words(self, t: Words) -> str:
        what = t.say(self.what)
        if not self.line:
            return what
        if not self.column:
            return t("line {line}: {what}", line=self.line, what=what)
        return t("line {line}, {column}: {what}", line=self.line, column=self.column, what=what)


class Row(NamedTuple):
    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """The rows that have anything in them, and what is wrong with those that cannot be read."""

    rows: Iterable[Row | Fault]
    height: int
    """About how many there are."""


def read(data: bytes) -> Sheet:
    """The rows of a CSV or XLSX file. Where it cannot be read at all, a fault is all there is."""
    if len(data) > LARGEST_FILE:
        return _unreadable(sentence("the file is larger than {n} MB", n=LARGEST_FILE // 1_000_000))
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _unreadable(sentence("the file is of an old Excel, or has a password; save it as XLSX or CSV"))
    return _csv(data)


def quoted(text: object) -> str:
    """What somebody typed, fit to be repeated: short, in one line, without what turns the reading direction."""
    safe = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
    return safe if len(safe) <= LONGEST_QUOTED else f"{safe[: LONGEST_QUOTED - 1]}…"


def _unreadable(why: Sentence, line: int = 0) -> Sheet:
    return Sheet([Fault(line, "", why)], 0)


# CSV


def _csv(data: bytes) -> Sheet:
    encoding = _encoding(data)
    wrong_at = _not_text_at(data, encoding)
    if wrong_at is not None:
        return _unreadable(sentence("this is not text; save the file as “CSV UTF-8” or as XLSX"), wrong_at)
    return Sheet(_csv_rows(data, encoding), data.count(b"\n"))


def _encoding(data: bytes) -> str:
    if data.startswith(BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1250"
    return "utf-8"


def _not_text_at(data: bytes, encoding: str) -> int | None:
    """The line at which the file stops to be text; none when it never does."""
    try:
        before, null, _ = data.decode(encoding).partition("\0")
    except UnicodeDecodeError as error:
        before, null = error.object[: error.start].decode(encoding, "replace"), "\0"
    return before.count("\n") + 1 if null else None


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _csv_rows(data: bytes, encoding: str) -> Iterator[Row | Fault]:
    delimiter, before = _delimiter(_lines(data, encoding))
    lines = _lines(data, encoding)
    for _ in range(before):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Fault(line, "", sentence("a quotation mark opens or closes in the wrong place"))
            continue
        if "".join(cells).strip():
            yield Row(line, cells)


def _delimiter(lines: Iterator[str]) -> tuple[str, int]:
    """What stands between the columns, and how many lines come before their names."""
    for before, line in enumerate(lines):
        if told := re.fullmatch(r"sep=([,;\t])\s*", line):  # Excel's own way to say it
            return told[1], before + 1
        if line.strip():
            names = re.sub(r'"[^"]*"', "", line)
            return max(";,\t", key=names.count), before
    return ";", 0


# XLSX


def _workbook(data: bytes) -> Sheet:
    damaged = sentence("the XLSX file is damaged; open it in Excel and save it again")
    try:
        if _is_too_large(data):
            return _unreadable(
                sentence("the sheet is too large; delete what stands far from the table, or save it as CSV")
            )
        sheet = _first_sheet(CalamineWorkbook.from_filelike(io.BytesIO(data)))
    except (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
        return _unreadable(damaged)
    if sheet is None:
        return _unreadable(EMPTY)
    return Sheet(_sheet_rows(sheet), sheet.total_height)


_FAR = re.compile(rb"""r\s*=\s*["'](?:([A-Z]{2,3})([0-9]{1,7})|[A-Z]?([0-9]{6,7}))["']""")
"""Places outside the columns A to Z and the first 99,999 rows. Few tables have them, and those have few."""
_NEAR_COLUMNS, _NEAR_ROWS = 26, 99_999
_PLACE = re.compile(rb"""r\s*=\s*["']([A-Z]{0,3})([0-9]{1,7})["']""")
_PIECE = 1 << 20
_LONGEST_PLACE = 32


def _is_too_large(data: bytes) -> bool:
    """Whether to open it would take more memory than any list of people needs."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        room = LARGEST_UNPACKED
        for each in packed.infolist():
            width, height = _NEAR_COLUMNS, _NEAR_ROWS
            for piece in _unpacked(packed, each):
                room -= len(piece) - _LONGEST_PLACE
                if room < 0:
                    return True
                for column, row, row_alone in _FAR.findall(piece):
                    width, height = max(width, _number(column)), max(height, int(row or row_alone))
            if width * height > MOST_CELLS and _rectangle(packed, each) > MOST_CELLS:
                return True
    return False


def _rectangle(packed: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> int:
    """The cells from the first to the last."""
    columns: set[bytes] = set()
    height = 0
    for piece in _unpacked(packed, sheet):
        for column, row in _PLACE.findall(piece):
            columns.add(column)
            height = max(height, int(row))
    return height * max(map(_number, columns), default=0)


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Piece by piece, never whole; each begins with the end of the one before, so that no place is cut in two."""
    tail = b""
    with packed.open(part) as file:
        while piece := file.read(_PIECE):
            yield tail + piece
            tail = piece[-_LONGEST_PLACE:]


def _number(column: bytes) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in column:
        number = 26 * number + letter - 64
    return number


def _first_sheet(workbook: CalamineWorkbook) -> CalamineSheet | None:
    """The first that is a table and is not hidden."""
    for each in workbook.sheets_metadata:
        if each.typ is SheetTypeEnum.WorkSheet and each.visible is SheetVisibleEnum.Visible:
            return workbook.get_sheet_by_name(each.name)
    return None


def _sheet_rows(sheet: CalamineSheet) -> Iterator[Row]:
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if any(cells) or any(cell != "" for cell in cells):
            yield Row(line, [cell if type(cell) is str else _cell(cell) for cell in cells])


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)  # an employee number is 1001, not 1001.0
    return value if isinstance(value, str | int | float | date) else str(value)
