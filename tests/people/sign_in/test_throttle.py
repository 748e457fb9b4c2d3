"""How often somebody may try: counted for each account and each address, and in words that tell neither."""

from datetime import datetime, timedelta

from gates import SECRET, gate_of
from sqlalchemy import select

from database import Database
from people.sign_in import throttle
from people.sign_in.gate import Allowed
from people.sign_in.throttle import AttemptKind, Subject, TooOftenError

ALLOWED = Allowed(account=5, address=20)


def attempt(
    database: Database,
    account: str,
    address: str,
    at: datetime,
    what: AttemptKind = AttemptKind.SIGN_IN,
    allowed: Allowed = ALLOWED,
) -> timedelta | None:
    """How long to wait; none when the attempt may be made."""
    try:
        throttle.attempt(gate_of(database, allowed=allowed), what, Subject(account, address), at)
    except TooOftenError as error:
        return error.wait
    return None


def succeeds(database: Database, account: str, address: str) -> None:
    with database.writing() as connection:
        throttle.succeeded(connection, Subject(account, address), SECRET)


def test_the_wait_doubles_with_each_failure_up_to_a_quarter_of_an_hour(database: Database, now: datetime) -> None:
    for number in range(5):
        assert attempt(database, "x", f"192.0.2.{number}", now) is None
    waits, at = [], now
    for number in range(8):
        wait = attempt(database, "x", f"198.51.100.{number}", at)
        assert wait is not None
        assert attempt(database, "x", f"198.51.100.{number}", at + wait - timedelta(seconds=1)) is not None
        at += wait
        waits.append(wait.total_seconds())
        assert attempt(database, "x", f"198.51.100.{number}", at) is None
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_an_attempt_that_was_refused_makes_the_wait_no_longer(database: Database, now: datetime) -> None:
    for _ in range(5):
        attempt(database, "x", "192.0.2.1", now)
    for second in range(30):
        assert attempt(database, "x", "192.0.2.1", now + timedelta(seconds=second)) == timedelta(seconds=30 - second)
    assert attempt(database, "x", "192.0.2.1", now + timedelta(seconds=30)) is None


def test_an_account_that_waits_keeps_no_other_waiting(database: Database, now: datetime) -> None:
    for _ in range(5):
        attempt(database, "x", "192.0.2.1", now)
    assert attempt(database, "x", "192.0.2.2", now) is not None
    assert attempt(database, "y", "192.0.2.1", now) is None


def test_an_address_has_so_many_failures_in_a_quarter_of_an_hour(database: Database, now: datetime) -> None:
    for number in range(20):
        at = now + timedelta(seconds=10 * number)
        assert attempt(database, f"account {number}", "192.0.2.1", at) is None
    later = now + timedelta(minutes=10)
    assert attempt(database, "another", "192.0.2.1", later) == timedelta(minutes=5)
    assert attempt(database, "another", "192.0.2.2", later) is None
    assert attempt(database, "one more", "192.0.2.1", now + timedelta(minutes=15)) is None


def test_a_whole_company_signs_in_from_one_address(database: Database, now: datetime) -> None:
    for number in range(100):
        assert attempt(database, f"account {number}", "192.0.2.1", now) is None
        succeeds(database, f"account {number}", "192.0.2.1")


def test_both_limits_are_settings(database: Database, now: datetime) -> None:
    strict = Allowed(account=1, address=3)
    assert attempt(database, "x", "192.0.2.1", now, allowed=strict) is None
    assert attempt(database, "x", "192.0.2.2", now, allowed=strict) == timedelta(seconds=30)
    for number in range(2):
        assert attempt(database, f"account {number}", "192.0.2.1", now, allowed=strict) is None
    assert attempt(database, "another", "192.0.2.1", now, allowed=strict) == timedelta(minutes=15)
    assert attempt(database, "another", "192.0.2.1", now, allowed=Allowed(account=1, address=4)) is None


def begins(database: Database, address: str, at: datetime) -> timedelta | None:
    """How long to wait; none when a sign-in at the provider may begin."""
    try:
        with database.writing() as connection:
            throttle.begins(connection, gate_of(database, allowed=ALLOWED), address, at)
    except TooOftenError as error:
        return error.wait
    return None


def test_ten_times_as_many_sign_ins_at_the_provider_may_be_under_way(database: Database, now: datetime) -> None:
    for _ in range(200):
        assert begins(database, "192.0.2.1", now) is None
    assert begins(database, "192.0.2.1", now) == timedelta(minutes=15)
    assert begins(database, "192.0.2.2", now) is None
    assert attempt(database, "x", "192.0.2.1", now) is None
    with database.writing() as connection:
        throttle.finished(connection, "192.0.2.1", SECRET)
        throttle.finished(connection, "192.0.2.3", SECRET)
    assert begins(database, "192.0.2.1", now) is None
    assert begins(database, "192.0.2.1", now) is not None
    assert begins(database, "192.0.2.1", now + timedelta(minutes=15)) is None


def test_success_forgets_the_accounts_failures_and_takes_none_off_the_addresss_others(
    database: Database, now: datetime
) -> None:
    for number in range(19):
        attempt(database, f"guessed {number}", "192.0.2.1", now)
    for _ in range(4):
        attempt(database, "mine", "192.0.2.2", now)
    assert attempt(database, "mine", "192.0.2.1", now) is None
    succeeds(database, "mine", "192.0.2.1")
    assert attempt(database, "mine", "192.0.2.1", now) is None
    assert attempt(database, "mine", "192.0.2.1", now) == timedelta(minutes=15)
    assert attempt(database, "mine", "192.0.2.3", now) is None


def test_failures_of_the_day_before_count_no_more(database: Database, now: datetime) -> None:
    for _ in range(5):
        attempt(database, "x", "192.0.2.1", now)
    tomorrow = now + timedelta(days=1, seconds=1)
    for _ in range(5):
        assert attempt(database, "x", "192.0.2.1", tomorrow) is None
    assert attempt(database, "x", "192.0.2.1", tomorrow) is not None


def test_letters_are_counted_apart_three_an_hour(database: Database, now: datetime) -> None:
    for _ in range(3):
        assert attempt(database, "x", "192.0.2.1", now, AttemptKind.LETTER) is None
    assert attempt(database, "x", "192.0.2.2", now, AttemptKind.LETTER) == timedelta(hours=1)
    assert attempt(database, "x", "192.0.2.1", now) is None
    assert attempt(database, "x", "192.0.2.2", now + timedelta(hours=1), AttemptKind.LETTER) is None


def test_the_table_names_neither_accounts_nor_addresses_and_is_swept(database: Database, now: datetime) -> None:
    attempt(database, "jana@example.com", "192.0.2.1", now)
    attempt(database, "petr@example.com", "192.0.2.1", now + timedelta(hours=20))
    with database.reading() as connection:
        rows = connection.execute(select(throttle.throttles)).all()
    assert len(rows) == 3
    assert "example.com" not in str(rows)
    assert "192.0.2.1" not in str(rows)
    throttle.forget_old(database, now + timedelta(hours=25))
    with database.reading() as connection:
        assert (
            len(connection.execute(select(throttle.throttles)).all()) == 2
        )  # the first account's is gone; the address began anew
