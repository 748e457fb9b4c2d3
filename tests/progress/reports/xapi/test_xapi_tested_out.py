"""A passed test-out in a learning record store: cmi5's “waived”, in the place of “passed”."""

from zoneinfo import ZoneInfo

import cmi5_rules
import pytest
from cmi5_rules import COMPLETED, REASON, WAIVED, verb
from knowing import sit
from studying import Study
from telling import correct, revoke, seq_of
from telling_stores import COMMITTED, of_verb, published, told
from test_xapi_withdrawn import ids, withdrawn

from people.access import Principal
from progress.completion.corrections import What
from progress.record.chains import Kind


@pytest.fixture
def tested_out(assigned: Study, learner: Principal) -> Study:
    sit(assigned, learner, wrong=1)
    assigned.sign(learner)
    return assigned


def test_who_tested_out_is_waived_and_completed_and_not_passed(tested_out: Study, zone: ZoneInfo) -> None:
    found = told(tested_out, zone)
    assert sorted(map(verb, found)) == sorted([WAIVED, COMMITTED, COMPLETED])
    (waived,) = of_verb(found, WAIVED)
    assert waived["result"] == {"success": True, "completion": True, "extensions": {REASON: "Tested Out"}}
    assert cmi5_rules.broken(found) == set()
    assert [error.message for each in found for error in published().iter_errors(each)] == []


def test_a_test_out_that_is_not_passed_is_not_told(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    sit(assigned, learner, wrong=5)
    assert told(assigned, zone) == []


def test_a_revoked_certificate_withdraws_it(
    tested_out: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    before = told(tested_out, zone)
    revoke(tested_out, hr, learner)
    gone = ids(before) - ids(told(tested_out, zone))
    assert gone == ids(of_verb(before, WAIVED)) | ids(of_verb(before, COMPLETED))
    assert {each.statement_id for each in withdrawn(tested_out, zone)} == gone


def test_a_voided_test_out_is_withdrawn(assigned: Study, learner: Principal, hr: Principal, zone: ZoneInfo) -> None:
    sit(assigned, learner)
    before = told(assigned, zone)
    assert list(map(verb, before)) == [WAIVED]
    correct(assigned, hr, learner, What.VOID_PRIOR, seq=seq_of(assigned, learner, Kind.PRIOR_STARTED))
    assert told(assigned, zone) == []
    assert {each.statement_id for each in withdrawn(assigned, zone)} == ids(before)


def test_who_is_exempted_after_it_is_not_waived_twice(
    assigned: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    sit(assigned, learner)
    correct(assigned, hr, learner, What.EXEMPT)
    assert cmi5_rules.broken(told(assigned, zone)) == set()
    assert [each["result"]["extensions"][REASON] for each in told(assigned, zone)] == ["Tested Out"]
