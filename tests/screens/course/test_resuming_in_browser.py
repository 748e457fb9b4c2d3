"""A course left and resumed in another tab, browser or language."""

import pytest
from browsing import Reader, plain
from course_in_browser import attempt_of, card_title, decide, explanations_in
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.decisions.decision import Decision
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from screens.parts.course.learner import ELSEWHERE
from words import LANGUAGES

pytestmark = pytest.mark.browser


@pytest.mark.wide
def test_an_answered_card_is_still_answered_after_a_reload(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.newcomer("Jiřina Ráčková"))
    reader.go("/lesson")
    reader.choose()
    reader.press("Save the answer and go on")
    reader.go_on()
    choice, title = reader.choice(), reader.title()
    decide(reader, "See where it leads")
    reader.reload()
    assert reader.title() == title
    assert explanations_in(reader, choice) == choice.ids
    reader.go_on()
    assert reader.title() == card_title(reader, reader.course.cards[3])


@pytest.mark.wide
def test_another_browser_goes_on_at_the_same_card(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Květoslava Šíšová")
    here = new_reader(who)
    here.go("/lesson")
    here.choose()
    here.press("Save the answer and go on")
    here.go_on()
    there = new_reader(who)
    there.go("/lesson")
    assert there.title() == here.title()
    assert there.option_ids() == here.option_ids()


@pytest.mark.wide
def test_another_browser_goes_on_at_the_same_question(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Zbyšek Říman")
    server.study.cards(who)
    here = new_reader(who)
    here.go("/assessment")
    here.press("Begin")
    decide(here, "Submit the answer")
    here.press("Next question")
    there = new_reader(who)
    there.go("/")
    there.press("Go on with the questions")
    assert there.title() == here.title()
    assert there.option_ids() == here.option_ids()


def is_told(behind: Reader) -> None:
    """Another tab was first: it says so where the eye and the focus are."""
    told = behind.page.get_by_role("alert")
    expect(told).to_have_text(plain(behind.words(ELSEWHERE.text)))
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()


def test_of_two_browsers_that_answer_one_question_the_first_counts(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Dvojice Řeřichová")
    server.study.cards(who)
    first = new_reader(who)
    first.go("/assessment")
    first.press("Begin")
    second = new_reader(who)
    second.go("/assessment")
    choice, asked = second.choice(), second.question_id()
    second.choose(right=False)
    answer = decide(first, "Submit the answer", right=True)
    second.press("Submit the answer")
    assert explanations_in(second, choice) == choice.ids
    assert second.words("That is right") in second.main()
    is_told(second)
    responses = attempt_of(server, who).responses
    assert {name: response.option for name, response in responses.items()} == {asked: answer}


@pytest.mark.wide
def test_another_language_in_the_middle_shows_the_same_card_and_the_same_question(
    new_reader: NewReader, server: Server
) -> None:
    who = server.newcomer("Jazyk Přepínavý")
    reader = new_reader(who)
    reader.go("/lesson")
    reader.choose()
    reader.press("Save the answer and go on")
    reader.go_on()
    decide(reader, "See where it leads")
    change_language(reader, "en")
    assert reader.title() == card_title(reader, reader.course.cards[2])
    assert explanations_in(reader, reader.choice()) == reader.choice().ids

    server.study.cards(who)
    reader.go("/assessment")
    reader.press("Begin")
    decide(reader, "Submit the answer", right=False)
    reader.press("Next question")
    asked, order = reader.question_id(), reader.option_ids()
    change_language(reader, "cs")
    assert reader.question_id() == asked
    assert reader.option_ids() == order


def change_language(reader: Reader, language: str) -> None:
    reader.follow(reader.page.get_by_role("link", name=LANGUAGES[language]))
    reader.language = language
    expect(reader.page.locator("html")).to_have_attribute("lang", language)


def test_a_restart_of_the_server_in_the_middle_loses_nothing(new_reader: NewReader, own_server: Server) -> None:
    who = own_server.newcomer("Restart Ďolíčková")
    own_server.study.cards(who)
    reader = new_reader(who, at=own_server)
    reader.go("/assessment")
    reader.press("Begin")
    first = decide(reader, "Submit the answer")
    reader.press("Next question")
    reader.pass_over(Ordering)
    asked, order = reader.question_id(), reader.option_ids()
    reader.choose()
    own_server.restart()
    reader.reload()
    reader.complaints.clear()
    assert reader.question_id() == asked
    assert reader.option_ids() == order
    attempt = attempt_of(own_server, who)
    assert attempt.responses[attempt.questions[0][0]].option == first


@pytest.mark.wide
def test_what_is_pressed_right_after_a_restart_of_the_server_counts(
    new_reader: NewReader, own_server: Server
) -> None:
    """The page has stood all the while, the server that drew it is gone."""
    who = own_server.newcomer("Restart Houžvičková")
    own_server.study.cards(who)
    reader = new_reader(who, at=own_server)
    reader.go("/assessment")
    reader.press("Begin")
    reader.pass_over(Ordering, Spot)
    asked = reader.question_id()
    chosen = reader.choose()
    own_server.restart()
    reader.press("Submit the answer")
    answered = attempt_of(own_server, who).responses
    assert answered[asked].option == chosen
    own_server.restart()
    reader.press("Next question")
    reader.complaints.clear()
    assert reader.question_id() == attempt_of(own_server, who).questions[len(answered)][0]


@pytest.mark.parametrize("kind", [Spot, Ordering])
def test_what_was_put_together_outlives_a_restart_and_is_what_is_sent(
    new_reader: NewReader, own_server: Server, kind: type[Decision]
) -> None:
    """The browser holds it: the marks at once, the order move by move."""
    who = own_server.newcomer("Restart Skládačková")
    card = own_server.study.come_to(who, kind)
    reader = new_reader(who, at=own_server)
    reader.go("/lesson")
    chosen = reader.choose()
    reader.runs_by(own_server.restart)
    reader.complaints.clear()
    reader.await_chosen(chosen)
    reader.press("See where it leads")
    assert own_server.study.enrolment(who).checks[card.id] == chosen


@pytest.mark.parametrize("kind", [Spot, Ordering])
def test_of_two_tabs_that_put_an_answer_together_the_first_to_send_it_counts(
    new_reader: NewReader, server: Server, kind: type[Decision]
) -> None:
    who = server.newcomer("Dvojice Skládačková")
    card = server.study.come_to(who, kind)
    first, second = new_reader(who), new_reader(who)
    for reader in (first, second):
        reader.go("/lesson")
    choice = second.choice()
    second.choose(right=False)
    answer = decide(first, "See where it leads")
    second.press("See where it leads")
    assert explanations_in(second, choice) == choice.ids
    assert server.study.enrolment(who).checks[card.id] == answer
    is_told(second)
    expect(second.page.locator(".kodex-after")).to_be_visible()
