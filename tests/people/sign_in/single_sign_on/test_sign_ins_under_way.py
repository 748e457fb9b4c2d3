"""Single sign-ons under way: finished once, in the browser they were begun in, within ten minutes."""

from datetime import datetime, timedelta

import pytest
from gates import gate_of
from providing import SECRET, kept, refused
from sqlalchemy import select

from database import Database
from people.sign_in import single_sign_on
from people.sign_in.gate import Allowed, Gate
from people.sign_in.single_sign_on import begin, finish
from people.sign_in.throttle import TooOftenError

HERE = "192.0.2.1"


def gate(database: Database) -> Gate:
    return gate_of(database, SECRET, Allowed(account=5, address=2))


# Sign-ins under way


def test_a_sign_in_is_finished_once_with_what_it_was_begun_with(database: Database, now: datetime) -> None:
    begun = begin(gate(database), "a browser", "/team", HERE, now)
    assert finish(database, "a browser", begun.state, SECRET, now + timedelta(minutes=10)) == begun
    assert "used already" in refused(lambda: finish(database, "a browser", begun.state, SECRET, now))


def test_a_sign_in_is_finished_in_the_browser_it_was_begun_in(database: Database, now: datetime) -> None:
    begun = begin(gate(database), "a browser", "/", HERE, now)
    assert "not begun in this browser" in refused(lambda: finish(database, None, begun.state, SECRET, now))
    assert "another browser" in refused(lambda: finish(database, "another", begun.state, SECRET, now))
    assert finish(database, "a browser", begun.state, SECRET, now) == begun


def test_a_sign_in_of_more_than_ten_minutes_is_over(database: Database, now: datetime) -> None:
    begun = begin(gate(database), "a browser", "/", HERE, now)
    late = now + timedelta(minutes=10, seconds=1)
    assert "ten minutes" in refused(lambda: finish(database, "a browser", begun.state, SECRET, late))
    assert "used already" in refused(lambda: finish(database, "a browser", begun.state, SECRET, now))


def test_one_browser_has_several_sign_ins_under_way(database: Database, now: datetime) -> None:
    first, second = (begin(gate(database), "a browser", target, HERE, now) for target in ("/", "/team"))
    assert finish(database, "a browser", second.state, SECRET, now).target == "/team"
    assert finish(database, "a browser", first.state, SECRET, now).target == "/"


def test_the_database_holds_no_state_and_forgets_what_nobody_finished(database: Database, now: datetime) -> None:
    old = begin(gate(database), "a browser", "/", HERE, now)
    new = begin(gate(database), "a browser", "/", HERE, now + timedelta(days=2))
    with database.reading() as connection:
        (kept,) = connection.execute(select(single_sign_on.pending)).all()
    assert kept.nonce == new.nonce
    assert new.state not in str(kept)
    assert old.state != new.state


def test_what_nobody_finishes_is_bounded_for_each_address(database: Database, now: datetime) -> None:
    """Anybody may begin a sign-in, and each that is begun is kept until it is finished or an hour old."""
    begun = [begin(gate(database), "a browser", "/", HERE, now) for _ in range(20)]
    with pytest.raises(TooOftenError) as refusal:
        begin(gate(database), "a browser", "/", HERE, now)
    assert refusal.value.wait == timedelta(minutes=15)
    assert kept(database) == 20
    begin(gate(database), "a browser", "/", "192.0.2.2", now)
    assert finish(database, "a browser", begun[-1].state, SECRET, now) == begun[-1]
    begin(gate(database), "a browser", "/", HERE, now + timedelta(hours=2))
    assert kept(database) == 1
