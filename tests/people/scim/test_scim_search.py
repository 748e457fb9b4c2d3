"""Users looked for over SCIM: by the filters that identity systems send, and in pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from identity_system import ENTERPRISE, USER, created, patched


@pytest.fixture
def three(scim: httpx.Client) -> Iterator[dict[str, Any]]:
    """A boss, somebody who reports to them, and somebody who was deactivated and has no address."""
    boss = created(scim, "search-boss", externalId="X-1", emails=[{"value": "boss@work.example", "type": "work"}])
    manager = {"value": boss["id"]}
    report = created(
        scim,
        "search-report",
        userName="O'Report+1",
        externalId="x-1",
        emails=[{"value": "report@home.example", "type": "home"}],
        **{ENTERPRISE: {"employeeNumber": "search-report", "manager": manager}},
    )
    gone = created(scim, "search-gone", userName='Gone "quoted"', active=False)
    yield {"boss": boss, "report": report, "gone": gone}
    for each in (report, gone, boss):
        scim.delete(f"/Users/{each['id']}")


def found(scim: httpx.Client, three: dict[str, Any], text: str) -> set[str]:
    for name, each in three.items():
        text = text.replace(f"<{name}>", each["id"])
    answer = scim.get("/Users", params={"filter": text})
    assert answer.status_code == 200, answer.text
    names = {each["id"]: name for name, each in three.items()}
    document = answer.json()
    assert document["totalResults"] == len(document["Resources"])
    return {names[each["id"]] for each in document["Resources"]}


FILTERS = {
    'id eq "<report>" and manager eq "<boss>"': {"report"},
    'id eq "<report>" and manager eq "<gone>"': set(),
    f'id eq "<report>" and {ENTERPRISE}:manager eq "<boss>"': {"report"},
    f'id eq "<report>" and {ENTERPRISE}:manager.value eq "<boss>"': {"report"},
    f'{ENTERPRISE}:employeeNumber eq "search-boss"': {"boss"},
    f'{ENTERPRISE.lower()}:employeenumber EQ "search-boss"': {"boss"},
    'employeeNumber eq "SEARCH-BOSS"': {"boss"},
    'emails.value eq "BOSS@work.example"': {"boss"},
    'emails eq "boss@work.example"': {"boss"},
    'emails[type eq "work"].value eq "boss@work.example"': {"boss"},
    'emails[type eq "home"].value eq "boss@work.example"': set(),
    'emails[type eq "work" and value eq "boss@work.example"]': {"boss"},
    'emails[primary eq true].value eq "boss@work.example"': {"boss"},
    'emails[type eq "home"]': {"report"},
    "not (emails pr)": {"gone"},
    "active eq true": {"boss", "report"},
    'active eq "False"': {"gone"},
    "active ne true": {"gone"},
    'not (userName eq "search-boss@example.com")': {"report", "gone"},
    'not (externalId eq "X-1")': {"report", "gone"},
    "externalId pr": {"boss", "report"},
    "externalId eq null": {"gone"},
    "manager pr": {"report"},
    '(userName eq "SEARCH-boss@example.com")': {"boss"},
    '((userName eq "O\'Report+1"))': {"report"},
    'userName eq "Gone \\"quoted\\""': {"gone"},
    f'{USER}:userName eq "O\'Report+1"': {"report"},
    'externalId eq "X-1"': {"boss"},
    'externalId eq "x-1"': {"report"},
    'active eq true and (externalId eq "X-1" or externalId eq "x-1")': {"boss", "report"},
    'externalId eq "X-1" or externalId eq "x-1" and active eq false': {"boss"},
    'userName eq ""': set(),
    'id eq "\\u0000"': set(),
    'id eq "\\ud800"': set(),
    'not (id eq "\\u0000")': {"boss", "report", "gone"},
}


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_whom_it_means(scim: httpx.Client, three: dict[str, Any], text: str) -> None:
    assert found(scim, three, text) == FILTERS[text]


@pytest.mark.parametrize(
    "text",
    [
        'title eq "x"',
        'userName co "x"',
        'userName sw "x"',
        'meta.lastModified gt "2026-01-01T00:00:00Z"',
        'emails[display eq "x"]',
        'urn:okta:custom:1.0:User:shoeSize eq "x"',
        'active eq "perhaps"',
        "active eq 1",
        "userName eq true",
        "userName eq 7",
        "userName",
        'userName eq "x" and',
        'userName eq "x',
        "(" * 100 + 'userName eq "x"',
        'userName eq "' + "x" * 2000 + '"',
        "id eq " + "9" * 1900,
        "not " * 400,
    ],
)
def test_a_filter_that_nobody_can_answer_is_said_to_be_one(scim: httpx.Client, text: str) -> None:
    answer = scim.get("/Users", params={"filter": text})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter"), answer.text
    assert len(answer.json()["detail"]) > 10


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", quote("userName eq \0")])
def test_bytes_that_are_no_filter_are_refused(scim: httpx.Client, text: str) -> None:
    assert scim.get(f"/Users?filter={text}").status_code == 400


@pytest.mark.usefixtures("three")
def test_attributes_are_chosen(scim: httpx.Client) -> None:
    asked = {"filter": 'externalId eq "X-1"'}
    (only,) = scim.get("/Users", params={**asked, "attributes": "userName,emails.value"}).json()["Resources"]
    assert set(only) == {"schemas", "id", "userName", "emails"}
    assert only["emails"] == [{"value": "boss@work.example"}]
    excluded = {"excludedAttributes": f"{ENTERPRISE}:manager,displayName"}
    (without,) = scim.get("/Users", params={**asked, **excluded}).json()["Resources"]
    assert "displayName" not in without
    assert without["userName"] == "search-boss@example.com"
    for bad in ("emails[", "a" * 3000 + "["):
        assert scim.get("/Users", params={"attributes": bad}).status_code == 400


def test_users_come_in_pages(scim: httpx.Client) -> None:
    for n in range(5):
        created(scim, f"page-{n}", **{ENTERPRISE: {"employeeNumber": f"page-{n}"} if n % 2 else {}})
    total = scim.get("/Users", params={"count": 0}).json()["totalResults"]
    assert total >= 5
    keys = []
    for start in range(1, total + 1, 2):
        page = scim.get("/Users", params={"startIndex": start, "count": 2}).json()
        assert (page["totalResults"], page["startIndex"]) == (total, start)
        keys += [each["id"] for each in page["Resources"]]
    assert len(keys) == len(set(keys)) == total
    assert scim.get("/Users", params={"startIndex": total + 1}).json()["Resources"] == []
    assert scim.get("/Users", params={"startIndex": -3, "count": 1}).json()["startIndex"] == 1
    assert patched(scim, keys[0], {"op": "replace", "path": "displayName", "value": "Nora"}).status_code == 200
