"""Many open tabs: a thousand of a company hold, and nobody takes more than their share."""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from coroutines import awaited
from matrix import NO_SCREENS
from serving import NewServer, Server
from starlette.requests import HTTPConnection
from surroundings import HOME
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from people.access import Role
from web.guard import is_screen
from web.tabs import MOST_OF_A_PERSON, MOST_PAGES, MOST_SOCKETS, Tabs

TABS, A_PERSON = 1000, 40
USUAL_LIMIT = 1024
"""Of open files, as systemd and most shells set it; the hard limit is higher."""
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def limited() -> Iterator[None]:
    """Servers start with the usual limit; the tabs of this process need more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def small_server(new_server: NewServer, limited: None) -> Iterator[Server]:  # noqa: ARG001
    server = new_server()
    server.start()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield server
    server.close()


def cookies(server: Server, number: int) -> list[str]:
    """Sessions of so many people."""
    found = []
    for each in range(number):
        with server.client(server.newcomer(f"Otevřená Karta {each}")) as client:
            found.append(client.cookies["kodex"])
    return found


async def opened(server: Server, cookie: str, number: int) -> list[ClientConnection]:
    """As many tabs of one session as the server lets in, up to `number`."""
    address = f"ws://{server.host}:{server.port}/_stcore/stream"
    tabs = []
    for _ in range(number):
        with suppress(InvalidStatus):
            tabs.append(
                await connect(
                    address,
                    additional_headers={"Cookie": f"kodex={cookie}"},
                    subprotocols=[Subprotocol("streamlit")],
                    open_timeout=60,
                )
            )
    return tabs


async def closed(tabs: Sequence[ClientConnection]) -> None:
    await asyncio.gather(*(tab.close() for tab in tabs))


def descriptors(server: Server) -> int:
    assert server.process is not None
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))  # noqa: PTH208


def serves(server: Server) -> None:
    """Signing in, readiness and an export still work."""
    with server.client(server.cast(Role.HR)) as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/export/certifications.xlsx").status_code == 200


def test_a_thousand_tabs_hold_and_their_descriptors_come_back(small_server: Server) -> None:
    server = small_server
    before = descriptors(server)
    sessions = cookies(server, TABS // A_PERSON)

    async def hold() -> int:
        tabs = [
            tab for each in await asyncio.gather(*(opened(server, s, A_PERSON) for s in sessions)) for tab in each
        ]
        await asyncio.to_thread(serves, server)
        await closed(tabs)
        return len(tabs)

    assert awaited(hold()) == TABS
    serves(server)
    kept_for_those_who_come_back = 128 * 3
    until = time.monotonic() + 20
    while descriptors(server) > before + kept_for_those_who_come_back + 50:
        assert time.monotonic() < until, descriptors(server)
        time.sleep(0.2)


def test_one_person_cannot_take_every_tab_and_is_told_so(small_server: Server) -> None:
    server = small_server
    (session, other) = cookies(server, 2)

    async def hold() -> tuple[int, int]:
        tabs = await opened(server, session, MOST_SOCKETS + 10)
        elsewhere = await opened(server, other, 1)
        with server.client(cookies={"kodex": session}, headers=HTML) as client:
            refused = await asyncio.to_thread(client.get, "/")
            assert refused.status_code == 429
            assert f"You have Kodex open in more than {MOST_PAGES} tabs." in refused.text
            assert (await asyncio.to_thread(client.get, "/my-record.json")).status_code == 200
        with server.client(cookies={"kodex": other}, headers=HTML) as client:
            assert (await asyncio.to_thread(client.get, "/")).status_code == 200
        await asyncio.to_thread(serves, server)
        await closed([*tabs, *elsewhere])
        return len(tabs), len(elsewhere)

    assert awaited(hold()) == (MOST_SOCKETS, 1)
    with server.client(cookies={"kodex": session}, headers=HTML) as client:
        until = time.monotonic() + 20
        while client.get("/").status_code != 200:
            assert time.monotonic() < until, "closed tabs are still counted"
            time.sleep(0.1)


def test_one_person_takes_no_more_however_often_they_sign_in() -> None:
    tabs = Tabs()
    with ExitStack() as held:
        for number in range(MOST_OF_A_PERSON):
            session = f"session {number // 10}"
            assert tabs.may_connect(session, "person")
            held.enter_context(tabs.connected(session, "person"))
        assert not tabs.may_connect("one more", "person")
        assert not tabs.may_open_page("one more", "person")
        assert not tabs.is_full
        assert tabs.may_connect("one more", "somebody else")
        assert tabs.may_open_page("one more", "somebody else")
    assert tabs.may_connect("one more", "person")


def test_a_low_hard_limit_is_said_at_start_and_leaves_room_for_what_is_no_tab(
    new_server: NewServer,
) -> None:
    """A process cannot raise its hard limit: the shell that starts the server lowers it."""
    server = new_server()
    wrapper = server.file.parent / "python"
    wrapper.write_text(f'#!/bin/sh\nulimit -n 700\nexec "{sys.executable}" "$@"\n')
    wrapper.chmod(0o755)
    server.start_by(str(wrapper))
    try:
        assert "This process may open 700 files, which is enough for about 15 open tabs." in server.said()
        (session,) = cookies(server, 1)

        async def hold() -> int:
            tabs = await opened(server, session, 20)
            await asyncio.to_thread(serves, server)
            with server.client(cookies={"kodex": session}, headers=HTML) as client:
                refused = await asyncio.to_thread(client.get, "/")
            assert refused.status_code == 503
            assert "More tabs are open than this server can serve." in refused.text
            await closed(tabs)
            return len(tabs)

        assert awaited(hold()) == 15
    finally:
        server.close()


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        *((f"/{file.stem}", True) for file in Path(HOME / "screens").glob("*.py") if file.stem not in NO_SCREENS),
        ("/", True),
        ("/no", True),
        ("/account", False),
        ("/verify", False),
        ("/sign-in", False),
        ("/healthz", False),
    ],
)
def test_every_screen_counts_as_a_tab_and_no_plain_page_does(path: str, *, counts: bool) -> None:
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept", b"text/html")]}
    assert is_screen(HTTPConnection(scope)) is counts
