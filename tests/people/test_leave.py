"""Periods of leave: noted, ended, counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cast import NOW, TODAY
from sqlalchemy import update

from database import Database
from people import directory, leave
from people.access import Principal
from people.leave import Leave, LeaveSource, NotNotedError

DAY = timedelta(days=1)


def period(who: Principal, first: int, last: int | None) -> Leave:
    until = None if last is None else TODAY + last * DAY
    return Leave(who.key, TODAY + first * DAY, until, LeaveSource.HAND, "tests", NOW)


def noted(database: Database, who: Principal) -> list[tuple[date, date | None]]:
    with database.reading() as connection:
        found = leave.of_people(connection, [who.key]).get(who.key, [])
    return [(each.from_on, each.until_on) for each in found]


def note(database: Database, wanted: Leave) -> None:
    database.write(lambda connection: leave.note(connection, wanted))


def test_the_first_and_the_last_day_belong_to_it(database: Database, learner: Principal, manager: Principal) -> None:
    note(database, period(learner, 0, 2))
    note(database, period(manager, 2, None))
    with database.reading() as connection:
        away = [set(connection.execute(leave.on_leave(TODAY + n * DAY)).scalars()) for n in range(-1, 4)]
    assert away == [set(), {learner.key}, {learner.key}, {learner.key, manager.key}, {manager.key}]
    found = [period(learner, 0, 2)]
    assert [leave.is_on_leave(found, TODAY + n * DAY) for n in (-1, 0, 2, 3)] == [False, True, True, False]


def test_no_day_counts_twice(learner: Principal) -> None:
    found = [period(learner, 0, 4), period(learner, 3, 6), period(learner, 20, None)]
    assert leave.days_of_leave(found, TODAY + DAY, TODAY + 21 * DAY) == 6 + 2
    assert leave.days_of_leave(found, TODAY + 8 * DAY, TODAY + 9 * DAY) == 0


def test_the_same_leave_is_noted_once(database: Database, learner: Principal) -> None:
    for at in (NOW, datetime(2026, 3, 3, tzinfo=UTC)):
        note(database, Leave(learner.key, TODAY, None, LeaveSource.FILE, "import", at))
    assert noted(database, learner) == [(TODAY, None)]


def test_about_somebody_who_was_erased_nothing_is_noted(database: Database, learner: Principal) -> None:
    people = directory.people
    erased = update(people).where(people.c.person_key == learner.key).values(erased_at=NOW)
    database.write(lambda connection: connection.execute(erased))
    with pytest.raises(NotNotedError):
        note(database, period(learner, 0, 2))
    assert noted(database, learner) == []


@pytest.mark.parametrize("wanted", [(5, 4), (0, 0), (-3, 0), (2, None), (-5, None)])
def test_leave_that_makes_no_sense_or_overlaps_is_refused(
    database: Database, learner: Principal, wanted: tuple[int, int | None]
) -> None:
    note(database, period(learner, 0, 2))
    with pytest.raises(NotNotedError):
        note(database, period(learner, *wanted))
    assert noted(database, learner) == [(TODAY, TODAY + 2 * DAY)]


def test_leave_is_ended_or_called_off(database: Database, learner: Principal) -> None:
    note(database, period(learner, 0, None))
    database.write(lambda connection: leave.end(connection, learner.key, TODAY + DAY))
    assert noted(database, learner) == [(TODAY, TODAY + DAY)]
    database.write(lambda connection: leave.end(connection, learner.key, TODAY - DAY))
    assert noted(database, learner) == []
    with pytest.raises(NotNotedError):
        database.write(lambda connection: leave.end(connection, learner.key, TODAY))
