"""Hostile strings over SCIM."""

import json
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from hostile import BASES, MARK, strings
from hostile_ways import TOKEN, UNKEEPABLE
from serving import Server

from database import Database
from people.directory import is_hidden
from people.sign_in import identity_system, provisioning

USER = "urn:ietf:params:scim:schemas:core:2.0:User"

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def scim(kodex: Server) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{kodex.url}/scim/v2", headers=headers, timeout=60) as client:
        yield client


def user(number: str, text: str) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": f"{number}@example.com",
        "displayName": text,
        ENTERPRISE: {"employeeNumber": number, "department": text},
    }


@pytest.mark.wide
def test_an_identity_system_brings_them_in_as_text_or_is_told_why_not(scim: httpx.Client) -> None:
    plain = scim.post("/Users", json=user("P", "Jana")).json()
    here = f"/Users/{plain['id']}"
    texts = [*strings(len(BASES)), *UNKEEPABLE]
    kept = 0
    for number, text in enumerate(texts):
        change = {"op": "replace", "path": "displayName", "value": text}
        answers = (
            scim.post("/Users", content=json.dumps(user(f"S{number}", text))),
            scim.put(here, content=json.dumps(user("P", text))),
            scim.patch(here, content=json.dumps({"Operations": [change]})),
        )
        if any(map(is_hidden, text.strip())) or len(unicodedata.normalize("NFC", text)) > provisioning.LONGEST_TEXT:
            assert {answer.status_code for answer in answers} == {400}, text
            is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
            kind = "invalidValue" if is_text else "invalidSyntax"
            assert {answer.json()["scimType"] for answer in answers} == {kind}, text
            assert not [answer for answer in answers if MARK in answer.text], text
        else:
            kept += 1
            assert [answer.status_code for answer in answers] == [201, 200, 200], text
            assert {answer.json()["displayName"] for answer in answers} == {
                unicodedata.normalize("NFC", text.strip())
            }
            assert {answer.headers["content-type"] for answer in answers} == {"application/scim+json"}
    assert kept > len(BASES) // 2
    assert kept < len(BASES)
    print(f"SCIM: {kept} kept as text, {len(texts) - kept} refused")  # noqa: T201


def test_an_identity_system_finds_by_them_nobody_else(scim: httpx.Client) -> None:
    for text in [*BASES, *UNKEEPABLE]:
        if len(text) > 2000:
            continue
        as_it_is = text.encode("utf-8", "replace").decode()
        for said in (f'userName eq "{as_it_is}"', f"externalId eq {json.dumps(text)}", f"{as_it_is} eq {as_it_is}"):
            answer = scim.get("/Users", params={"filter": said})
            assert answer.status_code in {200, 400}, said
            assert answer.status_code == 400 or answer.json()["totalResults"] == 0, said


@pytest.fixture
def somebody(scim: httpx.Client) -> str:
    """The address of a person who is there."""
    return f"/Users/{scim.post('/Users', json=user(f'K{next(_newcomers)}', 'Jana')).json()['id']}"


_newcomers = count(1)


@pytest.mark.parametrize("text", UNKEEPABLE)
def test_no_key_that_no_database_takes_is_looked_for(
    scim: httpx.Client, somebody: str, database: Database, text: str
) -> None:
    with database.reading() as connection:
        for by in identity_system.SEARCHED_BY_TEXT:
            assert identity_system.listed(connection, identity_system.having(by, text), 1, 10) == (0, [])
        with pytest.raises(identity_system.UnknownAccountError):
            identity_system.find(connection, text)
    manager = {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": text}
    assert scim.patch(somebody, content=json.dumps({"Operations": [manager]})).status_code == 400


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "9" * 4000])
def test_a_place_in_the_list_that_no_list_has_is_empty(scim: httpx.Client, number: str) -> None:
    for name in ("startIndex", "count"):
        answer = scim.get("/Users", params={name: number})
        assert answer.status_code == 200, answer.text
