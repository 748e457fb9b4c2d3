"""Roles, managers and deputies count in a session from the moment they change."""

from dataclasses import replace
from datetime import datetime, timedelta

from cast import leaves, move
from gates import SECRET, gate_of
from session_ages import who_is
from sqlalchemy import delete, func, select, update

from database import Database
from people import deputies
from people.access import Principal, Role
from people.deputies import Deputy
from people.directory import people
from people.sign_in import accounts
from people.sign_in.accounts import sign_in


def roles_of(database: Database, who: Principal, at: datetime) -> frozenset[Role]:
    found = who_is(database, sign_in(database, who.key, SECRET, at), at)
    assert found is not None
    return found.roles


def test_somebody_who_leaves_is_signed_out_at_once(database: Database, learner: Principal, now: datetime) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    leaves(database, learner)
    assert who_is(database, token, now) is None


def test_a_role_that_is_granted_or_taken_counts_at_once(database: Database, hr: Principal, now: datetime) -> None:
    token = sign_in(database, hr.key, SECRET, now)
    with database.writing() as connection:
        connection.execute(delete(accounts.grants).where(accounts.grants.c.person_key == hr.key))
    found = who_is(database, token, now)
    assert found is not None
    assert found.roles == {Role.EMPLOYEE}
    with database.writing() as connection:
        accounts.grant(connection, [(hr.key, Role.AUDITOR), (hr.key, Role.EDITOR)])
    found = who_is(database, token, now)
    assert found is not None
    assert found.roles == {Role.EMPLOYEE, Role.AUDITOR, Role.EDITOR}


def test_a_manager_is_whoever_somebody_reports_to(
    database: Database, hr: Principal, learner: Principal, manager: Principal, now: datetime
) -> None:
    assert Role.MANAGER not in roles_of(database, hr, now)
    move(database, learner, hr)
    assert Role.MANAGER in roles_of(database, hr, now)
    assert Role.MANAGER not in roles_of(database, manager, now)


def test_a_manager_whose_only_report_has_left_is_none(
    database: Database, manager: Principal, learner: Principal, now: datetime
) -> None:
    leaves(database, learner)
    assert Role.MANAGER not in roles_of(database, manager, now)


def test_a_manager_remains_one_when_somebody_in_between_leaves(
    database: Database, director: Principal, manager: Principal, now: datetime
) -> None:
    """The learner below is still in the director's reporting line, and has nobody else to be seen by."""
    leaves(database, manager)
    assert Role.MANAGER in roles_of(database, director, now)


def test_sessions_that_are_over_are_forgotten_and_no_others(
    database: Database, learner: Principal, hr: Principal, now: datetime
) -> None:
    sign_in(database, learner.key, SECRET, now)
    later = now + timedelta(minutes=45)
    token = sign_in(database, hr.key, SECRET, later)
    accounts.forget_ended(gate_of(database), later)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(accounts.sessions)).scalar_one() == 1
    assert who_is(database, token, later) == hr


def test_access_ends_with_the_last_day(database: Database, learner: Principal, now: datetime) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    for last_day, is_in in ((now.date(), True), (now.date() - timedelta(days=1), False)):
        with database.writing() as connection:
            connection.execute(update(people).where(people.c.person_key == learner.key).values(ends_on=last_day))
        assert (who_is(database, token, now) is not None) is is_in


def test_hr_of_some_units_is_limited_to_them(database: Database, outsider: Principal, now: datetime) -> None:
    token = sign_in(database, outsider.key, SECRET, now)
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], unit="Sklad")
        accounts.grant(connection, [(outsider.key, Role.HR)], unit="Provoz")
    assert who_is(database, token, now) == replace(
        outsider, roles=outsider.roles | {Role.HR}, units=frozenset({"Sklad", "Provoz"})
    )
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)])
    assert who_is(database, token, now) == replace(outsider, roles=outsider.roles | {Role.HR})


def test_a_deputy_leads_from_the_first_day_to_the_last(
    database: Database, outsider: Principal, manager: Principal, now: datetime
) -> None:
    day = now.date()
    absence = Deputy(manager.key, outsider.key, day + timedelta(days=1), day + timedelta(days=2))
    with database.writing() as connection:
        deputies.name(connection, absence)
    for days, stands_in in ((0, False), (1, True), (2, True), (3, False)):
        at = now + timedelta(days=days)
        found = who_is(database, sign_in(database, outsider.key, SECRET, at), at)
        assert found is not None
        assert found.stands_in_for == (frozenset({manager.key}) if stands_in else frozenset())
        assert (Role.MANAGER in found.roles) is stands_in
    with database.writing() as connection:
        assert deputies.of_manager(connection, manager.key, day) == [absence]
        deputies.end(connection, absence)
        assert deputies.of_manager(connection, manager.key, day) == []
