"""Parts of a user changed over SCIM, as identity systems send it: a path's condition selects, and what nobody keeps
is ignored while the rest is done."""

from itertools import count
from typing import Any

import httpx
import pytest
from identity_system import ENTERPRISE, USER, created, patched, user

_numbers = count(1)
WORK, HOME = {"type": "work"}, {"type": "home"}


def number() -> str:
    return f"change-{next(_numbers)}"


def address_of(document: dict[str, Any]) -> str | None:
    emails = document.get("emails", [])
    assert len(emails) <= 1
    return emails[0]["value"] if emails else None


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "meta"}


def said_of(answer: httpx.Response) -> dict[str, Any]:
    return without_times(answer.json())


@pytest.fixture
def somebody(scim: httpx.Client) -> dict[str, Any]:
    """Somebody whose work address is known."""
    own = number()
    return created(scim, own, emails=[{"value": f"{own}@work.example", "type": "work", "primary": True}])


# Which address is kept

SECOND = [
    {"op": "add", "path": "emails", "value": [{"type": "home", "value": "private@freemail.example"}]},
    {"op": "Add", "path": "emails", "value": {"type": "home", "value": "private@freemail.example"}},
    {"op": "add", "path": "emails", "value": [{"value": "private@freemail.example"}]},
    {
        "op": "add",
        "path": "emails",
        "value": [{"type": "home", "value": "p@freemail.example", "primary": True}],
    },
    {"op": "add", "path": "emails", "value": [{"type": "home", "value": "p@freemail.example", "primary": "True"}]},
    {"op": "add", "value": {"emails": [{"type": "home", "value": "private@freemail.example"}]}},
    {"op": "add", "value": {"Emails": {"type": "home", "value": "private@freemail.example"}}},
    {"op": "add", "path": 'emails[type eq "home"].value', "value": "private@freemail.example"},
    {"op": "add", "path": 'emails[type eq "home" and primary eq true].value', "value": "private@freemail.example"},
    {"op": "Add", "value": {'emails[type eq "home"].value': "private@freemail.example"}},
    {"op": "add", "path": f"{USER}:emails", "value": [{"type": "other", "value": "private@freemail.example"}]},
    {"op": "add", "path": "emails", "value": [{"type": "home"}, {"value": None, "primary": True}]},
]


@pytest.mark.parametrize("operation", SECOND)
def test_a_second_address_never_takes_the_place_of_the_one_kept(
    scim: httpx.Client, somebody: dict[str, Any], operation: dict[str, Any]
) -> None:
    answer = patched(scim, somebody["id"], operation)
    assert answer.status_code == 200, answer.text
    assert said_of(scim.get(f"/Users/{somebody['id']}")) == said_of(answer) == without_times(somebody)


@pytest.mark.parametrize("op", ["replace", "Remove"])
@pytest.mark.parametrize(
    "path",
    [
        'emails[type eq "home"]',
        'emails[type eq "home"].value',
        'emails[value eq "nobody@example.com"]',
        'emails[type ne "work"].value',
        'emails[not (type eq "work")].value',
        "emails[primary eq false].value",
        'emails[type eq "work" and primary eq false].value',
    ],
)
def test_a_condition_that_nothing_meets_is_said_and_changes_nothing(
    scim: httpx.Client, somebody: dict[str, Any], op: str, path: str
) -> None:
    value = {"value": {"value": "x@example.com"} if path.endswith("]") else "x@example.com"}
    operation = {"op": op, "path": path, **(value if op == "replace" else {})}
    rename = {"op": "replace", "path": "displayName", "value": "Somebody Else"}
    answer = patched(scim, somebody["id"], rename, operation)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "noTarget"), answer.text
    assert said_of(scim.get(f"/Users/{somebody['id']}")) == without_times(somebody)


@pytest.mark.parametrize(
    "path",
    [
        'emails[type eq "work"].value',
        'emails[TYPE EQ "Work"].Value',
        "emails[primary eq true].value",
        'emails[primary eq "True"].value',
        'emails[type eq "work" and primary eq true].value',
        'emails[(type eq "work") or (type eq "home")].value',
        f'{USER}:emails[type eq "work"].value',
        "emails.value",
    ],
)
@pytest.mark.parametrize("op", ["add", "Replace"])
def test_the_address_that_a_condition_selects_is_changed(
    scim: httpx.Client, somebody: dict[str, Any], op: str, path: str
) -> None:
    new = f"{number()}@work.example"
    answer = patched(scim, somebody["id"], {"op": op, "path": path, "value": new})
    assert answer.status_code == 200, answer.text
    assert answer.json()["emails"] == [{"value": new, "type": "work", "primary": True}]


@pytest.mark.parametrize("path", ["emails", 'emails[type eq "work"]', "emails[primary eq true]"])
def test_the_address_that_is_kept_can_be_taken_away(scim: httpx.Client, somebody: dict[str, Any], path: str) -> None:
    rename = {"op": "replace", "path": "userName", "value": f"{number()}-without-address"}
    left = patched(scim, somebody["id"], rename, {"op": "remove", "path": path}).json()
    assert address_of(left) is None
    added = patched(scim, left["id"], {"op": "add", "path": 'emails[type eq "work"].value', "value": "n@e.example"})
    assert added.json()["emails"] == [{"value": "n@e.example", "type": "work", "primary": True}]
    patched(scim, left["id"], {"op": "remove", "path": "emails"})


def test_entra_takes_an_address_away_by_its_value(scim: httpx.Client, somebody: dict[str, Any]) -> None:
    rename = {"op": "replace", "path": "userName", "value": f"{number()}-without-address"}
    other = {"op": "remove", "path": "emails", "value": [{"value": "another@work.example"}]}
    assert address_of(patched(scim, somebody["id"], rename, other).json()) == address_of(somebody)
    theirs = {"op": "remove", "path": "emails", "value": [{"value": address_of(somebody)}]}
    assert address_of(patched(scim, somebody["id"], theirs).json()) is None


SETS: list[tuple[list[Any], str]] = [
    ([HOME, WORK], "work"),
    ([{}, WORK], "work"),
    ([{"type": "other"}, {**HOME, "primary": True}, WORK], "home"),
    ([{**HOME, "primary": "False"}, {**WORK, "primary": "True"}], "work"),
    ([{**HOME, "primary": "false"}, {"type": "other", "primary": "true"}], "other"),
    ([HOME, {"type": "other"}], "home"),
    ([WORK, "no object", {**HOME, "primary": "perhaps"}, {**HOME, "value": "no address"}, None], "work"),
    ([{"type": "Work"}, {**HOME, "value": 7}], "Work"),
]


@pytest.mark.parametrize(("emails", "kept"), SETS)
@pytest.mark.parametrize("by", ["POST", "PUT", "replace", "replace without a path"])
def test_of_several_addresses_the_primary_or_the_work_one_or_the_first_is_kept(
    scim: httpx.Client, emails: list[Any], kept: str, by: str
) -> None:
    own = number()
    said = [
        {"value": f"{own}-{n}@example.com", **each} if isinstance(each, dict) else each
        for n, each in enumerate(emails)
    ]
    if by == "POST":
        found = created(scim, own, emails=said)
    else:
        key = created(scim, own)["id"]
        change = {"op": "replace", "value": said, "path": "emails"}
        if by == "PUT":
            found = scim.put(f"/Users/{key}", json=user(own, emails=said)).json()
        elif by == "replace":
            found = patched(scim, key, change).json()
        else:
            found = patched(scim, key, {"op": "replace", "value": {"emails": said}}).json()
    (address,) = found["emails"]
    assert address["type"] == kept
    assert address["value"].startswith(own)


@pytest.mark.parametrize(
    "emails",
    [
        [{"type": "work", "value": "no address"}, {"type": "home", "value": "private@freemail.example"}],
        [{"primary": True, "value": 7}, {"type": "home", "value": "private@freemail.example"}],
        [{"type": "home", "value": "private@freemail.example"}, {"primary": "perhaps", "value": "w@example.com"}],
        ["nora@example.com"],
        "nora@example.com",
    ],
)
def test_an_address_that_cannot_be_read_is_not_replaced_by_a_lesser_one(scim: httpx.Client, emails: object) -> None:
    answer = scim.post("/Users", json=user(number(), emails=emails))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert answer.json()["detail"].startswith("emails")


def test_a_private_address_gives_way_to_the_one_for_work(scim: httpx.Client) -> None:
    own = number()
    private = created(scim, own, emails=[{"type": "home", "value": f"{own}@freemail.example"}])
    added = {"op": "Add", "path": 'emails[type eq "work"].value', "value": f"{own}@work.example"}
    assert address_of(patched(scim, private["id"], added).json()) == f"{own}@work.example"


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


# Managers


@pytest.fixture
def boss(scim: httpx.Client) -> str:
    return str(created(scim, number())["id"])


@pytest.mark.parametrize("op", ["Add", "replace"])
@pytest.mark.parametrize(
    "path", [f"{ENTERPRISE}:manager", f"{ENTERPRISE.lower()}:Manager", "manager", None, ENTERPRISE]
)
@pytest.mark.parametrize(
    "shape",
    [
        lambda key: key,
        lambda key: {"value": key},
        lambda key: {"value": key, "displayName": "The Boss", "$ref": f"../Users/{key}"},
        lambda key: {"$ref": f"https://kodex.example.com/scim/v2/Users/{key}"},
        lambda key: [{"$ref": f"/Users/{key}", "value": key}],
        lambda key: [{"value": key}],
        lambda key: [key],
        lambda key: {"Value": key, "$Ref": None},
    ],
)
def test_a_manager_is_understood_in_every_shape(
    scim: httpx.Client, somebody: dict[str, Any], boss: str, op: str, path: str | None, shape: Any
) -> None:
    said = shape(boss)
    value = {None: {ENTERPRISE: {"manager": said}}, ENTERPRISE: {"manager": said}}.get(path, said)
    operation = {"op": op, "value": value, **({"path": path} if path else {})}
    answer = patched(scim, somebody["id"], operation)
    assert answer.status_code == 200, answer.text
    assert answer.json()[ENTERPRISE]["manager"]["value"] == boss
    again = scim.put(f"/Users/{somebody['id']}", json={**somebody, ENTERPRISE: {"manager": said}})
    assert again.json()[ENTERPRISE]["manager"]["value"] == boss


@pytest.mark.parametrize(
    "nobody",
    [
        {"op": "Remove", "path": f"{ENTERPRISE}:manager"},
        {"op": "Remove", "path": f"{ENTERPRISE}:manager", "value": None},
        {"op": "Remove", "path": f"{ENTERPRISE}:manager", "value": [{"value": "whoever it was"}]},
        {"op": "Remove", "path": f"{ENTERPRISE}:manager.value"},
        {"op": "Remove", "path": f"{ENTERPRISE}:manager.$ref"},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": ""},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": None},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": []},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": ""}},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": None, "$ref": None}},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": [{}]},
        {"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": ""},
        {"op": "replace", "value": {f"{ENTERPRISE}:manager": None}},
    ],
)
def test_no_manager_is_understood_in_every_shape(
    scim: httpx.Client, somebody: dict[str, Any], boss: str, nobody: dict[str, Any]
) -> None:
    patched(scim, somebody["id"], {"op": "add", "path": f"{ENTERPRISE}:manager", "value": boss})
    answer = patched(scim, somebody["id"], nobody)
    assert answer.status_code == 200, answer.text
    assert "manager" not in answer.json()[ENTERPRISE]


def test_a_manager_is_understood_by_the_address_alone(
    scim: httpx.Client, somebody: dict[str, Any], boss: str
) -> None:
    change = {"op": "replace", "path": f"{ENTERPRISE}:manager.$ref", "value": f"../Users/{boss}"}
    assert patched(scim, somebody["id"], change).json()[ENTERPRISE]["manager"]["value"] == boss


@pytest.mark.parametrize("path", [f"{ENTERPRISE}:manager", "manager", f"{ENTERPRISE}:manager.displayName"])
@pytest.mark.parametrize("said", [{"displayName": "The Boss"}, [{"displayName": "The Boss"}]])
def test_what_is_not_kept_of_a_manager_takes_nobodys_place(
    scim: httpx.Client, somebody: dict[str, Any], boss: str, path: str, said: object
) -> None:
    patched(scim, somebody["id"], {"op": "add", "path": f"{ENTERPRISE}:manager", "value": boss})
    answer = patched(scim, somebody["id"], {"op": "replace", "path": path, "value": said})
    assert (answer.status_code, answer.json()[ENTERPRISE]["manager"]["value"]) == (200, boss)


@pytest.mark.parametrize("unknown", ["2819c223-7f76-453a-919d-413861904646", [{"value": "nobody"}], 7, {"value": 7}])
def test_a_manager_whom_nobody_knows_is_named(scim: httpx.Client, somebody: dict[str, Any], unknown: object) -> None:
    answer = patched(scim, somebody["id"], {"op": "add", "path": f"{ENTERPRISE}:manager", "value": unknown})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert "manager" in answer.json()["detail"]
    assert said_of(scim.get(f"/Users/{somebody['id']}")) == without_times(somebody)


# What is wrong, in words


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
