"""Declarations of personal data by the owners of tables: how rows about a person are read, shown and erased."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table, delete

from database import written

T = TypeVar("T")
Forget = Callable[[Connection, str, datetime], None]
"""Part of the erasure of the person with that key, at that time."""


@dataclass(frozen=True, eq=False)
class PersonalData(Generic[T]):
    """One kind of data about people. My record, erasure and the tests of both go through all kinds.

    To store something new about people, declare it next to its table and add it to `progress.personal.owners`.
    """

    name: str
    """The key in the JSON file of My record."""
    tables: tuple[Table, ...]
    stored_about: Callable[[Connection, str], T]
    """Read the data about the person with that key."""
    as_data: Callable[[T], Any]
    """Return the same for JSON, under names that stay; docs/privacy.md describes them."""
    forget: Forget | None = None
    """None where the rows name nobody and stay under the pseudonym."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """By `table.column`: the reason why My record leaves it out."""


def deleting(*tables: Table) -> Forget:
    """Delete all rows with the person's key from `tables`."""

    def forget(connection: Connection, person_key: str, _: datetime) -> None:
        for table in tables:
            connection.execute(delete(table).where(table.c.person_key == person_key))

    return forget


def as_json(value: Any) -> Any:
    """Return a timestamp as text in UTC, a day in ISO 8601, and anything else as it is."""
    if isinstance(value, datetime):
        return written(value)
    return value.isoformat() if isinstance(value, date) else value


def row_as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: as_json(value) for name, value in row.items()}
