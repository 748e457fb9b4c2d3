"""`manage.py roles`: granted and taken."""

from datetime import UTC, datetime

import pytest
from operating import Run
from people_command import person
from sqlalchemy import select

from database import Database
from people.access import Role
from people.sign_in import accounts


def roles(database: Database, employee_id: str) -> set[str]:
    key = person(database, employee_id).key
    with database.reading() as connection:
        asked = select(accounts.grants.c.role).where(accounts.grants.c.person_key == key)
        return set(connection.execute(asked).scalars())


def test_a_role_is_taken_and_sessions_end_with_it(run: Run, company: Database) -> None:
    assert run("grant", "2", "hr").exit_code == 0
    secret = b"only-for-tests-only-for-tests-only-for-tests"
    accounts.sign_in(company, person(company, "2").key, secret, datetime.now(UTC))
    assert roles(company, "2") == {Role.HR}
    assert run("take", "2", "hr").exit_code == 0
    assert roles(company, "2") == set()
    with company.reading() as connection:
        assert connection.execute(select(accounts.sessions)).all() == []
    again = run("take", "2", "hr")
    assert again.exit_code == 1
    assert "Anna Ďurišová" in again.output


@pytest.mark.parametrize("arguments", [["2", "manager"], ["2", "auditor", "--unit", "Sklad"], ["77", "hr"]])
@pytest.mark.usefixtures("company")
def test_a_role_that_cannot_be_given_cannot_be_taken_either(run: Run, arguments: list[str]) -> None:
    for command in ("grant", "take"):
        assert run(command, *arguments).exit_code == 1
