"""Of several addresses that SCIM sends, which one is kept."""

from typing import Any

import httpx
import pytest
from identity_system import USER, created, patched, user
from scim_changing import address_of, number, said_of, without_times

WORK, HOME = {"type": "work"}, {"type": "home"}


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
