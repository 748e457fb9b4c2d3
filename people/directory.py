"""The people, their units and reporting lines, as HR's system has them. Names and addresses stand here alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Row,
    Select,
    Table,
    Text,
    and_,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from database import Instant, fold, folded, metadata
from people.characters import is_hidden as is_hidden
from people.personal_data import PersonalData, as_json

people = Table(
    "people",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("employee_id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("manager_key", Text, ForeignKey("people.person_key")),
    Column("language", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("invented", Boolean, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("external_id", Text),
    Column("erased_at", Instant),
    Index("ix_people_email", "email"),
    Index("ix_people_manager_key", "manager_key"),
    Index("ix_people_unit", "unit"),
)

ERASED = "erased"
NAME_OR_ERASED = case((people.c.erased_at.is_not(None), literal(ERASED)), else_=people.c.name).label("name")
"""What a report calls somebody: those whose name was erased are counted, and not named."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory. `key` is the pseudonym under which the record knows them."""

    key: str
    employee_id: str
    name: str
    email: str
    """In small letters, so that an index finds whoever types capitals."""
    unit: str
    manager_key: str | None
    language: str
    active: bool = True
    invented: bool = False
    """Made up for a demonstration."""
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day; access ends with it."""
    external_id: str | None = None
    """What the system that keeps the directory in step calls them."""
    erased_at: datetime | None = None
    """From then on nothing is known about them any more but the pseudonym."""

    def has_access(self, today: date) -> bool:
        return self.active and (self.ends_on is None or self.ends_on >= today)


def add(connection: Connection, persons: Iterable[Person]) -> None:
    """Adds people; a manager has to come before their reports."""
    rows = [_as_row(person) for person in persons]
    if rows:
        connection.execute(insert(people), rows)


def is_empty(connection: Connection) -> bool:
    return connection.execute(select(people.c.person_key).limit(1)).first() is None


def has_real_people(connection: Connection) -> bool:
    return connection.execute(select(people.c.person_key).where(~people.c.invented).limit(1)).first() is not None


def has_invented_people(connection: Connection) -> bool:
    return connection.execute(select(people.c.person_key).where(people.c.invented).limit(1)).first() is not None


def by_employee_id(connection: Connection, employee_id: str) -> Person | None:
    row = connection.execute(select(people).where(people.c.employee_id == employee_id)).first()
    return from_row(row) if row else None


def units(connection: Connection, visible: Select[tuple[str]]) -> list[str]:
    """The units of the people in `visible`, by name."""
    rows = connection.execute(select(people.c.unit).where(people.c.person_key.in_(visible)).group_by(people.c.unit))
    return sorted(row.unit for row in rows if row.unit)


MOST_WORDS = 20
"""Words of a search: nobody's name has more, and a database takes only so many conditions."""


def matches(search: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether each word of `search` is part of one of `columns`, in any order, whatever its diacritics: "Dvořák
    Marek" finds "Marek Dvořák"."""
    words = set(fold(search).split())
    if len(words) > MOST_WORDS:
        return false()
    of_each = (or_(*(folded(column).contains(word, autoescape=True) for column in columns)) for word in sorted(words))
    return and_(true(), *of_each)


SEARCHED = (people.c.name, people.c.employee_id, people.c.email)
"""By what people are looked for."""


@dataclass(frozen=True)
class Found:
    """Some people of the directory, by name; how many there are in all; their managers' names by key."""

    persons: list[Person]
    total: int
    managers: dict[str, str]


def find(
    connection: Connection,
    visible: Select[tuple[str]],
    most: int,
    search: str = "",
    unit: str | None = None,
    *,
    with_left: bool = False,
) -> Found:
    """Those of `visible` whose name, number or address has every word of `search` in it; at most so many of them."""
    asked = select(people).where(
        people.c.person_key.in_(visible), people.c.erased_at.is_(None), matches(search, *SEARCHED)
    )
    if unit is not None:
        asked = asked.where(people.c.unit == unit)
    if not with_left:
        asked = asked.where(people.c.active)
    total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
    rows = connection.execute(asked.order_by(folded(people.c.name), people.c.person_key).limit(most)).all()
    keys = {row.manager_key for row in rows if row.manager_key}
    named = connection.execute(
        select(people.c.person_key, people.c.name).where(people.c.person_key.in_(sorted(keys)))
    )
    return Found([from_row(row) for row in rows], total, {row.person_key: row.name for row in named})


def with_access(connection: Connection, visible: Select[tuple[str]], today: date) -> int:
    """How many of `visible` are with the company."""
    is_here = and_(people.c.active, or_(people.c.ends_on.is_(None), people.c.ends_on >= today))
    asked = select(func.count()).where(people.c.person_key.in_(visible), is_here)
    return connection.execute(asked).scalar_one()


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(people)).scalar_one()


def reporting_line(manager_keys: Collection[str]) -> Select[tuple[str]]:
    """The keys of everybody below these managers, to any depth, and not of the managers."""
    line = (
        select(people.c.person_key)
        .where(people.c.manager_key.in_(sorted(manager_keys)))
        .cte("reporting_line", recursive=True)
    )
    line = line.union(select(people.c.person_key).where(people.c.manager_key == line.c.person_key))
    return select(line.c.person_key)


def from_row(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        row.person_key,
        row.employee_id,
        row.name,
        row.email,
        row.unit,
        row.manager_key,
        row.language,
        row.active,
        row.invented,
        row.starts_on,
        row.ends_on,
        row.external_id,
        row.erased_at,
    )


def _as_row(person: Person) -> dict[str, object]:
    return {
        "person_key": person.key,
        "employee_id": person.employee_id,
        "name": person.name,
        "email": person.email,
        "unit": person.unit,
        "manager_key": person.manager_key,
        "language": person.language,
        "active": person.active,
        "invented": person.invented,
        "starts_on": person.starts_on,
        "ends_on": person.ends_on,
        "external_id": person.external_id,
        "erased_at": person.erased_at,
    }


@dataclass(frozen=True)
class DirectoryEntry:
    """One person in the directory, with their manager."""

    person: Person
    manager: Person | None


def by_keys(connection: Connection, keys: Iterable[str | None]) -> dict[str, Person]:
    """Return the people with these keys, by key; without those that the directory does not have."""
    rows = connection.execute(select(people).where(people.c.person_key.in_({key for key in keys if key})))
    return {row.person_key: from_row(row) for row in rows}


def identity(person: Person) -> dict[str, str | None]:
    """Return how a person is named in a file for somebody else."""
    return {"employee_id": person.employee_id, "name": person.name}


def _stored_about(connection: Connection, person_key: str) -> DirectoryEntry:
    person = by_keys(connection, [person_key])[person_key]
    return DirectoryEntry(person, by_keys(connection, [person.manager_key]).get(person.manager_key or ""))


def _as_data(entry: DirectoryEntry) -> dict[str, Any]:
    person = entry.person
    return {
        "key": person.key,
        "employee_id": person.employee_id,
        "name": person.name,
        "email": person.email,
        "unit": person.unit,
        "manager": entry.manager and identity(entry.manager),
        "language": person.language,
        "active": person.active,
        "invented": person.invented,
        "starts_on": as_json(person.starts_on),
        "ends_on": as_json(person.ends_on),
        "external_id": person.external_id,
    }


def _forget(connection: Connection, person_key: str, now: datetime) -> None:
    """Leave the key alone: the record goes on under it."""
    empty = {"name": "", "email": "", "unit": "", "language": ""}
    unknown = dict.fromkeys(("manager_key", "starts_on", "ends_on", "external_id"))
    connection.execute(
        update(people)
        .where(people.c.person_key == person_key)
        .values(**empty, **unknown, employee_id=f"erased-{person_key}", active=False, erased_at=now)
    )


PERSON = PersonalData(
    "person",
    (people,),
    _stored_about,
    _as_data,
    _forget,
    withheld={
        "people.manager_key": "the manager is named by number and name",
        "people.erased_at": "nobody who is erased reads a record",
    },
)
