"""Sessions: who is signed in, for how long, and no more than a hash of their token."""

from datetime import datetime, timedelta

import pytest
from gates import SECRET, gate_of
from session_ages import who_is
from sqlalchemy import select

from database import Database
from people.access import Principal
from people.sign_in import accounts
from people.sign_in.accounts import principal, sign_in, sign_out


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
    assert principal(gate_of(database), kept.token_hash, now) is None
    assert principal(gate_of(database, b"another secret, as long as the first one"), token, now) is None


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
