"""The directory kept in step over SCIM: accounts become people, and go through their time at the company."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from conftest import NOW
from coroutines import awaited
from identity_system import ENTERPRISE, TOKEN, created, patched, user
from serving import SECRET as SECRET_OF_SERVER
from serving import Server
from sqlalchemy import not_, select
from starlette.applications import Starlette

from database import Database, UnknownOutcomeError
from people import accounts, directory, provisioning
from people.access import Principal, Role
from people.directory import Person, people
from people.provisioning import Account, TakenError, UnknownAccountError, UnsoundAccountError, change, create, remove
from progress import erasure
from web import scim as service

SECRET = b"a secret of at least thirty-two characters"

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

# The directory


def person(database: Database, key: str) -> Person:
    with database.reading() as connection:
        return directory.from_row(connection.execute(select(people).where(people.c.person_key == key)).one())


def found(database: Database, by: str, value: str) -> list[str]:
    with database.reading() as connection:
        total, listed = provisioning.listed(connection, provisioning.having(by, value), 1, 10)
    assert total == len(listed)
    return [each.employee_id for each in listed]


def sessions_of(database: Database, key: str) -> int:
    with database.reading() as connection:
        rows = connection.execute(select(accounts.sessions).where(accounts.sessions.c.person_key == key))
        return len(rows.all())


def of_file(database: Database, employee_id: str = "6001", **differs: Any) -> Person:
    """Somebody real whom the directory knows from a file."""
    key = f"{int(employee_id):032x}"
    whole = Person(key, employee_id, "Filip Souborový", f"f{employee_id}@example.com", "Sklad", None, "cs")
    with database.writing() as connection:
        directory.add(connection, [replace(whole, **differs)])
    return replace(whole, **differs)


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


# The server


@pytest.mark.parametrize(
    "authorization", [None, TOKEN, f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer", "Basic eDp5", "Bearer ž"]
)
def test_without_the_token_nothing_is_answered(kodex_with_scim: Server, authorization: str | None) -> None:
    headers = {"Authorization": authorization.encode()} if authorization is not None else {}
    with kodex_with_scim.client(headers=headers) as client:
        for path in ("/Users", "/Users/x", "/ServiceProviderConfig", "/Schemas", "/", "/nothing"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                answer = client.request(method, f"/scim/v2{path}")
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == "Bearer"
                assert answer.json()["status"] == "401"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_of_the_token_may_be_written_in_any_letters(kodex_with_scim: Server, scheme: str) -> None:
    with kodex_with_scim.client(headers={"Authorization": f"{scheme} {TOKEN}"}) as client:
        assert client.get("/scim/v2/Users").status_code == 200


def test_the_token_opens_nothing_else(kodex_with_scim: Server, scim: httpx.Client) -> None:
    for path in ("/", "/export/certifications.csv", "/_stcore/host-config", "/scim/v1/Users", "/scim/v2"):
        answer = scim.get(f"{kodex_with_scim.url}{path}", headers={"Accept": "text/html"})
        assert answer.status_code in {303, 401}


def test_without_the_setting_there_is_no_scim(server: Server) -> None:
    with server.client() as client:
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Bearer None"}):
            assert client.get("/scim/v2/Users", headers=headers).status_code == 404


def test_a_user_goes_through_their_time_at_the_company(kodex_with_scim: Server, scim: httpx.Client) -> None:
    made = created(scim, "7001")
    key = made["id"]
    listed = scim.get("/Users", params={"filter": 'userName eq "7001@EXAMPLE.com"'}).json()
    assert (listed["totalResults"], listed["Resources"]) == (1, [made])
    replaced = scim.put(f"/Users/{key}", json=user("7001", displayName="Nora Veselá", externalId="x-7001")).json()
    assert (replaced["displayName"], replaced["externalId"]) == ("Nora Veselá", "x-7001")
    assert scim.get("/Users", params={"filter": 'externalId eq "x-7001"'}).json()["totalResults"] == 1
    assert patched(scim, key, {"op": "replace", "path": "active", "value": False}).json()["active"] is False
    assert not person(kodex_with_scim.database, key).active
    assert scim.delete(f"/Users/{key}").status_code == 204
    assert scim.get(f"/Users/{key}").status_code == 404
    assert scim.delete(f"/Users/{key}").status_code == 404
    assert person(kodex_with_scim.database, key).name == "Nora Veselá", "the record still has its person"
    assert created(scim, "7001")["id"] == key


def test_somebody_deactivated_over_scim_is_out_at_once(kodex_with_scim: Server, scim: httpx.Client) -> None:
    key = created(scim, "7002")["id"]
    with kodex_with_scim.database.writing() as connection:
        accounts.grant(connection, [(key, Role.AUDITOR)])
    token = accounts.sign_in(kodex_with_scim.database, key, SECRET_OF_SERVER.encode(), datetime.now(UTC))
    with kodex_with_scim.client(cookies={"kodex": token}) as client:
        assert client.get("/export/certifications.csv").status_code == 200
        patched(scim, key, {"op": "replace", "value": {"active": False}})
        assert client.get("/export/certifications.csv").status_code == 401


def test_what_entra_id_sends_is_understood(scim: httpx.Client) -> None:
    boss = created(scim, "7010")["id"]
    key = created(
        scim,
        "7011",
        name={"givenName": "Nora", "familyName": "Nováčková", "formatted": "Nora Nováčková"},
        emails=[{"primary": True, "type": "work", "value": "n7011@example.com"}],
        active=True,
    )["id"]
    changed = patched(
        scim,
        key,
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "v7011@example.com"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": boss},
        {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Provoz"},
        {"op": "Replace", "value": {"active": "False", "name.familyName": "Veselá", "displayName": "Nora Veselá"}},
    ).json()
    assert changed["emails"] == [{"value": "v7011@example.com", "type": "work", "primary": True}]
    assert changed[ENTERPRISE]["manager"]["value"] == boss
    assert changed[ENTERPRISE]["department"] == "Provoz"
    assert (changed["active"], changed["displayName"]) == (False, "Nora Veselá")
    assert changed["name"] == {"givenName": "Nora", "familyName": "Veselá"}
    removed = patched(scim, key, {"op": "Remove", "path": f"{ENTERPRISE}:manager"}).json()
    assert "manager" not in removed[ENTERPRISE]
    again = scim.put(f"/Users/{key}", json=user("7011")).json()
    assert again["active"] is False, "what is not said does not let anybody in"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/Users", b"{", 400, "invalidSyntax"),
        ("POST", "/Users", b"[]", 400, "invalidSyntax"),
        ("POST", "/Users", b"[" * 100_000, 400, "invalidSyntax"),
        ("POST", "/Users", b"{}", 400, "invalidValue"),
        ("POST", "/Users", b'{"userName": "\\udfff"}', 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": "\\u0000"}', 400, "invalidValue"),
        ("POST", "/Users", b'{"userName": "x", "x": NaN}', 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": ' + b"9" * 5000 + b"}", 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": "\xff"}', 400, "invalidSyntax"),
        ("POST", "/Users", '{"userName": "x"}'.encode("utf-16"), 400, "invalidSyntax"),
        ("POST", "/Users", b'{"Operations": [{"op": "\\udfff"}]}', 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": 1}', 400, "invalidValue"),
        ("POST", "/Users", b'{"userName": "x", "name": "x"}', 400, "invalidValue"),
        ("POST", "/Users", b'{"userName": "x", "emails": {}}', 400, "invalidValue"),
        ("POST", "/Users", b'{"userName": "x", "active": 1}', 400, "invalidValue"),
        ("POST", "/Users", b" " * 1_000_001, 413, None),
        ("PUT", "/Users/nobody", b"{}", 404, None),
        ("GET", "/Users/nobody", b"", 404, None),
        ("PUT", "/Users", b"{}", 405, None),
        ("POST", "/Schemas", b"{}", 405, None),
        ("GET", "/Groups", b"", 404, None),
        ("GET", "/Users?filter=userName", b"", 400, "invalidFilter"),
        ("GET", "/Users?filter=title%20eq%20%22x%22", b"", 400, "invalidFilter"),
        ("GET", "/Users?filter=userName%20co%20%22x%22", b"", 400, "invalidFilter"),
        ("GET", "/Users?filter=userName%20eq%20%22%5Cx%22", b"", 400, "invalidFilter"),
        ("GET", "/Users?count=many", b"", 400, "invalidValue"),
    ],
)
def test_what_cannot_be_done_is_told_in_the_protocols_words(
    scim: httpx.Client, method: str, path: str, body: bytes, status: int, kind: str | None
) -> None:
    answer = scim.request(method, path, content=body)
    assert answer.status_code == status, answer.text
    said = answer.json()
    assert said["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (said["status"], said.get("scimType")) == (str(status), kind)
    assert answer.headers["content-type"] == "application/scim+json"


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "erase", "path": "active"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "remove", "path": "active"}, "mutability"),
        ({"op": "remove", "path": f"{ENTERPRISE}:employeeNumber"}, "mutability"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "replace", "path": ["active"], "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "replace", "path": "displayName", "value": {"x": 1}}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": "x"}, "invalidValue"),
        ({"op": "replace", "value": "x"}, "invalidValue"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(
    scim: httpx.Client, operation: dict[str, Any], kind: str
) -> None:
    found = scim.get("/Users", params={"filter": 'employeeNumber eq "7030"'}).json()["Resources"]
    before = found[0] if found else created(scim, "7030")
    good = {"op": "replace", "path": "displayName", "value": "Somebody Else"}
    answer = patched(scim, before["id"], good, operation)
    assert (answer.status_code, answer.json()["scimType"]) == (400, kind), answer.text
    assert scim.get(f"/Users/{before['id']}").json() == before


# A database that does not answer


def test_while_the_database_does_not_answer_the_identity_system_is_told_to_ask_later(
    kodex_with_scim: Server, scim: httpx.Client
) -> None:
    key = created(scim, "7090")["id"]
    move = "ALTER TABLE {} RENAME TO {}".format
    with kodex_with_scim.database.writing() as connection:
        connection.exec_driver_sql(move("people", "elsewhere"))
    answers = [
        scim.get("/Users"),
        scim.get(f"/Users/{key}"),
        scim.post("/Users", json=user("7091")),
        scim.put(f"/Users/{key}", json=user("7090")),
        patched(scim, key, {"op": "replace", "path": "active", "value": False}),
        scim.delete(f"/Users/{key}"),
    ]
    with kodex_with_scim.database.writing() as connection:
        connection.exec_driver_sql(move("elsewhere", "people"))
    for answer in answers:
        check_unavailable(answer)
    assert scim.get(f"/Users/{key}").json()["active"] is True


def test_a_change_that_may_have_been_made_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise UnknownOutcomeError

    house = SimpleNamespace(
        settings=SimpleNamespace(scim_token=TOKEN, public_url="https://kodex.example"),
        database=SimpleNamespace(write=lost),
        today=lambda _: date.min,
    )
    monkeypatch.setattr(service, "installation", lambda: house)

    async def asked() -> httpx.Response:
        application = httpx.ASGITransport(Starlette(routes=service.ROUTES))
        async with httpx.AsyncClient(transport=application, base_url="https://kodex.example") as client:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            return await client.post("/scim/v2/Users", json=user("7092"), headers=headers)

    answer = awaited(asked())
    check_unavailable(answer)
    assert "may have been made" in answer.json()["detail"]


def check_unavailable(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/scim+json")
    assert int(answer.headers["retry-after"]) > 0
    said = answer.json()
    assert (said["schemas"], said["status"]) == (["urn:ietf:params:scim:api:messages:2.0:Error"], "503")
