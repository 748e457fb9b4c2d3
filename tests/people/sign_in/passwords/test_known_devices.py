"""A device that is known keeps its owner in while strangers are locked out."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from gates import asking, gate_of
from local_accounts import BETTER, GOOD, HERE, Counting, has, sign_in

from database import Database
from people.access import Principal
from people.sign_in import passwords
from people.sign_in.passwords import Client
from people.sign_in.throttle import TooOftenError


def locked(database: Database, now: datetime) -> None:
    """Strangers have guessed until nobody who comes like them is let in."""
    for number in range(5):
        sign_in(database, "2003", "not it at all", now, Client(f"203.0.113.{number}", ""))
    with pytest.raises(TooOftenError):
        sign_in(database, "2003", GOOD, now)


def test_a_lock_keeps_the_owner_in_who_has_signed_in_there_before(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del counting
    has(database, learner, now)
    first = sign_in(database, "2003", GOOD, now)
    assert first is not None
    locked(database, now)
    known = replace(HERE, device=first.device)
    assert sign_in(database, "2003", GOOD, now, known) is not None
    assert sign_in(database, "2003@example.com", GOOD, now, known) is not None
    assert passwords.change(gate_of(database), asking(learner, now), GOOD, BETTER, known) is not None


def test_a_sign_in_from_a_known_device_opens_no_lock_for_strangers(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del counting
    has(database, learner, now)
    first = sign_in(database, "2003", GOOD, now)
    assert first is not None
    locked(database, now)
    assert sign_in(database, "2003", GOOD, now, replace(HERE, device=first.device)) is not None
    with pytest.raises(TooOftenError):
        sign_in(database, "2003", GOOD, now)


def test_a_device_that_was_stolen_has_no_more_guesses_than_anybody(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    has(database, learner, now)
    first = sign_in(database, "2003", GOOD, now)
    assert first is not None
    counting.verified = 0
    for number in range(20):
        stolen = Client(f"203.0.113.{number}", "", first.device)
        with suppress(TooOftenError):
            sign_in(database, "2003", f"guess {number}", now, stolen)
    assert counting.verified == 5
    assert sign_in(database, "2003", GOOD, now) is not None, "the owner elsewhere is not kept out by it"


@pytest.mark.parametrize("held", ["", ".", "x.y", "{device}x", "x{device}", "{of_another}"])
def test_what_a_device_holds_counts_for_its_person_alone_and_as_it_was_given(
    database: Database, learner: Principal, manager: Principal, now: datetime, counting: Counting, held: str
) -> None:
    del counting
    has(database, learner, now)
    has(database, manager, now)
    own, other = (sign_in(database, who.person.employee_id, GOOD, now) for who in (learner, manager))
    assert own is not None
    assert other is not None
    locked(database, now)
    shown = replace(HERE, device=held.format(device=own.device, of_another=other.device))
    with pytest.raises(TooOftenError):
        sign_in(database, "2003", GOOD, now, shown)
