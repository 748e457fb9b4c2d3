"""An export from the order to the finished file: written, stated, noted in the log."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from database import Database
from people.access import Act, Principal
from progress.record.signing import Key
from progress.reports import export_log, export_statements, export_words, exports, lists
from progress.reports.as_of import as_of
from progress.reports.export_log import Extent, HandedOut, Kind
from progress.reports.export_statements import Stated
from progress.reports.exports import COLUMNS, TEAM_COLUMNS, Layout, Workbook, Written
from progress.reports.lists import CODES_ALONE, InWords, Selection
from quizzes.content import Content
from words import Words, sentence

T = TypeVar("T")
Tell = Callable[[int], None]
"""What is told how many more records are written."""


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


ACTS = {Kind.CERTIFICATIONS: Act.SEE_CERTIFICATIONS, Kind.TEAM: Act.SEE_TEAM, Kind.XAPI: Act.SEE_CERTIFICATIONS}
TABLES = {Kind.CERTIFICATIONS: COLUMNS, Kind.TEAM: TEAM_COLUMNS}
ABOUT = sentence("About")
"""The name of a workbook's second sheet."""


@dataclass(frozen=True)
class Order:
    """What somebody wants to take away."""

    kind: Kind
    principal: Principal
    selection: Selection
    day: date
    form: Form
    words: Words | None = None
    """The language of the heads, with columns in words; none for the names of the fields alone."""
    delimiter: str = exports.DELIMITER

    @property
    def act(self) -> Act:
        return ACTS[self.kind]

    @property
    def heads(self) -> str:
        return self.words.language if self.words else "fields"

    @property
    def file(self) -> str:
        """The name that it is offered under."""
        return f"kodex-{self.kind.value}-{self.day.isoformat()}.{self.form.value}"


@dataclass(frozen=True)
class Desk:
    """Where an order is carried out."""

    database: Database
    key: Key
    content: Content
    zone: ZoneInfo


@dataclass(frozen=True)
class Finished:
    records: int
    statement: str
    number: int
    """Of its row in the log."""


def nothing(_: int) -> None:
    """For whoever does not follow how far it is."""


def carry_out(desk: Desk, order: Order, file: BinaryIO, at: datetime, tell: Tell = nothing) -> Finished:
    """Write the export into `file`, an empty one that can be read too, and note it. No connection is held while the
    statement is made, nor when this returns."""
    today = at.astimezone(desk.zone).date()
    with desk.database.reading() as connection:
        of = export_log.extent(connection, order.principal, order.act)
    with as_of(desk.database, order.principal, order.act, order.day, today, desk.zone) as connection:
        written = _write(desk, connection, order, of, file, tell)
    return finish(desk, order, of, written, file, at, order.form.value)


def finish(
    desk: Desk, order: Order, of: Extent, written: Written, file: BinaryIO, at: datetime, form: str
) -> Finished:
    """State and note what was written. A JSON is given its last line. Hold no connection meanwhile."""
    stated = Stated(order.kind, order.principal, of, order.selection, order.day, form, order.heads)
    note = export_statements.made(desk.database, desk.key, stated, written, at, desk.zone)
    holds_it = form not in {Form.CSV, Form.XLSX}
    if holds_it:
        file.write(exports.json_end(note))
    file.flush()
    selected = export_statements.narrowed_by(order.selection) | export_statements.widened_by(order.selection)
    handed_out = HandedOut(
        order.kind, of, selected, order.file, form, written.records, written.sha256, "" if holds_it else note
    )
    number = export_log.keep(desk.database, order.principal, handed_out, at)
    return Finished(written.records, note, number)


def _write(desk: Desk, connection: Connection, order: Order, of: Extent, file: BinaryIO, tell: Tell) -> Written:
    asked = (connection, order.principal, order.act, order.selection, order.day)
    columns, t = TABLES[order.kind], order.words
    layout = export_words.layout(t, columns, desk.zone.key) if t else Layout(columns, columns)
    in_words = _in_words(desk.content, t) if t else CODES_ALONE
    match order.form:
        case Form.CSV:
            lines = lists.lines(*asked, layout.columns, in_words)
            heads = layout if t is None else export_words.layout(t, columns, "UTC")
            return exports.write_csv(_told(lines, tell, len), file, heads, order.delimiter)
        case Form.JSON:
            return exports.write_json(exports.as_fields(_told(lists.records(*asked), tell), columns), file)
        case Form.XLSX:
            rows = _told(lists.records(*asked, in_words), tell)
            return exports.write_xlsx(rows, file, _workbook(desk, order, of, layout), desk.zone, layout)


def _in_words(content: Content, t: Words) -> InWords:
    titles = {course.id: course.title(t.language) for course in content.courses.values()}
    return InWords(titles, export_words.statuses(t))


def _workbook(desk: Desk, order: Order, of: Extent, layout: Layout) -> Workbook:
    t = order.words or Words.of("en")
    selected = export_statements.narrowed_by(order.selection) | export_statements.widened_by(order.selection)
    by = export_statements.asked_by(order.principal)
    said = export_words.about(t, order.kind, of, selected, by, order.day, desk.zone)
    name = export_words.KINDS[order.kind]
    return Workbook(
        export_words.as_typed(t, name),
        export_words.as_typed(t, ABOUT),
        [*said, *export_words.columns_said(t, layout)],
    )


def _told(items: Iterable[T], tell: Tell, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """The items, told as they pass; not each, which would take longer than to write one."""
    passed = 0
    for item in items:
        yield item
        passed += size(item)
        if passed >= lists.PIECE:
            tell(passed)
            passed = 0
    tell(passed)
