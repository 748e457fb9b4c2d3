"""A person is found by every spelling of their number or address."""

from datetime import datetime

import pytest
from local_accounts import GOOD, Counting, has, sign_in
from sqlalchemy import update

from database import Database
from people.access import Principal
from people.directory import people
from people.sign_in import passwords
from people.sign_in.passwords import Client
from people.sign_in.throttle import TooOftenError

SPELLINGS = {
    "IT1002": [
        "IT1002",
        "it1002",
        "ıt1002",
        "İT1002",
        " It1002\u00a0",
        "ＩＴ１００２",
        "\u3000it1002",
        "2003@Example.COM",
    ],
    "STRASSE-7": ["strasse-7", "straße-7", "STRAẞE-7", "Straſſe-7", "2003@example.com"],
    "straße-7": ["STRASSE-7", "straße-7", "STRAẞE-7"],
    "ǆ-ﬁ-1": ["ǅ-FI-1", "dž-fi-1"],
}


def renamed(database: Database, who: Principal, employee_id: str) -> None:
    with database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == who.key).values(employee_id=employee_id))


@pytest.mark.parametrize("employee_id", SPELLINGS)
def test_every_spelling_finds_the_person(database: Database, learner: Principal, employee_id: str) -> None:
    renamed(database, learner, employee_id)
    with database.reading() as connection:
        for typed in SPELLINGS[employee_id]:
            found = passwords.named(connection, typed)
            assert found is not None, typed
            assert found.key == learner.key
        assert passwords.named(connection, f"{employee_id}x") is None


@pytest.mark.parametrize("employee_id", ["IT1002", "STRASSE-7"])
def test_every_spelling_counts_for_the_same_person(
    database: Database, learner: Principal, now: datetime, counting: Counting, employee_id: str
) -> None:
    has(database, learner, now)
    renamed(database, learner, employee_id)
    counting.verified = 0
    spellings = SPELLINGS[employee_id]
    for number in range(40):
        client = Client(f"192.0.2.{number}", "")
        try:
            assert sign_in(database, spellings[number % len(spellings)], "not it at all", now, client) is None
        except TooOftenError:
            continue
    assert counting.verified == 5
    for typed in spellings:
        with pytest.raises(TooOftenError):
            sign_in(database, typed, GOOD, now, Client("198.51.100.1", ""))


def test_of_two_whose_numbers_differ_by_their_letters_size_each_is_found_as_written(
    database: Database, learner: Principal, manager: Principal
) -> None:
    renamed(database, learner, "AB1")
    renamed(database, manager, "ab1")
    with database.reading() as connection:
        keys = [found.key for typed in ("AB1", "ab1") if (found := passwords.named(connection, typed))]
        assert keys == [learner.key, manager.key]
        assert passwords.named(connection, "Ab1") is not None  # ab1 is what it is in small letters
