"""Before you share: one question a screen, back, start again, and what to do. Nothing about it is recorded."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest
from browsing import plain
from sqlalchemy import select
from stage import Open, Screen

import installation
from database import Database, metadata
from lessons.guide import Guide
from lessons.lesson import points
from people.access import Principal
from quizzes.content import Content

TO_THE_CUSTOMER = ("yes", "yes", "yes", "no")
"""Answers that end with asking the customer first."""


@pytest.fixture
def guide(content: Content, language: str) -> Guide:
    return content.guides["customer-privacy"].text(language)


def opened(open_screen: Open, learner: Principal, language: str = "cs") -> Screen:
    """The first question of the guide, which is chosen first where there are several."""
    screen = open_screen(learner, "guide.py", language)
    screen.app.button(key="guide_customer-privacy").click().run()
    screen.stands()
    return screen


def rows(screen: Screen) -> list[str]:
    return [plain(button.label) for button in screen.app.button if button.key.startswith("way_")]


def answer(screen: Screen, guide: Guide, answers: Sequence[str]) -> None:
    walked: dict[str, str] = {}
    for each in answers:
        at = guide.walk(walked).at
        walked[at.id] = each
        screen.app.button(key=f"way_customer-privacy_{at.id}_{each}").click().run()
        screen.stands()


def test_each_question_has_a_screen_and_a_press_leads_on(
    open_screen: Open, learner: Principal, guide: Guide, language: str
) -> None:
    screen = opened(open_screen, learner, language)
    first, second = guide.questions[:2]
    assert screen.title == plain(first.text)
    assert plain(guide.lead) in screen.text()
    assert rows(screen) == [plain(each.text) for each in first.answers]
    assert screen.says("Question {n} {of_total}", n=1, of_total=screen.words.out_of(5))
    answer(screen, guide, ["yes"])
    assert screen.title == plain(second.text)
    assert screen.says("Question {n} {of_total}", n=2, of_total=screen.words.out_of(5))
    assert screen.says("Nothing of this is saved, and nobody is told.")


def test_the_outcome_says_what_to_do_why_and_whom_to_ask(
    open_screen: Open, learner: Principal, guide: Guide, content: Content, language: str
) -> None:
    screen = opened(open_screen, learner, language)
    answer(screen, guide, TO_THE_CUSTOMER)
    outcome = next(each for each in guide.outcomes if each.id == "other-purpose")
    rule = content.lesson("customer-privacy").text(language).principle(outcome.principle)
    assert screen.title == plain(outcome.title)
    for text in (outcome.reason, outcome.how, rule.rule, *points(rule.do), *points(rule.dont)):
        assert plain(text) in screen.text()
    assert screen.says("Call {number}", number="+420 800 000 000")
    assert screen.says("Write to {address}", address="compliance@example.com")
    for asked in guide.questions[:4]:
        assert plain(asked.text) in screen.text()
    assert not rows(screen)


def test_one_goes_back_a_question_and_starts_again(
    open_screen: Open, learner: Principal, guide: Guide, language: str
) -> None:
    screen = opened(open_screen, learner, language)
    answer(screen, guide, TO_THE_CUSTOMER)
    screen.press("Back one question")
    assert screen.title == plain(guide.questions[3].text)
    screen.press("Back one question")
    assert screen.title == plain(guide.questions[2].text)
    screen.press("Start again")
    assert screen.title == plain(guide.questions[0].text)
    assert screen.buttons() == [*rows(screen), screen.words("Choose another guide")]


def test_a_phone_number_is_offered_only_where_there_is_one(
    open_screen: Open, learner: Principal, guide: Guide, language: str
) -> None:
    screen = opened(open_screen, learner, language)
    answer(screen, guide, ("yes", "yes", "yes", "unknown"))
    assert screen.says("Write to {address}", address="legal@example.com")
    assert not screen.says("Call {number}", number="+420 800 000 000")


def test_nothing_about_it_is_recorded(
    open_screen: Open, learner: Principal, guide: Guide, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """No row of any table changes, and no line is logged."""
    screen = opened(open_screen, learner)
    before = rows_of_every_table(database)
    with caplog.at_level(logging.DEBUG, "kodex"):
        answer(screen, guide, TO_THE_CUSTOMER)
        screen.press("Back one question")
        screen.press("Start again")
    assert rows_of_every_table(database) == before
    assert before["sessions"]
    assert [each.getMessage() for each in caplog.records if each.name.startswith("kodex")] == []
    assert not screen.app.query_params


def rows_of_every_table(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
        }


def of_these_guides(monkeypatch: pytest.MonkeyPatch, content: Content, *names: str) -> None:
    """The installation has guides of those lessons."""
    guides = dict.fromkeys(names, content.guides["customer-privacy"])
    monkeypatch.setattr(installation, "load", lambda _: replace(content, guides=guides))
    installation.installation.cache_clear()


def test_of_several_guides_one_is_chosen(
    open_screen: Open, learner: Principal, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = content.guides["customer-privacy"].source
    of_these_guides(monkeypatch, content, "customer-privacy", "gifts")
    screen = open_screen(learner, "guide.py")
    assert screen.says("What is it about?")
    assert screen.buttons() == [plain(guide.title)] * 2
    screen.app.button(key="guide_customer-privacy").click().run()
    assert screen.title == plain(guide.questions[0].text)
    answer(screen, guide, ["no"])
    screen.press("Start again")
    screen.press("Choose another guide")
    screen.app.button(key="guide_gifts").click().run()
    assert screen.title == plain(guide.questions[0].text)


def test_without_a_guide_the_screen_says_so(
    open_screen: Open, learner: Principal, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_these_guides(monkeypatch, content)
    assert open_screen(learner, "guide.py").says("There is no guide yet")
