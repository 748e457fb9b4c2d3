"""An account without an employee number is kept, is nobody in the directory, and is shown until its number comes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from cast import NOW
from identity_system import ENTERPRISE, created, patched, user
from operating import Run
from serving import Server
from sqlalchemy import select

from database import Database
from people import directory, history
from people.directory import people
from people.sign_in import provisioning, single_sign_on
from people.sign_in.provisioning import (
    Account,
    TakenError,
    UnknownAccountError,
    UnsoundAccountError,
    change,
    create,
    remove,
)
from people.sign_in.single_sign_on import RefusedSignInError
from progress.personal import erasure

NORA = Account(
    user_name="Nora@Example.com",
    name="Nora Nováčková",
    given_name="Nora",
    family_name="Nováčková",
    email="nora@example.com",
    employee_id="",
    unit="Sklad",
    manager_key=None,
    active=True,
    external_id="e-5001",
    language="cs",
    email_type="work",
)


def numbered(account: Account, **differs: Any) -> Account:
    return replace(account, employee_id="5001", **differs)


def waiting(database: Database) -> list[str]:
    with database.reading() as connection:
        return [each.user_name for each in provisioning.without_number(connection)]


def is_in_directory(database: Database) -> bool:
    with database.reading() as connection:
        noted = connection.execute(select(history.history)).first() is not None
        assert noted is not directory.is_empty(connection)
        return noted


def test_an_account_without_a_number_is_kept_and_is_nobody(database: Database, today: date) -> None:
    made = create(database, NORA, today, NOW)
    assert made == replace(NORA, key=made.key)
    assert not is_in_directory(database)
    assert waiting(database) == [NORA.user_name]
    claims = {"email": NORA.email, "email_verified": True}
    with database.reading() as connection, pytest.raises(RefusedSignInError, match="does not know you"):
        single_sign_on.find(connection, claims, "email", "email", today)


def test_with_the_number_they_come_into_the_directory_as_who_they_are(database: Database, today: date) -> None:
    made = create(database, NORA, today, NOW)
    whole = change(database, made.key, lambda before: numbered(before, unit="Provoz"), today, NOW)
    assert whole == replace(numbered(NORA), key=made.key, unit="Provoz")
    assert waiting(database) == []
    with database.reading() as connection:
        person = directory.by_employee_id(connection, "5001")
        assert person is not None
        assert (person.key, person.active, person.email) == (made.key, True, NORA.email)
        assert provisioning.find(connection, made.key) == whole
    remove(database, made.key, NOW)
    assert create(database, numbered(NORA), today, NOW).key == made.key, "their record goes on"


def test_whoever_is_not_to_have_access_has_none_with_the_number(database: Database, today: date) -> None:
    made = create(database, replace(NORA, active=False), today, NOW)
    assert not change(database, made.key, numbered, today, NOW).active


def test_it_changes_and_goes_like_any_account(database: Database, today: date) -> None:
    made = create(database, NORA, today, NOW)
    assert change(database, made.key, lambda before: replace(before, name="Nora Veselá"), today, NOW).name == (
        "Nora Veselá"
    )
    assert waiting(database) == [NORA.user_name]
    remove(database, made.key, NOW)
    assert waiting(database) == []
    with pytest.raises(UnknownAccountError):
        change(database, made.key, numbered, today, NOW)
    assert not is_in_directory(database)


def test_two_accounts_have_two_names_and_one_number_is_one_persons(database: Database, today: date) -> None:
    first = create(database, NORA, today, NOW)
    with pytest.raises(TakenError, match="userName"):
        create(database, replace(NORA, user_name="NORA@example.com"), today, NOW)
    with pytest.raises(TakenError, match="userName"):
        create(database, numbered(NORA), today, NOW)
    second = create(database, replace(NORA, user_name="other", email="other@example.com"), today, NOW)
    change(database, first.key, numbered, today, NOW)
    with pytest.raises(TakenError, match="employeeNumber"):
        change(database, second.key, numbered, today, NOW)
    assert waiting(database) == ["other"]
    with pytest.raises(TakenError, match="emails"):
        change(database, second.key, lambda before: replace(before, email=NORA.email), today, NOW)


def test_it_has_a_manager_and_is_none(database: Database, today: date, now: datetime) -> None:
    top = create(database, numbered(replace(NORA, user_name="top", email="")), today, NOW)
    boss = create(
        database, replace(NORA, user_name="boss", email="", employee_id="5002", manager_key=top.key), today, NOW
    )
    made = create(database, replace(NORA, manager_key=boss.key), today, NOW)
    with pytest.raises(UnsoundAccountError, match="no employee number yet"):
        change(database, boss.key, lambda before: replace(before, manager_key=made.key), today, NOW)
    erasure.erase(database, "5002", "asked for it", "tests", now)
    whole = change(database, made.key, lambda before: replace(before, employee_id="5003"), today, NOW)
    assert whole.manager_key == top.key, "whoever reported to the erased person reports to their manager"


# Over SCIM


def test_over_scim_it_is_inactive_until_the_number_comes(scim: httpx.Client, kodex_with_scim: Server) -> None:
    plain = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "w-1@example.com", "active": True}
    answer = scim.post("/Users", json=plain)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["active"] is False
    assert ENTERPRISE not in made or "employeeNumber" not in made[ENTERPRISE]
    here = f"/Users/{made['id']}"
    assert scim.get(here).json() == made
    for text in (
        'userName eq "W-1@example.com"',
        f'id eq "{made["id"]}"',
        'userName eq "w-1@example.com" and active eq false',
    ):
        assert scim.get("/Users", params={"filter": text}).json()["Resources"] == [made]
    renamed = patched(scim, made["id"], {"op": "replace", "path": "displayName", "value": "Nora"}).json()
    assert (renamed["displayName"], renamed["active"]) == ("Nora", False)
    assert counted(kodex_with_scim) == 0
    number = {"op": "Add", "path": f"{ENTERPRISE}:employeeNumber", "value": "w-1"}
    whole = patched(scim, made["id"], number).json()
    assert (whole["active"], whole["id"], whole[ENTERPRISE]) == (True, made["id"], {"employeeNumber": "w-1"})
    assert counted(kodex_with_scim) == 1


def test_over_scim_it_is_put_patched_listed_and_deleted(scim: httpx.Client) -> None:
    made = created(scim, "w-2", **{ENTERPRISE: {"department": "Sklad"}})
    here = f"/Users/{made['id']}"
    total = scim.get("/Users", params={"count": 0}).json()["totalResults"]
    off = patched(scim, made["id"], {"op": "Replace", "path": "active", "value": "False"})
    assert off.status_code == 200
    whole = scim.put(here, json=user("w-2"))
    assert (whole.status_code, whole.json()["active"]) == (200, False), "what is not said lets nobody in"
    assert scim.get("/Users", params={"count": 0}).json()["totalResults"] == total
    other = created(scim, "w-3", **{ENTERPRISE: {}})
    assert scim.delete(f"/Users/{other['id']}").status_code == 204
    assert scim.get(f"/Users/{other['id']}").status_code == 404


def counted(kodex: Server) -> int:
    with kodex.database.reading() as connection:
        rows = connection.execute(select(people.c.person_key).where(people.c.name == "Nora"))
        return len(rows.all())


# By the operator


def test_the_operator_sees_who_waits_and_forgets_them(
    database: Database, database_url: str, today: date, operated: Callable[..., Run]
) -> None:
    run = operated(database_url, "people", "incomplete")
    assert "Nobody" in run().output
    create(database, NORA, today, NOW)
    shown = run()
    assert shown.exit_code == 0
    assert "Nora@Example.com\tNora Nováčková\tnora@example.com\tSklad" in shown.output
    assert run("--forget", "somebody").exit_code == 1
    assert waiting(database) == [NORA.user_name]
    assert run("--forget", "nora@example.com").exit_code == 0
    assert waiting(database) == []
