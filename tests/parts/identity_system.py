"""The company's identity system: what it sends over SCIM, to a production with nobody in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import NewServer, Server

TOKEN = "a-token-of-the-identity-system-that-is-long-enough"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture(scope="module")
def kodex_with_scim(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    started = new_server(migrated_sqlite, KODEX_MODE="production", KODEX_SCIM_TOKEN=TOKEN)
    started.start()
    yield started
    started.close()


@pytest.fixture
def scim(kodex_with_scim: Server) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{kodex_with_scim.url}/scim/v2", headers=headers, timeout=60) as client:
        yield client


def user(number: str, **differs: Any) -> dict[str, Any]:
    """A user; those of a number without a number have none."""
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": f"{number}@example.com",
        "displayName": "Nora Nováčková",
        ENTERPRISE: {"employeeNumber": number, "department": "Sklad"},
        **differs,
    }


def created(scim: httpx.Client, number: str, **differs: Any) -> dict[str, Any]:
    answer = scim.post("/Users", json=user(number, **differs))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == made["meta"]["location"]
    return made


def patched(scim: httpx.Client, key: str, *operations: dict[str, Any]) -> httpx.Response:
    return scim.patch(f"/Users/{key}", json={"schemas": [PATCH], "Operations": list(operations)})
