"""One's own sessions and roles, listed and ended."""

from datetime import datetime, timedelta

import pytest
from gates import LIMITS, SECRET, gate_of
from session_ages import who_is
from sqlalchemy import select
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from database import Database, UnknownOutcomeError
from people.access import Principal, Role
from people.sign_in import accounts
from people.sign_in.accounts import end_session, end_sessions, principal, sessions_of, sign_in


def test_whoever_is_signed_in_sees_their_sessions_and_ends_them(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    phone = sign_in(database, learner.key, SECRET, now, "a phone")
    here = sign_in(database, learner.key, SECRET, now + timedelta(minutes=1), "a desk")
    later = now + timedelta(minutes=2)
    with database.reading() as connection:
        newest, oldest = sessions_of(connection, gate_of(database), learner.key, here, later)
        assert not sessions_of(connection, gate_of(database), learner.key, here, later + LIMITS.longest)
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
    found = principal(gate_of(database), token, later)
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
