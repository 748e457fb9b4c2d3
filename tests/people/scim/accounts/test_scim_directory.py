"""The directory kept in step over SCIM: accounts become people."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from cast import NOW
from provisioning_accounts import NEW, found, of_file, person
from sqlalchemy import not_, select

from database import Database
from people import directory
from people.access import Principal
from people.directory import Person
from people.sign_in import accounts, provisioning
from people.sign_in.provisioning import (
    TakenError,
    UnknownAccountError,
    change,
    create,
    remove,
)
from progress.personal import erasure

SECRET = b"a secret of at least thirty-two characters"


# The directory


def sessions_of(database: Database, key: str) -> int:
    with database.reading() as connection:
        rows = connection.execute(select(accounts.sessions).where(accounts.sessions.c.person_key == key))
        return len(rows.all())


def test_an_account_becomes_a_person(database: Database, today: date) -> None:
    made = create(database, replace(NEW, email="Nora@Example.com"), today, NOW)
    assert replace(made, key="") == NEW
    kept = person(database, made.key)
    assert (kept.name, kept.email, kept.unit, kept.active) == (NEW.name, NEW.email, NEW.unit, True)
    assert (kept.employee_id, kept.external_id, kept.invented) == ("5001", "e-5001", False)


def test_people_are_found_by_what_the_identity_system_calls_them(database: Database, today: date) -> None:
    create(database, NEW, today, NOW)
    of_file(database)
    assert found(database, "userName", "NORA@example.com") == ["5001"]
    assert found(database, "externalId", "e-5001") == ["5001"]
    assert found(database, "employeeNumber", "5001") == ["5001"]
    assert found(database, "userName", "F6001@example.com") == ["6001"], "known from a file"
    with database.writing() as connection:
        other = Person("0" * 32, "aB-6002", "Filip Souborový", "", "Sklad", None, "cs")
        directory.add(connection, [other])
    for spelled in ("ab-6002", "AB-6002", "Ab-6002", "ａｂ-６００２"):
        assert found(database, "userName", spelled) == found(database, "employeeNumber", spelled) == ["aB-6002"]
    assert found(database, "userName", "%") == []


def test_nobody_invented_or_erased_is_seen_or_touched(
    database: Database, learner: Principal, today: date, now: datetime
) -> None:
    erased = of_file(database)
    erasure.erase(database, erased.employee_id, "asked for it", "tests", now)
    for key in (learner.key, erased.key):
        with pytest.raises(UnknownAccountError):
            change(database, key, lambda before: replace(before, active=False), today, NOW)
        with pytest.raises(UnknownAccountError):
            remove(database, key, NOW)
    assert found(database, "userName", learner.person.email) == []
    with pytest.raises(TakenError, match="employeeNumber"):
        create(database, replace(NEW, employee_id=learner.person.employee_id), today, NOW)
    assert person(database, learner.key) == learner.person


def test_whoever_is_deactivated_or_taken_out_is_signed_out_at_once(
    database: Database, today: date, now: datetime
) -> None:
    made = create(database, NEW, today, NOW)
    accounts.sign_in(database, made.key, SECRET, now)
    change(database, made.key, lambda before: replace(before, unit="Provoz"), today, NOW)
    assert sessions_of(database, made.key) == 1
    change(database, made.key, lambda before: replace(before, active=False), today, NOW)
    assert sessions_of(database, made.key) == 0
    change(database, made.key, lambda before: replace(before, active=True), today, NOW)
    accounts.sign_in(database, made.key, SECRET, now)
    remove(database, made.key, NOW)
    assert sessions_of(database, made.key) == 0
    assert not person(database, made.key).active


def test_each_attribute_that_can_be_looked_for_finds_its_account(database: Database, today: date) -> None:
    boss = create(database, replace(NEW, user_name="boss", employee_id="1", email="", external_id=None), today, NOW)
    made = create(database, replace(NEW, manager_key=boss.key, email_type="work", active=False), today, NOW)
    values: dict[str, str | bool] = {
        "id": made.key,
        "userName": NEW.user_name,
        "externalId": "e-5001",
        "employeeNumber": "5001",
        "emails.value": NEW.email,
        "emails.type": "work",
        "emails.primary": True,
        "active": False,
        "manager": boss.key,
        "manager.value": boss.key,
    }
    with database.reading() as connection:
        for attribute, value in values.items():
            wanted = provisioning.having(attribute, value)
            assert wanted is not None
            assert provisioning.listed(connection, wanted, 1, 10) == (1, [made]), attribute
            assert provisioning.listed(connection, not_(wanted), 1, 10) == (1, [boss]), attribute
            there = provisioning.present(attribute)
            assert there is not None
            both = attribute in {"id", "userName", "employeeNumber", "active"}
            assert provisioning.listed(connection, there, 1, 10)[0] == (2 if both else 1), attribute
        assert provisioning.having("title", "x") is provisioning.present("title") is None
