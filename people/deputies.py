"""Deputies: people who see a manager's team in their place for a period."""

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

from database import Database, folded, metadata, read_back
from people import security_log
from people.access import Act, Asker, Principal, refused, require, visible
from people.directory import Person, by_keys, by_name, from_row, has_access, identity, matches, people
from people.personal_data import PersonalData
from words import SaidError, Sentence, sentence
from words.spelling import fold

deputies = Table(
    "deputies",
    metadata,
    Column("manager_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("deputy_key", Text, ForeignKey("people.person_key"), primary_key=True, index=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date, nullable=False),
)


LONGEST_PERIOD = timedelta(days=366)
SHORTEST_SEARCH = 3
MOST_FOUND = 20


class NotNamedError(SaidError):
    """The deputy cannot be named."""


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
    """Return a manager's deputies of today and later, by their first days."""
    rows = connection.execute(
        select(deputies)
        .where(deputies.c.manager_key == manager_key, deputies.c.until_on >= today)
        .order_by(deputies.c.from_on)
    )
    return [Deputy(**row._mapping) for row in rows]


def stands_in_for(connection: Connection, deputy_key: str, today: date) -> frozenset[str]:
    """Return the keys of the managers whose deputy this person is on that day."""
    rows = connection.execute(
        select(deputies.c.manager_key).where(
            deputies.c.deputy_key == deputy_key, deputies.c.from_on <= today, deputies.c.until_on >= today
        )
    )
    return frozenset(rows.scalars())


def appoint(database: Database, asker: Asker, wanted: Deputy) -> list[Deputy]:
    """Name a deputy for the principal's own team, unless they are named already.

    Returns, read back, the principal's deputies. Raises `NotNamedError`.
    """
    principal, today = asker.principal, asker.today

    def work(connection: Connection) -> None:
        _require_own_team(connection, principal)
        if wanted.manager_key != principal.key:
            raise refused(principal, Act.NAME_DEPUTY)
        named = of_manager(connection, principal.key, today)
        if wanted in named:
            return
        if reason := _against(connection, wanted, named, today):
            raise NotNamedError(reason)
        name(connection, wanted)

    database.write(work)
    security_log.note("deputy named", person=principal.key, deputy=wanted.deputy_key)
    with read_back():
        return own(database, asker)


def dismiss(database: Database, asker: Asker, deputy_key: str, from_on: date) -> list[Deputy]:
    """End at once what the principal has named.

    Returns, read back, the deputies that are left. Days that have passed stay on record; a period that has not begun,
    or began today, leaves none.
    """
    principal, today = asker.principal, asker.today

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
    security_log.note("deputy ended", person=principal.key, deputy=deputy_key)
    with read_back():
        return own(database, asker)


def own(database: Database, asker: Asker) -> list[Deputy]:
    """Return the principal's deputies of today and later."""
    require(asker.principal, Act.NAME_DEPUTY)
    with database.reading() as connection:
        return of_manager(connection, asker.principal.key, asker.today)


def with_names(connection: Connection, asker: Asker) -> list[tuple[Deputy, Person]]:
    """Return the principal's deputies of today and later, each with the person."""
    principal, today = asker.principal, asker.today
    require(principal, Act.NAME_DEPUTY)
    rows = connection.execute(
        select(people, deputies.c.from_on, deputies.c.until_on)
        .join_from(deputies, people, people.c.person_key == deputies.c.deputy_key)
        .where(deputies.c.manager_key == principal.key, deputies.c.until_on >= today)
        .order_by(deputies.c.from_on, folded(people.c.name))
    )
    return [(Deputy(principal.key, row.person_key, row.from_on, row.until_on), from_row(row)) for row in rows]


def leads_own_team(connection: Connection, principal: Principal) -> bool:
    """True if there is a team to name a deputy for; one that the principal only stands in for cannot be handed on."""
    return connection.execute(visible(principal, Act.NAME_DEPUTY).limit(1)).first() is not None


def candidates(connection: Connection, asker: Asker, search: str) -> list[Person]:
    """Return people who could be named and whose names contain each word of `search`; none below three letters.

    Raises `RefusedError` for a principal without a team.
    """
    _require_own_team(connection, asker.principal)
    if len(fold(search).strip()) < SHORTEST_SEARCH:
        return []
    rows = connection.execute(
        select(people)
        .where(matches(search, people.c.name), people.c.person_key != asker.principal.key, has_access(asker.today))
        .order_by(*by_name(asker.principal.person.language))
        .limit(MOST_FOUND)
    )
    return [from_row(row) for row in rows]


def periods_of(connection: Connection, deputy_key: str, today: date) -> list[tuple[Person, date]]:
    """Return the managers for whom somebody stands in today, each with the last day."""
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
        raise refused(principal, Act.NAME_DEPUTY)


def _against(connection: Connection, wanted: Deputy, named: list[Deputy], today: date) -> Sentence | None:
    """Return why the deputy cannot be named, or None."""
    if wanted.deputy_key == wanted.manager_key:
        return sentence("You cannot be your own deputy.")
    if wanted.until_on < wanted.from_on:
        return sentence("The last day is before the first.")
    if wanted.until_on < today:
        return sentence("That period has passed.")
    if wanted.until_on - wanted.from_on >= LONGEST_PERIOD:
        return sentence("A deputy is named for a year at most.")
    row = connection.execute(select(people).where(people.c.person_key == wanted.deputy_key)).first()
    if row is None or not from_row(row).has_access(max(wanted.from_on, today)):
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
