"""Passwords of local accounts: kept as Argon2id, and never told apart from no account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from cast import leaves
from local_accounts import GOOD, Counting, has, is_signed_in, sign_in
from sqlalchemy import select, update

from database import Database
from people.access import Principal
from people.directory import people
from people.sign_in import passwords
from people.sign_in.passwords import Client


@pytest.mark.parametrize("typed", ["2003", " 2003 ", "2003@example.com", "2003@EXAMPLE.com\t"])
def test_whoever_knows_the_password_signs_in_by_number_or_e_mail(
    database: Database, learner: Principal, now: datetime, typed: str
) -> None:
    has(database, learner, now)
    done = sign_in(database, typed, GOOD, now)
    assert done is not None
    assert done.person == learner.person
    assert is_signed_in(database, done.token, now)


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("2003", GOOD + " "),
        ("2003", GOOD.upper()),
        ("2003", ""),
        ("2002", GOOD),
        ("", GOOD),
        ("9999", GOOD),
        ("%", GOOD),
    ],
)
def test_nobody_signs_in_with_anything_else(
    database: Database, learner: Principal, now: datetime, typed: str, password: str
) -> None:
    has(database, learner, now)
    assert sign_in(database, typed, password, now) is None


def test_letters_composed_in_another_way_are_the_same_password(
    database: Database, learner: Principal, now: datetime
) -> None:
    has(database, learner, now, "žluťoučký kůň")
    assert sign_in(database, "2003", "z\u030clut\u030couc\u030cky\u0301 ku\u030an\u030c", now) is not None


def test_the_database_holds_argon2id_and_no_password(database: Database, learner: Principal, now: datetime) -> None:
    has(database, learner, now)
    with database.reading() as connection:
        row = connection.execute(select(passwords.passwords)).one()
    assert row.hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert GOOD not in str(row)


def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(
    database: Database, learner: Principal, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        has(database, learner, now)
    assert sign_in(database, "2003", "not it at all", now) is None
    assert "m=64,t=1" in kept_hash(database)
    assert sign_in(database, "2003", GOOD, now) is not None
    assert "m=65536,t=3" in kept_hash(database)
    assert sign_in(database, "2003", GOOD, now) is not None


def kept_hash(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.execute(select(passwords.passwords.c.hash)).scalar_one())


def test_somebody_who_has_left_does_not_sign_in_again(database: Database, learner: Principal, now: datetime) -> None:
    has(database, learner, now)
    leaves(database, learner)
    assert sign_in(database, "2003", GOOD, now) is None


def test_after_the_last_day_nobody_signs_in(database: Database, learner: Principal, now: datetime) -> None:
    has(database, learner, now)
    with database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == learner.key).values(ends_on=now.date()))
    assert sign_in(database, "2003", GOOD, now) is not None
    assert sign_in(database, "2003", GOOD, now + timedelta(days=1)) is None


def test_an_e_mail_that_two_people_have_signs_neither_in(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    has(database, learner, now)
    with database.writing() as connection:
        connection.execute(
            update(people).where(people.c.person_key == manager.key).values(email=learner.person.email)
        )
    assert sign_in(database, learner.person.email, GOOD, now) is None
    assert sign_in(database, "2003", GOOD, now) is not None


def test_the_same_work_is_done_whether_there_is_an_account_or_not(
    database: Database, learner: Principal, outsider: Principal, now: datetime, counting: Counting
) -> None:
    has(database, learner, now)
    leaves(database, outsider)
    work = {}
    for typed in ("2003", "2003@example.com", "2001", "4002", "nobody", "nobody@example.com", ""):
        counting.verified = 0
        assert sign_in(database, typed, "not it at all", now) is None
        work[typed] = counting.verified
    assert set(work.values()) == {1}


def test_never_more_than_two_passwords_are_hashed_at_once(
    database: Database, learner: Principal, now: datetime, counting: Counting
) -> None:
    del learner
    with ThreadPoolExecutor(8) as threads:
        clients = [Client(f"192.0.2.{number}", "") for number in range(40)]
        list(threads.map(lambda client: sign_in(database, client.address, GOOD, now, client), clients))
    assert counting.verified == 40
    assert counting.most_at_once <= 2
