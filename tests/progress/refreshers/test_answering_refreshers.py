"""Answers in a refresher: one event each, which changes nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cast import leaves
from studying import Study

from lessons.decisions.decision import Answer
from people.access import Principal, RefusedError
from progress.audit import verification
from progress.completion.enrolments import Enrolment
from progress.completion.steps import NotPossibleError, Submission
from progress.record.chains import Event, Kind
from progress.refreshers import answering
from progress.refreshers.answering import Asked, NotOpenError


@pytest.fixture
def due(assigned: Study, learner: Principal) -> Study:
    """The learner was certified 31 days ago."""
    assigned.certify(learner)
    assigned.later(days=31)
    return assigned


def questions(study: Study, who: Principal) -> tuple[str, ...]:
    refresher = study.refresher(who)
    assert refresher is not None
    return refresher.questions


def answer(study: Study, who: Principal, asked: Asked, given: Answer, language: str = "cs") -> Enrolment:
    return answering.answer(study.database, study.asker(who), study.course, asked, Submission(given, language))


def right(study: Study, question_id: str) -> Answer:
    return study.course.questions[question_id].source.right_answer


def recalled(study: Study, who: Principal) -> list[Event]:
    return [event for event in study.chain(who) if event.kind is Kind.REFRESHED]


@pytest.fixture
def refused(due: Study, learner: Principal) -> Iterator[None]:
    """Nothing is written."""
    before = due.chain(learner)
    yield
    assert due.chain(learner) == before


def test_each_answer_is_an_event_that_says_what_was_asked(due: Study, learner: Principal) -> None:
    first, second = questions(due, learner)
    due.recall(learner, first)
    due.recall(learner, second, right=False, language="en")
    bodies = [event.body for event in recalled(due, learner)]
    wrong = due.course.questions[second].source.wrong_answers[0]
    assert bodies == [
        {
            "course": due.course.id,
            "cycle": 1,
            "days": 30,
            "question": name,
            "edition": due.course.questions[name].sha256,
            "option": given,
            "right": is_right,
            "language": language,
        }
        for name, given, is_right, language in (
            (first, right(due, first), True, "cs"),
            (second, wrong, False, "en"),
        )
    ]


def test_nothing_of_the_enrolment_changes_but_when_something_happened_last(due: Study, learner: Principal) -> None:
    before = due.enrolment(learner)
    due.refresh(learner, right=False)
    after = due.enrolment(learner)
    assert after.last_at == recalled(due, learner)[-1].at > before.last_at
    assert replace(after, last_at=before.last_at) == before


def test_the_record_with_refreshers_is_verified(due: Study, learner: Principal) -> None:
    due.refresh(learner)
    assert due.chain(learner)[-1].kind is Kind.REFRESHED
    assert verification.verify(due.database, (), {}).findings == []


def test_the_first_answer_counts(due: Study, learner: Principal) -> None:
    first = questions(due, learner)[0]
    due.recall(learner, first, right=False)
    before = due.chain(learner)
    due.recall(learner, first)
    assert due.chain(learner) == before
    refresher = due.refresher(learner)
    assert refresher is not None
    assert not refresher.answers[first].right


def test_the_answers_of_one_day_leave_the_next_one_open(due: Study, learner: Principal) -> None:
    due.refresh(learner)
    due.later(days=60)
    refresher = due.refresher(learner)
    assert refresher is not None
    assert (refresher.days, refresher.left) == (90, 2)
    due.refresh(learner)
    assert [event.body["days"] for event in recalled(due, learner)] == [30, 30, 90, 90]


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("forged", ["not-there", "", ["a"], {"a": "b"}, 7, None])
def test_an_answer_that_is_not_offered_is_refused(due: Study, learner: Principal, forged: Answer) -> None:
    with pytest.raises(NotPossibleError):
        answer(due, learner, Asked(30, questions(due, learner)[0]), forged)


@pytest.mark.usefixtures("refused")
def test_a_question_that_is_not_asked_is_refused(due: Study, learner: Principal) -> None:
    others = [name for name in due.course.questions if name not in questions(due, learner)]
    for name in (others[0], "no-such-question"):
        with pytest.raises(NotPossibleError):
            answer(due, learner, Asked(30, name), right(due, others[0]))


def test_a_question_of_an_earlier_day_is_refused_once_the_next_has_come(due: Study, learner: Principal) -> None:
    first = questions(due, learner)[0]
    due.later(days=60)
    with pytest.raises(NotOpenError):
        answer(due, learner, Asked(30, first), right(due, first))
    assert recalled(due, learner) == []


@pytest.mark.parametrize("days", [-20, 350])
def test_before_the_day_and_after_the_certificate_it_is_refused(due: Study, learner: Principal, days: int) -> None:
    first = questions(due, learner)[0]
    due.later(days=days)
    with pytest.raises(NotOpenError):
        answer(due, learner, Asked(30, first), right(due, first))
    assert recalled(due, learner) == []


def test_who_is_assigned_the_course_again_is_asked_there_and_not_here(due: Study, learner: Principal) -> None:
    first = questions(due, learner)[0]
    due.later(days=300)
    due.assign(learner, due_on=due.now.date())
    assert due.enrolment(learner).cycle == 2
    assert due.refresher(learner) is None
    with pytest.raises(NotOpenError):
        answer(due, learner, Asked(180, first), right(due, first))


def test_who_has_left_is_refused(due: Study, learner: Principal) -> None:
    first = questions(due, learner)[0]
    gone = leaves(due.database, learner)
    with pytest.raises(RefusedError):
        answer(due, gone, Asked(30, first), right(due, first))
    assert recalled(due, learner) == []


def test_who_was_never_assigned_the_course_is_refused(due: Study, learner: Principal, hr: Principal) -> None:
    first = questions(due, learner)[0]
    with pytest.raises(NotPossibleError):
        answer(due, hr, Asked(30, first), right(due, first))
    assert due.chain(hr) == []
