"""Sources of reports: the tables of today, or the directory and the enrolments as they were on a past day."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    MetaData,
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
from people.access import Act, Asker, Principal, is_visible, visible
from people.directory import people
from progress.completion.enrolments import CycleKey, Enrolment, enrolments
from progress.completion.fold import fold
from progress.record import chains
from progress.record.chains import OF_THE_PERSON, Event, Kind, events
from words import Sentence, sentence

ROWS_AT_A_TIME = 2000


@dataclass(frozen=True)
class Source:
    """Two tables with the columns of `people` and `enrolments`."""

    people: FromClause
    enrolments: FromClause


PRESENT = Source(people, enrolments)


@dataclass(frozen=True)
class View:
    """The data that a principal sees in one act, as of the end of `day`."""

    connection: Connection
    principal: Principal
    act: Act
    day: date
    source: Source = PRESENT


class NotYetError(Exception):
    """The day is in the future; `reason` says so."""

    reason: Sentence = sentence("Nothing is known of a day in the future. Choose today or an earlier day.")


@contextmanager
def as_of(database: Database, asker: Asker, act: Act, day: date) -> Iterator[View]:
    """A view of what was known at the end of `day`. Raises `NotYetError` for a day in the future.

    A past report shows only people whom the asker could see then *and* can see today. Names, addresses and employee
    numbers are today's, and people who were erased count among those who had left.
    """
    if day > asker.today:
        raise NotYetError
    with database.snapshot() as connection:
        if day == asker.today:
            yield View(connection, asker.principal, act, day)
            return
        _fill(connection, asker, act, end_of(day, asker.zone))
        yield View(connection, asker.principal, act, day, PAST)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Midnight at which the next day begins."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


# The tables of the past. They are temporary, of one connection alone, and rolled back with the snapshot.


def _past(table: Table) -> Table:
    """A temporary table with the same columns and indexes, and no foreign keys."""
    columns = [
        Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable, autoincrement=False)
        for each in table.c
    ]
    indexed = [[column.name for column in index.columns] for index in table.indexes]
    indexed += [[column.name] for column in table.c if column.unique]
    indexes = [Index(f"ix_past_{table.name}_{'_'.join(names)}", *names) for names in indexed]
    return Table(f"past_{table.name}", _metadata, *columns, *indexes, prefixes=["TEMPORARY"])


_metadata = MetaData()
_people = _past(people)
_enrolments = _past(enrolments)
_changed = Table(
    "changed_since",
    _metadata,
    Column("person_key", Text, primary_key=True),
    Column("assigned_at", Instant, nullable=False),
    prefixes=["TEMPORARY"],
)
"""People with an enrolment of that day that has changed since, and when the first such was assigned."""
PAST = Source(_people, _enrolments)


def _fill(connection: Connection, asker: Asker, act: Act, end: datetime) -> None:
    _metadata.create_all(connection, checkfirst=False)
    _fill_people(connection, is_visible(people.c.person_key, asker.principal, act), end)
    theirs = enrolments.c.person_key.in_(visible(asker.principal, act))
    _fill_unchanged_enrolments(connection, theirs, end)
    _fill_changed_enrolments(connection, end)
    if connection.dialect.name == "postgresql":
        for table in _metadata.tables:
            connection.exec_driver_sql(f"ANALYZE {table}")


def _fill_people(connection: Connection, is_seen: ColumnElement[bool], end: datetime) -> None:
    """The directory of that day, and the erased, whose unit is no longer known. People hidden from the asker today
    are included as inactive, because a reporting line may lead through them."""
    was = history.as_of(end).subquery("was")
    then: dict[str, ColumnElement[Any]] = {column.name: was.c.get(column.name, column) for column in people.c}
    then["active"] = and_(was.c.active, is_seen)
    of_then = select(*then.values()).join_from(people, was, was.c.person_key == people.c.person_key)
    erased = select(people).where(people.c.erased_at.is_not(None))
    for query in (of_then.where(people.c.erased_at.is_(None)), erased):
        connection.execute(insert(_people).from_select(list(then), query))


def _fill_unchanged_enrolments(connection: Connection, theirs: ColumnElement[bool], end: datetime) -> None:
    """Also fills `_changed`, with the people whose other enrolments have to be folded."""
    row, changed = enrolments.c, _changed.c
    first = select(row.person_key, func.min(row.assigned_at)).group_by(row.person_key)
    first = first.where(theirs, row.assigned_at < end, row.last_at >= end)
    connection.execute(insert(_changed).from_select(["person_key", "assigned_at"], first))
    columns = {column.name: column if column is not row.state else literal("") for column in row}
    unchanged = (
        select(*columns.values())
        .outerjoin_from(enrolments, _changed, changed.person_key == row.person_key)
        .where(theirs, row.last_at < end, or_(changed.person_key.is_(None), row.assigned_at < changed.assigned_at))
    )
    connection.execute(insert(_enrolments).from_select(list(columns), unchanged))


def _fill_changed_enrolments(connection: Connection, end: datetime) -> None:
    folded: list[dict[str, Any]] = []
    for chain in _chains(connection, end):
        folded += [_as_row(enrolment) for enrolment in fold(chain).values()]
        if len(folded) >= ROWS_AT_A_TIME:
            connection.execute(insert(_enrolments), folded)
            folded = []
    if folded:
        connection.execute(insert(_enrolments), folded)


def _chains(connection: Connection, end: datetime) -> Iterator[list[Event]]:
    """Chains to fold again up to `end`; later corrections are ignored."""
    is_changed = and_(events.c.person_key == _changed.c.person_key, events.c.at >= _changed.c.assigned_at)
    for chain in chains.of(connection, is_changed, before=end):
        yield list(_of_those_assigned(chain))


def _of_those_assigned(chain: Iterable[Event]) -> Iterator[Event]:
    """The events of cycles that were assigned in this part of a chain."""
    assigned: set[CycleKey] = set()
    for event in chain:
        if event.kind in OF_THE_PERSON:
            continue
        key = (event.body["course"], event.body["cycle"])
        if event.kind is Kind.ASSIGNED:
            assigned.add(key)
        if key in assigned:
            yield event


def _as_row(enrolment: Enrolment) -> dict[str, Any]:
    """The columns that reports read: without the state, which holds responses."""
    return {**{name: getattr(enrolment, name) for name in _REPORTED}, "state": ""}


_REPORTED = tuple(column.name for column in enrolments.c if column.name != "state")
