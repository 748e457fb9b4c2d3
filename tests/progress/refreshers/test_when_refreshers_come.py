"""The days on which refreshers come: 30, 90 and 180 days after the certificate, as long as it is valid."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from studying import Study

from people.access import Principal
from progress.completion.enrolments import Enrolment
from progress.refreshers import schedule


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Enrolment:
    return assigned.certify(learner)


def day(enrolment: Enrolment, days: int) -> date:
    assert enrolment.valid_from is not None
    return enrolment.valid_from + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "due", "then"),
    [
        (0, None, 30),
        (29, None, 30),
        (30, 30, 90),
        (89, 30, 90),
        (90, 90, 180),
        (179, 90, 180),
        (180, 180, None),
        (365, 180, None),
    ],
)
def test_each_is_open_until_the_next_one(certified: Enrolment, days: int, due: int | None, then: int | None) -> None:
    today = day(certified, days)
    assert schedule.due(certified, today) == due
    assert schedule.next_on(certified, today) == (None if then is None else day(certified, then))


def test_none_is_open_when_the_certificate_has_ended(certified: Enrolment) -> None:
    assert certified.valid_until is not None
    assert schedule.due(certified, certified.valid_until) == 180
    assert schedule.due(certified, certified.valid_until + timedelta(days=1)) is None


def test_none_comes_after_the_end_of_a_short_certificate(certified: Enrolment) -> None:
    short = replace(certified, valid_until=day(certified, 100))
    assert schedule.next_on(short, day(certified, 95)) is None
    assert schedule.due(short, day(certified, 100)) == 90


def test_none_comes_without_a_certificate(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    enrolment = assigned.enrolment(learner)
    for days in range(0, 400, 30):
        assert schedule.due(enrolment, assigned.now.date() + timedelta(days=days)) is None
        assert schedule.next_on(enrolment, assigned.now.date() + timedelta(days=days)) is None


@pytest.mark.parametrize("ended", ["revoked_at", "exempted_at"])
def test_none_comes_after_a_revocation_or_an_exemption(certified: Enrolment, ended: str) -> None:
    at = datetime.combine(day(certified, 10), datetime.min.time())
    enrolment = replace(certified, **{ended: at})  # type: ignore[arg-type]
    assert schedule.due(enrolment, day(certified, 40)) is None
    assert schedule.next_on(enrolment, day(certified, 40)) is None
