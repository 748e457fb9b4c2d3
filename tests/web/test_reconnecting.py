"""The network goes and comes back: whoever was answering goes on where they were, in the tab that is theirs."""

from collections.abc import Iterator
from copy import copy

import pytest
from cut_line import Line
from playwright.sync_api import WebSocket, expect
from serving import NewReader, Server
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lessons.decisions.decision import Decision
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot


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
    reader.pass_over(Ordering, Spot)
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
    assert attempt.responses[asked].option == chosen


@pytest.mark.parametrize("kind", [Ordering, Spot])
def test_an_answer_that_is_put_together_is_still_there_when_the_network_is_back(
    new_reader: NewReader, server: Server, line: Line, kind: type[Decision]
) -> None:
    """Where a part of the screen ran alone, the browser has all of it drawn anew."""
    who = server.newcomer("Výpadek Skládačková")
    card = server.study.come_to(who, kind)
    behind = copy(server)
    behind.port = line.port
    reader = new_reader(who, at=behind)
    reader.go("/lesson")
    chosen = reader.choose()
    line.cut(is_noticed=True)
    expect(reader.page.locator(".stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    reader.runs_by(line.mend)
    reader.complaints.clear()
    assert reader.chosen() == chosen
    reader.press("See where it leads")
    assert server.study.enrolment(who).checks[card.id] == chosen
