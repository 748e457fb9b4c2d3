"""What is chosen and not sent yet: there again after a reload, in another language, and on coming back."""

import pytest
from browsing import Reader
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.decisions.decision import Option
from people.access import Principal
from words import LANGUAGES

pytestmark = pytest.mark.browser

KEPT = "() => Object.entries(sessionStorage).filter(([name]) => name.startsWith('kodex-chosen'))"


@pytest.fixture
def who(server: Server) -> Principal:
    return server.newcomer("Rozmyšlená Volba")


@pytest.fixture
def reader(new_reader: NewReader, server: Server, who: Principal) -> Reader:
    server.study.cards(who)
    reader = new_reader(who)
    reader.go("/assessment")
    reader.press("Begin")
    return reader


def is_chosen(reader: Reader, chosen: Option) -> None:
    option = next(each for each in reader.choice().options if each.id == chosen.id)
    expect(reader.option(option)).to_have_attribute("data-selected", "true")
    expect(reader.page.locator("[data-testid=stRadioOption][data-selected]")).to_have_count(1)


def test_a_choice_outlives_a_reload_another_language_and_leaving(reader: Reader) -> None:
    chosen = reader.choose(right=False)
    reader.reload()
    is_chosen(reader, chosen)
    reader.follow(reader.page.get_by_role("link", name=LANGUAGES["en"]))
    reader.language = "en"
    is_chosen(reader, chosen)
    reader.runs_by(reader.link("Continue later").click)
    reader.press("Go on with the questions")
    is_chosen(reader, chosen)


def test_a_choice_that_was_restored_is_what_is_saved(reader: Reader, server: Server, who: Principal) -> None:
    asked, chosen = reader.question_id(), reader.choose()
    reader.reload()
    is_chosen(reader, chosen)
    reader.press("Submit the answer")
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    assert {name: each.option for name, each in attempt.responses.items()} == {asked: chosen.id}
    assert reader.page.evaluate(KEPT) == []


def test_what_is_kept_says_nothing_in_words(reader: Reader, who: Principal) -> None:
    chosen = reader.choose()
    reader.reload()
    kept = str(reader.page.evaluate(KEPT))
    assert kept != "[]"
    for word in (chosen.text, chosen.id, who.key, who.person.name, who.person.employee_id):
        assert word not in kept


def test_nobody_finds_what_somebody_else_has_chosen(reader: Reader, server: Server) -> None:
    reader.choose()
    reader.reload()
    assert reader.page.evaluate(KEPT)
    reader.become(server.newcomer("Po Ní Příchozí"))
    reader.go("/")
    assert reader.page.evaluate(KEPT) == []


def test_signing_out_forgets_it(reader: Reader) -> None:
    reader.choose()
    assert reader.page.evaluate(KEPT)
    reader.link("Sign out").click()
    reader.page.wait_for_url("**/sign-in")
    assert reader.page.evaluate(KEPT) == []
