"""The people, their units and reporting lines, as in HR's system. Names and addresses are stored here alone."""

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
    FromClause,
    Index,
    Row,
    Select,
    Table,
    Text,
    and_,
    false,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from database import Instant, folded, identified, metadata
from database.collation import collated
from people.characters import is_hidden as is_hidden
from people.personal_data import PersonalData, as_json
from words.spelling import fold, identifier

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
    Column("family_name", Text, nullable=False, server_default=text("''")),
    Index("ix_people_email", "email"),
    Index("ix_people_manager_key", "manager_key"),
    Index("ix_people_unit", "unit"),
)

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the directory. `key` is their pseudonym in the record."""

    key: str
    employee_id: str
    name: str
    email: str
    """In lower case, so that an index finds it whatever case is typed."""
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
    """The person's id in the identity system."""
    erased_at: datetime | None = None
    """Since then nothing is known about the person except the pseudonym."""
    family_name: str = ""
    """The part of the name that decides the order of lists; empty where only the whole name is known."""

    def has_access(self, today: date) -> bool:
        return self.active and (self.ends_on is None or self.ends_on >= today)


def has_access(today: date | ColumnElement[date], among: FromClause = people) -> ColumnElement[bool]:
    """The condition of `Person.has_access` for a query of `among`.

    A person whose last day is over has left, even if no file has said so since. `among` is the directory, or a past
    one of the same columns.
    """
    return and_(among.c.active, or_(among.c.ends_on.is_(None), among.c.ends_on >= today))


def add(connection: Connection, persons: Iterable[Person]) -> None:
    """Add people; a manager has to come before their reports."""
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
    """Return the person with that number, however it was typed; None if there is none, or more than one."""
    found = numbered(connection, employee_id)
    return found[0] if len(found) == 1 else None


def numbered(connection: Connection, employee_id: str) -> list[Person]:
    """Return the person whose number is spelled exactly so; without one, everybody with another spelling of it."""
    is_written_so = people.c.employee_id == employee_id.strip()  # an index finds it
    is_spelled_so = and_(identified(people.c.employee_id) == identifier(employee_id), people.c.employee_id != "")
    for is_theirs in (is_written_so, is_spelled_so):
        if rows := connection.execute(select(people).where(is_theirs)).all():
            return [from_row(row) for row in rows]
    return []


def units(connection: Connection, visible: Select[tuple[str]], among: FromClause = people) -> list[str]:
    """Return the units of the people in `visible`, by name.

    `among` is the directory, or a past one of the same columns.
    """
    rows = connection.execute(select(among.c.unit).where(among.c.person_key.in_(visible)).group_by(among.c.unit))
    return sorted(row.unit for row in rows if row.unit)


MOST_WORDS = 20
"""Words of a search: nobody's name has more, and a database accepts a limited number of conditions."""


def matches(search: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that each word of `search` is in one of `columns`, in any order and without regard to case and
    diacritics: "Dvořák Marek" finds "Marek Dvořák"."""
    words = set(fold(search).split())
    if len(words) > MOST_WORDS:
        return false()
    of_each = (or_(*(folded(column).contains(word, autoescape=True) for column in columns)) for word in sorted(words))
    return and_(true(), *of_each)


SEARCHED = (people.c.name, people.c.employee_id, people.c.email)
"""The columns in which people are searched for."""


def by_name(language: str, among: FromClause = people) -> tuple[ColumnElement[str], ...]:
    """Return the order of people by family name, or else by name, in the alphabet of `language`.

    No two people are equal in it. `among` is the directory, or a past one of the same columns.
    """
    family_first = func.trim(among.c.family_name + " " + among.c.name)
    return collated(family_first, language), among.c.name, among.c.person_key


@dataclass(frozen=True)
class Found:
    """Some people of the directory, by name; how many there are in all; their managers' names by key."""

    persons: list[Person]
    total: int
    managers: dict[str, str]


@dataclass(frozen=True)
class Search:
    words: str = ""
    """Parts of a name, number or address, each of which a person has to have."""
    unit: str | None = None
    with_access_on: date | None = None
    """Only people who have access on that day."""


def find(connection: Connection, visible: Select[tuple[str]], search: Search, most: int, language: str = "") -> Found:
    """Return the first `most` people of `visible` whom the search finds, in the order of `language`."""
    asked = select(people).where(
        people.c.person_key.in_(visible), people.c.erased_at.is_(None), matches(search.words, *SEARCHED)
    )
    if search.unit is not None:
        asked = asked.where(people.c.unit == search.unit)
    if search.with_access_on is not None:
        asked = asked.where(has_access(search.with_access_on))
    total = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
    rows = connection.execute(asked.order_by(*by_name(language)).limit(most)).all()
    keys = {row.manager_key for row in rows if row.manager_key}
    named = connection.execute(
        select(people.c.person_key, people.c.name).where(people.c.person_key.in_(sorted(keys)))
    )
    return Found([from_row(row) for row in rows], total, {row.person_key: row.name for row in named})


def with_access(connection: Connection, visible: Select[tuple[str]], today: date) -> int:
    """Return the number of people in `visible` who have access."""
    asked = select(func.count()).where(people.c.person_key.in_(visible), has_access(today))
    return connection.execute(asked).scalar_one()


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(people)).scalar_one()


def reporting_line(manager_keys: Collection[str], among: FromClause = people) -> Select[tuple[str]]:
    """Return the keys of everybody below these managers, at any depth, without the managers. `among` is the
    directory, or a past one of the same columns."""
    line = (
        select(among.c.person_key)
        .where(among.c.manager_key.in_(sorted(manager_keys)))
        .cte("reporting_line", recursive=True)
    )
    line = line.union(select(among.c.person_key).where(among.c.manager_key == line.c.person_key))
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
        row.family_name,
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
        "family_name": person.family_name,
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
        "family_name": person.family_name,
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
    empty = {"name": "", "family_name": "", "email": "", "unit": "", "language": ""}
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
