"""The network goes and comes back: whoever was answering goes on where they were, in the tab that is theirs."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from threading import Thread

import pytest
from playwright.sync_api import WebSocket, expect
from serving import NewReader, Server, free_port
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Line:
    """What is between a browser and a server, to be cut and mended."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = free_port()
        self.near: list[socket.socket] = []
        self.far: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self, *, is_noticed: bool) -> None:
        """The browser is cut off; whether the server notices is another matter."""
        _close(self.listener)
        for end in (*self.near, *(self.far if is_noticed else ())):
            _close(end)

    def close(self) -> None:
        self.cut(is_noticed=True)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self.near.append(near)
                self.far.append(far)
                Thread(target=_carry, args=(near, far), daemon=True).start()
                Thread(target=_carry, args=(far, near), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    line = Line(server.port)
    yield line
    line.close()


@pytest.mark.parametrize("is_noticed", [True, False], ids=["the server notices", "the server does not notice"])
def test_an_answer_that_is_being_given_is_still_there_when_the_network_is_back(
    new_reader: NewReader, server: Server, line: Line, *, is_noticed: bool
) -> None:
    who = server.newcomer("Výpadek Trpělivá")
    server.study.cards(who)
    behind = copy(server)
    behind.port = line.port
    reader = new_reader(who, at=behind)
    tabs: list[str] = []

    def received(frame: bytes | str) -> None:
        said = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if said.new_session.initialize.session_id:
            tabs.append(said.new_session.initialize.session_id)

    def opened(tab: WebSocket) -> None:
        tab.on("framereceived", received)

    reader.page.on("websocket", opened)
    reader.go("/assessment")
    reader.press("Begin")
    asked = reader.question_id()
    chosen = reader.choose()
    opened_as = set(tabs)
    tabs.clear()
    app = reader.page.locator(".stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    line.cut(is_noticed=is_noticed)
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    line.mend()
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    reader.complaints.clear()
    assert reader.question_id() == asked
    assert reader.chosen() == chosen
    reader.press("Submit the answer")
    assert set(tabs) == opened_as
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    assert {name: each.option for name, each in attempt.responses.items()} == {asked: chosen}
