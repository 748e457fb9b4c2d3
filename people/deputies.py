"""Deputies: who sees a manager's team in their place, and from when to when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from database import Database, fold, folded, metadata, read_back
from people.access import Act, Principal, RefusedError, require, visible
from people.directory import Person, by_keys, from_row, identity, matches, people
from people.personal_data import PersonalData
from words import Sentence, sentence

deputies = Table(
    "deputies",
    metadata,
    Column("manager_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("deputy_key", Text, ForeignKey("people.person_key"), primary_key=True, index=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date, nullable=False),
)


LONGEST = timedelta(days=366)
SHORTEST_SEARCH = 3
MOST_FOUND = 20


class NotNamedError(Exception):
    """Nobody can be named like that; carries the sentence that says why."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Deputy:
    """One manager's deputy, from the first to the last day."""

    manager_key: str
    deputy_key: str
    from_on: date
    until_on: date


def name(connection: Connection, deputy: Deputy) -> None:
    connection.execute(insert(deputies), [vars(deputy)])


def end(connection: Connection, deputy: Deputy) -> None:
    connection.execute(
        delete(deputies).where(
            deputies.c.manager_key == deputy.manager_key,
            deputies.c.deputy_key == deputy.deputy_key,
            deputies.c.from_on == deputy.from_on,
        )
    )


def of_manager(connection: Connection, manager_key: str, today: date) -> list[Deputy]:
    """Those of today and later, in the order of their first days."""
    rows = connection.execute(
        select(deputies)
        .where(deputies.c.manager_key == manager_key, deputies.c.until_on >= today)
        .order_by(deputies.c.from_on)
    )
    return [Deputy(**row._mapping) for row in rows]


def stands_in_for(connection: Connection, deputy_key: str, today: date) -> frozenset[str]:
    """The keys of the managers whose deputy this person is on that day."""
    rows = connection.execute(
        select(deputies.c.manager_key).where(
            deputies.c.deputy_key == deputy_key, deputies.c.from_on <= today, deputies.c.until_on >= today
        )
    )
    return frozenset(rows.scalars())


def appoint(database: Database, principal: Principal, wanted: Deputy, today: date) -> list[Deputy]:
    """Names a deputy for the principal's own team and gives, read back, the principal's deputies.

    Raises `NotNamedError` where it is not possible. What is named already stays as it is.
    """

    def work(connection: Connection) -> None:
        _require_own_team(connection, principal)
        if wanted.manager_key != principal.key:
            raise RefusedError(Act.NAME_DEPUTY)
        named = of_manager(connection, principal.key, today)
        if wanted in named:
            return
        if reason := _against(connection, wanted, named, today):
            raise NotNamedError(reason)
        name(connection, wanted)

    database.write(work)
    with read_back():
        return own(database, principal, today)


def dismiss(database: Database, principal: Principal, deputy_key: str, from_on: date, today: date) -> list[Deputy]:
    """Ends at once what the principal has named, and gives, read back, the deputies that are left.

    Days that have passed stay on record; a period that has not begun, or began today, leaves none.
    """

    def work(connection: Connection) -> None:
        require(principal, Act.NAME_DEPUTY)
        for each in of_manager(connection, principal.key, today):
            if (each.deputy_key, each.from_on) != (deputy_key, from_on):
                continue
            if each.from_on >= today:
                end(connection, each)
            else:
                connection.execute(
                    update(deputies)
                    .where(
                        deputies.c.manager_key == each.manager_key,
                        deputies.c.deputy_key == each.deputy_key,
                        deputies.c.from_on == each.from_on,
                    )
                    .values(until_on=today - timedelta(days=1))
                )

    database.write(work)
    with read_back():
        return own(database, principal, today)


def own(database: Database, principal: Principal, today: date) -> list[Deputy]:
    """The principal's deputies of today and later."""
    require(principal, Act.NAME_DEPUTY)
    with database.reading() as connection:
        return of_manager(connection, principal.key, today)


def with_names(connection: Connection, principal: Principal, today: date) -> list[tuple[Deputy, Person]]:
    """The principal's deputies of today and later, each with who it is."""
    require(principal, Act.NAME_DEPUTY)
    rows = connection.execute(
        select(people, deputies.c.from_on, deputies.c.until_on)
        .join_from(deputies, people, people.c.person_key == deputies.c.deputy_key)
        .where(deputies.c.manager_key == principal.key, deputies.c.until_on >= today)
        .order_by(deputies.c.from_on, folded(people.c.name))
    )
    return [(Deputy(principal.key, row.person_key, row.from_on, row.until_on), from_row(row)) for row in rows]


def leads_own_team(connection: Connection, principal: Principal) -> bool:
    """Whether there is a team to name a deputy for; who only stands in for somebody has none to hand on."""
    return connection.execute(visible(principal, Act.NAME_DEPUTY).limit(1)).first() is not None


def candidates(connection: Connection, principal: Principal, search: str, today: date) -> list[Person]:
    """Those whose name has each word of `search` in it and who could be named; for whoever has a team, and by three
    letters."""
    _require_own_team(connection, principal)
    if len(fold(search).strip()) < SHORTEST_SEARCH:
        return []
    rows = connection.execute(
        select(people)
        .where(
            matches(search, people.c.name),
            people.c.person_key != principal.key,
            people.c.active,
            or_(people.c.ends_on.is_(None), people.c.ends_on >= today),
        )
        .order_by(folded(people.c.name), people.c.unit, people.c.person_key)
        .limit(MOST_FOUND)
    )
    return [from_row(row) for row in rows]


def periods_of(connection: Connection, deputy_key: str, today: date) -> list[tuple[Person, date]]:
    """For whom somebody stands in today, and until when."""
    rows = connection.execute(
        select(people, deputies.c.until_on)
        .join_from(deputies, people, people.c.person_key == deputies.c.manager_key)
        .where(deputies.c.deputy_key == deputy_key, deputies.c.from_on <= today, deputies.c.until_on >= today)
        .order_by(folded(people.c.name), deputies.c.until_on)
    )
    return [(from_row(row), row.until_on) for row in rows]


def _require_own_team(connection: Connection, principal: Principal) -> None:
    require(principal, Act.NAME_DEPUTY)
    if not leads_own_team(connection, principal):
        raise RefusedError(Act.NAME_DEPUTY)


def _against(connection: Connection, wanted: Deputy, named: list[Deputy], today: date) -> Sentence | None:
    """What speaks against it; none when nothing does."""
    if wanted.deputy_key == wanted.manager_key:
        return sentence("You cannot be your own deputy.")
    if wanted.until_on < wanted.from_on:
        return sentence("The last day is before the first.")
    if wanted.until_on < today:
        return sentence("That period has passed.")
    if wanted.until_on - wanted.from_on >= LONGEST:
        return sentence("A deputy is named for a year at most.")
    row = connection.execute(select(people).where(people.c.person_key == wanted.deputy_key)).first()
    if row is None or not row.active or (row.ends_on is not None and row.ends_on < max(wanted.from_on, today)):
        return sentence("This person does not work here any more.")
    if any(
        each.deputy_key == wanted.deputy_key and each.from_on <= wanted.until_on and wanted.from_on <= each.until_on
        for each in named
    ):
        return sentence("This person is your deputy in that period already.")
    return None


@dataclass(frozen=True)
class DeputyPeriod:
    """A period in which one person stands in for a manager, with the names of both."""

    manager: Person
    deputy: Person
    from_on: date
    until_on: date


def _names(person_key: str) -> ColumnElement[bool]:
    return or_(deputies.c.manager_key == person_key, deputies.c.deputy_key == person_key)


def _stored_about(connection: Connection, person_key: str) -> tuple[DeputyPeriod, ...]:
    """Return the periods in which the person is one of the two, the latest first."""
    rows = connection.execute(select(deputies).where(_names(person_key)).order_by(deputies.c.from_on.desc())).all()
    persons = by_keys(connection, (key for row in rows for key in (row.manager_key, row.deputy_key)))
    return tuple(
        DeputyPeriod(persons[row.manager_key], persons[row.deputy_key], row.from_on, row.until_on) for row in rows
    )


def _as_data(periods: tuple[DeputyPeriod, ...]) -> list[dict[str, Any]]:
    return [
        {
            "manager": identity(each.manager),
            "deputy": identity(each.deputy),
            "from_on": each.from_on.isoformat(),
            "until_on": each.until_on.isoformat(),
        }
        for each in periods
    ]


def _forget(connection: Connection, person_key: str, _: datetime) -> None:
    connection.execute(delete(deputies).where(_names(person_key)))


DEPUTY_PERIODS = PersonalData("deputies", (deputies,), _stored_about, _as_data, _forget)
