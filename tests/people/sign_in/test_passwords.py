"""Passwords of local accounts: kept as Argon2id, set by links that work once, never told apart from no account."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from argon2 import PasswordHasher
from cast import leaves
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from database import Database
from people.access import Principal
from people.directory import Person, people
from people.sign_in import accounts, passwords
from people.sign_in.passwords import Client, Purpose, SignedIn
from people.sign_in.throttle import Allowed, TooOftenError
from people.sign_in.weakness import SHORTEST, fault, is_common

SECRET = b"a secret of at least thirty-two characters"
LIMITS = accounts.Limits(timedelta(hours=8), timedelta(minutes=30))
GOOD, BETTER = "kolo padá na křivou židli", "modrý vlak jede v úterý"
HERE = Client("192.0.2.1", "a desk")
ALLOWED = Allowed(account=5, address=100)
LENKA = Person("0" * 32, "2003", "Lenka Šťastná", "lenka.stastna@example.com", "Sklad", None, "cs")


class Counting(PasswordHasher):
    """The real one, which also counts its work."""

    def __init__(self, **parameters: int) -> None:
        super().__init__(**parameters)
        self.lock = Lock()
        self.verified = self.at_once = self.most_at_once = 0

    def verify(self, *arguments: Any) -> bool:
        with self.lock:
            self.verified += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return super().verify(*arguments)
        finally:
            with self.lock:
                self.at_once -= 1


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """In the place of the hasher; light, so that a thousand guesses are not a thousand times 64 MiB."""
    hasher = Counting(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    passwords._no_password.cache_clear()
    yield hasher
    passwords._no_password.cache_clear()


def link(database: Database, who: Principal, at: datetime, purpose: Purpose = Purpose.INVITATION) -> str:
    return passwords.new_link(database, who.key, purpose, SECRET, at)


def set_by_link(database: Database, token: str, password: str, at: datetime) -> SignedIn | None:
    return passwords.set_by_link(database, token, password, HERE, SECRET, at, at.date())


def sign_in(database: Database, typed: str, password: str, at: datetime, client: Client = HERE) -> SignedIn | None:
    return passwords.sign_in(database, typed, password, client, ALLOWED, SECRET, at, at.date())


def has(database: Database, who: Principal, at: datetime, password: str = GOOD) -> str:
    """Gives somebody a password, and the token of the session that begins with it."""
    done = set_by_link(database, link(database, who, at), password, at)
    assert done is not None
    return done.token


def is_signed_in(database: Database, token: str, at: datetime) -> bool:
    return accounts.principal(database, token, SECRET, LIMITS, at, at.date()) is not None


# Signing in


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


# A device that is known


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
    assert passwords.change(database, learner.person, GOOD, BETTER, known, ALLOWED, SECRET, now) is not None


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


# Links


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
        passwords.new_reset(database, typed, ALLOWED, SECRET, now, now.date())
        for typed in ("2003", "2003@example.com", " 2003@EXAMPLE.com")
    ]
    with pytest.raises(TooOftenError):
        passwords.new_reset(database, "2003", ALLOWED, SECRET, now, now.date())
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
            assert passwords.link_holder(connection, other, SECRET, now, now.date()) is None
        assert passwords.link_holder(connection, token, b"another secret", now, now.date()) is None
        assert passwords.link_holder(connection, token, SECRET, now, now.date()) == learner.person


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
        return passwords.new_reset(database, typed, ALLOWED, SECRET, now, now.date()) is not None

    assert {typed: asks(typed) for typed in ("2003", "2003@example.com", "2002", "4002", "nobody", "")} == {
        "2003": True,
        "2003@example.com": True,
        "2002": False,
        "4002": False,
        "nobody": False,
        "": False,
    }
    del manager


# Changing it


def test_a_new_password_ends_every_session_but_the_one_it_begins(
    database: Database, learner: Principal, now: datetime
) -> None:
    first = has(database, learner, now)
    phone = accounts.sign_in(database, learner.key, SECRET, now)
    done = passwords.change(database, learner.person, GOOD, BETTER, HERE, ALLOWED, SECRET, now)
    assert done is not None
    assert done.had_password
    assert [is_signed_in(database, token, now) for token in (first, phone, done.token)] == [False, False, True]
    again = has(database, learner, now, GOOD)
    assert [is_signed_in(database, token, now) for token in (done.token, again)] == [False, True]


def test_a_new_password_makes_open_links_void(database: Database, learner: Principal, now: datetime) -> None:
    has(database, learner, now)
    token = link(database, learner, now, Purpose.RESET)
    passwords.change(database, learner.person, GOOD, BETTER, HERE, ALLOWED, SECRET, now)
    assert set_by_link(database, token, GOOD, now) is None


def test_whoever_does_not_know_the_old_password_changes_nothing_and_may_not_guess_on(
    database: Database, learner: Principal, manager: Principal, now: datetime
) -> None:
    has(database, learner, now)
    assert passwords.change(database, manager.person, "", BETTER, HERE, ALLOWED, SECRET, now) is None
    for _ in range(5):
        assert passwords.change(database, learner.person, "not it", BETTER, HERE, ALLOWED, SECRET, now) is None
    with pytest.raises(TooOftenError):
        passwords.change(database, learner.person, GOOD, BETTER, HERE, ALLOWED, SECRET, now)
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


# What is no password


@pytest.mark.parametrize(
    "password",
    """Heslo123456789 P4ssw0rd123456 Password2024!! passwordpassword aaaaaaaaaaaa qwertyuiop12 QWERTZUIOP123
    abcabcabcabc x7Kqx7Kqx7Kq 199001011234 LenkaStastna1 lenka.stastna99 Ukazkova-spolecnost1 zaqwsxcde321
    1q2w3e4r5t6y Slunicko2025* Iloveyou12345 asdfghjkl;'123 ŠťastnáLenka! 2003-2003-2003 spring-summer-2026
    Sparta-Praha-1893 MiluJuPivo123""".split(),
)
def test_what_a_guesser_tries_first_is_no_password(password: str) -> None:
    found = fault(password, LENKA, ["Ukázková společnost"])
    assert found is not None
    assert "easy to guess" in found.text


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        BETTER,
        "correct horse battery staple",
        "4bTq9-xWmPz2e",
        "Zv0nkohra-u-jezera",
        "#$%&/()=?¡*+{}",
        "пароль длинный и странный",
        "x" * 500 + "abKv93",
    ],
)
def test_what_is_hard_to_guess_is_a_password(password: str) -> None:
    assert fault(password, LENKA, ["Ukázková společnost"]) is None


def test_a_password_has_a_least_and_a_greatest_length() -> None:
    long = "Zv0nkohra-u-jezera " * 60
    for password, is_taken in ((GOOD[:11], False), (GOOD[:12], True), (long[:1000], True), (long[:1001], False)):
        assert (fault(password, LENKA, []) is None) is is_taken, len(password)


def test_ones_own_name_is_no_password_for_oneself_and_nothing_special_for_others() -> None:
    password = "Oldřiška Kvapilová"
    named = replace(LENKA, name=password)
    assert fault(password, named, []) is not None
    assert fault(password, LENKA, []) is None


@given(st.text(min_size=SHORTEST, max_size=60))
def test_whatever_is_typed_is_judged_and_said_twice_it_is_common(password: str) -> None:
    assert is_common(password, ["Lenka Šťastná"]) in {True, False}
    assert is_common(password + password, [])
