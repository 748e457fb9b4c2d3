"""Downloads under a limit, whose places are given back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from coroutines import awaited
from starlette.applications import Starlette
from starlette.types import Message
from studying import Study

import installation
from people.access import Principal
from progress.reports import export_log
from web import visitor
from web.downloads import exports, handing_out
from web.downloads.handing_out import BusyError, Limit


def test_places_are_given_back_however_they_are_left() -> None:
    limit = Limit(each=2, in_all=3)
    with limit.place("a"), limit.place("a"):
        with pytest.raises(BusyError), limit.place("a"):
            pass
        with limit.place("b"), pytest.raises(BusyError), limit.place("c"):
            pass
        with pytest.raises(ZeroDivisionError), limit.place("b"):
            raise ZeroDivisionError
        assert limit.total == 2
    assert limit.total == 0


@pytest.fixture
def application(
    assigned: Study, hr: Principal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Starlette]:
    """The routes of downloads in this process, asked by HR."""
    monkeypatch.setenv("KODEX_DATABASE_URL", assigned.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "checkpoint.key"))
    monkeypatch.setattr(visitor, "principal", lambda _: hr)
    installation.installation.cache_clear()
    yield Starlette(routes=exports.ROUTES)
    installation.installation().database.close()
    installation.installation.cache_clear()


def scope_of(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"accept-language", b"cs")],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "asgi": {"spec_version": "2.4"},
    }


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_no_connection_and_no_place_are_held_once_a_client_has_gone(application: Starlette, form: str) -> None:
    pool: Any = installation.installation().database.engine.pool
    seen = []

    async def never_reads() -> None:
        reached = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                reached.set()
                await asyncio.sleep(3600)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        asking = asyncio.create_task(application(scope_of(f"/export/certifications.{form}"), receive, send))
        await reached.wait()
        seen.append((pool.checkedout(), handing_out.making.total, handing_out.sending.total))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    awaited(never_reads())
    assert seen == [(0, 0, 1)]
    assert handing_out.sending.total == 0


def test_who_takes_nothing_for_a_minute_is_given_up(application: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "STALLED_SECONDS", 0.01)
    sent = []

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    awaited(application(scope_of("/export/certifications.csv"), receive, send))
    assert sent == ["http.response.start", "http.response.body"]
    assert handing_out.sending.total == 0


@pytest.mark.parametrize("which", ["making", "sending"])
def test_one_too_many_is_told_to_come_again_in_their_language(
    application: Starlette, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(handing_out, which, Limit(each=0, in_all=0))
    transport = httpx.ASGITransport(application)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://kodex") as client:
            return await client.get("/export/certifications.csv", headers={"Accept-Language": "cs"})

    answer = awaited(ask())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Příliš mnoho stahování najednou" in answer.text
    with installation.installation().database.reading() as connection:
        assert export_log.count(connection) == 0
