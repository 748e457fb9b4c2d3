"""A connection that is lost and comes back: said in the reader's language, and nothing that was sent is lost."""

from collections.abc import Iterator
from copy import copy

import pytest
from browsing import Reader
from cut_line import Line
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.decisions.classify import Classify
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from people.access import Principal

pytestmark = pytest.mark.browser

GONE = "The connection is lost. What you have chosen stays here until it is back."
WAITING = "The connection is lost. Your answer will be sent when it is back."
SAVED = "The connection is back. Your answer is saved."
TOLD_WITHIN = 2000
"""Milliseconds."""


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    line = Line(server.port)
    yield line
    line.close()


@pytest.fixture
def who(server: Server) -> Principal:
    return server.newcomer("Odpojená Výtahová")


@pytest.fixture
def reader(new_reader: NewReader, server: Server, line: Line, who: Principal) -> Reader:
    server.study.cards(who)
    behind = copy(server)
    behind.port = line.port
    reader = new_reader(who, at=behind)
    reader.go("/assessment")
    reader.press("Begin")
    reader.pass_over(Multiple, Classify, Ordering)
    return reader


def responses(server: Server, who: Principal) -> dict[str, object]:
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    return {name: each.option for name, each in attempt.responses.items()}


def banner(reader: Reader, says: str, timeout: float = 20_000) -> None:
    expect(reader.page.locator(".kodex-connection")).to_have_text(reader.words(says), timeout=timeout)


def test_a_lost_connection_is_said_in_the_readers_language_and_nothing_else_is(reader: Reader, line: Line) -> None:
    chosen = reader.choose()
    line.cut(is_noticed=True)
    banner(reader, GONE, TOLD_WITHIN)
    reader.page.wait_for_timeout(8000)  # Streamlit's own dialog comes after a few attempts
    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    expect(reader.page.locator("#root[inert]")).to_have_count(0)
    assert reader.chosen() == chosen
    line.mend()
    banner(reader, "The connection is back.")
    expect(reader.page.locator(".kodex-connection")).to_be_hidden()
    reader.complaints.clear()


def test_an_answer_that_was_lost_on_the_way_is_sent_again(
    reader: Reader, line: Line, server: Server, who: Principal
) -> None:
    asked, chosen = reader.question_id(), reader.choose()
    line.lose()
    reader.button("Submit the answer").click()
    line.cut(is_noticed=True)
    banner(reader, WAITING, TOLD_WITHIN)
    line.mend()
    banner(reader, SAVED)
    expect(reader.button("Next question")).to_be_visible()
    assert responses(server, who)[asked] == chosen
    reader.complaints.clear()


def test_an_answer_that_arrived_is_not_sent_again(reader: Reader, line: Line, server: Server, who: Principal) -> None:
    asked, chosen = reader.question_id(), reader.choose()
    reader.press("Submit the answer")
    line.cut(is_noticed=True)
    banner(reader, GONE, TOLD_WITHIN)
    line.mend()
    banner(reader, "The connection is back.")
    assert responses(server, who)[asked] == chosen
    reader.complaints.clear()


def test_what_was_chosen_anew_is_not_sent_by_itself(
    reader: Reader, line: Line, server: Server, who: Principal
) -> None:
    asked = reader.question_id()
    reader.choose()
    line.lose()
    reader.button("Submit the answer").click()
    other = reader.choose(right=False)
    line.cut(is_noticed=True)
    banner(reader, GONE, TOLD_WITHIN)
    line.mend()
    banner(reader, "The connection is back.")
    assert reader.chosen() == other
    assert asked not in responses(server, who)
    reader.complaints.clear()


def test_no_network_is_said_at_once(reader: Reader) -> None:
    reader.page.context.set_offline(True)
    banner(reader, GONE, TOLD_WITHIN)
    reader.page.context.set_offline(False)
    banner(reader, "The connection is back.")


def test_a_session_that_ended_meanwhile_leads_to_the_sign_in_page_and_back_here(reader: Reader, line: Line) -> None:
    reader.page.context.clear_cookies()
    line.cut(is_noticed=True)
    banner(reader, GONE, TOLD_WITHIN)
    line.mend()
    reader.page.wait_for_url("**/sign-in?next=%2Fassessment**")
    reader.complaints.clear()
