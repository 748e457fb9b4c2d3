"""Guesses at passwords are counted and locked out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from local_accounts import GOOD, Counting, has, sign_in

from database import Database
from people.access import Principal
from people.sign_in.passwords import Client
from people.sign_in.throttle import TooOftenError


def test_of_a_thousand_guesses_hardly_any_is_tried(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    """One a second, each from an address of its own: after five the wait grows to a quarter of an hour."""
    has(database, learner, now)
    counting.verified = 0
    waits = []
    for second in range(1000):
        client = Client(f"10.0.{second // 250}.{second % 250}", "")
        try:
            assert (
                sign_in(database, "2003", f"guess number {second}", now + timedelta(seconds=second), client) is None
            )
        except TooOftenError as error:
            waits.append(error.wait)
    assert counting.verified == 10
    assert len(waits) == 990
    assert timedelta(0) < min(waits) < max(waits) <= timedelta(minutes=15)
    with pytest.raises(TooOftenError):
        sign_in(database, "2003", GOOD, now + timedelta(seconds=1000))
    assert sign_in(database, "2003", GOOD, now + timedelta(seconds=1000, minutes=15)) is not None


def test_guesses_that_arrive_together_all_count(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    has(database, learner, now)
    counting.verified = 0

    def guess(number: int) -> bool:
        try:
            sign_in(database, "2003", f"guess number {number}", now, Client(f"192.0.2.{number}", ""))
        except TooOftenError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        tried = list(threads.map(guess, range(40)))
    assert sum(tried) == counting.verified == 5


def test_a_name_that_nobody_has_is_locked_just_as_well(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del learner
    for _ in range(5):
        sign_in(database, "nobody", "not it at all", now)
    with pytest.raises(TooOftenError):
        sign_in(database, " NOBODY", "not it at all", now)
    assert counting.verified == 5


def test_a_sign_in_forgets_the_failures_before_it_by_either_name(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del counting
    has(database, learner, now)
    for _ in range(3):
        for _ in range(2):
            assert sign_in(database, "2003", "not it at all", now) is None
            assert sign_in(database, "2003@example.com", "not it at all", now, Client("192.0.2.2", "")) is None
        assert sign_in(database, "2003", GOOD, now, Client("192.0.2.3", "")) is not None
