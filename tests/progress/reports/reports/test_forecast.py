"""The forecast of completions."""

from datetime import date

import pytest
from cast import TODAY
from reporting import A_DAY

from progress.reports.lists import forecast


def steady(days: int, a_day: int) -> list[tuple[date, int]]:
    return [(TODAY - (days - 1 - n) * A_DAY, n * a_day) for n in range(days)]


def test_a_forecast_says_how_many_there_will_be_at_most_at_the_pace_of_the_last_two_weeks() -> None:
    found = forecast(steady(20, 2), people=100, due_on=TODAY + 10 * A_DAY)
    assert found is not None
    assert (found.at_most, found.due_on) == (38 + 20, TODAY + 10 * A_DAY)


def test_where_all_could_make_it_nothing_is_forecast() -> None:
    assert forecast(steady(20, 2), people=45, due_on=TODAY + 10 * A_DAY) is None


def by_days(*a_day: int) -> list[tuple[date, int]]:
    """A curve on which so many are certified on each day, the last of them today."""
    return [(TODAY - (len(a_day) - 1 - n) * A_DAY, sum(a_day[: n + 1])) for n in range(len(a_day))]


def test_a_forecast_is_never_too_low_while_completion_slows_down() -> None:
    """As it does in every company: so what it says of an earlier day holds on that day and on every later one."""
    a_day = [
        9,
        9,
        8,
        8,
        7,
        7,
        6,
        6,
        5,
        5,
        5,
        4,
        4,
        4,
        3,
        3,
        3,
        3,
        2,
        2,
        2,
        2,
        2,
        1,
        1,
        1,
        1,
        1,
        1,
        0,
        1,
        0,
        0,
        1,
        0,
        0,
    ]
    curve = by_days(*a_day)
    said = [forecast(curve[:n], people=1000, due_on=TODAY) for n in range(15, len(curve))]
    assert all(each is not None and each.at_most >= curve[-1][1] for each in said)
    assert [each.at_most for each in said if each] == sorted((each.at_most for each in said if each), reverse=True)


def test_a_forecast_that_would_have_been_too_low_two_weeks_ago_is_not_made() -> None:
    """After a reminder, say: what was faster than forecast can be so again."""
    curve = by_days(*[1] * 20, *[5] * 14)
    assert forecast(curve, people=1000, due_on=TODAY + 10 * A_DAY) is None


@pytest.mark.parametrize(
    ("curve", "due_on"),
    [(steady(20, 2), TODAY), (steady(14, 2), TODAY + A_DAY), (steady(20, 0), TODAY + A_DAY)],
    ids=["the due date has come", "too few days", "too few completions"],
)
def test_there_is_no_forecast_from_too_little(curve: list[tuple[date, int]], due_on: date) -> None:
    assert forecast(curve, 100, due_on) is None
