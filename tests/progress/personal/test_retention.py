"""Retention: what was kept long enough goes by schedule, nothing before, and a dry run only counts."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

import pytest
from cast import NOW, TODAY
from gates import LIMITS
from sqlalchemy import func, insert, select, update
from studying import Study

from database import Database
from people import deputies, directory, leave
from people.access import Principal
from people.deputies import Deputy
from people.leave import Leave, LeaveSource
from people.sign_in import accounts
from people.sign_in.passwords import links
from people.sign_in.single_sign_on import pending
from people.sign_in.throttle import throttles
from progress.personal import retention
from progress.personal.notes import notes
from progress.personal.retention import Due, Schedule
from progress.record import chains
from progress.record.chains import Kind
from progress.remarks.remarks import remarks
from progress.reminding import ledger
from progress.reminding.ledger import LetterKey, reminders

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
SCHEDULE = Schedule(leavers=120, deputies=24, leave=24, remarks=24, notes=24, reminders=24)
TEN_YEARS_AGO = date(2016, 3, 2)
TWO_YEARS_AGO = date(2024, 3, 2)
DAY = timedelta(days=1)
NOTHING = Due((), *[0] * (len(fields(Due)) - 1))


def due(database: Database) -> Due:
    with database.snapshot() as connection:
        return retention.due(connection, SCHEDULE, LIMITS, NOW, TODAY)


def left_on(database: Database, who: Principal, day: date | None) -> None:
    people = directory.people
    with database.writing() as connection:
        left = update(people).where(people.c.person_key == who.key).values(active=False, ends_on=day)
        connection.execute(left)


def rows(database: Database) -> Iterator[tuple[str, int]]:
    with database.reading() as connection:
        for table in (
            accounts.sessions,
            deputies.deputies,
            leave.leaves,
            remarks,
            notes,
            reminders,
            links,
            pending,
            throttles,
            directory.people,
        ):
            yield table.name, connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def kept(assigned: Study, learner: Principal, manager: Principal) -> Study:
    """Of everything that ends, one that has and one that has not."""
    database = assigned.database
    for hours in (0, 9):
        accounts.sign_in(database, learner.key, SECRET, NOW - timedelta(hours=hours))
    with database.writing() as connection:
        for until in (TWO_YEARS_AGO, TWO_YEARS_AGO - DAY):
            deputies.name(connection, Deputy(manager.key, learner.key, until - DAY, until))
            leave.note(connection, Leave(learner.key, until, until, LeaveSource.HAND, "tests", NOW))
        for number, at in enumerate((NOW - 700 * DAY, NOW - 740 * DAY)):
            about = {"course_id": "c", "part": "card", "part_id": "p", "edition": "e", "language": "cs", "said": "s"}
            remark = {"person_key": learner.key, "number": number, "id": str(number), "at": at}
            connection.execute(insert(remarks).values(**remark, **about))
            note = {"person_key": learner.key, "course_id": "c", "cycle": number, "about": "pledge", "at": at}
            connection.execute(insert(notes).values(**note))
            ledger.enter(connection, [LetterKey(learner.key, "assigned", "c", number, TODAY)], at)
        for number, at in enumerate((NOW, NOW - 3 * DAY)):
            link = {"token_hash": str(number), "person_key": learner.key, "purpose": "invite", "expires_at": at}
            connection.execute(insert(links).values(**link))
            sign_in = {"state_hash": str(number), "nonce": "", "verifier": "", "target": "/", "expires_at": at}
            connection.execute(insert(pending).values(**sign_in))
            connection.execute(insert(throttles).values(subject=str(number), failures=9, since=at))
    return assigned


def test_nothing_is_due_where_nothing_is_old(assigned: Study) -> None:
    assert due(assigned.database) == NOTHING


def test_a_dry_run_counts_what_is_over_and_changes_nothing(kept: Study) -> None:
    before = dict(rows(kept.database))
    found = due(kept.database)
    traces = {"deputies": 1, "leave": 1, "remarks": 1, "notes": 1, "reminders": 1}
    assert found == Due((), 0, **traces, sessions=1, links=1, sign_ins=1, throttles=1)
    assert found.traces == 9
    assert dict(rows(kept.database)) == before


def test_what_is_over_is_deleted_and_what_is_not_stays(kept: Study) -> None:
    assert retention.forget_traces(kept.database, SCHEDULE, LIMITS, NOW, TODAY) == 9
    assert due(kept.database) == NOTHING
    left = dict(rows(kept.database))
    assert {count for table, count in left.items() if table != "people"} == {1}
    assert retention.forget_traces(kept.database, SCHEDULE, LIMITS, NOW, TODAY) == 0


def test_people_who_left_are_due_once_their_time_is_over(
    assigned: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    left_on(assigned.database, learner, TEN_YEARS_AGO - DAY)
    left_on(assigned.database, manager, TEN_YEARS_AGO)
    left_on(assigned.database, outsider, None)
    found = due(assigned.database)
    assert found.leavers == (learner.person.employee_id,)
    assert found.undated == 1


def test_who_left_long_ago_is_erased_and_why_stands_in_the_chain(assigned: Study, learner: Principal) -> None:
    left_on(assigned.database, learner, TEN_YEARS_AGO - DAY)
    (employee_id,) = due(assigned.database).leavers
    retention.erase_leaver(assigned.database, employee_id, NOW)
    assert due(assigned.database) == NOTHING
    last = assigned.chain(learner)[-1]
    assert (last.kind, last.body) == (Kind.ERASED, {"reason": retention.REASON, "by": retention.BY})
    assert chains.broken_at(assigned.chain(learner)) is None
