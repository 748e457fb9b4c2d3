"""The assessment: each answer counts once, and it lasts."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from learners import asked
from studying import Study

from database import written
from lessons.model import Edition
from people.access import Principal
from progress.completion import editions, learning
from progress.completion.steps import AskedQuestion, NotPossibleError, Submission
from quizzes.content import Bank, Content, Course


def wrong(course: Course, question_id: str) -> str:
    question = course.questions[question_id].source
    return next(option.id for option in question.options if option.id != question.right_answer)


def with_pass_mark(course: Course, pass_mark: int) -> Course:
    return replace(course, entry=course.entry.model_copy(update={"pass_mark": pass_mark}))


def without(course: Course, question_id: str) -> Course:
    """The course as a later edition, from which a question was taken."""
    (bank,) = course.banks
    left = {name: question for name, question in bank.questions.items() if name != question_id}
    return replace(course, banks=(Bank(bank.form, MappingProxyType(left)),))


# The assessment


def test_the_questions_begin_once_every_card_is_done(assigned: Study, learner: Principal) -> None:
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)
    assigned.cards(learner)
    assigned.begin(learner)
    assert len(asked(assigned, learner)) == 10


def test_a_form_meets_every_principle(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    met = {course.questions[question].source.principle for question in asked(assigned, learner)}
    assert met == set(course.principles)


def test_beginning_again_shows_the_form_that_was_begun(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    first = assigned.begin(learner)
    assigned.answer(learner, asked(assigned, learner)[0])
    again = assigned.begin(learner)
    assert first.attempt is not None
    assert again.attempt is not None
    assert (again.attempt.id, again.attempts, len(again.attempt.responses)) == (first.attempt.id, 1, 1)


def test_a_response_is_kept_with_confidence_language_and_time(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    attempt = assigned.answer(learner, question, confidence="sure", language="en").attempt
    assert attempt is not None
    response = attempt.responses[question]
    assert (response.right, response.confidence, response.language) == (True, "sure", "en")
    assert response.at == written(assigned.now)


def test_a_second_submit_changes_nothing(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    once = assigned.answer(learner, question)
    events = assigned.chain(learner)
    assert assigned.answer(learner, question, right=False) == once
    assert assigned.chain(learner) == events


@pytest.mark.parametrize("confidence", ["certain", "", "SURE"])
def test_a_confidence_that_is_not_on_offer_is_refused(assigned: Study, learner: Principal, confidence: str) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    with pytest.raises(NotPossibleError):
        assigned.answer(learner, asked(assigned, learner)[0], confidence=confidence)


def test_a_question_that_was_not_drawn_is_refused(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    other = next(name for name in course.questions if name not in asked(assigned, learner))
    with pytest.raises(NotPossibleError):
        assigned.answer(learner, other)


def test_an_attempt_of_before_takes_no_more_responses(assigned: Study, learner: Principal, course: Course) -> None:
    assigned.cards(learner)
    first = assigned.attempt(learner, right=0).attempt
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    assert first is not None
    with pytest.raises(NotPossibleError):
        learning.answer_question(
            assigned.database,
            assigned.asker(learner),
            course,
            AskedQuestion(first.id, question),
            Submission(wrong(course, question), "cs"),
        )


@pytest.mark.parametrize(("right", "passed"), [(10, True), (8, True), (7, False), (0, False)])
def test_eight_of_ten_right_answers_pass(assigned: Study, learner: Principal, right: int, passed: bool) -> None:
    assigned.cards(learner)
    enrolment = assigned.attempt(learner, right)
    assert enrolment.attempt is not None
    assert (enrolment.attempt.right, enrolment.attempt.passed) == (right, passed)
    assert enrolment.score == (right * 10 if passed else None)
    assert (enrolment.passed_at is not None) is passed


def test_after_a_failure_a_new_form_is_drawn_from_questions_not_met(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    first = asked(assigned, learner)
    second = assigned.begin(learner)
    assert set(first).isdisjoint(asked(assigned, learner))
    assert second.attempts == 2
    assert set(second.met) == {*first, *asked(assigned, learner)}


def test_after_a_pass_no_further_form_is_drawn(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)
    assigned.sign(learner)
    with pytest.raises(NotPossibleError):
        assigned.begin(learner)


@pytest.mark.parametrize(("begun", "meanwhile", "passes"), [(80, 100, True), (100, 80, False)])
def test_a_pass_mark_changed_meanwhile_does_not_touch_an_attempt_that_has_begun(
    assigned: Study, learner: Principal, course: Course, begun: int, meanwhile: int, passes: bool
) -> None:
    assigned.cards(learner)
    Study(assigned.database, with_pass_mark(course, begun), assigned.now).begin(learner)
    later = Study(assigned.database, with_pass_mark(course, meanwhile), assigned.now)
    for number, question in enumerate(asked(assigned, learner)):
        enrolment = later.answer(learner, question, right=number < 9)
    assert (enrolment.passed_at is not None) is passes
    assert enrolment.attempt is not None
    assert enrolment.attempt.pass_mark == begun


def test_a_question_taken_out_meanwhile_is_still_answered_as_it_was_drawn(
    assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    question = asked(assigned, learner)[0]
    later = without(course, question)
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    right = course.questions[question].source.right_answer
    enrolment = learning.answer_question(
        assigned.database,
        assigned.asker(learner),
        later,
        AskedQuestion(attempt.id, question),
        Submission(right, "cs"),
    )
    assert enrolment.attempt is not None
    assert enrolment.attempt.responses[question].right


def test_a_question_reworded_meanwhile_is_shown_as_it_was_drawn(
    assigned: Study, course: Course, content: Content
) -> None:
    editions.keep(assigned.database, content)
    name, drawn = next(iter(course.questions.items()))
    texts = {language: text.model_copy(update={"title": "Jinak"}) for language, text in drawn.texts.items()}
    (bank,) = course.banks
    reworded = replace(course, banks=(Bank(bank.form, {**bank.questions, name: Edition(texts)}),))
    with assigned.database.reading() as connection:
        assert editions.question(connection, reworded, name, drawn.sha256).texts == drawn.texts
