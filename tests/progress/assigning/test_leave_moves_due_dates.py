"""Leave gives its days back: the due date moves, the record says so, and nothing moves twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cast import TODAY
from company import BY, Company
from hypothesis import given
from hypothesis import strategies as st

from people.leave import Leave, LeaveSource
from progress.assigning.audience import Audience
from progress.assigning.pausing import OPEN_LEAVE, due_with_leave
from progress.assigning.terms import Terms
from progress.record.chains import Kind

DAY = timedelta(days=1)
FIRST_DUE = TODAY + 30 * DAY


@pytest.fixture
def who(company: Company) -> str:
    key = company.hire()
    company.rule(Audience(everybody=True), Terms(starts_on=TODAY, within_days=30))
    company.apply()
    return key


def test_leave_in_the_middle_moves_the_due_date_once(company: Company, who: str) -> None:
    company.away(who, TODAY + 10 * DAY, TODAY + 16 * DAY)
    company.apply()
    assert company.due(who) == [FIRST_DUE]  # it has not begun
    company.later(10)
    for _ in range(8):
        company.apply()
        company.later(1)
    assert company.due(who) == [FIRST_DUE + 7 * DAY]
    assigned, moved = company.chain(who)
    assert (assigned.kind, moved.kind) == (Kind.ASSIGNED, Kind.DUE_MOVED)
    assert moved.body == {
        "course": "customer-privacy",
        "cycle": 1,
        "was": FIRST_DUE.isoformat(),
        "due_on": (FIRST_DUE + 7 * DAY).isoformat(),
        "reason": "leave",
        "by": BY,
    }
    assert company.is_as_the_events_say()


def test_coming_back_early_moves_it_back(company: Company, who: str) -> None:
    company.later(1)
    company.away(who, company.today, company.today + 19 * DAY)
    company.apply()
    assert company.due(who) == [FIRST_DUE + 20 * DAY]
    company.later(5)
    company.back(who, company.today - DAY)
    company.apply()
    assert company.due(who) == [FIRST_DUE + 5 * DAY]


def test_it_never_moves_back_into_the_past(company: Company, who: str) -> None:
    company.later(1)
    company.away(who, company.today, company.today + 99 * DAY)
    company.apply()
    company.later(80)
    company.back(who, TODAY + 5 * DAY)
    for _ in range(3):
        company.apply()
        company.later(1)
    assert company.due(who) == [TODAY + 81 * DAY]


def test_leave_without_an_end_is_never_overdue_and_is_exact_in_the_end(company: Company, who: str) -> None:
    company.later(20)
    begun = company.today
    company.away(who, begun, None)
    for _ in range(95):
        company.apply()
        (due,) = company.due(who)
        assert due >= company.today
        company.later(1)
    assert len(company.chain(who)) == 1 + 95 // OPEN_LEAVE + 1
    company.back(who, company.today - DAY)
    company.apply()
    assert company.due(who) == [FIRST_DUE + 95 * DAY]


def test_leave_after_the_due_date_excuses_nobody(company: Company, who: str) -> None:
    company.later(31)
    company.away(who, company.today, company.today + 9 * DAY)
    company.apply()
    assert company.due(who) == [FIRST_DUE]


def test_what_is_finished_does_not_move(company: Company, who: str) -> None:
    company.certify(who)
    company.later(1)
    company.away(who, company.today, company.today + 9 * DAY)
    company.apply()
    assert Kind.DUE_MOVED not in {event.kind for event in company.chain(who)}


PERIODS = st.lists(st.tuples(st.integers(-20, 80), st.integers(0, 40)), max_size=4)


@given(days=st.integers(1, 60), periods=PERIODS)
def test_it_is_due_after_as_many_days_without_leave_as_there_were_to_be(
    days: int, periods: list[tuple[int, int]]
) -> None:
    noted = [
        Leave("k", TODAY + n * DAY, TODAY + (n + long) * DAY, LeaveSource.HAND, BY, datetime(2026, 3, 2, tzinfo=UTC))
        for n, long in periods
    ]
    due, left = TODAY, days
    while left:  # the plain model: go through the calendar
        due += DAY
        left -= not any(each.from_on <= due <= (each.until_on or date.max) for each in noted)
    moved = due_with_leave(TODAY, TODAY + days * DAY, noted, TODAY + 1000 * DAY)
    assert moved == due
