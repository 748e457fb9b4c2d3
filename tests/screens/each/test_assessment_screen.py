"""The assessment's screen, question by question."""

import pytest
from browsing import plain
from stage import (
    Open,
)
from studying import Study

from people.access import Principal
from quizzes.content import Course


def asked_of(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [name for name, _ in attempt.questions]


@pytest.mark.usefixtures("assigned")
def test_the_questions_open_once_the_lesson_is_read(open_screen: Open, learner: Principal, language: str) -> None:
    screen = open_screen(learner, "assessment.py", language)
    assert screen.title == plain(screen.words("Read the lesson first"))
    assert not screen.buttons()
    assert screen.links() == [plain(screen.words("Go on with the lesson"))]


def test_an_attempt_begins_when_it_is_asked_for(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    screen = open_screen(learner, "assessment.py", language)
    assert assigned.enrolment(learner).attempt is None
    assert plain(screen.words.percent(80)) in screen.text()
    screen.press("Begin")
    question = course.questions[asked_of(assigned, learner)[0]].text(language)
    assert screen.title == plain(question.title)


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_saved_and_explained_at_once(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str, right: bool
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    name = asked_of(assigned, learner)[0]
    question = course.questions[name].text(language)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    assert plain(question.situation) in screen.text()
    assert screen.options() == {plain(option.text) for option in question.options}
    assert screen.explained(question) == set()
    chosen = screen.choose(question, right=right)
    screen.press("Submit the answer")
    assert screen.explained(question) == {chosen, question.right_answer}
    assert screen.title == plain(t("That is right") if right else t("That is not the right answer"))
    assert screen.says("your answer is saved")
    assert plain(course.principles[question.principle].text(language).title) in screen.links()
    assert assigned.enrolment(learner).attempt.responses[name].option == chosen  # type: ignore[union-attr]
    screen.press("Next question")
    assert screen.title == plain(course.questions[asked_of(assigned, learner)[1]].text(language).title)


def test_an_answer_without_a_choice_is_not_saved(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py")
    screen.press("Submit the answer")
    assert screen.says("Choose one of the answers first.")
    assert assigned.enrolment(learner).attempt.responses == {}  # type: ignore[union-attr]


def test_whoever_was_certain_and_wrong_is_advised_to_read_again(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first, right=False, confidence="sure")
    assigned.answer(learner, second, right=False, confidence="guess")
    advice = "You were certain here, so this one is worth reading again."
    assert open_screen(learner, "assessment.py", question="1").says(advice)
    assert not open_screen(learner, "assessment.py", question="2").says(advice)


@pytest.mark.parametrize("number", ["3", "11", "0", "-1", "first", "99999999999999999999", "²"])
def test_no_address_leads_past_the_first_open_question(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, number: str
) -> None:
    assigned.cards(learner)
    first, second, *_ = (name for name, _ in assigned.begin(learner).attempt.questions)  # type: ignore[union-attr]
    assigned.answer(learner, first)
    screen = open_screen(learner, "assessment.py", question=number)
    assert screen.title == plain(course.questions[second].text("cs").title)


def test_a_failed_attempt_names_the_principles_to_read_again_and_draws_other_questions(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first = asked_of(assigned, learner)
    missed = {course.questions[name].source.principle for name in first[7:]}
    screen = open_screen(learner, "assessment.py", language)
    titles = {name: plain(principle.text(language).title) for name, principle in course.principles.items()}
    again = plain(screen.words("See all questions and answers again"))
    assert screen.links() == [*(title for name, title in titles.items() if name in missed), again]
    screen.press("Try again with other questions")
    assert not set(first) & set(asked_of(assigned, learner))
    assert screen.title == plain(course.questions[asked_of(assigned, learner)[0]].text(language).title)


def test_a_passed_attempt_leads_to_the_commitment(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=8)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    found = t.plural(
        "Passed: {n} {of_total} answer right", "Passed: {n} {of_total} answers right", 8, of_total=t.out_of(10)
    )
    assert screen.title == plain(found)
    screen.press("Go on to the commitment")
    assert screen.title == plain(t("Sign the commitment, and you are done"))
