"""What is wrong with a change over SCIM is said in words that name the attribute."""

from typing import Any

import httpx
import pytest
from identity_system import ENTERPRISE, patched, user
from scim_changing import address_of, number


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ({"op": "add", "path": "displayName", "value": 7}, "displayName: has to be a text."),
        ({"op": "add", "path": "name", "value": {"givenName": 7}}, "name: has to be a text."),
        ({"op": "replace", "path": "emails", "value": "x"}, "emails: has to be an object."),
        ({"op": "add", "path": f"{ENTERPRISE}:employeeNumber", "value": 7}, "employeeNumber: has to be a text."),
        ({"op": "add", "path": "active", "value": "perhaps"}, "active: has to be true or false."),
        ({"op": "add", "path": "x" * 501, "value": 7}, "path: is longer than 500 characters."),
        ({"op": "add", "path": "name", "value": "x"}, "name: has to be an object."),
    ],
)
def test_the_attribute_is_named(
    scim: httpx.Client, somebody: dict[str, Any], operation: dict[str, Any], said: str
) -> None:
    answer = patched(scim, somebody["id"], operation)
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(said)


def test_a_double_is_named(scim: httpx.Client, somebody: dict[str, Any]) -> None:
    taken = address_of(somebody)
    own = number()
    answers = {
        "userName: somebody else has this user name.": user(own, userName=somebody["userName"]),
        "emails: somebody else has this address.": user(own, emails=[{"value": taken}]),
        "employeeNumber: somebody else has this number.": user(own, **{ENTERPRISE: somebody[ENTERPRISE]}),
    }
    for said, document in answers.items():
        answer = scim.post("/Users", json=document)
        assert (answer.status_code, answer.json()["detail"]) == (409, said)


def test_more_changes_than_anybody_makes_are_refused(scim: httpx.Client, somebody: dict[str, Any]) -> None:
    many = {"op": "add", "value": {f"x{n}": n for n in range(501)}}
    answer = patched(scim, somebody["id"], many)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "tooMany")
