"""Managers over SCIM, in every shape."""

from typing import Any

import httpx
import pytest
from identity_system import ENTERPRISE, created, patched
from scim_changing import number, said_of, without_times


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
