"""Certification records as a workbook that opens right, runs nothing, and need not be saved after a look at it."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import IO, Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from rustpy_xlsxwriter import Format, write_worksheets

from progress.reports.columns import BY_NAME, WIDE, CellType, Column
from progress.reports.tables import FIELDS, Layout, Record, Written, sha256_of

DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
ABOUT_WIDTHS: list[float] = [WIDE, 80]
"""Of the two columns of the sheet about the file, in characters."""


@dataclass(frozen=True)
class Workbook:
    """The sheets of an XLSX, and the second one's lines."""

    sheet: str
    """The name of the sheet of records."""
    about: str
    """The name of the sheet that describes them."""
    said: Sequence[tuple[str, str]]
    """(label, value) of its lines, the heading first."""


def write_xlsx(
    records: Iterable[Record], file: BinaryIO, workbook: Workbook, zone: ZoneInfo, layout: Layout = FIELDS
) -> Written:
    """The records on the first sheet and their description on the second; every text is written as text, whatever it
    begins with. Timestamps are in `zone`. The SHA-256 is that of the file."""
    written = 0

    def entries() -> Iterator[dict[str, Any]]:
        nonlocal written
        for record in records:
            written += 1
            cells = list(record)
            for n, parse in parsed:
                cells[n] = parse(cells[n]) if cells[n] is not None else None
            yield dict(zip(layout.heads, cells, strict=True))
        if not written:
            yield dict.fromkeys(layout.heads)  # the writer takes the heading from the first record

    columns = [BY_NAME[name] for name in layout.columns]
    parsers: dict[CellType, Callable[[str], date]] = {
        CellType.DAY: date.fromisoformat,
        CellType.MOMENT: partial(_local, zone),
    }
    parsed = [(n, parsers[column.cells]) for n, column in enumerate(columns) if column.cells in parsers]
    (label, value), *said = workbook.said
    with tempfile.TemporaryFile() as package:
        write_worksheets(
            [(workbook.sheet, entries()), (workbook.about, ({label: name, value: text} for name, text in said))],
            cast("BinaryIO", package),
            bold_headers=True,
            datetime_format=DAY_FORMAT,
            column_widths={workbook.sheet: [column.width for column in columns], workbook.about: ABOUT_WIDTHS},
            freeze_panes={workbook.sheet: {"row": 1, "col": 0}},
            autofilter={workbook.sheet: True},
            column_formats={workbook.sheet: _formats(columns, layout.heads)},
            ignore_errors={workbook.sheet: _digits(columns, layout.heads)},
        )
        _copy_to_be_left_alone(package, file)
    return Written(written, sha256_of(file))


def _formats(columns: Sequence[Column], heads: Sequence[str]) -> dict[str, Format]:
    return {
        head: Format().set_num_format(MOMENT_FORMAT)
        for head, column in zip(heads, columns, strict=True)
        if column.cells is CellType.MOMENT
    }


def _digits(columns: Sequence[Column], heads: Sequence[str]) -> list[str]:
    return [head for head, column in zip(heads, columns, strict=True) if column.cells is CellType.DIGITS]


def _copy_to_be_left_alone(package: IO[bytes], file: IO[bytes]) -> None:
    """Copy the package without the flag that makes Excel recalculate it on opening: there is nothing to calculate,
    and Excel would offer to save, and so to change, a file that was only looked at."""
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


def _local(zone: ZoneInfo, moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(zone).replace(tzinfo=None, microsecond=0)
