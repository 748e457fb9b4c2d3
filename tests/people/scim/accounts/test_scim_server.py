"""SCIM over HTTP: its token, and people through their time at the company."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from identity_system import ENTERPRISE, TOKEN, created, patched, user
from provisioning_accounts import person
from serving import SECRET as SECRET_OF_SERVER
from serving import Server

from people.access import Role
from people.sign_in import accounts


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
