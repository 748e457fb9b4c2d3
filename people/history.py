"""The directory's past: the unit and manager of each person over time. No names, no addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Select,
    Table,
    Text,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from database import Instant, metadata, written
from people.directory import Person, by_keys, identity, people
from people.personal_data import PersonalData, deleting

history = Table(
    "people_history",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("from_at", Instant, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("manager_key", Text),
    Column("active", Boolean, nullable=False),
    Column("salt", Text),
)
"""`salt` goes into the hash by which a checkpoint has sealed the note; None before that."""

BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)
"""Start date for people whose earlier history is unknown."""


def keep(connection: Connection, now: datetime, person_keys: Collection[str] | None = None) -> None:
    """Note what has changed in the directory since the last note; part of every transaction that changes it.

    Given `person_keys`, nobody else has changed. Of several changes at the same time the last is stored. A person's
    time never runs backwards: a change by a clock that was set back replaces their latest note, and no earlier one. A
    note that a checkpoint has sealed is never replaced: the change follows it by a microsecond.
    """
    among = true() if person_keys is None else people.c.person_key.in_(sorted(person_keys))
    has_passed = and_(history.c.from_at >= now, _is_latest, people.c.erased_at.is_(None), _differs, among)
    noted = {column: people.c[column] for column in _NOTED}
    connection.execute(update(history).where(has_passed, history.c.salt.is_(None)).values(noted))
    follows = select(history.c.person_key, history.c.from_at, *noted.values()).where(
        has_passed, history.c.salt.is_not(None)
    )
    if rows := connection.execute(follows).all():
        late = [{**row._mapping, "from_at": row.from_at + timedelta(microseconds=1)} for row in rows]
        connection.execute(insert(history), late)
    changed = (
        select(people.c.person_key, literal(now, Instant), *(people.c[column] for column in _NOTED))
        .select_from(people.outerjoin(history, _is_latest))
        .where(people.c.erased_at.is_(None), or_(history.c.person_key.is_(None), _differs), among)
        .order_by(people.c.person_key)  # the order of the key, in which it is written many times faster
    )
    connection.execute(insert(history).from_select(["person_key", "from_at", *_NOTED], changed))


def as_of(end: datetime) -> Select[tuple[str, str, str | None, bool]]:
    """(person key, unit, manager's key, active) of everybody who was in the directory just before `end`."""
    latest = select(func.max(_each.c.from_at)).where(
        _each.c.person_key == history.c.person_key, _each.c.from_at < end
    )
    return select(history.c.person_key, history.c.unit, history.c.manager_key, history.c.active).where(
        history.c.from_at == latest.correlate(history).scalar_subquery()
    )


_NOTED = ("unit", "manager_key", "active")
_each = history.alias("each")
_is_latest = and_(
    history.c.person_key == people.c.person_key,
    history.c.from_at
    == select(func.max(_each.c.from_at))
    .where(_each.c.person_key == people.c.person_key)
    .correlate(people)
    .scalar_subquery(),
)
_differs = or_(
    people.c.unit != history.c.unit,
    people.c.manager_key.is_distinct_from(history.c.manager_key),
    people.c.active != history.c.active,
)


@dataclass(frozen=True)
class Placement:
    """A unit and a manager that the directory noted for somebody, from a timestamp on."""

    from_at: datetime
    unit: str
    manager: Person | None
    active: bool


def _stored_about(connection: Connection, person_key: str) -> tuple[Placement, ...]:
    """Return the latest first."""
    rows = connection.execute(
        select(history).where(history.c.person_key == person_key).order_by(history.c.from_at.desc())
    ).all()
    managers = by_keys(connection, (row.manager_key for row in rows))
    return tuple(Placement(row.from_at, row.unit, managers.get(row.manager_key), row.active) for row in rows)


def _as_data(placements: tuple[Placement, ...]) -> list[dict[str, Any]]:
    return [
        {
            "from_at": written(each.from_at),
            "unit": each.unit,
            "manager": each.manager and identity(each.manager),
            "active": each.active,
        }
        for each in placements
    ]


PLACEMENTS = PersonalData(
    "places",
    (history,),
    _stored_about,
    _as_data,
    deleting(history),
    withheld={
        "people_history.manager_key": "the manager is named by number and name",
        "people_history.salt": "it is a random number",
    },
)
