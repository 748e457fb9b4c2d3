"""So many attempts a day, and a pause between them, as the company sets it."""

from datetime import UTC, datetime, timedelta

import pytest
from cast import NOW
from studying import Study

from people.access import Principal
from progress.completion import corrections, learning
from progress.completion.corrections import What, Wish
from progress.completion.pace import Pace, TooSoonError
from progress.completion.steps import NotPossibleError

TWO_A_DAY = Pace(2, timedelta(0))
HALF_AN_HOUR = Pace(100, timedelta(minutes=30))
MIDNIGHT_IN_PRAGUE = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def opens_at(study: Study, who: Principal, pace: Pace) -> datetime | None:
    return learning.next_attempt_opens_at(study.database, study.asker(who), study.course, pace)


def fail(study: Study, who: Principal, times: int = 1) -> None:
    if not study.enrolment(who).cards:
        study.cards(who)
    for _ in range(times):
        study.attempt(who, right=0)


def test_the_day_is_full_until_midnight_where_the_company_is(
    assigned: Study, learner: Principal, manager: Principal
) -> None:
    fail(assigned, learner)
    assert opens_at(assigned, learner, TWO_A_DAY) is None
    fail(assigned, learner)
    before = assigned.chain(learner)
    assert opens_at(assigned, learner, TWO_A_DAY) == MIDNIGHT_IN_PRAGUE
    with pytest.raises(TooSoonError) as refused:
        assigned.begin(learner, pace=TWO_A_DAY)
    assert refused.value.opens_at == MIDNIGHT_IN_PRAGUE
    assert assigned.chain(learner) == before
    assigned.cards(manager)
    assert assigned.begin(manager, pace=TWO_A_DAY).attempts == 1
    assigned.now = MIDNIGHT_IN_PRAGUE
    assert opens_at(assigned, learner, TWO_A_DAY) is None
    assert assigned.begin(learner, pace=TWO_A_DAY).attempts == 3


def test_the_pause_counts_from_the_end_of_the_last_attempt(assigned: Study, learner: Principal) -> None:
    fail(assigned, learner)
    ended = assigned.enrolment(learner).failed_at
    assert ended is not None
    assert opens_at(assigned, learner, HALF_AN_HOUR) == ended + HALF_AN_HOUR.pause
    assigned.now = ended + timedelta(minutes=29)
    with pytest.raises(TooSoonError):
        assigned.begin(learner, pace=HALF_AN_HOUR)
    assigned.now = ended + timedelta(minutes=30)
    assert opens_at(assigned, learner, HALF_AN_HOUR) is None
    assert assigned.begin(learner, pace=HALF_AN_HOUR).attempts == 2


def test_of_both_rules_the_later_time_holds(assigned: Study, learner: Principal) -> None:
    assigned.now = NOW.replace(hour=22, minute=40)
    fail(assigned, learner)
    ended = assigned.enrolment(learner).failed_at
    assert ended is not None
    assert ended < MIDNIGHT_IN_PRAGUE
    assert opens_at(assigned, learner, Pace(1, timedelta(hours=2))) == ended + timedelta(hours=2)
    assert opens_at(assigned, learner, Pace(1, timedelta(minutes=1))) == MIDNIGHT_IN_PRAGUE


def test_an_attempt_under_way_goes_on(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    first = assigned.begin(learner, pace=Pace(1, timedelta(0))).attempt
    assert first is not None
    again = assigned.begin(learner, pace=Pace(1, timedelta(0))).attempt
    assert again is not None
    assert again.id == first.id


def test_a_voided_attempt_does_not_count(assigned: Study, learner: Principal, hr: Principal) -> None:
    fail(assigned, learner, times=2)
    assert opens_at(assigned, learner, TWO_A_DAY) == MIDNIGHT_IN_PRAGUE
    with assigned.database.reading() as connection:
        found = corrections.of_person(connection, hr, learner.key)
    latest = next(each for each in found if each.what is What.VOID_ATTEMPT)
    wish = Wish(latest.what, latest.course_id, latest.cycle, latest.seq, "The server went down")
    plan = corrections.look(assigned.database, assigned.asker(hr), learner.key, wish, assigned.course)
    corrections.make(assigned.database, assigned.asker(hr), plan, assigned.course)
    assert opens_at(assigned, learner, TWO_A_DAY) is None


def test_who_has_not_read_the_lesson_is_told_that_first(assigned: Study, learner: Principal) -> None:
    with pytest.raises(NotPossibleError) as refused:
        assigned.begin(learner, pace=TWO_A_DAY)
    assert not isinstance(refused.value, TooSoonError)
