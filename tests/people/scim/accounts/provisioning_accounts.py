"""Accounts as an identity system sends them."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from database import Database
from people import directory
from people.directory import Person, people
from people.sign_in import provisioning
from people.sign_in.provisioning import (
    Account,
)

NEW = Account(
    user_name="Nora@Example.com",
    name="Nora Nováčková",
    given_name="Nora",
    family_name="Nováčková",
    email="nora@example.com",
    employee_id="5001",
    unit="Sklad",
    manager_key=None,
    active=True,
    external_id="e-5001",
    language="cs",
)


def person(database: Database, key: str) -> Person:
    with database.reading() as connection:
        return directory.from_row(connection.execute(select(people).where(people.c.person_key == key)).one())


def found(database: Database, by: str, value: str) -> list[str]:
    with database.reading() as connection:
        total, listed = provisioning.listed(connection, provisioning.having(by, value), 1, 10)
    assert total == len(listed)
    return [each.employee_id for each in listed]


def of_file(database: Database, employee_id: str = "6001", **differs: Any) -> Person:
    """Somebody real whom the directory knows from a file."""
    key = f"{int(employee_id):032x}"
    whole = Person(key, employee_id, "Filip Souborový", f"f{employee_id}@example.com", "Sklad", None, "cs")
    with database.writing() as connection:
        directory.add(connection, [replace(whole, **differs)])
    return replace(whole, **differs)
