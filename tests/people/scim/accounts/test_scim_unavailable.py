"""SCIM while the database does not answer: the identity system is told to ask later."""

from datetime import date
from types import SimpleNamespace

import httpx
import pytest
from coroutines import awaited
from identity_system import TOKEN, created, patched, user
from serving import Server
from starlette.applications import Starlette

from database import UnknownOutcomeError
from web.scim import endpoints as service


def test_while_the_database_does_not_answer_the_identity_system_is_told_to_ask_later(
    kodex_with_scim: Server, scim: httpx.Client
) -> None:
    key = created(scim, "7090")["id"]
    move = "ALTER TABLE {} RENAME TO {}".format
    with kodex_with_scim.database.writing() as connection:
        connection.exec_driver_sql(move("people", "elsewhere"))
    answers = [
        scim.get("/Users"),
        scim.get(f"/Users/{key}"),
        scim.post("/Users", json=user("7091")),
        scim.put(f"/Users/{key}", json=user("7090")),
        patched(scim, key, {"op": "replace", "path": "active", "value": False}),
        scim.delete(f"/Users/{key}"),
    ]
    with kodex_with_scim.database.writing() as connection:
        connection.exec_driver_sql(move("elsewhere", "people"))
    for answer in answers:
        check_unavailable(answer)
    assert scim.get(f"/Users/{key}").json()["active"] is True


def test_a_change_that_may_have_been_made_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise UnknownOutcomeError

    house = SimpleNamespace(
        settings=SimpleNamespace(scim_token=TOKEN, public_url="https://kodex.example"),
        database=SimpleNamespace(write=lost),
        today=lambda _: date.min,
    )
    monkeypatch.setattr(service, "installation", lambda: house)

    async def asked() -> httpx.Response:
        application = httpx.ASGITransport(Starlette(routes=service.ROUTES))
        async with httpx.AsyncClient(transport=application, base_url="https://kodex.example") as client:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            return await client.post("/scim/v2/Users", json=user("7092"), headers=headers)

    answer = awaited(asked())
    check_unavailable(answer)
    assert "may have been made" in answer.json()["detail"]


def check_unavailable(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/scim+json")
    assert int(answer.headers["retry-after"]) > 0
    said = answer.json()
    assert (said["schemas"], said["status"]) == (["urn:ietf:params:scim:api:messages:2.0:Error"], "503")
