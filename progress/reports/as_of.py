"""The past: the directory and the enrolments as they were when a day ended, for reports to read like today's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
)

from database import Database, Instant
from people import history
from people.access import Act, Principal, is_visible, visible
from people.directory import people
from progress.completion.enrolments import Enrolment, Key, enrolments
from progress.completion.fold import fold
from progress.record import chains
from progress.record.chains import OF_THE_PERSON, STREAMED, Event, Kind, events
from words import Sentence, sentence

PIECE = 2000
"""Rows that are written at a time."""


class NotYetError(Exception):
    """The day is in the future; carries the sentence that says so."""

    reason: Sentence = sentence("Nothing is known of a day in the future. Choose today or an earlier day.")


@contextmanager
def as_of(
    database: Database, principal: Principal, act: Act, day: date, today: date, zone: ZoneInfo
) -> Iterator[Connection]:
    """A connection on which `people` and `enrolments` are what they were when `day` ended, as it was known then.

    On it, a report with `day` as its today is the report of that day. Of the past one sees whom one saw then and sees
    now: who may see whom is decided by the directory as it is, and a past day never shows more. Names, addresses and
    numbers are those of today, and who was erased counts among those who had left.
    """
    if day > today:
        raise NotYetError
    if day == today:
        with database.snapshot() as connection:
            yield connection
        return
    # Nobody else gets this connection, before or after: what shadows the tables on it goes with it.
    own = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        with own.snapshot() as connection:
            _shadow(connection, principal, act, end_of(day, zone))
            yield connection
    finally:
        own.close()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment with which the next day begins."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


# What shadows


def _shadow(connection: Connection, principal: Principal, act: Act, end: datetime) -> None:
    """Puts tables of the same names before the real ones, on this connection alone. From then on it only reads."""
    is_sqlite = connection.dialect.name == "sqlite"
    here = "main" if is_sqlite else connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    then = _Shadows("temp" if is_sqlite else "pg_temp", here)
    then.metadata.create_all(connection, checkfirst=False)
    then.fill_people(connection, is_visible(people.c.person_key, principal, act), end)
    then.fill_enrolments(connection, visible(principal, act), end)
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    else:
        for table in then.metadata.tables:
            connection.exec_driver_sql(f"ANALYZE {table}")
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


class _Shadows:
    """The tables of the past. Both databases look for a name among temporary tables first."""

    def __init__(self, schema: str, real: str) -> None:
        self.metadata = MetaData(schema=schema)
        self.people = _like(people, self.metadata)
        self.enrolments = _like(enrolments, self.metadata)
        self.changed = Table(
            "changed_since",
            self.metadata,
            Column("person_key", Text, primary_key=True),
            Column("assigned_at", Instant, nullable=False),
        )
        """Of whom an enrolment of that day has changed since, and when the first such was assigned."""
        self._real = {"schema_translate_map": {None: real}}

    def fill_people(self, connection: Connection, is_seen: ColumnElement[bool], end: datetime) -> None:
        """Those who were in the directory, where they were; and the erased, of whom that is not known any more.
        Whoever is not seen now stays, because a reporting line may lead over them, and counts as nobody's."""
        was = history.as_of(end).subquery("was")
        then: dict[str, ColumnElement[Any]] = {column.name: was.c.get(column.name, column) for column in people.c}
        then["active"] = and_(was.c.active, is_seen)
        of_then = select(*then.values()).join_from(people, was, was.c.person_key == people.c.person_key)
        self._copy(connection, self.people, list(then), of_then.where(people.c.erased_at.is_(None)))
        self._copy(connection, self.people, list(then), select(people).where(people.c.erased_at.is_not(None)))

    def fill_enrolments(self, connection: Connection, seen: Select[tuple[str]], end: datetime) -> None:
        row, changed = enrolments.c, self.changed.c
        theirs = row.person_key.in_(seen)
        first = select(row.person_key, func.min(row.assigned_at)).group_by(row.person_key)
        first = first.where(theirs, row.assigned_at < end, row.last_at >= end)
        self._copy(connection, self.changed, ["person_key", "assigned_at"], first)
        kept = {column.name: column if column is not row.state else literal("") for column in row}
        unchanged = (
            select(*kept.values())
            .outerjoin_from(enrolments, self.changed, changed.person_key == row.person_key)
            .where(
                theirs, row.last_at < end, or_(changed.person_key.is_(None), row.assigned_at < changed.assigned_at)
            )
        )
        self._copy(connection, self.enrolments, list(kept), unchanged)
        folded: list[dict[str, Any]] = []
        for chain in self._chains(connection, end):
            folded += [_as_row(enrolment) for enrolment in fold(chain).values()]
            if len(folded) >= PIECE:
                connection.execute(insert(self.enrolments), folded)
                folded = []
        if folded:
            connection.execute(insert(self.enrolments), folded)

    def _chains(self, connection: Connection, end: datetime) -> Iterator[list[Event]]:
        """What is to be folded anew, up to `end`: what was corrected later stands as it was known then."""
        is_changed = and_(events.c.person_key == self.changed.c.person_key, events.c.at >= self.changed.c.assigned_at)
        for chain in chains.of(connection, is_changed, before=end, options={**STREAMED, **self._real}):
            yield list(_of_those_assigned(chain))

    def _copy(self, connection: Connection, to: Table, columns: list[str], asked: Select[Any]) -> None:
        connection.execute(insert(to).from_select(columns, asked), execution_options=self._real)


def _of_those_assigned(chain: Iterable[Event]) -> Iterator[Event]:
    """What belongs to cycles that were assigned in this part of a chain."""
    assigned: set[Key] = set()
    for event in chain:
        if event.kind in OF_THE_PERSON:
            continue
        key = (event.body["course"], event.body["cycle"])
        if event.kind is Kind.ASSIGNED:
            assigned.add(key)
        if key in assigned:
            yield event


def _like(table: Table, there: MetaData) -> Table:
    """A table of the same name and columns, with the same indexes, that depends on no other."""
    columns = [
        Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable, autoincrement=False)
        for each in table.c
    ]
    indexed = [[column.name for column in index.columns] for index in table.indexes]
    indexed += [[column.name] for column in table.c if column.unique]
    indexes = [Index(f"ix_then_{table.name}_{'_'.join(names)}", *names) for names in indexed]
    return Table(table.name, there, *columns, *indexes)


def _as_row(enrolment: Enrolment) -> dict[str, Any]:
    """What reports read: not the state, which holds responses."""
    return {**{name: getattr(enrolment, name) for name in _TOLD}, "state": ""}


_TOLD = tuple(column.name for column in enrolments.c if column.name != "state")
