"""Local accounts in production: invited, signed in, reset, throttled; every session in its owner's hands."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path

import httpx
import pytest
from browsing import Reader, plain
from inspecting import PHONE, Inspection
from letters import REFUSED, MailServer, text
from playwright.sync_api import expect
from serving import PATIENCE, SECRET, NewReader, Server, environment
from sqlalchemy import select, update
from surroundings import HOME
from websockets.exceptions import InvalidStatus
from wire import Wire, connected, opened

from people import directory
from people.directory import Person
from people.sign_in import passwords
from people.sign_in.passwords import Client, Purpose
from people.sign_in.throttle import throttles
from quizzes.content import Course
from web.sign_in import agents
from words import LANGUAGES, Words

GOOD, BETTER = "kolo padá na křivou židli", "modrý vlak jede v úterý"
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}"
PUBLIC = "https://kodex.example.com"
LINK = re.compile(rf"{re.escape(PUBLIC)}/set-password/([\w-]{{43}})$", re.MULTILINE)
COOKIE = "__Host-kodex"
EN = Words.of("en")

_numbers = count(500001)
_addresses = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())


class Proxy(httpx.HTTPTransport):
    """Takes HTTPS from a client and passes it on, as the proxy on the server's own machine does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http")
        return super().handle_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        )


class Company(Server):
    """A server in production mode, with people of its own, and letters that are really sent."""

    mail: MailServer

    def person(self, name: str = "Jana Nováková", language: str = "en", email: str = "") -> Person:
        number = str(next(_numbers))
        address = email or f"{number}@example.com"
        person = Person(f"{int(number):032x}", number, name, address, "Sklad", None, language)
        with self.database.writing() as connection:
            directory.add(connection, [person])
        return person

    def member(self, name: str = "Jana Nováková", language: str = "en", email: str = "") -> Person:
        """Somebody who has a password."""
        person = self.person(name, language, email)
        at = datetime.now(UTC)
        done = passwords.set_by_link(
            self.database, self.link(person), GOOD, Client("", ""), SECRET.encode(), at, at.date()
        )
        assert done is not None
        return person

    def link(self, person: Person, purpose: Purpose = Purpose.INVITATION, age: timedelta = timedelta()) -> str:
        at = datetime.now(UTC) - age
        return passwords.new_link(self.database, person.key, purpose, SECRET.encode(), at)

    def leaves(self, person: Person) -> None:
        with self.database.writing() as connection:
            people = directory.people
            connection.execute(update(people).where(people.c.person_key == person.key).values(active=False))

    def noted(self, event: str) -> list[dict[str, str]]:
        """What the security log says of such events."""
        lines = [json.loads(line) for line in self.said().splitlines() if line.startswith('{"time"')]
        return [line for line in lines if line["event"] == event]

    @contextmanager
    def visitor(self, **headers: str) -> Iterator[httpx.Client]:
        """Somebody with an address of their own, as a proxy on this machine tells it."""
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": next(_addresses)}
        headers = proxied | {"Accept-Language": "en", "Accept": "text/html"} | headers
        url = self.url.replace("http://", "https://")
        with httpx.Client(base_url=url, timeout=PATIENCE, headers=headers, transport=Proxy()) as client:
            yield client

    @contextmanager
    def signed_in(self, person: Person, password: str = GOOD, **headers: str) -> Iterator[httpx.Client]:
        with self.visitor(**headers) as client:
            answer = sign_in(client, person.employee_id, password)
            assert answer.status_code == 303, answer.text
            yield client


@pytest.fixture(scope="module")
def company(migrated_sqlite: Path, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    mail = MailServer()
    folder = tmp_path_factory.mktemp("company")
    shutil.copy(migrated_sqlite, folder / "kodex.sqlite3")
    settings = {
        "KODEX_MODE": "production",
        "KODEX_PUBLIC_URL": PUBLIC,
        "KODEX_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "KODEX_MAIL_FROM": "kodex@example.com",
        "KODEX_ATTEMPTS_PER_ADDRESS": "20",
    }
    started = Company(folder, course, **settings)
    started.mail = mail
    started.start()
    yield started
    started.close()
    mail.stop()


def sign_in(client: httpx.Client, account: str, password: str = GOOD, target: str = "/") -> httpx.Response:
    return client.post("/sign-in", data={"account": account, "password": password, "next": target})


def is_in(client: httpx.Client) -> bool:
    return client.get("/").status_code == 200


def said(answer: httpx.Response) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def new_password(password: str, again: str | None = None) -> dict[str, str]:
    return {"password": password, "again": password if again is None else again}


# Signing in


def test_whoever_knows_their_password_gets_in_and_where_they_wanted_to(company: Company) -> None:
    person = company.member()
    for account in (person.employee_id, person.email, f" {person.email.upper()} "):
        with company.visitor() as client:
            asked = client.get("/lesson?card=customer-privacy/why")
            page = client.get(asked.headers["location"])
            target = unescape(re.search(r'name="next" value="([^"]*)"', page.text)[1])  # type: ignore[index]
            answer = sign_in(client, account, target=target)
            assert answer.status_code == 303
            assert answer.headers["location"] == "/lesson?card=customer-privacy/why"
            assert is_in(client)
            assert person.name in client.get("/account").text


def test_everybody_else_gets_the_same_words_and_nothing_in(company: Company) -> None:
    person, uninvited, leaver = company.member(), company.person(), company.member()
    company.leaves(leaver)
    pages = set()
    for account, password in (
        (person.employee_id, "not it at all"),
        (person.email, ""),
        (uninvited.employee_id, GOOD),
        (leaver.employee_id, GOOD),
        ("nobody", GOOD),
        ("", ""),
    ):
        with company.visitor() as client:
            answer = sign_in(client, account, password)
            assert answer.status_code == 403
            assert not client.cookies
            assert not is_in(client)
            pages.add(answer.text.replace(f'value="{account}"', 'value=""'))
    assert len(pages) == 1
    assert "These do not go together." in pages.pop()


def test_the_cookie_is_bound_to_this_host_and_to_https(company: Company) -> None:
    person = company.member()
    with company.visitor() as client:
        answer = sign_in(client, person.employee_id)
        (cookie,) = [each for each in answer.headers.get_list("set-cookie") if "kodex=" in each]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-kodex=")
    assert {"secure", "httponly", "samesite=lax", "path=/", f"max-age={8 * 3600}"} <= {
        each.lower() for each in attributes
    }
    assert not any(each.lower().startswith("domain") for each in attributes)


def test_a_session_that_was_there_before_a_sign_in_is_over_after_it(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as client:
        planted = client.cookies[COOKIE]
        sign_in(client, person.employee_id)
        assert client.cookies[COOKIE] != planted
        with company.visitor() as thief:
            thief.cookies.set(COOKIE, planted)
            assert not is_in(thief)


@pytest.mark.parametrize("path", ["/sign-in", "/forgotten-password", "/account/password", "/account/sessions"])
def test_a_foreign_page_sends_no_form(company: Company, path: str) -> None:
    with company.signed_in(company.member()) as client:
        answer = client.post(path, data=new_password(BETTER), headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert is_in(client)


def test_a_form_beyond_all_measure_is_not_read(company: Company) -> None:
    with company.visitor() as client:
        assert client.post("/sign-in", content=b"account=" + b"x" * 70_000).status_code == 413
        assert client.post("/sign-in", content=b"&".join(b"a=b" for _ in range(50))).status_code == 400
        assert sign_in(client, "nobody", "\U0001f511" * 1000).status_code == 403


@pytest.mark.parametrize("name", ["kodex", "__Secure-kodex", "__host-kodex", "__Host-kodex2"])
def test_over_https_no_other_cookie_is_a_session(company: Company, name: str) -> None:
    """Another host of the domain, or whoever is on the line, can set one of any name but `__Host-kodex`."""
    with company.signed_in(company.member()) as client, company.visitor(Accept="*/*") as victim:
        planted = client.cookies[COOKIE]
        assert victim.get("/my-record.json", headers={"Cookie": f"{name}={planted}"}).status_code == 401
        assert victim.get("/my-record.json", headers={"Cookie": f"{COOKIE}={planted}"}).status_code == 200
        for cookie, is_let_in in ((f"{name}={planted}", False), (f"{COOKIE}={planted}", True)):
            proxied = {"X-Forwarded-Proto": "https", "kodex-scheme": "http"}
            secure = company.url.replace("http", "https", 1)
            if is_let_in:
                with connected(company.url, cookie, secure, **proxied) as wire:
                    wire.visit()
                    assert "Jana Nováková" in wire.held()
            else:
                with pytest.raises(InvalidStatus), connected(company.url, cookie, secure, **proxied):
                    pass


def test_sign_out_takes_the_session_from_the_browser_under_both_names(company: Company) -> None:
    with company.signed_in(company.member()) as client:
        device = client.cookies["__Host-kodex-device"]
        answer = client.post("/sign-out")
        expired = [each for each in answer.headers.get_list("set-cookie") if "max-age=0" in each.lower()]
        assert {each.partition("=")[0] for each in expired} == {COOKIE, "kodex"}
        assert client.cookies["__Host-kodex-device"] == device


def test_a_lock_keeps_the_owners_browser_in_and_strangers_out(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as own:
        own.post("/sign-out")
        for _ in range(5):
            with company.visitor() as stranger:
                assert sign_in(stranger, person.email, "not it at all").status_code == 403
        with company.visitor() as stranger:
            assert sign_in(stranger, person.employee_id).status_code == 429
        assert sign_in(own, person.employee_id).status_code == 303
        assert is_in(own)


# Too many attempts


def test_an_account_waits_after_five_failures_whether_it_exists_or_not(company: Company) -> None:
    person = company.member()
    answers = []
    for account in (person.employee_id, "nobody-of-that-name"):
        for _ in range(5):
            with company.visitor() as client:
                assert sign_in(client, account, "not it at all").status_code == 403
        with company.visitor() as client:
            answer = sign_in(client, account)
            assert answer.status_code == 429
            assert not is_in(client)
            answers.append(answer.text.replace(f'value="{account}"', ""))
    assert answers[0] == answers[1]
    assert "There were too many attempts. Try again in 1 minute." in answers[0]
    with company.visitor() as client:
        assert sign_in(client, company.member().employee_id).status_code == 303


def test_an_address_waits_after_twenty_failures_whatever_the_accounts(company: Company) -> None:
    person = company.member()
    with company.visitor() as guesser, company.visitor() as other:
        for number in range(20):
            assert sign_in(guesser, f"guess-{number}").status_code == 403
        answer = sign_in(guesser, person.employee_id)
        assert answer.status_code == 429
        assert "Try again in 15 minutes." in said(answer)
        assert sign_in(other, person.employee_id).status_code == 303


def test_addresses_of_one_ipv6_customer_are_one(company: Company) -> None:
    for number in range(21):
        with company.visitor(**{"X-Forwarded-For": f"2001:db8:1:2::{number + 1:x}"}) as client:
            status = sign_in(client, f"six-{number}").status_code
    assert status == 429
    with company.visitor(**{"X-Forwarded-For": "2001:db8:1:3::1"}) as client:
        assert sign_in(client, "six").status_code == 403


def test_neither_the_table_nor_the_log_says_who_tried_from_where(company: Company) -> None:
    with company.visitor(**{"X-Forwarded-For": "203.0.113.77"}) as client:
        sign_in(client, "somebody-to-be-found@example.com", "a-password-to-be-found")
    with company.database.reading() as connection:
        kept = str(connection.execute(select(throttles)).all()) + company.said()
    for private in ("somebody-to-be-found", "203.0.113.77", "a-password-to-be-found"):
        assert private not in kept


# Links


def test_an_invited_person_chooses_a_password_and_is_in(company: Company) -> None:
    person = company.person()
    path = f"/set-password/{company.link(person)}"
    with company.visitor() as client:
        page = client.get(path)
        assert page.status_code == 200
        assert person.name in page.text
        assert 'autocomplete="new-password"' in page.text
        answer = client.post(path, data=new_password(GOOD))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert is_in(client)
    with company.signed_in(person) as client:
        assert is_in(client)


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("Krátké.hes1", None, "too short"),
        ("x" * 500 + GOOD * 30, None, "too long"),
        ("Password2026!!", None, "easy to guess"),
        ("Jana.Nováková.1", None, "easy to guess"),
        (GOOD, BETTER, "not the same"),
        ("", None, "too short"),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link_as_it_was(
    company: Company, password: str, again: str | None, why: str
) -> None:
    path = f"/set-password/{company.link(company.person())}"
    with company.visitor() as client:
        answer = client.post(path, data=new_password(password, again))
        assert answer.status_code == 400
        assert why in said(answer)
        assert password not in answer.text or not password
        assert not is_in(client)
        assert client.post(path, data=new_password(GOOD)).status_code == 303


def test_a_link_that_was_used_or_is_over_or_void_or_a_leavers_says_so_in_the_same_words(company: Company) -> None:
    used, older, leaver = company.person(), company.person(), company.person()
    tokens = {
        "used": company.link(used),
        "older": company.link(older),
        "expired": company.link(company.person(), age=timedelta(days=7)),
        "expired reset": company.link(company.member(), Purpose.RESET, timedelta(hours=1)),
        "leaver's": company.link(leaver),
        "invented": "x" * 43,
        "hostile": "%3Cscript%3E",
    }
    company.leaves(leaver)
    company.link(older)
    with company.visitor() as client:
        assert client.post(f"/set-password/{tokens['used']}", data=new_password(GOOD)).status_code == 303
    pages = set()
    for token in tokens.values():
        with company.visitor() as client:
            page = client.get(f"/set-password/{token}")
            answer = client.post(f"/set-password/{token}", data=new_password(BETTER))
            assert (page.status_code, answer.status_code) == (410, 410)
            assert not is_in(client)
            pages |= {page.text, answer.text}
    assert len(pages) == 1


# A forgotten password


def test_a_forgotten_password_is_replaced_by_a_letter_and_ends_all_sessions(company: Company) -> None:
    person = company.member(language="cs")
    with company.signed_in(person) as elsewhere, company.visitor() as client:
        answer = client.post("/forgotten-password", data={"account": person.email}, headers={"Host": "evil.example"})
        assert answer.status_code == 200
        letter = company.mail.next()
        assert (letter["X-Handed-To"], letter["From"]) == (person.email, "kodex@example.com")
        assert letter["Subject"] == "Nové heslo ke Kodexu"
        token = LINK.search(text(letter))[1]  # type: ignore[index]
        assert is_in(elsewhere)
        changed = client.post(f"/set-password/{token}", data=new_password(BETTER))
        assert changed.headers["location"] == "/account?done=changed"
        assert "Your password is changed." in client.get("/account?done=changed").text
        assert not is_in(elsewhere)
        assert company.mail.next()["Subject"] == "Vaše heslo ke Kodexu se změnilo"
    with company.visitor() as client:
        assert sign_in(client, person.employee_id, GOOD).status_code == 403
        assert sign_in(client, person.employee_id, BETTER).status_code == 303


def test_nobody_learns_from_a_forgotten_password_who_has_an_account(company: Company) -> None:
    person, uninvited, leaver = company.member(), company.person(), company.member()
    company.leaves(leaver)
    pages = set()
    for account in (uninvited.email, leaver.email, "nobody@example.com", "", person.email):
        with company.visitor() as client:
            answer = client.post("/forgotten-password", data={"account": account})
            assert answer.status_code == 200
            pages.add(answer.text)
    assert len(pages) == 1
    assert company.mail.next()["X-Handed-To"] == person.email
    assert company.mail.letters.empty()


def test_letters_to_one_person_are_three_an_hour_and_nobody_is_told_that_there_were_enough(company: Company) -> None:
    """Strangers who ask keep nobody from a new password: each of the three links is good until one is used."""
    person = company.member()
    pages = set()
    for account in (person.email, person.employee_id, person.email.upper(), person.email):
        with company.visitor() as client:
            answer = client.post("/forgotten-password", data={"account": account})
            assert answer.status_code == 200
            pages.add(answer.text)
    assert len(pages) == 1
    written = [company.mail.next() for _ in range(3)]
    assert [letter["X-Handed-To"] for letter in written] == [person.email] * 3
    eventually(lambda: company.noted("reset asked for")[-1]["result"] == "locked")
    assert company.mail.letters.empty()
    first, second, _ = (LINK.search(text(letter))[1] for letter in written)  # type: ignore[index]
    with company.visitor() as client:
        assert client.post(f"/set-password/{first}", data=new_password(BETTER)).status_code == 303
        assert client.get(f"/set-password/{second}").status_code == 410
    assert company.mail.next()["Subject"].startswith("Your password")


def test_an_address_asks_for_twenty_letters_in_a_quarter_of_an_hour(company: Company) -> None:
    with company.visitor() as client:
        for number in range(20):
            assert client.post("/forgotten-password", data={"account": f"nobody-{number}"}).status_code == 200
        assert client.post("/forgotten-password", data={"account": "nobody"}).status_code == 429


def eventually(holds: Callable[[], bool]) -> None:
    """Waits for what happens after an answer was given."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.02)


def has_link(company: Company, person: Person) -> bool:
    links = passwords.links
    with company.database.reading() as connection:
        return connection.execute(select(links).where(links.c.person_key == person.key)).first() is not None


def test_a_letter_that_is_not_taken_leaves_no_link_and_a_log_without_a_name(company: Company) -> None:
    person = company.member(email=REFUSED)
    with company.visitor() as client:
        assert client.post("/forgotten-password", data={"account": REFUSED}).status_code == 200
    eventually(lambda: "A letter could not be sent: recipient refused [550]" in company.said())
    eventually(lambda: not has_link(company, person))
    assert REFUSED not in company.said()
    with company.signed_in(person) as client:
        answer = client.post("/account/password", data={"old": GOOD, **new_password(BETTER)})
        page = client.get(answer.headers["location"])
        assert "could not be sent" in said(page)
        assert is_in(client)


# One's own account


def test_whoever_is_signed_in_sees_their_sessions_by_browser_and_ends_them(company: Company) -> None:
    person, other = company.member(), company.member()
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    with (
        company.signed_in(person, **{"User-Agent": firefox}) as desk,
        company.signed_in(person, **{"User-Agent": iphone}) as phone,
        company.signed_in(person, **{"User-Agent": HOSTILE}) as strange,
        company.signed_in(other) as stranger,
    ):
        page = desk.get("/account")
        assert "4 browsers are signed in to your account" in said(page)  # one since the password was chosen
        assert re.search(r"Firefox on Windows this one Signed in on \d+ \w+ \d{4}, \d+:\d\d", said(page))
        for browser in ("Safari on iPhone", "An unknown browser"):
            assert browser in said(page)
        ids = re.findall(r'name="session" value="(\w+)"', page.text)
        assert not set(ids) & set(desk.cookies.values())
        ended = next(each for each in ids if f'session-{each}">Safari on iPhone' in page.text)
        stranger.post("/account/sessions", data={"session": ended})
        assert is_in(phone)
        assert desk.post("/account/sessions", data={"session": ended}).headers["location"] == "/account"
        assert not is_in(phone)
        assert is_in(strange)
        desk.post("/account/sessions")
        assert [is_in(each) for each in (desk, strange, stranger)] == [True, False, True]
        (mine,) = re.findall(r'name="session" value="(\w+)"', desk.get("/account").text)
        assert desk.post("/account/sessions", data={"session": mine}).headers["location"] == "/sign-in"
        assert not is_in(desk)


def test_a_password_is_changed_by_whoever_knows_it_and_ends_the_other_sessions(company: Company) -> None:
    person = company.member()
    with company.signed_in(person) as here, company.signed_in(person) as elsewhere:
        refused = here.post("/account/password", data={"old": "not it", **new_password(BETTER)})
        assert refused.status_code == 403
        assert is_in(elsewhere)
        before = here.cookies[COOKIE]
        answer = here.post("/account/password", data={"old": GOOD, **new_password(BETTER)})
        assert answer.headers["location"] == "/account?done=changed"
        assert here.cookies[COOKIE] != before
        assert (is_in(here), is_in(elsewhere)) == (True, False)
        assert company.mail.next()["X-Handed-To"] == person.email


@pytest.mark.parametrize("path", ["/account", "/account/sessions", "/account/password"])
def test_a_stranger_has_no_account(company: Company, path: str) -> None:
    with company.visitor(Accept="*/*") as client:
        assert client.get(path).status_code == 401
        assert client.post(path).status_code == 401


def test_in_a_demonstration_there_are_sessions_and_no_passwords(server: Server) -> None:
    with server.client(server.newcomer("Ukázková Osoba"), headers={"Accept-Language": "en"}) as client:
        page = client.get("/account")
        assert "1 browser is signed in to your account" in said(page)
        assert "password" not in page.text
        for path in ("/forgotten-password", "/set-password/x"):
            assert client.get(path).status_code == 404
            assert client.post(path, data=new_password(GOOD)).status_code == 404
        assert client.post("/sign-in", data={"account": "1", "password": GOOD}).status_code == 400


def test_every_screen_leads_to_the_account(server: Server) -> None:
    who = server.newcomer("Osoba U Paty")
    with server.client(who) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit()
        assert '<a href="/account">' in wire.held()


def test_what_is_in_a_name_is_shown_and_never_run(company: Company) -> None:
    person = company.member(HOSTILE)
    with company.signed_in(person) as client, company.visitor() as stranger:
        pages = [
            client.get("/account"),
            client.post("/account/password", data={"old": HOSTILE, **new_password(HOSTILE)}),
            stranger.get(f"/set-password/{company.link(person)}"),
            stranger.get("/sign-in", params={"next": f"/{HOSTILE}"}),
            stranger.get(f"/set-password/{HOSTILE}"),
            sign_in(stranger, HOSTILE, HOSTILE),
        ]
    for page in pages:
        assert "<img src=x" not in page.text
        assert "49" not in page.text.replace(person.employee_id, "")
    assert all(HOSTILE in unescape(page.text) for page in (pages[0], pages[2], pages[5]))


# Invited by the operator


def invite(company: Company, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "people", "invite", *arguments],
        cwd=HOME,
        env=environment(**company.settings | settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_operator_invites_by_number_and_the_letter_alone_holds_the_link(company: Company) -> None:
    person = company.person(language="cs")
    ended = invite(company, person.employee_id)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == person.employee_id, "the link goes to its owner alone"
    letter = company.mail.next()
    assert letter["X-Handed-To"] == person.email
    token = LINK.search(text(letter))[1]  # type: ignore[index]
    with company.visitor() as client:
        assert client.post(f"/set-password/{token}", data=new_password(GOOD)).status_code == 303


def test_all_are_those_who_have_no_password(company: Company) -> None:
    member, person, leaver = company.member(), company.person(), company.person()
    company.leaves(leaver)
    ended = invite(company, "--all", KODEX_SMTP_URL="")
    assert ended.returncode == 0, ended.stderr
    invited = {line.partition(" ")[0] for line in ended.stdout.splitlines()}
    assert person.employee_id in invited
    assert not invited & {member.employee_id, leaver.employee_id}


def test_an_invitation_that_was_not_mailed_is_said_and_its_link_is_printed(company: Company) -> None:
    person = company.person(email=REFUSED)
    ended = invite(company, person.employee_id)
    assert ended.returncode == 1
    assert "recipient refused [550]" in ended.stderr
    assert REFUSED not in ended.stderr
    with company.visitor() as client:
        assert client.get(ended.stdout.split(" ")[1].strip().removeprefix(PUBLIC)).status_code == 200


def ids(printed: str) -> set[str]:
    return {line.partition(" ")[0] for line in printed.splitlines()}


def test_whoever_got_a_letter_gets_no_other_unless_it_is_asked_for(company: Company) -> None:
    first, refused = company.person(), company.person(email=REFUSED)
    assert invite(company, "--all").returncode == 1
    second = company.person()
    over = company.person()
    invite(company, over.employee_id)
    with company.database.writing() as connection:
        mine = passwords.links.c.person_key == over.key
        connection.execute(update(passwords.links).where(mine).values(expires_at=datetime.now(UTC)))
    company.mail.letters.queue.clear()
    ended = invite(company, "--all")
    assert {refused.employee_id, second.employee_id, over.employee_id} <= ids(ended.stdout)
    assert first.employee_id not in ids(ended.stdout)
    assert {company.mail.next()["X-Handed-To"] for _ in range(2)} == {second.email, over.email}
    assert company.mail.letters.empty()
    assert "--again" in ended.stderr
    assert refused.employee_id in ended.stderr.partition("No letter has gone out to: ")[2]
    everybody = ids(invite(company, "--all", "--again").stdout)
    assert {first.employee_id, second.employee_id, refused.employee_id} <= everybody
    assert first.employee_id in ids(invite(company, first.employee_id).stdout)
    company.mail.letters.queue.clear()


def test_where_the_mail_server_is_gone_in_the_middle_it_is_said_who_got_a_letter(company: Company) -> None:
    people = [company.person() for _ in range(6)]
    numbers = [person.employee_id for person in people]
    server = MailServer(most_in_all=2)
    try:
        ended = invite(company, *numbers, KODEX_SMTP_URL=f"smtp://127.0.0.1:{server.port}")
    finally:
        server.stop()
    assert ended.returncode == 1
    said_on_one_line = plain(ended.stderr)
    assert f"Their letter has gone out: {', '.join(numbers[:2])}" in said_on_one_line
    assert f"No letter has gone out to: {', '.join(numbers[2:])}" in said_on_one_line
    assert [line.partition(" ")[0] for line in ended.stdout.splitlines()] == numbers[:3]
    assert [server.letters.get_nowait()["X-Handed-To"] for _ in range(2)] == [each.email for each in people[:2]]


def test_who_cannot_be_invited_is_named_and_then_nobody_is(company: Company) -> None:
    person, leaver = company.person(), company.person()
    company.leaves(leaver)
    ended = invite(company, person.employee_id, leaver.employee_id, "no-such-number")
    assert ended.returncode == 1
    assert leaver.employee_id in ended.stderr
    assert "no-such-number" in ended.stderr
    assert not ended.stdout
    assert company.mail.letters.empty()
    for arguments in ((), (person.employee_id, "--all")):
        assert "--all" in invite(company, *arguments).stderr
    assert "KODEX_PUBLIC_URL" in invite(company, "--all", KODEX_PUBLIC_URL="", KODEX_SMTP_URL="").stderr


# Browsers


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (X11; CrOS x86_64 15000.0.0) Chrome/140.0 Safari/537.36 OPR/115.0", "Opera on ChromeOS"),
        ("curl/8.0", "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_a_browser_is_named_in_a_few_words(agent: str, name: str) -> None:
    assert agents.named(agent, EN) == name


# In a browser


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_person_comes_in_with_and_without_scripts(company: Company, new_reader: NewReader, script: bool) -> None:
    person = company.person()
    reader = new_reader(language="en", at=company, java_script_enabled=script)
    page = reader.page
    page.goto(f"/set-password/{company.link(person)}")
    page.get_by_label("New password", exact=True).fill(GOOD)
    page.get_by_label("New password once more").fill(GOOD)
    page.get_by_role("button", name="Save and sign in").click()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 browser is signed in to your account")
    page.get_by_role("button", name="Sign out here").click()
    page.get_by_label("Employee number or e-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 browser is signed in to your account")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_account_are_for_everybody(company: Company, new_reader: NewReader, language: str) -> None:
    reader: Reader = new_reader(language=language, at=company)
    inspection, page = Inspection(reader), reader.page
    person = company.member("Maximiliána Nejnovějšíhradecká-Podkrkonošská", language)
    page.goto("/sign-in")
    inspection.of("sign-in with a password", PHONE)
    page.locator("#account").fill(person.email)
    page.locator("#password").fill("not it at all")
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("sign-in refused")
    page.goto("/forgotten-password")
    inspection.of("forgotten password")
    page.locator("#account").fill("nobody")
    page.locator("main button").click()
    expect(page.get_by_role("status")).to_be_visible()
    inspection.of("forgotten password, asked", PHONE)
    page.goto("/set-password/used")
    inspection.of("a link that is over")
    page.goto(f"/set-password/{company.link(person)}")
    inspection.of("a password to be chosen", PHONE)
    page.locator("#password").fill("Password2026!!")
    page.locator("#again").fill("Password2026!!")
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.of("a password that is not taken")
    page.locator("#password").fill(BETTER)
    page.locator("#again").fill(BETTER)
    page.locator("main button").click()
    expect(page.get_by_role("status")).to_be_visible()
    company.mail.next()
    with company.signed_in(person, BETTER, **{"User-Agent": "x" * 500}):
        page.goto("/account?done=changed")
        inspection.of("account", PHONE)
    reader.complaints.clear()
    assert not inspection.findings, "\n".join(inspection.findings)
