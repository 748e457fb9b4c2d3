"""Sessions: who is signed in, for how long, and no more than a hash of their token."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cast import leaves, move
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from database import Database, UnknownOutcomeError
from people import deputies
from people.access import Principal, Role
from people.deputies import Deputy
from people.directory import people
from people.sign_in import accounts
from people.sign_in.accounts import Limits, end_session, end_sessions, principal, sessions_of, sign_in, sign_out

SECRET = b"a secret of at least thirty-two characters"
LIMITS = Limits(longest=timedelta(hours=8), idle=timedelta(minutes=30))


def who_is(database: Database, token: str | None, at: datetime) -> Principal | None:
    return principal(database, token, SECRET, LIMITS, at, at.date())


def roles_of(database: Database, who: Principal, at: datetime) -> frozenset[Role]:
    found = who_is(database, sign_in(database, who.key, SECRET, at), at)
    assert found is not None
    return found.roles


@pytest.mark.parametrize(
    "who", ["learner", "manager", "director", "hr", "auditor", "editor", "outsider", "other_manager"]
)
def test_a_session_gives_the_person_with_their_roles(
    database: Database, who: str, now: datetime, request: pytest.FixtureRequest
) -> None:
    expected: Principal = request.getfixturevalue(who)
    assert who_is(database, sign_in(database, expected.key, SECRET, now), now) == expected


def test_nobody_is_signed_in_without_a_token_that_was_given(
    database: Database, learner: Principal, now: datetime
) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    for other in (None, "", "x", token[:-1], token.swapcase()):
        assert who_is(database, other, now) is None


def test_every_sign_in_has_its_own_token(database: Database, learner: Principal, now: datetime) -> None:
    tokens = {sign_in(database, learner.key, SECRET, now) for _ in range(5)}
    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {43}


def test_the_database_holds_a_keyed_hash_and_not_the_token(
    database: Database, learner: Principal, now: datetime
) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    with database.reading() as connection:
        kept = connection.execute(select(accounts.sessions)).one()
    assert token not in str(kept)
    assert principal(database, kept.token_hash, SECRET, LIMITS, now, now.date()) is None
    assert principal(database, token, b"another secret, as long as the first one", LIMITS, now, now.date()) is None


def test_a_session_ends_when_nobody_uses_it(database: Database, learner: Principal, now: datetime) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    assert who_is(database, token, now + timedelta(minutes=30, seconds=1)) is None


def test_a_session_that_is_used_goes_on(database: Database, learner: Principal, now: datetime) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    for minutes in range(25, 8 * 60, 25):
        assert who_is(database, token, now + timedelta(minutes=minutes)) == learner


def test_a_session_ends_after_its_longest_time_however_busy(
    database: Database, learner: Principal, now: datetime
) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    for minutes in range(25, 8 * 60 + 1, 25):
        who_is(database, token, now + timedelta(minutes=minutes))
    assert who_is(database, token, now + timedelta(hours=8)) == learner
    assert who_is(database, token, now + timedelta(hours=8, seconds=1)) is None


def test_a_session_that_has_ended_does_not_come_back(database: Database, learner: Principal, now: datetime) -> None:
    token = sign_in(database, learner.key, SECRET, now)
    assert who_is(database, token, now + timedelta(minutes=31)) is None
    assert who_is(database, token, now + timedelta(minutes=32)) is None


def test_signing_out_ends_this_session_and_no_other(database: Database, learner: Principal, now: datetime) -> None:
    here, elsewhere = (sign_in(database, learner.key, SECRET, now) for _ in range(2))
    sign_out(database, here, SECRET)
    assert who_is(database, here, now) is None
    assert who_is(database, elsewhere, now) == learner
    sign_out(database, here, SECRET)


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
    accounts.forget_ended(database, LIMITS, later)
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


def test_whoever_is_signed_in_sees_their_sessions_and_ends_them(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    phone = sign_in(database, learner.key, SECRET, now, "a phone")
    here = sign_in(database, learner.key, SECRET, now + timedelta(minutes=1), "a desk")
    later = now + timedelta(minutes=2)
    with database.reading() as connection:
        newest, oldest = sessions_of(connection, learner.key, here, SECRET, LIMITS, later)
        assert not sessions_of(connection, learner.key, here, SECRET, LIMITS, later + LIMITS.longest)
    assert (newest.agent, newest.is_this) == ("a desk", True)
    assert (oldest.agent, oldest.is_this) == ("a phone", False)
    end_session(database, manager.key, oldest.id)
    assert who_is(database, phone, later) is not None
    end_session(database, learner.key, oldest.id)
    assert who_is(database, phone, later) is None
    assert who_is(database, here, later) is not None
    with database.writing() as connection:
        end_sessions(connection, [learner.key])
    assert who_is(database, here, later) is None


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("UPDATE sessions", {}, Exception("database or disk is full")),
        InternalError("UPDATE sessions", {}, Exception("cannot execute UPDATE in a read-only transaction")),
        NoConnectionError("QueuePool limit reached"),
        UnknownOutcomeError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_who_cannot_be_noted_as_seen_can_read_all_the_same(
    database: Database, learner: Principal, now: datetime, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise error

    token = sign_in(database, learner.key, SECRET, now)
    later = now + timedelta(minutes=5)
    monkeypatch.setattr(database, "writing", refuse)
    found = principal(database, token, SECRET, LIMITS, later, later.date())
    assert found is not None
    assert found.key == learner.key


def test_when_and_by_what_a_role_was_granted_is_kept(database: Database, learner: Principal, now: datetime) -> None:
    with database.writing() as connection:
        new = accounts.grant(connection, [(learner.key, Role.AUDITOR)], now=now, by="people grant")
        assert new == [(learner.key, Role.AUDITOR)]
        later = now + timedelta(days=1)
        assert accounts.grant(connection, [(learner.key, Role.AUDITOR)], now=later, by="single sign-on") == []
        row = connection.execute(select(accounts.grants).where(accounts.grants.c.person_key == learner.key)).one()
    assert (row.granted_at, row.granted_by) == (now, "people grant")
