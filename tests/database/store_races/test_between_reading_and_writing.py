"""A writer who comes exactly between another's reading and writing."""

from collections.abc import Callable

import pytest
from cast import DUE, NOW
from racing import assert_sound, first_answer, first_check, in_between
from studying import FREELY, Study

from database import Database
from people.access import Principal
from progress.completion import assignments, learning
from progress.completion.assignments import Assignment
from progress.record.chains import Kind


def beginning(study: Study, who: Principal) -> Callable[[], object]:
    return lambda: learning.begin_attempt(study.database, study.asker(who), study.course, "cs", FREELY)


def signature(study: Study, who: Principal) -> Callable[[], object]:
    return lambda: study.sign(who)


Step = Callable[[Study, Principal], Callable[[], object]]

READY_FOR: dict[str, tuple[Step, list[Callable[[Study, Principal], object]], Kind]] = {
    "a card's check": (first_check, [], Kind.CHECKED),
    "the beginning of an attempt": (beginning, [Study.cards], Kind.ATTEMPT_STARTED),
    "an answer": (first_answer, [Study.cards, Study.begin], Kind.ANSWERED),
    "the signature": (signature, [Study.cards, Study.attempt], Kind.CERTIFIED),
}


@pytest.mark.parametrize("read", ["FROM events", "FROM enrolments"])
@pytest.mark.parametrize("what", READY_FOR)
def test_a_step_that_slips_in_before_its_twin_is_written_counts_once(
    assigned: Study, learner: Principal, replica: Database, what: str, read: str
) -> None:
    """After the writer has read where the chain ends, or where the learner stands."""
    step, before, kind = READY_FOR[what]
    for each in before:
        each(assigned, learner)
    told = assigned.kinds(learner).count(kind)
    elsewhere = Study(replica, assigned.course, assigned.now)
    prepared = step(assigned, learner)
    with in_between(assigned.database, read, step(elsewhere, learner)):
        prepared()
    assert assigned.kinds(learner).count(kind) == told + 1
    assert_sound(assigned, learner)


@pytest.mark.parametrize("read", ["FROM events", "FROM enrolments"])
def test_two_assignments_at_once_enrol_once(
    study: Study, learner: Principal, outsider: Principal, replica: Database, read: str
) -> None:
    def assign(database: Database) -> int:
        everybody = [learner.key, outsider.key]
        return assignments.assign(database, Assignment(study.course, DUE, "tests"), everybody, NOW)

    with in_between(study.database, read, lambda: assign(replica)):
        assign(study.database)
    for who in (learner, outsider):
        assert study.kinds(who) == [Kind.ASSIGNED]
        assert_sound(study, who)
