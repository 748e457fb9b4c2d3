"""As of a day: people who moved, left, were erased or corrected since."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cast import PEOPLE, TODAY, move
from past_days import A_DAY, Company, enrolments_of, entries
from sqlalchemy import delete, insert, update
from studying import Study

from people import directory, history
from people.access import Act, Principal
from people.directory import Person, people
from progress.completion.enrolments import as_row, enrolments
from progress.completion.rules import Status
from progress.personal import erasure
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import lists
from progress.reports.as_of import NotYetError, as_of, end_of
from progress.reports.lists import Selection


def test_somebody_who_had_nothing_assigned_that_day_is_counted_in_it(
    kept: Study, hr: Principal, learner: Principal, director: Principal, zone: ZoneInfo
) -> None:
    """Who was in the directory, and nobody else: the newcomer came the day after."""
    kept.later(days=1)
    newcomer = Person("f" * 32, "9001", "Nová Kolegyně", "9001@example.com", "Sklad", learner.key, "cs")
    with kept.database.writing() as connection:
        directory.add(connection, [newcomer])
        history.keep(connection, kept.now)
    chosen = {"status": Status.NOTHING_ASSIGNED, "course_id": kept.course.id}
    before, after = (
        entries(kept, hr, Act.SEE_CERTIFICATIONS, day, zone, **chosen) for day in (TODAY - A_DAY, TODAY + A_DAY)
    )
    assert set(before) == {each.employee_id for each in PEOPLE}
    assert set(after) == {"2001", "3001", "3002", "3003", "4001", "9001"}
    assert (after["9001"].course_id, after["9001"].due_on) == (kept.course.id, None)
    assert "9001" not in entries(kept, director, Act.SEE_TEAM, TODAY, zone, **chosen)
    assert "9001" in entries(kept, director, Act.SEE_TEAM, TODAY + A_DAY, zone, **chosen)


def test_whoever_changed_hands_is_shown_to_nobody_who_has_no_business_with_them_now(
    kept: Study, learner: Principal, manager: Principal, other_manager: Principal, director: Principal, zone: ZoneInfo
) -> None:
    kept.later(days=1)
    move(kept.database, learner, other_manager)
    with kept.database.writing() as connection:
        history.keep(connection, kept.now)
    number = learner.person.employee_id
    for day in (TODAY, TODAY + A_DAY):
        assert number not in entries(kept, manager, Act.SEE_TEAM, day, zone), "not theirs now"
        assert number not in entries(kept, director, Act.SEE_TEAM, day, zone)
    assert number not in entries(kept, other_manager, Act.SEE_TEAM, TODAY, zone), "not theirs then"
    assert number in entries(kept, other_manager, Act.SEE_TEAM, TODAY + A_DAY, zone)


def test_hr_of_a_unit_sees_of_the_past_what_is_theirs_now(
    kept: Study, hr: Principal, learner: Principal, manager: Principal, zone: ZoneInfo
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    kept.later(days=1)
    with kept.database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == learner.key).values(unit="Obchod"))
        history.keep(connection, kept.now)
    assert set(entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone, unit="Sklad")) == {"2002", "2003"}
    assert set(entries(kept, limited, Act.SEE_CERTIFICATIONS, TODAY, zone)) == {manager.person.employee_id}


def test_a_day_ends_at_midnight_where_the_company_is(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    """Two hours before it ends in Greenwich, in summer."""
    assert end_of(date(2026, 6, 30), zone) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert end_of(date(2026, 3, 29), zone) - end_of(date(2026, 3, 28), zone) == timedelta(hours=24)
    midnight = end_of(date(2026, 6, 30), zone).astimezone(UTC)
    kept.now = midnight - timedelta(minutes=30)
    kept.cards(learner)
    assert kept.now < midnight
    kept.now = midnight - timedelta(seconds=20)
    kept.attempt(learner, right=10)
    assert midnight in {event.at for event in kept.chain(learner)}
    found = entries(kept, hr, Act.SEE_CERTIFICATIONS, date(2026, 6, 30), zone)[learner.person.employee_id]
    assert (found.status, found.attempts) == (Status.OVERDUE, 0)
    assert found.cards_done == len(kept.course.cards)


def test_courses_beside_one_another_do_not_get_in_each_others_way(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    """One goes on after that day; another was assigned in the same moment, and a third before it."""

    def happens(course: str, kind: Kind, **body: Any) -> None:
        with kept.database.writing() as connection:
            body = {"course": course, "cycle": 1, **body}
            head = chains.head(connection, learner.key)
            chains.append(connection, chains.following(head, learner.key, [(kind, body)], kept.now))
            connection.execute(delete(enrolments).where(enrolments.c.person_key == learner.key))
            connection.execute(insert(enrolments), [as_row(each) for each in enrolments_of(connection, learner)])

    begins = {"course_version": "1", "content_sha256": "", "language": "cs"}
    for course, seconds in (("earlier", 60), ("goes on", 0), ("at once", 0)):
        happens(course, Kind.ASSIGNED, due_on=str(TODAY))
        kept.later(seconds=seconds)
    for course in ("earlier", "at once"):
        happens(course, Kind.STARTED, **begins)
    kept.later(days=1)
    happens("goes on", Kind.STARTED, **begins)
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY, TODAY + A_DAY, zone) as connection:
        found = lists.entries(connection, hr, Act.SEE_CERTIFICATIONS, Selection(search="2003"), TODAY)
    begun = {each.course_id: each.started_at is not None for each in found if each.course_id != kept.course.id}
    assert begun == {"earlier": True, "goes on": False, "at once": True}


def test_a_correction_does_not_reach_back(kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo) -> None:
    """As it was known then: the certificate was valid that day, and is revoked today."""
    kept.certify(learner)
    kept.later(days=3)
    company = Company(kept, (learner,), zone, random.Random(1))
    company._append(learner, Kind.REVOKED, {})
    number = learner.person.employee_id
    assert entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone)[number].status is Status.CERTIFIED
    assert entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY + 3 * A_DAY, zone)[number].status is Status.REVOKED


def test_whoever_was_erased_is_counted_among_the_leavers_and_not_named(
    kept: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    kept.certify(learner)
    kept.later(days=1)
    erasure.erase(kept.database, learner.person.employee_id, "na žádost", "tests", kept.now)
    gone = f"erased-{learner.key}"
    assert gone not in entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone)
    found = entries(kept, hr, Act.SEE_CERTIFICATIONS, TODAY, zone, leavers=True)[gone]
    assert (found.name, found.unit, found.status) == ("", "", Status.CERTIFIED)


def test_nothing_is_known_of_a_day_in_the_future(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with (
        pytest.raises(NotYetError),
        as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY + A_DAY, TODAY, zone),
    ):
        pass
