"""Deputies: who sees a manager's team in their place, and from when to when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Connection, Date, ForeignKey, Table, Text, delete, insert, select

from database import metadata

deputies = Table(
    "deputies",
    metadata,
    Column("manager_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("deputy_key", Text, ForeignKey("people.person_key"), primary_key=True, index=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date, nullable=False),
)


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
