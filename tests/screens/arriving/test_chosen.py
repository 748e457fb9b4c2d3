"""What is chosen and not sent yet: there again after a reload, in another language, and on coming back."""

from collections.abc import Callable

import pytest
from browsing import Reader
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from words import LANGUAGES

pytestmark = pytest.mark.browser

KEPT = "() => Object.entries(sessionStorage).filter(([name]) => name.startsWith('kodex-chosen'))"
SEND = "See where it leads"


def before(new_reader: NewReader, server: Server, kind: type[Decision]) -> Reader:
    """Somebody before the first principle with a decision of that kind."""
    who = server.newcomer("Rozmyšlená Volba")
    server.study.come_to(who, kind)
    reader = new_reader(who)
    reader.go("/lesson")
    return reader


@pytest.fixture
def reader(new_reader: NewReader, server: Server) -> Reader:
    return before(new_reader, server, Choice)


def loads(reader: Reader, act: Callable[[], object], answer: Answer) -> None:
    """Does what loads the screen anew; waits until what was chosen stands there again."""
    reader.runs.await_a_page()
    act()
    reader.runs.await_end()
    reader.await_chosen(answer)


@pytest.mark.parametrize(
    "kind", [Choice, Ordering, *(pytest.param(each, marks=pytest.mark.wide) for each in (Multiple, Classify, Spot))]
)
def test_a_choice_outlives_a_reload_another_language_and_leaving(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    reader = before(new_reader, server, kind)
    chosen = reader.choose(right=False)
    loads(reader, reader.page.reload, chosen)
    other, reader.language = reader.page.get_by_role("link", name=LANGUAGES["en"]), "en"
    loads(reader, other.click, chosen)
    address = reader.page.url
    reader.go("/")
    loads(reader, lambda: reader.page.goto(address), chosen)


@pytest.mark.parametrize("kind", [Choice, Ordering])
def test_a_choice_that_was_restored_is_what_is_saved(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    who = server.newcomer("Rozmyšlená Volba")
    card = server.study.come_to(who, kind)
    reader = new_reader(who)
    reader.go("/lesson")
    chosen = reader.choose()
    loads(reader, reader.page.reload, chosen)
    reader.press(SEND)
    assert server.study.enrolment(who).checks[card.id] == chosen
    assert reader.page.evaluate(KEPT) == []


def test_whoever_moves_a_step_goes_on_from_what_stands(new_reader: NewReader, server: Server) -> None:
    reader = before(new_reader, server, Ordering)
    choice = reader.choice()
    loads(reader, reader.page.reload, reader.choose())
    last = reader.option_ids()[-1]
    reader.runs_by(reader.fields.up(choice, last).click)
    stands = reader.option_ids()
    assert stands.index(last) == len(stands) - 2
    loads(reader, reader.page.reload, stands)


@pytest.mark.parametrize("kind", [Choice, Multiple])
def test_what_is_kept_says_nothing_in_words(new_reader: NewReader, server: Server, kind: type[Decision]) -> None:
    reader = before(new_reader, server, kind)
    choice = reader.choice()
    reader.choose()
    reader.reload()
    kept = str(reader.page.evaluate(KEPT))
    assert kept != "[]"
    for option in choice.options:
        assert option.text not in kept
        assert f"_{option.id}" not in kept


def test_nobody_finds_what_somebody_else_has_chosen(reader: Reader, server: Server) -> None:
    reader.choose()
    reader.reload()
    assert reader.page.evaluate(KEPT)
    reader.become(server.newcomer("Po Ní Příchozí"))
    reader.go("/")
    assert reader.page.evaluate(KEPT) == []


def test_signing_out_forgets_it(reader: Reader) -> None:
    reader.choose()
    expect(reader.page.locator("[data-testid=stRadioOption][data-selected]")).to_have_count(1)
    assert reader.page.evaluate(KEPT)
    reader.link("Sign out").click()
    reader.page.wait_for_url("**/sign-in")
    assert reader.page.evaluate(KEPT) == []
