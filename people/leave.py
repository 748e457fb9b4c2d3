"""Leave: times in which a person is away from work and their due dates rest."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Select,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from database import Instant, metadata
from people.directory import Person, by_keys, from_row, identity, people
from people.personal_data import PersonalData, as_json, deleting
from words import SaidError, Sentence, sentence

leaves = Table(
    "leaves",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date),
    Column("source", Text, nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
)

DAY = timedelta(days=1)


class LeaveSource(StrEnum):
    """Where a leave was learned of."""

    FILE = "file"
    SCIM = "scim"
    HAND = "hand"


class NotNotedError(SaidError):
    """The leave cannot be noted, or there is none to end."""


@dataclass(frozen=True)
class Leave:
    """One person's leave, from the first to the last day."""

    person_key: str
    from_on: date
    until_on: date | None
    """None while nobody knows when it ends."""
    source: LeaveSource
    noted_by: str
    """Person key, or the name of the command."""
    noted_at: datetime

    def covers(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def is_on_leave(periods: Iterable[Leave], day: date) -> bool:
    return any(each.covers(day) for each in periods)


def days_of_leave(periods: Iterable[Leave], begin: date, end: date) -> int:
    """Return the number of days of leave from `begin` to `end`, both included; no day counts twice."""
    days: set[date] = set()
    for each in periods:
        first, last = max(begin, each.from_on), min(end, each.until_on or end)
        days.update(first + n * DAY for n in range((last - first).days + 1))
    return len(days)


def on_leave(day: date) -> Select[str]:
    """Return the keys of the people who are on leave on that day."""
    is_covered = and_(leaves.c.from_on <= day, or_(leaves.c.until_on.is_(None), leaves.c.until_on >= day))
    return select(leaves.c.person_key).where(is_covered)


def of_people(connection: Connection, person_keys: Collection[str]) -> dict[str, list[Leave]]:
    """Return the leave of these people, by person and first day."""
    asked = select(leaves).where(leaves.c.person_key.in_(person_keys)).order_by(leaves.c.from_on)
    found: dict[str, list[Leave]] = {}
    for row in connection.execute(asked):
        found.setdefault(row.person_key, []).append(_from_row(row._mapping))
    return found


def with_names(connection: Connection, since: date) -> list[tuple[Leave, Person]]:
    """Return the leave that goes on on that day or later, by its first day, each with the person."""
    asked = (
        select(people, leaves)
        .join_from(leaves, people, people.c.person_key == leaves.c.person_key)
        .where(or_(leaves.c.until_on.is_(None), leaves.c.until_on >= since))
        .order_by(leaves.c.from_on, people.c.employee_id)
    )
    return [(_from_row(row._mapping), from_row(row)) for row in connection.execute(asked)]


def note(connection: Connection, wanted: Leave) -> None:
    """Note a leave, unless the same days are noted already. Raises `NotNotedError`, also for an erased person."""
    erased = select(people.c.erased_at).where(people.c.person_key == wanted.person_key)
    if connection.execute(erased).scalar() is not None:
        raise NotNotedError(sentence("This person was erased: nothing is noted about them any more."))
    known = of_people(connection, [wanted.person_key]).get(wanted.person_key, [])
    if any((each.from_on, each.until_on) == (wanted.from_on, wanted.until_on) for each in known):
        return
    if reason := _against(wanted, known):
        raise NotNotedError(reason)
    connection.execute(insert(leaves), [vars(wanted)])


def end(connection: Connection, person_key: str, last_day: date) -> Leave:
    """Set the last day of the leave that covers `last_day` or begins on the day after, and return it as it was.

    One that begins on the day after is removed: it was called off. Raises `NotNotedError`.
    """
    known = of_people(connection, [person_key]).get(person_key, [])
    found = next((each for each in known if each.covers(last_day)), None)
    called_off = next((each for each in known if each.from_on == last_day + DAY), None)
    ended = found or called_off
    if ended is None:
        raise NotNotedError(sentence("There is no leave on {day} that could be ended.", day=last_day))
    is_it = and_(leaves.c.person_key == person_key, leaves.c.from_on == ended.from_on)
    if found is None:
        connection.execute(delete(leaves).where(is_it))
    else:
        connection.execute(update(leaves).where(is_it).values(until_on=last_day))
    return ended


def _against(wanted: Leave, known: Sequence[Leave]) -> Sentence | None:
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        return sentence("The last day is before the first.")
    for each in known:
        if each.covers(wanted.from_on) or wanted.covers(each.from_on):
            if each.until_on is None:
                return sentence("There is leave from {day} on already; end that first.", day=each.from_on)
            return sentence(
                "There is leave from {first} to {last} already; end that first.",
                first=each.from_on,
                last=each.until_on,
            )
    return None


def is_over(before: date) -> ColumnElement[bool]:
    """The condition that a leave ended before that day."""
    return leaves.c.until_on < before


def _from_row(row: Any) -> Leave:
    values = {column.name: row[column] for column in leaves.c}
    return Leave(**{**values, "source": LeaveSource(values["source"])})


@dataclass(frozen=True)
class NotedLeave:
    """A leave with the person who noted it; None for a command."""

    leave: Leave
    by: Person | None


def _stored_about(connection: Connection, person_key: str) -> tuple[NotedLeave, ...]:
    """Return the latest first."""
    found = of_people(connection, [person_key]).get(person_key, [])
    named = by_keys(connection, (each.noted_by for each in found))
    return tuple(NotedLeave(each, named.get(each.noted_by)) for each in reversed(found))


def _as_data(noted: tuple[NotedLeave, ...]) -> list[dict[str, Any]]:
    return [
        {
            "from_on": as_json(each.leave.from_on),
            "until_on": as_json(each.leave.until_on),
            "source": each.leave.source.value,
            "noted_by": identity(each.by) if each.by else each.leave.noted_by,
            "noted_at": as_json(each.leave.noted_at),
        }
        for each in noted
    ]


LEAVE = PersonalData(
    "leave",
    (leaves,),
    _stored_about,
    _as_data,
    deleting(leaves),
    withheld={"leaves.person_key": "it is the person's own key, which `person` has"},
)
