"""What nobody keeps is ignored over SCIM while the rest is done; truth values may be words."""

from typing import Any

import httpx
import pytest
from identity_system import ENTERPRISE, USER, created, patched, user
from scim_changing import number, said_of, without_times

# What nobody keeps

IGNORED = [
    {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+420 555 000 111"},
    {"op": "Replace", "path": 'addresses[type eq "work"].locality', "value": "Brno"},
    {"op": "add", "path": "roles", "value": [{"value": "User"}]},
    {"op": "add", "path": "groups", "value": [{"value": "x"}]},
    {"op": "remove", "path": 'roles[value eq "x"]'},
    {"op": "remove", "path": "title"},
    {"op": "replace", "path": "name.middleName", "value": "M"},
    {"op": "replace", "path": "nickName", "value": {"not": ["even", "a text"]}},
    {"op": "add", "path": f"{ENTERPRISE}:costCenter", "value": "7"},
    {"op": "add", "path": "urn:okta:custom:1.0:User:shoeSize", "value": 42},
    {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:acme:2.0:User", "value": {"x": 1}},
    {"op": "add", "value": {"title": "Clerk", 'addresses[type eq "work"].locality': "Brno", "x509Certificates": 7}},
    {"op": "replace", "value": {ENTERPRISE: {"division": "D"}, "id": "x", "schemas": ["x"], "meta": 7}},
]


@pytest.mark.parametrize("ignored", IGNORED)
def test_what_nobody_keeps_is_ignored_and_the_rest_is_done(
    scim: httpx.Client, somebody: dict[str, Any], ignored: dict[str, Any]
) -> None:
    answer = patched(scim, somebody["id"], ignored, {"op": "Replace", "path": "active", "value": "False"})
    assert answer.status_code == 200, answer.text
    assert said_of(answer) == without_times({**somebody, "active": False})


@pytest.mark.parametrize("by", ["POST", "PUT"])
def test_what_nobody_keeps_is_ignored_in_a_whole_user(scim: httpx.Client, by: str) -> None:
    own = number()
    more = {
        "title": 7,
        "phoneNumbers": "none",
        "photos": [{"value": "no address"}],
        "groups": [{"value": "x"}],
        "profileUrl": "no address",
        "urn:okta:custom:1.0:User": {"shoeSize": 42},
        "name": {"givenName": "Nora", "middleName": "M"},
        "meta": {"version": 7},
        "id": "mine",
    }
    if by == "POST":
        found = created(scim, own, **more)
    else:
        found = scim.put(f"/Users/{created(scim, own)['id']}", json=user(own, **more)).json()
    assert found["name"] == {"givenName": "Nora"}
    assert found["id"] != "mine"
    assert set(found) == {"schemas", "id", "userName", "displayName", "active", "emails", "name", ENTERPRISE, "meta"}


# Truth values


@pytest.mark.parametrize(("said", "meant"), [("True", True), ("false", False), (" FALSE ", False), (False, False)])
def test_truth_values_may_be_words(scim: httpx.Client, said: object, meant: bool) -> None:
    own = number()
    made = created(scim, own, active=said)
    assert made["active"] is meant
    for operation in (
        {"op": "replace", "path": "active", "value": said},
        {"op": "Replace", "value": {"Active": said}},
        {"op": "add", "path": f"{USER}:active", "value": said},
    ):
        patched(scim, made["id"], {"op": "replace", "path": "active", "value": not meant})
        assert patched(scim, made["id"], operation).json()["active"] is meant
    assert scim.put(f"/Users/{made['id']}", json=user(own, active=said)).json()["active"] is meant


@pytest.mark.parametrize("said", ["0", "1", 1, 0, "yes", "", [], {}, 0.0])
def test_what_is_no_truth_value_lets_nobody_in_or_out(
    scim: httpx.Client, somebody: dict[str, Any], said: object
) -> None:
    answer = patched(scim, somebody["id"], {"op": "replace", "path": "active", "value": said})
    assert answer.status_code == 400 or said_of(answer) == without_times(somebody)
    assert scim.post("/Users", json=user(number(), active=said)).status_code == 400
    assert said_of(scim.get(f"/Users/{somebody['id']}")) == without_times(somebody)
