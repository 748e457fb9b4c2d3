"""Files that are sent as they are made: nothing is made for a client that has left, and only so many at a time."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest
from coroutines import awaited
from starlette.requests import Request

from web.downloads import handing_out
from web.downloads.handing_out import Limit, Streamed

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/export/certificates.zip",
    "query_string": b"",
    "headers": [(b"accept-language", b"en")],
    "scheme": "http",
    "server": ("127.0.0.1", 80),
}


def answered(parts: Generator[bytes, None, None], *, leaves_after: int = 99) -> list[dict[str, Any]]:
    """The messages that a client gets, who leaves after so many pieces."""
    got: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if len(got) <= leaves_after:
            await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        got.append(message)

    async def run() -> None:
        answer = Streamed(Request(SCOPE, receive), "k", parts, "application/zip", {})
        await answer(SCOPE, receive, send)

    awaited(run())
    return got


def pieces(made: list[int]) -> Generator[bytes, None, None]:
    try:
        for n in range(10):
            made.append(n)
            yield b"piece"
    finally:
        made.append(-1)


def test_all_of_it_is_sent_and_then_its_end() -> None:
    made: list[int] = []
    got = answered(pieces(made))
    assert b"".join(each.get("body", b"") for each in got) == b"piece" * 10
    assert got[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_nothing_more_is_made_for_somebody_who_has_left() -> None:
    made: list[int] = []
    answered(pieces(made), leaves_after=3)
    assert made[-1] == -1
    assert len(made) < 7


def test_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "STALLED_SECONDS", 0.01)
    made: list[int] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def run() -> None:
        await Streamed(Request(SCOPE, receive), "k", pieces(made), "application/zip", {})(SCOPE, receive, send)

    awaited(run())
    assert made == [0, -1]
    assert handing_out.streaming.total == 0


def test_one_too_many_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "streaming", Limit(each=0, in_all=0))
    made: list[int] = []
    start, *_ = answered(pieces(made))
    assert start["status"] == 429
    assert (b"retry-after", b"10") in start["headers"]
    assert made == []
