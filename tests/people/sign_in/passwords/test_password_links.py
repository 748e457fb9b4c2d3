"""Links that set a password work once, for a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from cast import leaves
from gates import gate_of
from local_accounts import BETTER, GOOD, Counting, has, is_signed_in, link, set_by_link, sign_in
from sqlalchemy import func, select

from database import Database
from people.access import Principal
from people.sign_in import passwords
from people.sign_in.passwords import Purpose
from people.sign_in.throttle import TooOftenError


def test_a_link_sets_a_password_and_begins_a_session(database: Database, learner: Principal, now: datetime) -> None:
    done = set_by_link(database, link(database, learner, now), GOOD, now)
    assert done is not None
    assert (done.person, done.had_password) == (learner.person, False)
    assert is_signed_in(database, done.token, now)


def test_a_link_works_once(database: Database, learner: Principal, now: datetime) -> None:
    token = link(database, learner, now)
    assert set_by_link(database, token, GOOD, now) is not None
    assert set_by_link(database, token, BETTER, now) is None
    assert sign_in(database, "2003", BETTER, now) is None
    assert sign_in(database, "2003", GOOD, now) is not None


def test_of_many_who_use_a_link_at_once_one_does(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del counting
    token = link(database, learner, now)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda number: set_by_link(database, token, f"{GOOD} {number}", now), range(8)))
    (won,) = [number for number, each in enumerate(done) if each is not None]
    assert sign_in(database, "2003", f"{GOOD} {won}", now) is not None


@pytest.mark.parametrize(
    ("purpose", "lasts"), [(Purpose.INVITATION, timedelta(days=7)), (Purpose.RESET, timedelta(hours=1))]
)
def test_a_link_expires(
    database: Database, learner: Principal, now: datetime, purpose: Purpose, lasts: timedelta
) -> None:
    token = link(database, learner, now, purpose)
    assert set_by_link(database, token, GOOD, now + lasts) is None
    assert set_by_link(database, token, GOOD, now + lasts - timedelta(seconds=1)) is not None


def test_a_new_link_makes_the_persons_older_ones_void_and_nobody_elses(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    other, older, newer = (link(database, who, now) for who in (manager, learner, learner))
    assert set_by_link(database, older, GOOD, now) is None
    assert set_by_link(database, newer, GOOD, now) is not None
    assert set_by_link(database, other, GOOD, now) is not None


def test_a_reset_that_anybody_asks_for_leaves_the_owners_links_good_until_one_is_used(
    database: Database, learner: Principal, now: datetime
) -> None:
    has(database, learner, now)
    first, second, third = (link(database, learner, now, Purpose.RESET) for _ in range(3))
    assert set_by_link(database, second, BETTER, now) is not None
    assert set_by_link(database, first, GOOD, now) is None
    assert set_by_link(database, third, GOOD, now) is None
    assert sign_in(database, "2003", BETTER, now) is not None


def test_an_invitation_makes_open_resets_void(database: Database, learner: Principal, now: datetime) -> None:
    reset = link(database, learner, now, Purpose.RESET)
    link(database, learner, now)
    assert set_by_link(database, reset, GOOD, now) is None


def test_a_person_is_sent_three_letters_an_hour_by_whatever_name_they_are_asked_for(
    database: Database, learner: Principal, now: datetime
) -> None:
    has(database, learner, now)
    sent = [
        passwords.new_reset(gate_of(database), typed, now)
        for typed in ("2003", "2003@example.com", " 2003@EXAMPLE.com")
    ]
    with pytest.raises(TooOftenError):
        passwords.new_reset(gate_of(database), "2003", now)
    assert None not in sent
    assert set_by_link(database, sent[0][1] if sent[0] else "", BETTER, now) is not None


def test_a_link_of_somebody_who_has_left_does_nothing(database: Database, learner: Principal, now: datetime) -> None:
    token = link(database, learner, now)
    leaves(database, learner)
    assert set_by_link(database, token, GOOD, now) is None


def test_the_database_holds_a_keyed_hash_and_not_the_link(
    database: Database, learner: Principal, now: datetime
) -> None:
    token = link(database, learner, now)
    with database.reading() as connection:
        kept = connection.execute(select(passwords.links)).one()
        assert token not in str(kept)
        for other in (kept.token_hash, token[:-1], "", token.swapcase()):
            assert passwords.link_holder(connection, gate_of(database), other, now) is None
        assert passwords.link_holder(connection, gate_of(database, b"another secret"), token, now) is None
        assert passwords.link_holder(connection, gate_of(database), token, now) == learner.person


def test_links_that_are_over_do_not_pile_up(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    link(database, learner, now)
    link(database, manager, now + timedelta(days=8))
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(passwords.links)).scalar_one() == 1


def test_only_those_who_have_a_password_can_ask_for_another(
    database: Database, learner: Principal, manager: Principal, outsider: Principal, now: datetime
) -> None:
    for who in (learner, outsider):
        has(database, who, now)
    leaves(database, outsider)

    def asks(typed: str) -> bool:
        return passwords.new_reset(gate_of(database), typed, now) is not None

    assert {typed: asks(typed) for typed in ("2003", "2003@example.com", "2002", "4002", "nobody", "")} == {
        "2003": True,
        "2003@example.com": True,
        "2002": False,
        "4002": False,
        "nobody": False,
        "": False,
    }
    del manager
