"""The refresher's screen: two decisions, what has stayed, and a sentence where there is nothing to ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from browsing import plain
from sqlalchemy import update
from stage import Open, Screen
from studying import Study

from people.access import Principal
from progress.completion.enrolments import enrolments
from progress.record.chains import Kind
from progress.refreshers import drawing
from progress.refreshers.drawing import Refresher
from quizzes.content import Content, Course
from quizzes.kinds.question import Question

REFRESHER = "refresher.py"


def certified(study: Study, who: Principal, days: int) -> None:
    """So many days ago."""
    study.now = datetime.now(UTC) - timedelta(days=days, hours=2)
    study.assign(who, due_on=study.now.date() + timedelta(days=7))
    study.certify(who)
    study.now = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def due(study: Study, learner: Principal) -> Study:
    certified(study, learner, 31)
    return study


def opened(study: Study, who: Principal) -> Refresher:
    refresher = study.refresher(who)
    assert refresher is not None
    return refresher


def question(study: Study, who: Principal, number: int, language: str = "cs") -> Question:
    return study.course.questions[opened(study, who).questions[number - 1]].text(language)


def decide(screen: Screen, asked: Question, *, right: bool = True) -> None:
    screen.choose(asked, right=right)
    screen.press("Submit the answer")


def says_place(screen: Screen, number: int) -> bool:
    return screen.says("Decision {n} {of_total}", n=number, of_total=screen.words.out_of(2))


def test_home_greets_with_one_minute_and_leads_there(
    open_screen: Open, due: Study, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, language=language)
    t = screen.words
    said = plain(
        t.plural(
            "One minute: {n} decision from what you learned", "One minute: {n} decisions from what you learned", 2
        )
    )
    assert screen.title == said
    assert f"/refresher?course={due.course.id}" in screen.text()
    assert "by {day}" not in screen.text()
    screen.press("Decide")
    assert screen.title == plain(question(due, learner, 1, language).title)
    assert says_place(screen, 1)


def test_home_says_nothing_of_it_before_the_day_and_after_the_answers(
    open_screen: Open, study: Study, learner: Principal, manager: Principal
) -> None:
    certified(study, learner, 28)
    certified(study, manager, 31)
    study.refresh(manager)
    for who in (learner, manager):
        screen = open_screen(who)
        assert screen.title == plain(screen.words("You are done, and certified"))
        assert "/refresher" not in screen.text()


def test_what_is_to_be_done_comes_before_what_is_to_be_refreshed(
    open_screen: Open, due: Study, learner: Principal, content: Content
) -> None:
    (other,) = (each for each in content.courses.values() if each.id != due.course.id)
    replace(due, course=other).assign(learner, due_on=due.now.date() + timedelta(days=7))
    screen = open_screen(learner)
    assert plain(other.lessons[0].text("cs").dilemma.title) in screen.title
    assert f"/refresher?course={due.course.id}" in screen.text()


@pytest.mark.parametrize("named", [True, False])
def test_both_are_decided_and_explained_and_the_end_says_what_has_stayed(
    open_screen: Open, due: Study, learner: Principal, language: str, named: bool
) -> None:
    address = {"course": due.course.id} if named else {}
    first, second = (question(due, learner, number, language) for number in (1, 2))
    screen = open_screen(learner, REFRESHER, language, **address)
    t = screen.words
    assert screen.explained(first) == set()
    decide(screen, first, right=False)
    assert screen.says("That is not the right answer")
    assert screen.explained(first) == first.ids
    assert plain(due.course.principles[first.principle].text(language).rule) in screen.text()
    screen.press("Next decision")
    assert screen.title == plain(second.title)
    assert says_place(screen, 2)
    decide(screen, second)
    assert screen.says("That is right")
    screen.press("See what has stayed")
    assert screen.title == plain(
        t("{right} {of_total} decided right after {days} days", right=1, of_total=t.out_of(2), days=30)
    )
    said = screen.text()
    assert said.index(plain(t("Read this again"))) < said.index(plain(t("This has stayed")))
    for asked in (first, second):
        assert due.course.card_of(asked.principle).id.replace("/", "%2F") in said
    valid_from = due.enrolment(learner).valid_from
    assert valid_from is not None
    assert plain(t.date(valid_from + timedelta(days=90))) in said


def test_it_goes_on_where_it_was_left_and_shows_what_was_answered_again(
    open_screen: Open, due: Study, learner: Principal
) -> None:
    due.recall(learner, opened(due, learner).questions[0])
    screen = open_screen(learner, REFRESHER, course=due.course.id)
    assert screen.title == plain(question(due, learner, 2).title)
    again = open_screen(learner, REFRESHER, course=due.course.id, question="1")
    assert again.title == plain(question(due, learner, 1).title)
    assert again.says("your answer is saved")
    assert not again.app.radio


def test_the_same_link_shows_the_end_again(open_screen: Open, due: Study, learner: Principal) -> None:
    due.refresh(learner)
    screen = open_screen(learner, REFRESHER, course=due.course.id)
    assert screen.says("This has stayed")
    assert screen.buttons() == []


@pytest.mark.parametrize("number", ["2", "3", "0", "-1", "x", "²", "99999999999999999999"])
def test_a_place_that_has_not_been_reached_is_the_first_question(
    open_screen: Open, due: Study, learner: Principal, number: str
) -> None:
    screen = open_screen(learner, REFRESHER, course=due.course.id, question=number)
    assert screen.title == plain(question(due, learner, 1).title)


def test_a_second_answer_from_another_tab_shows_the_first(open_screen: Open, due: Study, learner: Principal) -> None:
    screen = open_screen(learner, REFRESHER, course=due.course.id)
    first = question(due, learner, 1)
    screen.choose(first)
    due.recall(learner, first.id, right=False)
    screen.press("Submit the answer")
    assert screen.says("That is not the right answer")
    assert due.kinds(learner).count(Kind.REFRESHED) == 1


def test_an_answer_after_the_end_is_not_saved_and_says_so(
    open_screen: Open, due: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_forms = [name for name, each in due.course.questions.items() if each.source.kind == "single"]
    monkeypatch.setattr(drawing, "_drawn", lambda *_: in_forms)
    screen = open_screen(learner, REFRESHER, course=due.course.id)
    screen.choose(question(due, learner, 1))
    with due.database.writing() as connection:
        own = enrolments.c.person_key == learner.key
        connection.execute(update(enrolments).where(own).values(revoked_at=due.now))
    screen.press("Submit the answer")
    assert screen.says("These questions have closed in the meantime. Your certificate is as it was.")
    assert screen.says("There is nothing to refresh in this course")
    assert Kind.REFRESHED not in due.kinds(learner)


def test_before_the_day_it_says_when_it_comes(
    open_screen: Open, study: Study, learner: Principal, language: str
) -> None:
    certified(study, learner, 3)
    screen = open_screen(learner, REFRESHER, language, course=study.course.id)
    assert screen.title == plain(screen.words("Nothing to refresh today"))
    valid_from = study.enrolment(learner).valid_from
    assert valid_from is not None
    assert plain(screen.words.date(valid_from + timedelta(days=30))) in screen.text()


@pytest.mark.usefixtures("assigned")
def test_before_the_certificate_it_says_that_it_comes_after_it(
    open_screen: Open, learner: Principal, course: Course, language: str
) -> None:
    screen = open_screen(learner, REFRESHER, language, course=course.id)
    assert screen.title == plain(screen.words("The refresher comes after the certificate"))
    assert screen.links() == [plain(screen.words("Home"))]


@pytest.mark.parametrize("wanted", ["speaking-up", "no-such-course", ""])
def test_another_course_is_said_to_be_none_of_theirs(
    open_screen: Open, due: Study, learner: Principal, language: str, wanted: str
) -> None:
    screen = open_screen(learner, REFRESHER, language, course=wanted)
    assert screen.title == plain(screen.words("This course is not among yours"))
    assert Kind.REFRESHED not in due.kinds(learner)


def test_a_question_of_a_refresher_can_be_reported(open_screen: Open, due: Study, learner: Principal) -> None:
    due.recall(learner, opened(due, learner).questions[0])
    screen = open_screen(learner, REFRESHER, course=due.course.id, question="1")
    assert screen.says("Something wrong here?")


def test_an_answer_is_told_in_my_record(open_screen: Open, due: Study, learner: Principal, language: str) -> None:
    due.refresh(learner)
    screen = open_screen(learner, "record.py", language)
    for number in (1, 2):
        title = question(due, learner, number, language).title
        assert screen.says("Refresher after {days} days, question “{title}”", days=30, title=title)
