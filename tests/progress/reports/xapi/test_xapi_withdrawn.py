"""What does not hold any more is withdrawn."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cast import TODAY
from cmi5_rules import COMPLETED, PASSED, Statement, verb
from studying import Study
from telling import correct, namer, revoke, seq_of
from telling_stores import published, told

from people import history
from people.access import Principal
from progress.completion.corrections import What
from progress.record.chains import Kind
from progress.reports.as_of import end_of
from progress.reports.xapi import Withdrawal, withdrawals


def withdrawn(study: Study, zone: ZoneInfo, day: date = TODAY) -> list[Withdrawal]:
    with study.database.snapshot() as connection:
        return list(withdrawals(connection, end_of(day, zone), namer(study)))


# What does not hold any more


def ids(found: list[Statement]) -> set[str]:
    return {each["id"] for each in found}


def test_a_revoked_certificate_withdraws_passed_and_completed(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    before = told(busy, zone)
    assert withdrawn(busy, zone) == []
    revoke(busy, hr, learner)
    after = told(busy, zone)
    gone = [each for each in before if each["id"] not in ids(after)]
    assert {verb(each) for each in gone} == {PASSED, COMPLETED}
    found = withdrawn(busy, zone)
    assert {each.statement_id for each in found} == ids(gone)
    for each in found:
        voiding = json.loads(json.dumps(each.voiding))
        assert [error.message for error in published().iter_errors(voiding)] == []
        assert voiding["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
        assert voiding["object"] == {"objectType": "StatementRef", "id": each.statement_id}
        assert datetime.fromisoformat(voiding["timestamp"]) == busy.now


def test_a_voided_attempt_is_withdrawn_and_the_next_one_is_another_statement(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    before = told(assigned, zone)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assert told(assigned, zone) == []
    assert {each.statement_id for each in withdrawn(assigned, zone)} == ids(before)
    assigned.attempt(learner)
    after = told(assigned, zone)
    assert [verb(each) for each in after] == [PASSED]
    assert ids(after).isdisjoint(ids(before))
    assert {each.statement_id for each in withdrawn(assigned, zone)} == ids(before)


def test_a_voided_exemption_is_withdrawn(busy: Study, zone: ZoneInfo, outsider: Principal, hr: Principal) -> None:
    before = told(busy, zone)
    correct(busy, hr, outsider, What.VOID_EXEMPTION, seq=seq_of(busy, outsider, Kind.EXEMPTED))
    gone = ids(before) - ids(told(busy, zone))
    assert len(gone) == 1
    assert {each.statement_id for each in withdrawn(busy, zone)} == gone


def test_a_failed_attempt_that_is_voided_withdraws_nothing(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assert withdrawn(assigned, zone) == []


def test_as_of_an_earlier_day_it_is_told_as_it_was_known_then(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    with busy.database.writing() as connection:
        history.keep(connection, history.BEFORE_EVERYTHING)
    before = told(busy, zone)
    tomorrow = TODAY + timedelta(days=1)
    busy.later(days=1)
    revoke(busy, hr, learner, today=tomorrow)
    assert told(busy, zone, day=TODAY, today=tomorrow) == before
    assert withdrawn(busy, zone) == []
    assert len(withdrawn(busy, zone, tomorrow)) == 2


def test_what_was_withdrawn_later_is_not_yet_as_of_an_earlier_day(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assigned.attempt(learner)
    assigned.sign(learner)
    tomorrow = TODAY + timedelta(days=1)
    assigned.later(days=1)
    revoke(assigned, hr, learner, today=tomorrow)
    assert len(withdrawn(assigned, zone)) == 1
    assert len(withdrawn(assigned, zone, tomorrow)) == 3
