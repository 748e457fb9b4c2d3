"""Hostile strings in letters and from single sign-on."""

from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import httpx
import pytest
from hostile import BASES, MARK, strings
from hostile_ways import UNKEEPABLE
from letters import MailServer
from letters import text as text_of
from serving import Server

from mail import Letter, Post, UnsentError
from people.directory import Person, is_hidden
from people.sign_in import letters

LETTERS = 500


# Letters


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def test_a_letter_says_them_on_one_line_and_goes_to_one_person(
    mail_server: MailServer, now: datetime, zone: ZoneInfo
) -> None:
    """As a name, as a number and as the company."""
    post = Post(f"smtp://127.0.0.1:{mail_server.port}", "kodex@example.com")
    address = "https://kodex.example.com/set-password/token"
    for said in strings(len(BASES)):
        person = Person("0" * 32, said, said, "jana@example.com", said, None, "en")
        post.send(letters.invitation(person, said, address, now, zone), now)
        letter = mail_server.next()
        names = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "X-Handed-To")
        assert {*letter.keys()} - {*names} == {"Content-Type", "Content-Transfer-Encoding"}, said
        assert (letter["To"], letter["X-Handed-To"]) == ("jana@example.com", "jana@example.com")
        assert letter["Subject"] == "Your access to Kodex"
        assert (letter.get_content_type(), letter.is_multipart()) == ("text/plain", False)
        lines = text_of(letter).splitlines()
        assert lines[0] == "Hello,"
        assert lines.count(address) == 1, said
        assert len(lines) == PARAGRAPHS, said
        assert not any(is_hidden(each) for line in lines for each in line), said


PARAGRAPHS = 9
"""Lines of an invitation, the empty ones counted."""


@pytest.mark.wide
def test_no_subject_and_no_address_becomes_another_header(mail_server: MailServer, now: datetime) -> None:
    post = Post(f"smtp://127.0.0.1:{mail_server.port}", "kodex@example.com")
    sent, reports = 0, list[str]()
    for said in strings(LETTERS):
        for letter in (Letter("jana@example.com", said, "Text\n"), Letter(f"{said}@example.com", "Hello", "Text\n")):
            try:
                post.send(letter, now)
            except UnsentError as error:
                reports.append(str(error))
                continue
            sent += 1
            arrived = mail_server.next()
            assert arrived["Bcc"] is None
            assert arrived["Cc"] is None
            assert len(arrived["To"].addresses) == 1
            assert text_of(arrived) == "Text\n"
    assert sent > LETTERS // 2
    assert not [report for report in reports if MARK in report]
    print(f"letters: {sent} sent to one person each, {len(reports)} not sent")  # noqa: T201


# Single sign-on


class Bones(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def test_nothing_that_a_provider_says_is_shown_or_logged(kodex: Server) -> None:
    with httpx.Client(base_url=kodex.url, timeout=60) as client:
        bones = Bones(client.get("/sign-in/callback").text).tags
        for said in [*strings(len(BASES)), *UNKEEPABLE]:
            sent = said[:300].encode("utf-8", "replace").decode() + MARK
            for names in (("error", "error_description", "error_uri"), ("state", "code", "iss"), ("state", "error")):
                page = client.get("/sign-in/callback", params=dict.fromkeys(names, sent))
                assert page.status_code == 403, (names, said)
                assert MARK not in page.text, (names, said)
                assert Bones(page.text).tags == bones, (names, said)
    assert MARK not in kodex.said()
