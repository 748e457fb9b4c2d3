"""The questions of a refresher: what was wrong or guessed first, and what was met before last."""

from dataclasses import replace

import pytest
from knowing import drawn, sit
from studying import Study

from people.access import Principal
from progress.completion.enrolments import Enrolment
from progress.refreshers import drawing
from progress.refreshers.drawing import Recalled, Refresher
from progress.refreshers.schedule import DAYS
from quizzes.content import Course

SEEDS = [f"{n:032x}" for n in range(40)]


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Enrolment:
    """Everything right, and nothing guessed."""
    return assigned.certify(learner)


def principle(course: Course, question_id: str) -> str:
    return course.questions[question_id].source.principle


def recalled(course: Course, days: int, question_id: str, *, right: bool = True) -> Recalled:
    question = course.questions[question_id]
    answer = question.source.right_answer if right else question.source.wrong_answers[0]
    return Recalled(days, question_id, question.sha256, answer, right)


def with_answers(enrolment: Enrolment, **changes: dict[str, object]) -> Enrolment:
    """The enrolment with other answers to these questions, named with underscores."""
    assert enrolment.attempt is not None
    responses = dict(enrolment.attempt.responses)
    for name, change in changes.items():
        question_id = name.replace("_", "-")
        responses[question_id] = responses[question_id]._replace(**change)
    return replace(enrolment, attempt=replace(enrolment.attempt, responses=responses))


def answered(enrolment: Enrolment, course: Course) -> dict[str, list[str]]:
    """By principle: the questions of the attempt."""
    assert enrolment.attempt is not None
    by_principle: dict[str, list[str]] = {}
    for question_id in enrolment.attempt.responses:
        by_principle.setdefault(principle(course, question_id), []).append(question_id)
    return by_principle


def seeded(enrolment: Enrolment, seed: str) -> Enrolment:
    assert enrolment.attempt is not None
    return replace(enrolment, attempt=replace(enrolment.attempt, seed=seed))


def each(enrolment: Enrolment, course: Course, *before: Recalled, days: int = 30) -> list[Refresher]:
    """The refreshers of people with different seeds, in the same situation."""
    return [drawing.opened(course, seeded(enrolment, seed), before, days) for seed in SEEDS]


@pytest.mark.parametrize("days", DAYS)
def test_two_questions_of_two_principles_are_asked_and_never_both_of_a_pair(
    certified: Enrolment, course: Course, days: int
) -> None:
    for refresher in each(certified, course, days=days):
        first, second = refresher.questions
        assert principle(course, first) != principle(course, second)
        assert course.questions[first].source.twin != second


def test_people_get_different_questions_and_each_the_same_ones_again(certified: Enrolment, course: Course) -> None:
    drawn = [refresher.questions for refresher in each(certified, course)]
    assert len(set(drawn)) > len(SEEDS) / 2
    assert drawn == [refresher.questions for refresher in each(certified, course)]


def test_each_day_has_questions_of_its_own(certified: Enrolment, course: Course) -> None:
    found = {drawing.opened(course, certified, (), days).questions for days in DAYS}
    assert len(found) == len(DAYS)


@pytest.mark.parametrize("change", [{"right": False}, {"confidence": "guess"}])
def test_what_was_wrong_or_guessed_is_asked_first(
    certified: Enrolment, course: Course, change: dict[str, object]
) -> None:
    weak = list(answered(certified, course))[2:4]
    names = [answered(certified, course)[name][0].replace("-", "_") for name in weak]
    changed = with_answers(certified, **dict.fromkeys(names, change))
    for refresher in each(changed, course):
        assert {principle(course, name) for name in refresher.questions} == set(weak)


def test_what_was_fairly_sure_and_right_is_asked_no_earlier(certified: Enrolment, course: Course) -> None:
    name = next(iter(answered(certified, course).values()))[0]
    changed = with_answers(certified, **{name.replace("-", "_"): {"confidence": "likely"}})
    assert [each.questions for each in each(changed, course)] == [each.questions for each in each(certified, course)]


def test_questions_that_were_met_and_their_twins_come_last(certified: Enrolment, course: Course) -> None:
    known = {*certified.met, *(course.questions[name].source.twin for name in certified.met)}
    for refresher in each(certified, course):
        assert known.isdisjoint(refresher.questions)


def test_a_question_of_an_earlier_refresher_does_not_come_again(certified: Enrolment, course: Course) -> None:
    for first in each(certified, course):
        wrong = [recalled(course, 30, name, right=False) for name in first.questions]
        again = drawing.opened(course, certified, wrong, 90)
        assert {principle(course, name) for name in again.questions} == {
            principle(course, name) for name in first.questions
        }
        twins = {course.questions[name].source.twin for name in first.questions}
        assert {*first.questions, *twins}.isdisjoint(again.questions)


def test_what_has_stayed_in_an_earlier_refresher_waits_until_the_others_have_been_asked(
    certified: Enrolment, course: Course
) -> None:
    weak = next(iter(answered(certified, course)))
    changed = with_answers(certified, **{answered(certified, course)[weak][0].replace("-", "_"): {"right": False}})
    first = drawing.opened(course, changed, (), 30).questions
    assert principle(course, first[0]) == weak
    right = [recalled(course, 30, name) for name in first]
    for refresher in each(changed, course, *right, days=90):
        assert {principle(course, name) for name in first}.isdisjoint(
            principle(course, name) for name in refresher.questions
        )


def test_what_was_answered_stays_in_it_and_the_other_question_stays_the_same(
    certified: Enrolment, course: Course
) -> None:
    for refresher in each(certified, course):
        enrolment = seeded(certified, refresher.seed.split()[0])
        first, second = refresher.questions
        again = drawing.opened(course, enrolment, [recalled(course, 30, first)], 30)
        assert again.questions == (first, second)
        assert (again.left, again.next_number) == (1, 2)


def test_an_answered_question_that_the_course_has_no_more_is_still_in_it(
    certified: Enrolment, course: Course
) -> None:
    gone = Recalled(30, "gone", "0" * 64, "a", right=True)
    found = drawing.opened(course, certified, [gone], 30)
    assert found.questions[0] == "gone"
    assert len(found.questions) == drawing.QUESTIONS


def test_a_course_with_one_principle_asks_one_question(certified: Enrolment, course: Course) -> None:
    only = next(iter(course.principles))
    small = replace(
        course,
        banks=tuple(
            replace(
                bank,
                questions={name: each for name, each in bank.questions.items() if each.source.principle == only},
            )
            for bank in course.banks
        ),
    )
    assert len(drawing.opened(small, certified, (), 30).questions) == 1


def test_who_tested_out_is_asked_first_what_went_wrong_there(
    assigned: Study, learner: Principal, course: Course
) -> None:
    wrong = principle(course, drawn(sit(assigned, learner, wrong=1))[0])
    assigned.sign(learner)
    enrolment = assigned.enrolment(learner)
    assert enrolment.attempt is None
    refresher = drawing.opened(course, enrolment, (), DAYS[0])
    assert principle(course, refresher.questions[0]) == wrong
