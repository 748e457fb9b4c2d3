"""SCIM as two checkers that nobody here wrote see it."""

import json
import subprocess
from typing import Any

import httpx
import pytest
from identity_system import TOKEN
from scim2_client import BaseSyncSCIMClient
from scim2_tester import Status, check_server
from serving import Server
from surroundings import HOME, unavailable

SCIM_SANITY = HOME / "tests" / "judges" / ".venv" / "bin" / "scim-sanity"


class Checker(BaseSyncSCIMClient):
    """The checker's way to the server."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self.client = client

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return endpoint.startswith(("/", str(self.client.base_url)))

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self.client.request(method, url, **options)


def test_scim2_tester_finds_nothing(scim: httpx.Client) -> None:
    results = check_server(Checker(scim))
    faults = [f"{each.title}: {each.reason}" for each in results if each.status is Status.ERROR]
    assert faults == []
    passed = {each.title for each in results if each.status is Status.SUCCESS}
    assert {"object_creation", "object_query", "object_replacement", "object_deletion"} <= passed
    assert {"check_add_attribute", "check_remove_attribute", "check_replace_attribute"} <= passed


def probed(kodex: Server, *options: str) -> list[dict[str, Any]]:
    if not SCIM_SANITY.exists():
        unavailable("scim-sanity", "tests/prepare has not installed it")
    address = f"{kodex.url}/scim/v2"
    command = [str(SCIM_SANITY), "probe", address, "--token", TOKEN, "--i-accept-side-effects", "--json-output"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=300, check=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return found


@pytest.mark.parametrize("options", [(), ("--profile", "entra")])
def test_scim_sanity_finds_nothing(kodex_with_scim: Server, options: tuple[str, ...]) -> None:
    results = probed(kodex_with_scim, *options)
    assert [each for each in results if each["status"] not in {"pass", "skip"}] == []
