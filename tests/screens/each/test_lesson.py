"""The lesson's screen, card by card."""

import pytest
from browsing import plain
from open_matters import done
from stage import (
    Open,
)
from studying import Study

from lessons.cards import Card, CardKind
from people.access import Principal
from quizzes.content import Course


def up_to(study: Study, who: Principal, kind: CardKind) -> Card:
    """Brings `who` to the first card of that kind, and gives it."""
    for card in study.course.cards:
        if card.kind is kind:
            return card
        done(study, who, card)
    raise LookupError(kind)


def test_the_dilemma_is_asked_before_anything_is_taught_and_not_explained_yet(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert screen.title == plain(lesson.dilemma.title)
    assert screen.options() == {plain(option.text) for option in lesson.dilemma.options}
    assert screen.explained(lesson.dilemma) == set()
    assert plain(lesson.dilemma.answer[0]) not in screen.text()
    chosen = screen.choose(lesson.dilemma, right=False)
    screen.press("Save the answer and go on")
    assert assigned.enrolment(learner).checks == {course.cards[0].id: chosen}
    assert screen.title == plain(lesson.why.title)
    assert screen.explained(lesson.dilemma) == set()


def test_the_card_of_reasons_is_read_and_left(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    card = up_to(assigned, learner, CardKind.WHY)
    lesson = course.lessons[0].text(language)
    screen = open_screen(learner, "lesson.py", language)
    assert plain(lesson.promise) in screen.text()
    assert not screen.app.radio
    screen.press("Next")
    assert card.id in assigned.enrolment(learner).cards
    assert screen.title == plain(lesson.principles[0].title)


@pytest.mark.parametrize("right", [True, False])
def test_a_principle_is_taught_checked_and_explained(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    card = up_to(assigned, learner, CardKind.PRINCIPLE)
    taught = course.lessons[0].text(language).principles[0]
    screen = open_screen(learner, "lesson.py", language)
    for text in (taught.rule, taught.meaning, taught.do, taught.dont, taught.example):
        assert plain(text) in screen.text()
    assert plain(screen.words("Next")) not in screen.buttons()
    assert screen.explained(taught.check) == set()
    chosen = screen.choose(taught.check, right=right)
    screen.press("Check the answer")
    assert screen.explained(taught.check) == {chosen, taught.check.right_answer}
    assert card.id not in assigned.enrolment(learner).cards
    screen.press("Next")
    assert card.id in assigned.enrolment(learner).cards


def test_the_dilemma_is_answered_at_the_end(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    up_to(assigned, learner, CardKind.ANSWER)
    dilemma = course.lessons[0].text(language).dilemma
    screen = open_screen(learner, "lesson.py", language)
    assert screen.explained(dilemma) == set()
    assert plain(dilemma.answer[0]) not in screen.text()
    screen.choose(dilemma)
    screen.press("Check the answer")
    assert screen.explained(dilemma) == {dilemma.right_answer}
    assert all(plain(paragraph) in screen.text() for paragraph in dilemma.answer)
    screen.press("Next")
    assert screen.title == plain(screen.words("You have finished the lesson. Next come the questions."))
    screen.press("Begin the final questions")
    assert screen.says("Begin")


def test_a_card_cannot_be_left_unanswered(open_screen: Open, assigned: Study, learner: Principal) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py")
    screen.press("Check the answer")
    assert screen.says("Choose one of the answers first.")
    assert len(assigned.enrolment(learner).checks) == 1


def test_a_card_that_is_done_can_be_read_again_by_its_address(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    up_to(assigned, learner, CardKind.PRINCIPLE)
    screen = open_screen(learner, "lesson.py", card="customer-privacy/why")
    assert screen.title == plain(course.lessons[0].text("cs").why.title)
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words(each)) for each in ("All principles", "Back to your courses")]


@pytest.mark.parametrize("card", ["customer-privacy/answer", "customer-privacy/need-to-know", "../why", ""])
def test_no_address_leads_past_the_card_that_comes_next(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, card: str
) -> None:
    up_to(assigned, learner, CardKind.WHY)
    screen = open_screen(learner, "lesson.py", card=card)
    assert screen.title == plain(course.lessons[0].text("cs").why.title)


@pytest.mark.parametrize("screen", ["lesson.py", "assessment.py", "commitment.py"])
def test_without_a_course_every_screen_of_it_leads_home(open_screen: Open, learner: Principal, screen: str) -> None:
    shown = open_screen(learner, screen)
    assert shown.title == plain(shown.words("Nothing is assigned to you yet"))
