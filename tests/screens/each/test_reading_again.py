"""A card that is read again: the cards beside it, and the way back. What the lesson's address shows afterwards."""

import re
from html import unescape

import pytest
from browsing import plain
from open_matters import done
from stage import Open, Screen
from studying import Study

from people.access import Principal
from quizzes.content import Course


def beside(screen: Screen) -> dict[str, str]:
    """The cards beside this one: address by title."""
    drawn = "".join(html.body for html in screen.elements("html") if "kodex-beside" in html.body)
    links = re.findall(r'href="([^"]+)"><span>[^<]+</span> <span>([^<]+)</span>', drawn)
    return {plain(unescape(title)): unescape(address) for address, title in links}


def test_finished_cards_lead_to_each_other_and_not_past_the_last(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    for card in course.cards[:3]:
        done(assigned, learner, card)
    lesson = course.lessons[0].text(language)
    dilemma, why, first = lesson.dilemma.title, lesson.why.title, lesson.principles[0].title
    found = beside(open_screen(learner, "lesson.py", language, card="customer-privacy/why"))
    assert list(found) == [plain(dilemma), plain(first)]
    assert found[plain(first)] == "/lesson?course=customer-privacy&card=customer-privacy%2Fsame-care"
    assert list(beside(open_screen(learner, "lesson.py", language, card="customer-privacy/dilemma"))) == [plain(why)]
    assert list(beside(open_screen(learner, "lesson.py", language, card="customer-privacy/same-care"))) == [
        plain(why)
    ]


def test_from_an_explained_question_one_comes_back_to_it(
    open_screen: Open, assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    question, _ = assigned.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    assigned.answer(learner, question)
    about = course.questions[question].source.principle
    explained = open_screen(learner, "assessment.py", question="1")
    assert f"card=customer-privacy%2F{about}&question=1" in explained.text()
    screen = open_screen(learner, "lesson.py", card=f"customer-privacy/{about}", question="1")
    t = screen.words
    assert screen.links() == [plain(t("Back to question {n} {of_total}", n=1, of_total=t.out_of(course.asked)))]
    assert "/assessment?course=customer-privacy&question=1" in screen.text()
    assert all("question=1" in address for address in beside(screen).values())


@pytest.mark.parametrize("number", ["0", "2", "11", "-1", "x", "", "１", "9" * 5000])
def test_an_address_names_no_question_that_is_not_answered(
    open_screen: Open, assigned: Study, learner: Principal, number: str
) -> None:
    assigned.cards(learner)
    question, _ = assigned.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    assigned.answer(learner, question)
    screen = open_screen(learner, "lesson.py", card="customer-privacy/why", question=number)
    assert screen.links() == [plain(screen.words(each)) for each in ("All principles", "Back to your courses")]


def test_whoever_has_passed_is_led_on_from_the_lessons_address(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    screen = open_screen(learner, "lesson.py", language)
    t = screen.words
    assert screen.title == plain(t("You have done this lesson"))
    to_principles, to_sign, home = map(
        plain, map(t, ("Look up the principles", "Sign the commitment", "Back to your courses"))
    )
    assert screen.links() == [to_principles, to_sign, home]
    assigned.sign(learner)
    screen = open_screen(learner, "lesson.py", language)
    assert screen.links() == [to_principles, home]
    assert not screen.buttons()
