"""Home says what is to be done, and leads on."""

from datetime import date

import pytest
from browsing import plain
from open_matters import done
from stage import (
    IN_A_WEEK,
    LAST_WEEK,
    Open,
)
from studying import Study

from people.access import Principal
from quizzes.content import Course


def test_home_says_that_nothing_is_assigned_and_who_will(
    open_screen: Open, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, language=language)
    assert screen.title == plain(screen.words("Nothing is assigned to you yet"))
    assert not screen.buttons()


@pytest.mark.usefixtures("assigned")
def test_home_says_by_when_and_what_is_missing_and_leads_on(
    open_screen: Open, learner: Principal, course: Course, today: date, language: str
) -> None:
    screen = open_screen(learner, language=language)
    t = screen.words
    missing = t.plural("{n} principle to go", "{n} principles to go", len(course.principles))
    assert screen.title == plain(t("{missing}, due {day}", missing=missing, day=t.day(today + IN_A_WEEK)))
    assert screen.headers() == [plain(t("What is missing for completion"))]
    assert screen.says("{done} {of_total} cards done", done=0, of_total=t.out_of(len(course.cards)))
    assert screen.buttons() == [plain(t("Begin the course"))]
    screen.press("Begin the course")
    assert screen.title == plain(course.lessons[0].text(language).dilemma.title)


def test_home_leads_back_to_the_principle_that_comes_next(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    for card in course.cards[:4]:
        done(assigned, learner, card)
    screen = open_screen(learner, language=language)
    title = course.lessons[0].text(language).principles[2].situation_title
    assert screen.buttons() == [plain(screen.words("Go on with principle {n}: {title}", n=3, title=title))]
    screen.app.button[0].click().run()
    assert screen.title == plain(title)


def test_home_says_since_when_somebody_is_overdue(
    open_screen: Open, study: Study, learner: Principal, today: date, language: str
) -> None:
    study.assign(learner, due_on=today + LAST_WEEK)
    screen = open_screen(learner, language=language)
    t = screen.words
    missing = t.plural("{n} principle to go", "{n} principles to go", 7)
    assert screen.title == plain(t("Overdue since {day}. {missing}", day=t.day(today + LAST_WEEK), missing=missing))


def test_home_says_how_many_questions_are_left(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    question, _ = assigned.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    assigned.answer(learner, question)
    screen = open_screen(learner)
    assert plain(screen.words.plural("{n} question to go", "{n} questions to go", 9)) in screen.title
    assert screen.buttons() == [plain(screen.words("Go on with the questions"))]


def test_home_says_what_the_last_attempt_came_to(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    screen = open_screen(learner)
    t = screen.words
    assert screen.says("last time {score}; {pass_mark} needed", score=t.percent(70), pass_mark=t.percent(80))
    assert screen.buttons() == [plain(t("Begin the final questions"))]


def test_home_leads_to_the_commitment_once_passed(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    screen = open_screen(learner)
    screen.press("Sign the commitment")
    assert screen.title == plain(screen.words("Sign the commitment, and you are done"))


def test_home_shows_the_certificate_with_its_validity(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    enrolment = assigned.certify(learner)
    screen = open_screen(learner, language=language)
    assert screen.title == plain(screen.words("You are done, and certified"))
    assert f"/certificate/{enrolment.certificate_no}.pdf" in screen.text()
    assert screen.says("valid until {day}", day=screen.words.date(enrolment.valid_until))
    assert not screen.buttons()


def test_home_shows_nobody_elses_certificate(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal
) -> None:
    number = assigned.certify(learner).certificate_no
    assert number not in open_screen(manager).text()
