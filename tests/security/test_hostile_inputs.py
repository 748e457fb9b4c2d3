"""Hostile strings by the ways into the directory and out of it again: HR's file, SCIM, letters, single sign-on."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import xlsxwriter
from hostile import BASES, MARK, strings
from letters import MailServer
from letters import text as text_of
from serving import NewServer, Server, free_port
from sqlalchemy import select

from database import Database
from mail import Letter, Post, UnsentError
from people.directory import Person, is_hidden, people
from people.hr_file import columns, formats, importing
from people.hr_file.importing import FaultyFileError, Leavers
from people.sign_in import letters, provisioning
from words import Words

MANY = 2000
LETTERS = 500
HEAD = ["osobní číslo", "jméno", "e-mail", "útvar"]
LINE_BREAKS = "\r\n"
"""A cell of CSV holds them between quotation marks."""
UNKEEPABLE = ("\0", "a\0b", "\ud800", "a\udfff", "\x1b]0;x\x07", "\u202e" * 300, "[" * 300)
"""What no database takes as text, and what no field of the directory does."""


def is_refused(text: str, longest: int) -> bool:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return any(is_hidden(letter) for letter in text.strip()) or len(composed) > longest


# HR's file


def as_csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)
    book.close()
    return written.getvalue()


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
@pytest.mark.parametrize("place", [1, 3])
def test_a_file_brings_them_in_as_text_or_names_their_line(
    database: Database, today: date, now: datetime, form: Callable[[list[list[str]]], bytes], place: int
) -> None:
    """In the column of names and in that of units."""
    texts = list(strings(MANY))
    rows = [[f"H{number}", "Jana Prostá", "", "Sklad"] for number in range(MANY)]
    for row, text in zip(rows, texts, strict=True):
        row[place] = text
    roster = columns.read(formats.tables(form([HEAD, *rows])))
    with pytest.raises(FaultyFileError) as refused:
        importing.apply(database, roster, Leavers.REPORT, today, now)
    bad = {fault.line for fault in refused.value.faults}
    told = [fault.in_words(Words.of("cs")) for fault in refused.value.faults]
    assert not [sentence for sentence in told if any(map(is_hidden, sentence)) or len(sentence) > 300]
    assert not [sentence for sentence in told if not re.match(r"(?:list „[^“]+“, )?řádek \d+", sentence)]
    importing.apply(database, roster, Leavers.REPORT, today, now, skip_bad=True)
    with database.reading() as connection:
        kept = {row.employee_id: row for row in connection.execute(select(people))}
    expected = {f"H{number}" for number, text in enumerate(texts) if not is_refused(text, 200)}
    assert kept.keys() == expected
    assert len(bad) == MANY - len(expected)
    for number in range(MANY):
        if f"H{number}" in kept:
            row = kept[f"H{number}"]
            assert (row.name if place == 1 else row.unit).endswith(f"{MARK}{number:04}")
            assert not any(is_hidden(letter) for letter in row.name + row.unit)
    print(f"{form.__name__}: {len(kept)} kept as text, {len(bad)} refused with their line")  # noqa: T201


def test_a_file_takes_no_address_that_is_more_than_an_address(today: date, now: datetime, database: Database) -> None:
    rows = [[f"H{number}", "Jana", f"{text}@example.com", "Sklad"] for number, text in enumerate(strings(MANY))]
    roster = columns.read(formats.tables(as_csv([HEAD, *rows])))
    importing.apply(database, roster, Leavers.REPORT, today, now, skip_bad=True)
    with database.reading() as connection:
        addresses = list(connection.execute(select(people.c.email)).scalars())
    assert addresses == []


# SCIM


@pytest.fixture(scope="module")
def kodex(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    """A production with nobody in it, which an identity system keeps in step and people sign in to elsewhere."""
    nowhere = f"https://127.0.0.1:{free_port()}"
    started = new_server(
        migrated_sqlite,
        KODEX_MODE="production",
        KODEX_SCIM_TOKEN=TOKEN,
        KODEX_OIDC_ISSUER=nowhere,
        KODEX_OIDC_CLIENT_ID="kodex",
        KODEX_OIDC_CLIENT_SECRET="a secret that nobody is told",
    )
    started.start()
    yield started
    started.close()


TOKEN = "a-token-of-the-identity-system-that-is-long-enough"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def scim(kodex: Server) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{kodex.url}/scim/v2", headers=headers, timeout=60) as client:
        yield client


def user(number: str, text: str) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": f"{number}@example.com",
        "displayName": text,
        ENTERPRISE: {"employeeNumber": number, "department": text},
    }


def test_an_identity_system_brings_them_in_as_text_or_is_told_why_not(scim: httpx.Client) -> None:
    plain = scim.post("/Users", json=user("P", "Jana")).json()
    here = f"/Users/{plain['id']}"
    texts = [*strings(len(BASES)), *UNKEEPABLE]
    kept = 0
    for number, text in enumerate(texts):
        change = {"op": "replace", "path": "displayName", "value": text}
        answers = (
            scim.post("/Users", content=json.dumps(user(f"S{number}", text))),
            scim.put(here, content=json.dumps(user("P", text))),
            scim.patch(here, content=json.dumps({"Operations": [change]})),
        )
        if any(map(is_hidden, text.strip())) or len(unicodedata.normalize("NFC", text)) > provisioning.LONGEST:
            assert {answer.status_code for answer in answers} == {400}, text
            is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
            kind = "invalidValue" if is_text else "invalidSyntax"
            assert {answer.json()["scimType"] for answer in answers} == {kind}, text
            assert not [answer for answer in answers if MARK in answer.text], text
        else:
            kept += 1
            assert [answer.status_code for answer in answers] == [201, 200, 200], text
            assert {answer.json()["displayName"] for answer in answers} == {
                unicodedata.normalize("NFC", text.strip())
            }
            assert {answer.headers["content-type"] for answer in answers} == {"application/scim+json"}
    assert kept > len(BASES) // 2
    assert kept < len(BASES)
    print(f"SCIM: {kept} kept as text, {len(texts) - kept} refused")  # noqa: T201


def test_an_identity_system_finds_by_them_nobody_else(scim: httpx.Client) -> None:
    for text in [*BASES, *UNKEEPABLE]:
        if len(text) > 2000:
            continue
        as_it_is = text.encode("utf-8", "replace").decode()
        for said in (f'userName eq "{as_it_is}"', f"externalId eq {json.dumps(text)}", f"{as_it_is} eq {as_it_is}"):
            answer = scim.get("/Users", params={"filter": said})
            assert answer.status_code in {200, 400}, said
            assert answer.status_code == 400 or answer.json()["totalResults"] == 0, said


@pytest.fixture
def somebody(scim: httpx.Client) -> str:
    """The address of a person who is there."""
    return f"/Users/{scim.post('/Users', json=user(f'K{next(_newcomers)}', 'Jana')).json()['id']}"


_newcomers = count(1)


@pytest.mark.parametrize("text", UNKEEPABLE)
def test_no_key_that_no_database_takes_is_looked_for(
    scim: httpx.Client, somebody: str, database: Database, text: str
) -> None:
    with database.reading() as connection:
        for by in provisioning.SEARCHED_BY_TEXT:
            assert provisioning.listed(connection, provisioning.having(by, text), 1, 10) == (0, [])
        with pytest.raises(provisioning.UnknownAccountError):
            provisioning.find(connection, text)
    manager = {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": text}
    assert scim.patch(somebody, content=json.dumps({"Operations": [manager]})).status_code == 400


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "9" * 4000])
def test_a_place_in_the_list_that_no_list_has_is_empty(scim: httpx.Client, number: str) -> None:
    for name in ("startIndex", "count"):
        answer = scim.get("/Users", params={name: number})
        assert answer.status_code == 200, answer.text


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
        assert lines[0].startswith("Hello, ")
        assert lines[0].endswith(f"{said[-6:]},")
        assert lines.count(address) == 1, said
        assert len(lines) == PARAGRAPHS, said
        assert not any(is_hidden(each) for line in lines for each in line), said


PARAGRAPHS = 9
"""Lines of an invitation, the empty ones counted."""


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
