"""The commitment, and who may learn at all."""

from datetime import timedelta

import pytest
from cast import leaves
from studying import Study

from people.access import Principal, RefusedError
from progress.completion import certificates, learning
from progress.completion.steps import NotPossibleError, Submission
from progress.record.chains import Kind
from quizzes.content import Course


def test_the_commitment_is_signed_only_after_the_assessment(assigned: Study, learner: Principal) -> None:
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.cards(learner)
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.attempt(learner, right=7)
    with pytest.raises(NotPossibleError):
        assigned.sign(learner)
    assigned.attempt(learner, right=8)
    assert assigned.sign(learner).certificate_no is not None


def test_a_second_signature_changes_nothing(assigned: Study, learner: Principal) -> None:
    once = assigned.certify(learner)
    events = assigned.chain(learner)
    assert assigned.sign(learner) == once
    assert assigned.chain(learner) == events
    with assigned.database.reading() as connection:
        assert len(certificates.of_person(connection, learner.key)) == 1


def test_the_signature_says_what_was_signed_when_and_in_which_language(
    assigned: Study, learner: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    assigned.sign(learner, "en")
    signed = next(event for event in assigned.chain(learner) if event.kind is Kind.COMMITTED)
    assert signed.at == assigned.now
    assert signed.body["commitment_sha256"] == course.commitment_sha256
    assert (signed.body["course_version"], signed.body["language"]) == (course.entry.version, "en")


def test_what_is_not_assigned_cannot_be_learnt(assigned: Study, hr: Principal, course: Course) -> None:
    with pytest.raises(NotPossibleError):
        learning.answer_card(
            assigned.database, assigned.asker(hr), course, course.cards[0], Submission("ask-manager", "cs")
        )


def test_somebody_who_has_left_learns_nothing(assigned: Study, learner: Principal, course: Course) -> None:
    gone = leaves(assigned.database, learner)
    with pytest.raises(RefusedError):
        learning.leave_card(assigned.database, assigned.asker(gone), course, course.cards[1], "cs")


def test_a_late_learner_can_still_finish(assigned: Study, learner: Principal) -> None:
    assigned.now += timedelta(days=90)
    assert assigned.certify(learner).certificate_no is not None


def test_one_persons_steps_leave_everybody_else_where_they_were(
    assigned: Study, learner: Principal, outsider: Principal
) -> None:
    before = assigned.enrolment(outsider)
    assigned.certify(learner)
    assert assigned.enrolment(outsider) == before
