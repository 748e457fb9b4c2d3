"""People who leave and come back over SCIM, and what the directory refuses."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cast import NOW
from provisioning_accounts import NEW, found, of_file, person
from sqlalchemy import select

from database import Database
from people.sign_in import provisioning
from people.sign_in.provisioning import (
    TakenError,
    UnknownAccountError,
    UnsoundAccountError,
    change,
    create,
    remove,
)
from progress.personal import erasure


def test_whoever_was_taken_out_is_gone_until_they_come_back_as_who_they_were(database: Database, today: date) -> None:
    made = create(database, NEW, today, NOW)
    remove(database, made.key, NOW)
    assert found(database, "userName", NEW.user_name) == []
    with pytest.raises(UnknownAccountError):
        remove(database, made.key, NOW)
    assert create(database, NEW, today, NOW).key == made.key
    assert person(database, made.key).active


def test_whoever_comes_back_with_a_number_in_another_case_is_who_they_were(database: Database, today: date) -> None:
    made = create(database, replace(NEW, employee_id="E5001"), today, NOW)
    remove(database, made.key, NOW)
    again = create(database, replace(NEW, employee_id="e5001"), today, NOW)
    assert (again.key, again.employee_id) == (made.key, "e5001")


def test_whoever_is_let_in_again_is_not_kept_out_by_an_old_last_day(database: Database, today: date) -> None:
    gone = of_file(database, active=False, ends_on=today - timedelta(days=30))
    change(database, gone.key, lambda before: replace(before, active=True), today, NOW)
    assert person(database, gone.key).ends_on is None


def test_a_last_day_that_is_still_ahead_stays(database: Database, today: date) -> None:
    leaving = of_file(database, ends_on=today)
    change(database, leaving.key, lambda before: replace(before, unit="Provoz"), today, NOW)
    assert person(database, leaving.key).ends_on == today


@pytest.mark.parametrize(
    "differs",
    [
        {"user_name": "NORA@example.com"},
        {"employee_id": "E5001"},
        {"employee_id": "e5001"},
        {"employee_id": "Ｅ５００１"},
        {"email": "Nora@example.COM"},
    ],
)
def test_nobody_gets_what_somebody_else_has(database: Database, today: date, differs: dict[str, str]) -> None:
    create(database, replace(NEW, employee_id="E5001"), today, NOW)
    other = replace(NEW, user_name="other", employee_id="5002", email="other@example.com")
    with pytest.raises(TakenError):
        create(database, replace(other, **differs), today, NOW)
    made = create(database, other, today, NOW)
    with pytest.raises(TakenError):
        change(database, made.key, lambda before: replace(before, **differs), today, NOW)


@pytest.mark.parametrize(
    "differs",
    [
        {"name": ""},
        {"user_name": " "},
        {"name": "Nora\u202e"},
        {"name": "Nora\n"},
        {"unit": "x" * 255},
        {"email": "nora"},
        {"email": "no ra@example.com"},
        {"manager_key": "nobody"},
    ],
)
def test_what_the_directory_cannot_hold_is_refused(database: Database, today: date, differs: dict[str, str]) -> None:
    with pytest.raises(UnsoundAccountError):
        create(database, replace(NEW, **differs), today, NOW)
    assert found(database, "employeeNumber", "5001") == []


def test_nobody_reports_to_themselves_or_to_their_own_reports(database: Database, today: date) -> None:
    top = create(database, NEW, today, NOW)
    middle = of_file(database, "6001", manager_key=top.key)
    bottom = of_file(database, "6002", manager_key=middle.key)
    for manager in (top.key, middle.key, bottom.key):
        with pytest.raises(UnsoundAccountError, match="circle"):
            change(database, top.key, lambda before, to=manager: replace(before, manager_key=to), today, NOW)
    change(database, bottom.key, lambda before: replace(before, manager_key=top.key), today, NOW)
    assert person(database, bottom.key).manager_key == top.key


def test_erasure_takes_what_the_identity_system_called_them(database: Database, today: date, now: datetime) -> None:
    made = create(database, NEW, today, NOW)
    erasure.erase(database, "5001", "asked for it", "tests", now)
    with database.reading() as connection:
        assert connection.execute(select(provisioning.provisioned)).all() == []
    assert person(database, made.key).external_id is None
