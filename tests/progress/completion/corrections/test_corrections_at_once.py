"""Corrections that meet: a plan holds only for the record that was looked at."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, PRAGUE, TODAY
from correcting import IN_TWO_WEEKS, WHY, Wishes, assert_sound, corrected, look, make
from studying import Study

from database import Database
from people.access import Asker, Principal
from progress.completion import corrections
from progress.completion.corrections import NotCorrectedError, What, Wish
from progress.completion.fold import differing
from progress.completion.rules import Status
from progress.personal.overview import open_record
from progress.record.chains import Kind


def test_a_plan_is_refused_once_the_record_has_changed(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assigned.attempt(learner)
    before = assigned.chain(learner)
    with pytest.raises(NotCorrectedError, match="has changed since you looked"):
        make(assigned, hr, plan)
    assert assigned.chain(learner) == before


def test_that_somebody_reads_the_record_meanwhile_does_not_keep_it_from_being_corrected(
    assigned: Study, learner: Principal, hr: Principal, auditor: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    plan = look(assigned, learner, hr, wishes(What.EXEMPT))
    open_record(assigned.database, Asker(auditor, assigned.now, zone), learner.key)
    assert make(assigned, hr, plan).status is Status.EXEMPT
    assert assigned.kinds(learner) == [Kind.ASSIGNED, Kind.READ, Kind.EXEMPTED]
    assert_sound(assigned)


def test_of_several_who_correct_at_once_one_does(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, database_url: str
) -> None:
    replica = Database(database_url)
    assigned.certify(learner)
    plan = look(assigned, learner, hr, wishes(What.REVOKE, due_on=IN_TWO_WEEKS))
    at_once = Barrier(8)
    asker = Asker(hr, assigned.now, PRAGUE)

    def one(number: int) -> bool:
        at_once.wait()
        try:
            corrections.make((assigned.database, replica)[number % 2], asker, plan, assigned.course)
        except NotCorrectedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(8))) == 1
    replica.close()
    assert assigned.kinds(learner).count(Kind.REVOKED) == 1
    assert assigned.enrolment(learner).cycle == 2
    assert_sound(assigned)


def test_a_learner_who_answers_while_hr_voids_leaves_a_sound_record(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    at_once = Barrier(2)

    def answer() -> None:
        at_once.wait()
        for question_id, _ in attempt.questions:
            with_attempt = assigned.enrolment(learner).attempt
            if with_attempt is None:
                return
            assigned.answer(learner, question_id)

    def void() -> bool:
        at_once.wait()
        try:
            corrections.make(assigned.database, Asker(hr, NOW + timedelta(days=1), PRAGUE), plan, assigned.course)
        except NotCorrectedError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        answering, voiding = threads.submit(answer), threads.submit(void)
        is_void = voiding.result()
        if answering.exception() is not None:
            assert is_void
    assert (assigned.enrolment(learner).attempt is None) is is_void
    assert_sound(assigned)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_corrected_in_whatever_order_the_table_is_what_the_events_say(
    assigned: Study, learner: Principal, hr: Principal, seed: int
) -> None:
    chance = random.Random(seed)
    made = set()
    for _ in range(14):
        enrolment = assigned.enrolment(learner)
        found = corrections.choices(assigned.chain(learner))
        if found and chance.random() < 0.5:
            one = chance.choice(found)
            due_on = IN_TWO_WEEKS if one.is_latest and chance.random() < 0.5 else None
            more = {"equivalent": "Course of the parent company", "done_on": TODAY, "due_on": due_on}
            corrected(assigned, learner, hr, Wish(one.what, one.course_id, one.cycle, one.seq, WHY, **more))
            made.add(one.what)
        elif not enrolment.is_open:
            assigned.assign(learner)
        elif not enrolment.cards:
            assigned.cards(learner)
        elif enrolment.passed_at:
            assigned.sign(learner)
        else:
            assigned.attempt(learner, right=chance.choice([0, 10]))
        with assigned.database.reading() as connection:
            assert list(differing(connection)) == []
    assert len(made) > 1
    assert_sound(assigned)
