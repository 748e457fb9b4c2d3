"""Each kind of correction, and what it leaves of the enrolment."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import TODAY
from correcting import IN_TWO_WEEKS, WHY, Wishes, assert_sound, corrected, look, make, offered, refusal, status
from studying import Study

from people.access import Principal
from progress.completion import validity
from progress.completion.corrections import What
from progress.completion.rules import Status
from progress.completion.validity import State
from progress.record.chains import Kind


def test_a_voided_attempt_does_not_count_and_the_course_is_open_again(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=4)
    assigned.attempt(learner, right=10)
    assert assigned.enrolment(learner).passed_at is not None
    before = assigned.chain(learner)
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assert (plan.before, plan.after, plan.attempts_left) == (Status.PASSED, Status.IN_PROGRESS, 1)
    assert assigned.chain(learner) == before, "a look changes nothing"
    made = make(assigned, hr, plan)
    after = assigned.enrolment(learner)
    assert made.status is Status.IN_PROGRESS
    assert (after.passed_at, after.score, after.attempts) == (None, None, 1)
    assert after.attempt is not None
    assert after.attempt.passed is False
    correction = assigned.chain(learner)[-1]
    passed = {event.body["attempt"] for event in before if event.body.get("passed")}
    theirs = [event.seq for event in before if event.body.get("attempt") in passed]
    assert len(theirs) == 12
    assert correction.body == {
        "course": assigned.course.id,
        "cycle": 1,
        "voids": theirs,
        "reason": WHY,
        "by": hr.key,
    }
    assert assigned.chain(learner)[:-1] == before
    assert_sound(assigned)
    assigned.attempt(learner, right=9)
    assert assigned.sign(learner).score == 90
    assert_sound(assigned)


def test_an_attempt_that_is_under_way_can_be_voided_and_another_begun(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    assigned.answer(learner, attempt.questions[0][0])
    corrected(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assert assigned.enrolment(learner).attempt is None
    asked = {question for question, _ in attempt.questions}
    assert set(assigned.enrolment(learner).met) == asked, "whoever has seen a question knows it"
    assert_sound(assigned)
    assert assigned.attempt(learner).passed_at is not None
    assert_sound(assigned)


@pytest.mark.parametrize("until", [None, TODAY, TODAY + timedelta(days=90)])
def test_whoever_is_exempted_has_nothing_to_do(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, until: date | None
) -> None:
    plan = look(assigned, learner, hr, wishes(What.EXEMPT, until=until))
    assert (plan.before, plan.after) == (Status.NOT_STARTED, Status.EXEMPT)
    assert make(assigned, hr, plan).status is Status.EXEMPT
    enrolment = assigned.enrolment(learner)
    assert (enrolment.exempted_as, enrolment.exempted_until) == ("exempt", until)
    assert status(assigned, learner) is Status.EXEMPT
    assert_sound(assigned)


def test_something_equivalent_is_recorded_with_what_it_was_and_when(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    wish = wishes(What.EQUIVALENT, equivalent="Course of the parent company", done_on=TODAY)
    assert corrected(assigned, learner, hr, wish).status is Status.EXEMPT
    body = assigned.chain(learner)[-1].body
    assert (body["as"], body["equivalent"], body["done_on"]) == (
        "equivalent",
        "Course of the parent company",
        TODAY.isoformat(),
    )
    assert assigned.enrolment(learner).exempted_as == "equivalent"
    assert_sound(assigned)


def test_a_voided_exemption_leaves_the_course_to_be_taken(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    assert offered(assigned, learner, hr) == [What.VOID_EXEMPTION]
    made = corrected(assigned, learner, hr, wishes(What.VOID_EXEMPTION))
    assert made.status is Status.NOT_STARTED
    assert assigned.enrolment(learner).exempted_at is None
    assert assigned.chain(learner)[-1].body["voids"] == [assigned.chain(learner)[-2].seq]
    assert_sound(assigned)
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    assert assigned.enrolment(learner).exempted_at is not None
    assert_sound(assigned)


def test_a_revoked_certificate_ends_the_cycle_and_the_next_one_begins_with_it(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    number = assigned.certify(learner).certificate_no
    plan = look(assigned, learner, hr, wishes(What.REVOKE, due_on=IN_TWO_WEEKS))
    assert (plan.before, plan.after, plan.certificate_no, plan.new_cycle) == (
        Status.CERTIFIED,
        Status.REVOKED,
        number,
        2,
    )
    made = make(assigned, hr, plan)
    assert made.status is Status.REVOKED
    assert made.new_cycle is not None
    assert (made.new_cycle.cycle, made.new_cycle.due_on) == (2, IN_TWO_WEEKS)
    assert assigned.kinds(learner)[-2:] == [Kind.REVOKED, Kind.ASSIGNED]
    assert status(assigned, learner) is Status.NOT_STARTED
    assert_sound(assigned)
    with assigned.database.reading() as connection:
        assert validity.of_person(connection, learner.key, TODAY, zone)[number or ""].state is State.REVOKED
    assigned.certify(learner)
    assert_sound(assigned)


def test_a_certificate_can_be_revoked_without_a_new_assignment(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)
    made = corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert (made.status, made.new_cycle) == (Status.REVOKED, None)
    assert status(assigned, learner) is Status.REVOKED
    assert offered(assigned, learner, hr) == []
    assert_sound(assigned)
    assigned.assign(learner)
    assert assigned.enrolment(learner).cycle == 2


def test_an_earlier_certificate_is_revoked_without_touching_what_came_later(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    for _ in range(2):
        assigned.assign(learner)
        assigned.certify(learner)
    later = assigned.enrolment(learner)
    wish = wishes(What.REVOKE, nth=1)
    assert wish.cycle == 1
    assert "cannot be assigned once more" in refusal(assigned, learner, hr, replace(wish, due_on=IN_TWO_WEEKS))
    corrected(assigned, learner, hr, wish)
    assert assigned.enrolment(learner) == later
    assert_sound(assigned)
