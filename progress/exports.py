"""Certification records written out row by row: as CSV and XLSX that open right and run nothing, and as JSON."""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import orjson
from rustpy_xlsxwriter import write_worksheets
from sqlalchemy import Row

from progress.reports import SEPARATOR

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
TEAM_COLUMNS = ("name", "unit", "course", "status", "due_at", "completed_at", "valid_until", "as_of")
"""What a manager takes along: status and dates, never a score."""

BYTE_ORDER_MARK = "\ufeff"
DELIMITER = ";"
"""What a Czech Excel separates columns by, so that a double click opens the file in columns."""

_FORMULA = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]|\s+[=+\-@＝＋－＠\0]")
_NOT_PLAIN = re.compile(rf"{SEPARATOR}[\s=+\-@\0＝＋－＠]")
"""Finds each cell behind a separator that `_FORMULA` does, and now and then one that is none."""
PIECE = 500
"""Records that are written at a time."""


def as_text(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cells(rows: Iterable[Row[Any]], columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Each record's cells in the order of `columns`: text, whole numbers, days."""
    records = iter(rows)
    first = next(records, None)
    if first is None:
        return iter(())
    records = chain([first], records)
    if first._fields == tuple(columns):
        return records
    return map(itemgetter(*(first._fields.index(column) for column in columns)), records)


Closing = Callable[[int, str], str]
"""Given how many records were written, and their SHA-256, the signed text that the export ends with."""
STATEMENT = "# "
"""What each line of that text begins with in a CSV."""


def csv_lines(
    lines: Iterable[Sequence[str]], columns: tuple[str, ...] = COLUMNS, closing: Closing | None = None
) -> Iterator[str]:
    """The file's text in pieces, the byte order mark first. `lines` come in pieces as `reports.lines` gives them. The
    SHA-256 is that of all before the statement."""
    digest, records = hashlib.sha256(), 0
    for piece in chain([[SEPARATOR.join(columns)]], lines):
        text = _as_plain_csv(piece) or _as_csv([as_text(cell) for cell in line.split(SEPARATOR)] for line in piece)
        text = text if records else BYTE_ORDER_MARK + text
        records += len(piece)
        digest.update(text.encode())
        yield text
    if closing:
        statement = closing(records - 1, digest.hexdigest())
        # As cells too: what was searched for stands in it, and could open a cell of its own.
        yield _as_csv([f"{STATEMENT}{line}"] for line in statement.splitlines())


def _as_plain_csv(lines: Sequence[str]) -> str | None:
    """What `_as_csv` gives, in a tenth of the time, where no cell needs a quotation mark or an apostrophe."""
    between = f"\n{SEPARATOR}"  # before the first cell of a line too: to look for one character is five times faster
    text = between.join(["", *lines])
    if any(each in text for each in ('"', "\r", DELIMITER)) or text.count("\n") > len(lines):
        return None
    if _NOT_PLAIN.search(text):
        return None
    return text.removeprefix(between).replace(between, "\r\n").replace(SEPARATOR, DELIMITER) + "\r\n"


def _as_csv(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def write_csv(
    lines: Iterable[Sequence[str]], file: TextIO, columns: tuple[str, ...] = COLUMNS, closing: Closing | None = None
) -> None:
    for piece in csv_lines(lines, columns, closing):
        file.write(piece)


SHEET, STATEMENT_SHEET = "Certifications", "Statement"
DIGITS_AS_TEXT = {"employee_id", "manager_id"}
"""What Excel would mark as a mistake."""


def write_xlsx(
    rows: Iterable[Row[Any]], path: Path, columns: tuple[str, ...] = COLUMNS, closing: Closing | None = None
) -> None:
    """The records in the first sheet, the statement in the second; every text is written as text, whatever it begins
    with. The SHA-256 is that of `cells_as_line` of every row, the head included."""
    digest, records = hashlib.sha256(cells_as_line(columns)), 0

    def entries() -> Iterator[dict[str, Any]]:
        nonlocal records
        for entry in as_fields(rows, columns):
            records += 1
            digest.update(cells_as_line(entry.values()))
            yield entry
        if not records:
            yield dict.fromkeys(columns)  # the head is taken from the first record

    def statement(closing: Closing) -> Iterator[dict[str, str]]:
        head, *lines = closing(records, digest.hexdigest()).splitlines()
        for line in lines:
            yield {head: line}

    sheets: list[tuple[str, Any]] = [(SHEET, entries())]
    if closing:
        sheets.append((STATEMENT_SHEET, statement(closing)))
    write_worksheets(
        sheets,
        str(path),
        bold_headers=True,
        datetime_format="yyyy-mm-dd",
        freeze_panes={SHEET: {"row": 1}},
        column_width={SHEET: 18, STATEMENT_SHEET: 110},
        ignore_errors={SHEET: [column for column in columns if column in DIGITS_AS_TEXT]},
    )


def cells_as_line(cells: Iterable[object]) -> bytes:
    """A row as text: days as ISO 8601, whole numbers in digits, nothing where there is nothing."""
    return "\t".join("" if cell is None else str(cell) for cell in cells).encode() + b"\n"


# JSON

RECORDS = "kodex certifications 1"
"""What a file of records is. The number changes when a field is renamed or leaves, and not when one is added."""
END_OF_ENTRIES = b"],\n"
STATEMENT_NAME = b'"statement":'


def as_fields(rows: Iterable[Row[Any]], columns: tuple[str, ...] = COLUMNS) -> Iterator[dict[str, Any]]:
    """Each record by the names of `columns`."""
    for cells in _cells(rows, columns):
        yield dict(zip(columns, cells, strict=True))


def json_pieces(
    entries: Iterable[Mapping[str, Any]], closing: Closing, what: str = RECORDS, name: str = "records"
) -> Iterator[bytes]:
    """One JSON object in pieces: what it is, a list with an entry a line, and the statement, in a line of its own.
    The SHA-256 is that of all before that line."""
    digest, written = hashlib.sha256(), 0
    pieces = [b'{"format":%b,%b:[\n' % (orjson.dumps(what), orjson.dumps(name))]
    for written, entry in enumerate(entries, start=1):
        pieces += [b",\n" if written > 1 else b"", orjson.dumps(entry)]
        if written % PIECE == 0:
            piece = b"".join(pieces)
            digest.update(piece)
            yield piece
            pieces = []
    piece = b"".join([*pieces, b"\n" if written else b"", END_OF_ENTRIES])
    digest.update(piece)
    yield piece
    yield json_end(closing(written, digest.hexdigest()))


def json_end(note: str) -> bytes:
    """The last line: the signed statement, which closes the object."""
    return STATEMENT_NAME + orjson.dumps(note) + b"}\n"


def write_json(rows: Iterable[Row[Any]], file: BinaryIO, closing: Closing) -> None:
    file.writelines(json_pieces(as_fields(rows), closing))


def entries_in(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The entries of a file that `json_pieces` made, one after the other."""
    next(file)
    for line in file:
        if line == END_OF_ENTRIES:
            return
        yield orjson.loads(line.rstrip(b",\n"))
