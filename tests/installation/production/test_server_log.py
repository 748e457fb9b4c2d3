"""The log of the server says neither who opens a tab nor what for."""

import pytest
from serving import Server
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from wire import STREAM


def test_the_servers_log_says_neither_who_opens_a_tab_nor_what_for(production: Server) -> None:
    url = production.url.replace("http", "ws", 1) + STREAM
    for path, headers in (("?search=Hana-to-be-found", {}), ("/to-be-found", {"Cookie": "kodex=to-be-found"})):
        with pytest.raises(InvalidStatus):
            connect(
                url + path,
                additional_headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.77", **headers},
            )
    assert "to-be-found" not in production.said()
    assert "203.0.113.77" not in production.said()


def test_a_tab_that_is_let_in_is_not_logged_with_its_address(server: Server) -> None:
    with server.client(server.newcomer("Nezapsaná Osoba")) as client:
        cookie = f"kodex={client.cookies['kodex']}"
        address = f"{server.url.replace('http', 'ws', 1)}{STREAM}?search=let-in-to-be-found"
        with connect(address, origin=server.url, additional_headers={"Cookie": cookie}):  # type: ignore[arg-type]
            pass
    assert "let-in-to-be-found" not in server.said()
    assert "[accepted]" not in server.said()
