"""Three hundred WebSockets opened by hand: nothing of another person comes out, nothing of theirs changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from looking import Marks, everybody, marks_in, signed_in
from serving import SECRET, Server
from sqlalchemy import delete, update
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import InvalidStatus
from wire import Wire, connected

from people import tokens
from people.access import Principal
from people.directory import people
from people.sign_in import accounts
from progress.record.chains import Event

EACH = 50
ORIGINS = (
    "https://evil.example http://localhost http://127.0.0.1 http://127.0.0.1:1 null file:// http://[::1] "
    "http://evil.example:{port} https://127.0.0.1.evil.example:{port} http://127.0.0.1:{port}.evil.example "
    "http://127.0.0.1:{port}@evil.example http://evil.example/127.0.0.1:{port} http://127.0.0.1:{port}0"
).split()


def come_to_a_form(company: Server, who: Principal) -> None:
    """Begins an attempt, and answers what is asked before the first question that is sent as a form."""
    company.study.cards(who)
    attempt = company.study.begin(who).attempt
    assert attempt is not None
    for question_id, _ in attempt.questions:
        if company.course.questions[question_id].source.kind == "single":
            return
        company.study.answer(who, question_id)
    raise AssertionError("the form has no question of that kind")


@pytest.fixture(scope="module")
def victim(company: Server) -> Principal:
    """Somebody in the middle of an attempt."""
    who = company.newcomer("Oběť Zkoušená")
    come_to_a_form(company, who)
    return who


@pytest.fixture(scope="module")
def attacker(company: Server) -> Principal:
    """Somebody at the same question, of an attempt of their own."""
    who = company.newcomer("Zvědavec Vytrvalý")
    come_to_a_form(company, who)
    return who


@pytest.fixture(scope="module")
def cookie(company: Server, attacker: Principal) -> str:
    return f"kodex={signed_in(company, attacker.person)}"


@pytest.fixture(scope="module")
def victims_cookie(company: Server, victim: Principal) -> str:
    return f"kodex={signed_in(company, victim.person)}"


@pytest.fixture
def open_tab(company: Server, victim: Principal, victims_cookie: str) -> Iterator[Wire]:
    """The victim's own, at a question. Whatever is tried meanwhile, their record stays as it was."""
    before = chain(company, victim)
    with tab_of(company, victim, victims_cookie) as wire:
        yield wire
    with tab_of(company, victim, victims_cookie):
        assert chain(company, victim) == before


@contextmanager
def tab_of(company: Server, victim: Principal, cookie: str) -> Iterator[Wire]:
    with connected(company.url, cookie) as wire:
        wire.visit("assessment")
        assert victim.person.name in wire.held()
        yield wire


def chain(company: Server, who: Principal) -> list[Event]:
    return company.study.chain(who)


@pytest.fixture(scope="module")
def others(company: Server, victim: Principal, attacker: Principal) -> frozenset[str]:
    """What everybody else can be known by."""
    marks = Marks(everybody(company))
    assert victim.key in marks.of
    return frozenset[str]().union(*marks.of.values()) - marks.of[attacker.key]


def leaks(others: frozenset[str], wire: Wire) -> set[str]:
    return marks_in(b"\n".join(wire.frames)) & others


def refused(company: Server, cookie: str, origin: str = "", session: str = "") -> bool:
    try:
        with connected(company.url, cookie, origin, session):
            return False
    except InvalidStatus as refusal:
        return refusal.response.status_code in {401, 403}


def test_a_foreign_session_id_gives_nothing_of_its_tab(
    company: Server, victim: Principal, attacker: Principal, cookie: str, victims_cookie: str, others: frozenset[str]
) -> None:
    before = chain(company, victim)
    for number in range(EACH):
        with (
            tab_of(company, victim, victims_cookie) as theirs,
            connected(company.url, cookie, session=theirs.session) as wire,
        ):
            wire.visit(("assessment", "", "lesson", "commitment")[number % 4])
            assert attacker.person.name in wire.held()
            assert leaks(others, wire) == set()
    assert chain(company, victim) == before


def test_a_foreign_session_id_leaves_the_tab_to_whoever_opened_it(
    company: Server, victim: Principal, cookie: str, open_tab: Wire
) -> None:
    """Neither now, when it would hang, nor later, when it would be gone."""
    for number in range(EACH // 2):
        with connected(company.url, cookie, session=open_tab.session) as wire:
            wire.visit("assessment")
            assert wire.session != open_tab.session
        open_tab.frames.clear()
        open_tab.visit(("assessment", "")[number % 2])
        assert victim.person.name in open_tab.held()


def test_a_tab_that_was_closed_is_given_to_nobody_else(company: Server, cookie: str, victims_cookie: str) -> None:
    with connected(company.url, victims_cookie) as theirs:
        theirs.visit("assessment")
    with connected(company.url, cookie, session=theirs.session) as wire:
        wire.visit("assessment")
        assert wire.session != theirs.session
    with connected(company.url, victims_cookie, session=theirs.session) as again:
        again.visit("assessment")
        assert again.session == theirs.session


def test_whoever_opened_a_tab_gets_it_back(company: Server, victims_cookie: str) -> None:
    """When the network was gone, and when the server has not noticed yet that it was."""
    with connected(company.url, victims_cookie) as first:
        first.visit("assessment")
        with connected(company.url, victims_cookie, session=first.session) as second:
            second.visit("assessment")
    with connected(company.url, victims_cookie, session=first.session) as third:
        third.visit("assessment")
    assert first.session == second.session == third.session


def test_a_tab_belongs_to_one_session_of_its_person(company: Server, victim: Principal, open_tab: Wire) -> None:
    elsewhere = f"kodex={signed_in(company, victim.person)}"
    with connected(company.url, elsewhere, session=open_tab.session) as wire:
        wire.visit("assessment")
        assert wire.session != open_tab.session


@pytest.mark.parametrize("name", ["kodex-tab-of", "Kodex-Tab-Of", "KODEX-TAB-OF"])
def test_no_client_says_whose_a_tab_is(
    company: Server, cookie: str, victims_cookie: str, open_tab: Wire, name: str
) -> None:
    known_by = tokens.hashed(victims_cookie.removeprefix("kodex="), SECRET.encode())
    with connected(company.url, cookie, session=open_tab.session, **{name: known_by}) as wire:
        wire.visit("assessment")
        assert wire.session != open_tab.session


def test_without_a_cookie_even_the_session_id_opens_nothing(company: Server, open_tab: Wire) -> None:
    chance = Random(5)
    token = signed_in(company, everybody(company)[0])
    for number in range(EACH):
        kept = ("", f"other={token}", f"kodex={token[:-1]}", f"kodex={token.swapcase()}", f"KODEX={token}")
        invented = f"kodex={chance.randbytes(32).hex()}"
        assert refused(company, (*kept, invented)[number % 6], session=open_tab.session if number % 2 else "")


@pytest.mark.parametrize("how", ["signed out", "left", "forgotten", "erased"])
def test_an_old_cookie_opens_nothing(company: Server, how: str, open_tab: Wire) -> None:
    for _ in range(EACH // 4 + 1):
        who = company.newcomer("Minulá Osoba", is_assigned=False)
        token = signed_in(company, who.person)
        assert not refused(company, f"kodex={token}")
        end(company, who, how)
        assert refused(company, f"kodex={token}", session=open_tab.session)


def end(company: Server, who: Principal, how: str) -> None:
    mine = people.c.person_key == who.key
    sessions = accounts.sessions.c.person_key == who.key
    with company.database.writing() as connection:
        if how == "left":
            connection.execute(update(people).where(mine).values(active=False))
        elif how == "erased":
            connection.execute(delete(accounts.sessions).where(sessions))
            connection.execute(delete(people).where(mine))
        elif how == "forgotten":
            begun = who.person.starts_on or company.study.now.replace(year=2020)
            connection.execute(update(accounts.sessions).where(sessions).values(seen_at=begun))
        else:
            accounts.end_sessions(connection, [who.key])


def test_another_origin_opens_nothing_with_a_sound_cookie(company: Server, cookie: str, open_tab: Wire) -> None:
    for number in range(EACH):
        origin = ORIGINS[number % len(ORIGINS)].format(port=company.port)
        assert refused(company, cookie, origin, open_tab.session if number % 2 else ""), origin


@pytest.mark.wide
def test_a_forged_button_of_another_persons_attempt_does_nothing(
    company: Server, attacker: Principal, cookie: str, open_tab: Wire, others: frozenset[str]
) -> None:
    """The victim's own widgets, with the victim's attempt in their ids, pressed in the attacker's tab and with the
    victim's session id: the attempt that is answered is never the victim's."""
    (radio,) = open_tab.elements("radio")
    (submit,) = [button for button in open_tab.elements("button") if button.is_form_submitter]
    mine = chain(company, attacker)
    for number in range(2 * EACH):
        forged = [
            WidgetState(id=radio.id, string_value=radio.options[number % len(radio.options)]),
            WidgetState(id=submit.id, trigger_value=True),
        ]
        with connected(company.url, cookie, session=open_tab.session if number % 2 else "") as wire:
            if number % 3:
                wire.visit("assessment", f"question={number % 12}")
            wire.page = wire.page or open_tab.page
            wire.submit(*forged)
            assert attacker.person.name in wire.held()
            assert leaks(others, wire) == set()
    assert chain(company, attacker) == mine
