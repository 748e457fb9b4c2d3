"""Changing a password ends sessions and links, and lets nobody guess."""

from datetime import datetime, timedelta

import pytest
from cast import leaves
from gates import asking, gate_of
from local_accounts import (
    BETTER,
    GOOD,
    HERE,
    SECRET,
    Counting,
    has,
    is_signed_in,
    link,
    set_by_link,
    sign_in,
)

from database import Database
from people.access import Principal
from people.sign_in import accounts, passwords
from people.sign_in.passwords import Purpose
from people.sign_in.throttle import TooOftenError


def test_a_new_password_ends_every_session_but_the_one_it_begins(
    database: Database, learner: Principal, now: datetime
) -> None:
    first = has(database, learner, now)
    phone = accounts.sign_in(database, learner.key, SECRET, now)
    done = passwords.change(gate_of(database), asking(learner, now), GOOD, BETTER, HERE)
    assert done is not None
    assert done.had_password
    assert [is_signed_in(database, token, now) for token in (first, phone, done.token)] == [False, False, True]
    again = has(database, learner, now, GOOD)
    assert [is_signed_in(database, token, now) for token in (done.token, again)] == [False, True]


def test_a_new_password_makes_open_links_void(database: Database, learner: Principal, now: datetime) -> None:
    has(database, learner, now)
    token = link(database, learner, now, Purpose.RESET)
    passwords.change(gate_of(database), asking(learner, now), GOOD, BETTER, HERE)
    assert set_by_link(database, token, GOOD, now) is None


def test_whoever_does_not_know_the_old_password_changes_nothing_and_may_not_guess_on(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    has(database, learner, now)
    assert passwords.change(gate_of(database), asking(manager, now), "", BETTER, HERE) is None
    for _ in range(5):
        assert passwords.change(gate_of(database), asking(learner, now), "not it", BETTER, HERE) is None
    with pytest.raises(TooOftenError):
        passwords.change(gate_of(database), asking(learner, now), GOOD, BETTER, HERE)
    later = now + timedelta(minutes=1)
    assert sign_in(database, "2003", BETTER, later) is None
    assert sign_in(database, "2003", GOOD, later + timedelta(minutes=2)) is not None


def test_a_password_set_by_a_link_lets_a_locked_account_in_at_once(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del counting
    has(database, learner, now)
    for _ in range(5):
        sign_in(database, "2003", "not it at all", now)
    has(database, learner, now, BETTER)
    assert sign_in(database, "2003", BETTER, now) is not None


def test_those_without_a_password_are_those_to_be_invited(
    database: Database, learner: Principal, outsider: Principal, everybody: tuple[object, ...], now: datetime
) -> None:
    has(database, learner, now)
    leaves(database, outsider)
    with database.reading() as connection:
        found = {person.employee_id for person in passwords.without_password(connection, now.date())}
    assert found == {"2001", "2002", "3001", "3002", "3003", "4001"}
    assert len(everybody) == 8
