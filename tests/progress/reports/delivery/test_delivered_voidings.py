"""Statements that do not hold any more are voided at the store."""

import json
from zoneinfo import ZoneInfo

import pytest
from cast import TODAY
from sending import Sending
from stores import LearningRecordStore
from studying import Study
from telling import namer, revoke

from people.access import OPERATOR, Principal
from progress.reports import delivery, xapi
from progress.reports.as_of import end_of
from progress.reports.delivery import Delivered, NotDeliveredError, delivered
from progress.reports.lists import Selection


class Telling(Sending):
    """Sends what the record says."""

    def __init__(self, study: Study, lrs: LearningRecordStore, zone: ZoneInfo) -> None:
        super().__init__(study.database, lrs)
        self.study, self.end = study, end_of(TODAY, zone)

    def all(self) -> Delivered:
        with self.study.database.snapshot() as connection:
            chosen, named = Selection(every_cycle=True), namer(self.study)
            found = list(xapi.statements(connection, OPERATOR, chosen, TODAY, self.end, named))
            gone = list(xapi.withdrawals(connection, self.end, named))
        return self.send(json.loads(json.dumps(found)), gone)


@pytest.fixture
def telling(assigned: Study, lrs: LearningRecordStore, zone: ZoneInfo, learner: Principal) -> Telling:
    assigned.certify(learner)
    return Telling(assigned, lrs, zone)


def test_a_revoked_certificate_is_voided_there_once(telling: Telling, learner: Principal, hr: Principal) -> None:
    assert telling.all() == Delivered(3, 0, 0)
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(0, 1, 2)
    assert len(telling.lrs.voided) == 2
    assert telling.all() == Delivered(0, 1, 0)
    assert len(telling.lrs.stored) == 5


def test_what_was_never_sent_is_not_voided(telling: Telling, learner: Principal, hr: Principal) -> None:
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(1, 0, 0)
    assert telling.lrs.voided == set()


def test_what_was_sent_without_an_answer_is_voided_all_the_same(
    telling: Telling, learner: Principal, hr: Principal
) -> None:
    telling.lrs.failures = ["drop after", *["503"] * len(delivery.BACKOFF)]
    with pytest.raises(NotDeliveredError):
        telling.all()
    assert telling.acknowledged() == set()
    revoke(telling.study, hr, learner)
    assert telling.all() == Delivered(1, 0, 2)
    assert len(telling.lrs.voided) == 2


def test_a_voiding_whose_answer_was_lost_is_there_once(telling: Telling, learner: Principal, hr: Principal) -> None:
    telling.all()
    revoke(telling.study, hr, learner)
    telling.lrs.failures = ["drop after"]
    assert telling.all() == Delivered(0, 1, 2)
    assert len(telling.lrs.stored) == len(set(telling.lrs.stored)) == 5


def test_what_was_voided_is_not_sent_again(telling: Telling, learner: Principal, hr: Principal) -> None:
    """Sent as it was known then, to a store that has meanwhile been told more."""
    telling.all()
    before = [*telling.lrs.kept.values()]
    revoke(telling.study, hr, learner)
    telling.all()
    with telling.database.writing() as connection:
        connection.execute(delivered.delete())
    telling.send(before)
    assert len(telling.lrs.stored) == len(set(telling.lrs.stored)) == 5
