"""Explanations, after an answer and not before."""

import pytest
from browsing import plain
from course_in_browser import attempt_of, come_to, decide, principle_titles
from playwright.sync_api import expect
from serving import NewReader, Server

from lessons.cards import CardKind
from lessons.decisions.order import Ordering

pytestmark = pytest.mark.browser


def test_an_answer_is_explained_where_it_stands_with_the_rule_that_it_is_about(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Hedvika Žďárská", language)
    server.study.cards(who, language)
    reader = new_reader(who, language)
    reader.go("/assessment")
    reader.press("Begin")
    asked = reader.question_id()
    question = server.course.questions[asked].text(language)
    decide(reader, "Submit the answer", right=False)
    assert reader.question_id() == asked
    assert plain(question.situation) in reader.main()
    assert reader.words("That is not the right answer") in reader.main()
    rule = reader.page.locator(".kodex-rule")
    assert plain(rule.get_by_role("heading").inner_text()) == principle_titles(reader, [asked])[0]
    advice = rule.get_by_role("heading", name=reader.words("Avoid"), include_hidden=True)
    expect(advice).to_be_hidden()
    rule.get_by_text(reader.words("What to do and what to avoid")).click()
    expect(advice).to_be_visible()
    assert len(attempt_of(server, who).responses) == 1
    reader.press("Next question")
    assert reader.question_id() == attempt_of(server, who).questions[1][0]


def test_the_consequence_of_an_option_that_was_not_chosen_is_opened_where_it_stands(
    new_reader: NewReader, server: Server, language: str
) -> None:
    reader = new_reader(server.newcomer("Bedřiška Šůrová", language), language)
    come_to(reader, CardKind.PRINCIPLE)
    check = reader.choice()
    reader.choose()
    reader.press("See where it leads")
    for option in check.options:
        row = reader.page.locator(".kodex-after li").filter(has_text=plain(option.text))
        consequence = row.get_by_text(plain(option.explanation))
        if option.id != check.right_answer:
            expect(consequence).to_be_hidden()
            row.get_by_text(reader.words("Where it leads")).click()
        expect(consequence).to_be_visible()


@pytest.mark.wide
def test_a_form_without_a_choice_is_not_sent(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Bohdan Čečetka")
    server.study.cards(who)
    reader = new_reader(who)
    reader.go("/assessment")
    reader.press("Begin")
    reader.pass_over(Ordering)
    asked, before = reader.question_id(), attempt_of(server, who).responses
    reader.send_nothing("Submit the answer")
    assert reader.question_id() == asked
    assert attempt_of(server, who).responses == before
