"""Certification records written out row by row: as CSV and XLSX that open right and run nothing, and as JSON."""

import csv
import hashlib
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from itertools import chain
from operator import itemgetter
from typing import IO, Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import orjson
from rustpy_xlsxwriter import Format, write_worksheets
from sqlalchemy import Row

from progress.reports.lists import SEPARATOR

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
TEAM_COLUMNS = (
    "employee_id",
    "name",
    "email",
    "unit",
    "manager_id",
    "course",
    "status",
    "due_at",
    "completed_at",
    "valid_until",
    "as_of",
)
"""What a manager takes along: who it is, status and dates, never a score."""
MOMENTS = ("assigned_at", "started_at", "completed_at")
"""In UTC in a CSV and a JSON, and where the company is in an XLSX, which knows no zones."""
PIECE = 500
"""Records that are written at a time."""


@dataclass(frozen=True)
class Layout:
    """The columns of a table, by the names of their fields, and what stands at the head of each."""

    columns: tuple[str, ...]
    heads: tuple[str, ...]


FIELDS = Layout(COLUMNS, COLUMNS)


@dataclass(frozen=True)
class Written:
    """What became of it: how many records, and the SHA-256 that its statement names."""

    records: int
    sha256: str


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


# CSV

BYTE_ORDER_MARK = "\ufeff"
DELIMITER = ";"
"""What a Czech Excel separates columns by, so that a double click opens the file in columns."""
DELIMITERS = {"semicolon": DELIMITER, "comma": ",", "tab": "\t"}

_FORMULA = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]|\s+[=+\-@＝＋－＠\0]")
_NOT_PLAIN = re.compile(rf"{SEPARATOR}[\s=+\-@\0＝＋－＠]")
"""Finds each cell behind a separator that `_FORMULA` does, and now and then one that is none."""


def as_text(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def write_csv(
    lines: Iterable[Sequence[str]], file: IO[bytes], layout: Layout = FIELDS, delimiter: str = DELIMITER
) -> Written:
    """Nothing but the head and a line for each record, after the byte order mark. `lines` come in pieces as
    `reports.lines` returns them. The SHA-256 is that of the file."""
    digest, records = hashlib.sha256(), 0
    for n, piece in enumerate(chain([[SEPARATOR.join(layout.heads)]], lines)):
        text = _as_plain_csv(piece, delimiter) or _as_csv(
            ([as_text(cell) for cell in line.split(SEPARATOR)] for line in piece), delimiter
        )
        data = (text if n else BYTE_ORDER_MARK + text).encode()
        records += len(piece)
        digest.update(data)
        file.write(data)
    return Written(records - 1, digest.hexdigest())


def _as_plain_csv(lines: Sequence[str], delimiter: str) -> str | None:
    """What `_as_csv` returns, in a tenth of the time, where no cell needs a quotation mark or an apostrophe."""
    between = f"\n{SEPARATOR}"  # before the first cell of a line too: to look for one character is five times faster
    text = between.join(["", *lines])
    if any(each in text for each in ('"', "\r", delimiter)) or text.count("\n") > len(lines):
        return None
    if _NOT_PLAIN.search(text):
        return None
    return text.removeprefix(between).replace(between, "\r\n").replace(SEPARATOR, delimiter) + "\r\n"


def _as_csv(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


# XLSX

DIGITS_AS_TEXT = ("employee_id", "manager_id")
"""What Excel would mark as a mistake."""
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
WIDTHS = {
    "name": 28,
    "email": 34,
    "unit": 24,
    "course": 22,
    "course_title": 40,
    "content_sha256": 20,
    "certificate_no": 36,
    "status_in_words": 26,
    **dict.fromkeys(MOMENTS, 24),
}
"""In characters; what is not among them is `NARROW`."""
NARROW = 14


@dataclass(frozen=True)
class Workbook:
    """What an XLSX says beside its records."""

    sheet: str
    """The name of the sheet of records."""
    about: str
    """The name of the sheet that says what they are."""
    said: Sequence[tuple[str, str]]
    """Its lines, the first of which is its head."""


def write_xlsx(
    rows: Iterable[Row[Any]], file: BinaryIO, workbook: Workbook, zone: ZoneInfo, layout: Layout = FIELDS
) -> Written:
    """The records on the first sheet and what they are on the second; every text is written as text, whatever it
    begins with. Moments are those of `zone`. The SHA-256 is that of the file."""
    records = 0

    def entries() -> Iterator[dict[str, Any]]:
        nonlocal records
        moments = [n for n, column in enumerate(layout.columns) if column in MOMENTS]
        for cells in _cells(rows, layout.columns):
            records += 1
            entry = list(cells)
            for n in moments:
                entry[n] = _local(entry[n], zone)
            yield dict(zip(layout.heads, entry, strict=True))
        if not records:
            yield dict.fromkeys(layout.heads)  # the head is taken from the first record

    heads = dict(zip(layout.columns, layout.heads, strict=True))
    formats = {heads[name]: Format().set_num_format(MOMENT_FORMAT) for name in MOMENTS if name in heads}
    (what, value), *said = workbook.said
    with tempfile.TemporaryFile() as package:
        write_worksheets(
            [(workbook.sheet, entries()), (workbook.about, ({what: name, value: text} for name, text in said))],
            cast("BinaryIO", package),
            bold_headers=True,
            datetime_format=DAY_FORMAT,
            column_formats={workbook.sheet: formats},
            column_widths={
                workbook.sheet: [WIDTHS.get(name, NARROW) for name in layout.columns],
                workbook.about: [WIDTHS["name"], 2 * WIDTHS["course_title"]],
            },
            freeze_panes={workbook.sheet: {"row": 1, "col": 0}},
            autofilter={workbook.sheet: True},
            ignore_errors={workbook.sheet: [heads[name] for name in DIGITS_AS_TEXT if name in heads]},
        )
        _copy_to_be_left_alone(package, file)
    return Written(records, sha256_of(file))


def _copy_to_be_left_alone(package: IO[bytes], file: IO[bytes]) -> None:
    """The package without the wish that Excel calculate everything anew when it opens it: there is nothing to
    calculate, and Excel would ask whoever only looked whether to save, and so to change, the file."""
    with zipfile.ZipFile(package) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            if entry.filename == "xl/workbook.xml":
                after.writestr(entry, before.read(entry).replace(b' fullCalcOnLoad="1"', b""))
                continue
            again = zipfile.ZipInfo(entry.filename, entry.date_time)
            again.compress_type = zipfile.ZIP_DEFLATED
            again.file_size = entry.file_size  # known beforehand, it spares a small part what only large ones need
            with before.open(entry) as part, after.open(again, "w") as copy:
                shutil.copyfileobj(part, copy)


def _local(moment: str | None, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(zone).replace(tzinfo=None, microsecond=0)


def sha256_of(file: IO[bytes]) -> str:
    """Of the whole file, which is left at its end."""
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(io.DEFAULT_BUFFER_SIZE * 32):
        digest.update(piece)
    file.seek(0, io.SEEK_END)
    return digest.hexdigest()


# JSON

RECORDS = "kodex certifications 1"
"""What a file of records is. The number changes when a field is renamed or leaves, and not when one is added."""
END_OF_ENTRIES = b"],\n"
STATEMENT_NAME = b'"statement":'


def as_fields(rows: Iterable[Row[Any]], columns: tuple[str, ...] = COLUMNS) -> Iterator[dict[str, Any]]:
    """Each record by the names of `columns`."""
    for cells in _cells(rows, columns):
        yield dict(zip(columns, cells, strict=True))


def write_json(
    entries: Iterable[Mapping[str, Any]], file: IO[bytes], what: str = RECORDS, name: str = "records"
) -> Written:
    """One JSON object but for its last line, the statement, which `json_end` returns: what it is, and a list with an
    entry a line. The SHA-256 is that of all before that line."""
    digest, written = hashlib.sha256(), 0
    pieces = [b'{"format":%b,%b:[\n' % (orjson.dumps(what), orjson.dumps(name))]

    def put() -> None:
        piece = b"".join(pieces)
        digest.update(piece)
        file.write(piece)
        pieces.clear()

    for written, entry in enumerate(entries, start=1):
        pieces += [b",\n" if written > 1 else b"", orjson.dumps(entry)]
        if written % PIECE == 0:
            put()
    pieces += [b"\n" if written else b"", END_OF_ENTRIES]
    put()
    return Written(written, digest.hexdigest())


def json_end(note: str) -> bytes:
    """The last line: the signed statement, which closes the object."""
    return STATEMENT_NAME + orjson.dumps(note) + b"}\n"


def entries_in(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The entries of a file that `write_json` made, one after the other."""
    next(file)
    for line in file:
        if line == END_OF_ENTRIES:
            return
        yield orjson.loads(line.rstrip(b",\n"))
