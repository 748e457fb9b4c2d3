"""An export from the order to the finished file: written, signed, entered in the log."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from database import Database
from people.access import Act, Asker, Principal
from progress.record.signing import Key
from progress.reports import csv_file, export_log, export_statements, export_words, json_file, xlsx_file
from progress.reports.as_of import as_of
from progress.reports.columns import CODES_ONLY, COLUMNS, TEAM_COLUMNS, InWords
from progress.reports.export_log import ExportKind, HandedOut
from progress.reports.export_statements import Stated
from progress.reports.rows import records
from progress.reports.selection import Selection
from progress.reports.tables import Layout, Record, Written
from progress.reports.xlsx_file import Workbook
from quizzes.content import Content
from words import Words, sentence

T = TypeVar("T")
Tell = Callable[[int], None]
"""Called with how many more records are written."""
RECORDS_PER_CALL = 1000
"""Records between two calls of a `Tell`: a call for each would take longer than writing it."""


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


ACTS = {
    ExportKind.CERTIFICATIONS: Act.SEE_CERTIFICATIONS,
    ExportKind.TEAM: Act.SEE_TEAM,
    ExportKind.XAPI: Act.SEE_CERTIFICATIONS,
}
TABLES = {ExportKind.CERTIFICATIONS: COLUMNS, ExportKind.TEAM: TEAM_COLUMNS}
ABOUT = sentence("About")
"""The name of a workbook's second sheet."""


@dataclass(frozen=True)
class Order:
    """An export that somebody asks for."""

    kind: ExportKind
    principal: Principal
    selection: Selection
    day: date
    form: FileFormat
    words: Words | None = None
    """The language of the headings, with columns in words; None for the names of the fields alone."""
    delimiter: str = csv_file.DELIMITER

    @property
    def act(self) -> Act:
        return ACTS[self.kind]

    @property
    def heads(self) -> str:
        return self.words.language if self.words else "fields"

    @property
    def format(self) -> str:
        """The file's format in the export statement and the log."""
        return "cmi5" if self.kind is ExportKind.XAPI else self.form.value

    @property
    def file(self) -> str:
        """The name that the file is offered under."""
        return f"kodex-{self.kind.value}-{self.day.isoformat()}.{self.form.value}"

    def stated(self, connection: Connection, asker: Asker) -> Stated:
        """The facts for its export statement."""
        extent = export_log.extent(connection, self.principal, self.act)
        return Stated(self.kind, asker, extent, self.selection, self.day, self.format, self.heads)


@dataclass(frozen=True)
class Desk:
    """The parts of an installation that carry an order out."""

    database: Database
    key: Key
    content: Content
    zone: ZoneInfo


@dataclass(frozen=True)
class Finished:
    records: int
    statement: str
    number: int
    """Of its row in the export log."""


def nothing(_: int) -> None:
    """A `Tell` for callers who show no progress."""


def carry_out(desk: Desk, order: Order, file: BinaryIO, at: datetime, tell: Tell = nothing) -> Finished:
    """Write the export into `file`, an empty one that can be read too, and enter it in the log. No connection is open
    while the export statement is made, nor when this returns."""
    asker = Asker(order.principal, at, desk.zone)
    with desk.database.reading() as connection:
        stated = order.stated(connection, asker)
    with as_of(desk.database, asker, order.act, order.day) as view:
        layout, in_words = _layout(desk, order)
        rows = _counted(records(view, order.selection, layout.columns, in_words), tell)
        written = _write(order, stated, layout, rows, file)
    return finish(desk, order, stated, written, file)


def finish(desk: Desk, order: Order, stated: Stated, written: Written, file: BinaryIO) -> Finished:
    """Sign an export statement over a written file and enter it in the log; a JSON gets it as its last line. The
    caller must have no connection open."""
    note = export_statements.made(desk.database, desk.key, stated, written)
    is_part_of_file = order.form is FileFormat.JSON
    if is_part_of_file:
        file.write(json_file.json_end(note))
    file.flush()
    handed_out = HandedOut(
        order.kind,
        stated.extent,
        stated.selected,
        order.file,
        order.format,
        written.records,
        written.sha256,
        "" if is_part_of_file else note,
    )
    number = export_log.keep(desk.database, order.principal, handed_out, stated.asker.now)
    return Finished(written.records, note, number)


def _layout(desk: Desk, order: Order) -> tuple[Layout, InWords]:
    columns, t = TABLES[order.kind], order.words
    if t is None:
        return Layout(columns, columns), CODES_ONLY
    zone = desk.zone.key if order.form is FileFormat.XLSX else "UTC"
    return export_words.layout(t, columns, zone), _in_words(desk.content, t)


def _write(order: Order, stated: Stated, layout: Layout, rows: Iterator[Record], file: BinaryIO) -> Written:
    match order.form:
        case FileFormat.CSV:
            return csv_file.write_csv(rows, file, layout, order.delimiter)
        case FileFormat.JSON:
            return json_file.write_json(json_file.as_fields(rows, layout.columns), file)
        case FileFormat.XLSX:
            return xlsx_file.write_xlsx(rows, file, _workbook(order, stated, layout), stated.asker.zone, layout)


def _in_words(content: Content, t: Words) -> InWords:
    titles = {course.id: course.title(t.language) for course in content.courses.values()}
    return InWords(titles, export_words.statuses(t))


def _workbook(order: Order, stated: Stated, layout: Layout) -> Workbook:
    t = order.words or Words.of("en")
    said = [*export_words.about(t, stated), *export_words.columns_said(t, layout)]
    return Workbook(export_words.as_typed(t, export_words.KINDS[order.kind]), export_words.as_typed(t, ABOUT), said)


def _counted(rows: Iterable[T], tell: Tell) -> Iterator[T]:
    """The rows, reported to `tell` as they pass."""
    passed = 0
    for row in rows:
        yield row
        passed += 1
        if passed == RECORDS_PER_CALL:
            tell(passed)
            passed = 0
    tell(passed)
