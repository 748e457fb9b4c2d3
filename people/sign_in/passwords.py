"""Passwords of local accounts, and the one-time links by which they are set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore
from typing import Any
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from database import Database, Instant, identified, metadata
from people import security_log, tokens
from people.access import Asker
from people.directory import Person, from_row, has_access, people
from people.personal_data import PersonalData, as_json, deleting
from people.sign_in import accounts, devices, throttle
from people.sign_in.gate import Gate
from people.sign_in.throttle import AttemptKind, Subject, TooOftenError
from words.spelling import identifier

passwords = Table(
    "passwords",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_key", Text, ForeignKey("people.person_key"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("mailed_at", Instant),
)
"""`mailed_at` is when a mail server took the letter; a link without it was handed over otherwise, or not yet."""


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


LASTS = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}

_hasher = PasswordHasher()
_turns = BoundedSemaphore(2)
"""Each hash takes 64 MiB and a core: at most two at a time."""


def with_a_way_in(connection: Connection, among: Select[tuple[str]], known_by: str | None, today: date) -> int:
    """Return the number of people in `among` who can sign in: people with access who have a password, or whom single
    sign-on knows.

    `known_by` is the column that the provider's claim is compared with, `email` or `employee_id`; None without single
    sign-on. An e-mail address that two people have lets neither of them in.
    """
    is_here = has_access(today)
    has_way: ColumnElement[bool] = people.c.person_key.in_(select(passwords.c.person_key))
    if known_by is not None:
        known = people.c[known_by]
        alone = select(known).where(is_here, known != "").group_by(known).having(func.count() == 1)
        has_way = or_(has_way, known.in_(alone))
    asked = select(func.count()).where(people.c.person_key.in_(among), is_here, has_way)
    return connection.execute(asked).scalar_one()


@dataclass(frozen=True)
class Client:
    """The place of a sign-in: its network address, the browser's name for itself, and the device cookie from an
    earlier sign-in."""

    address: str
    agent: str
    device: str = ""


@dataclass(frozen=True)
class SignedIn:
    """The person who signed in or set a password, and the token of the session that began with it."""

    person: Person
    token: str
    device: str
    """The value of the device cookie by which the browser is recognised the next time."""
    had_password: bool


# Signing in


def sign_in(gate: Gate, typed: str, password: str, client: Client, now: datetime) -> SignedIn | None:
    """Begin a session for the person with that employee number or e-mail, and that password; None if there is none.

    The same work is done whether there is such an account or not. Raises `TooOftenError` before any of it.
    """
    with gate.database.reading() as connection:
        person = named(connection, typed)
    subject = _subject(person, typed, client, gate.secret)
    logged = _logged(person, typed, gate.secret)
    with _locks_logged("sign-in", logged):
        throttle.attempt(gate, AttemptKind.SIGN_IN, subject, now)
    with gate.database.reading() as connection:
        stored = _stored_hash(connection, person.key) if person else None
    no_password = _no_password()
    is_right = _is_hash_of(stored or no_password, password)
    if not is_right or stored is None or person is None or not person.has_access(gate.day_of(now)):
        security_log.note("sign-in", result="refused", **logged)
        return None
    new = _hash(password) if _hasher.check_needs_rehash(stored) else stored

    def work(connection: Connection) -> SignedIn | None:
        renewed = update(passwords).where(passwords.c.person_key == person.key, passwords.c.hash == stored)
        if connection.execute(renewed.values(hash=new)).rowcount == 0:
            return None  # changed at the same time, which ended all sessions
        throttle.succeeded(connection, subject, gate.secret)
        token = accounts.begin_session(connection, person.key, gate.secret, now, client.agent)
        return SignedIn(person, token, devices.new(person.key, gate.secret), had_password=True)

    signed_in = gate.database.write(work)
    security_log.note("sign-in", result="done" if signed_in else "refused", by="password", **logged)
    return signed_in


def has_password(connection: Connection, person_key: str) -> bool:
    return _stored_hash(connection, person_key) is not None


def without_password(connection: Connection, today: date) -> list[Person]:
    """Return everybody with access who has no password yet, by employee number."""
    rows = connection.execute(
        select(people)
        .outerjoin(passwords, passwords.c.person_key == people.c.person_key)
        .where(passwords.c.person_key.is_(None), has_access(today))
        .order_by(people.c.employee_id)
    )
    return [from_row(row) for row in rows]


# One-time links


def new_link(database: Database, person_key: str, purpose: Purpose, secret: bytes, now: datetime) -> str:
    """Make a link, and return its token.

    An invitation makes the person's older links void. A reset does not: anybody may ask for one, and the link that
    its owner is about to use stays good. Of all a person's links one can be used.
    """
    token = tokens.new()
    is_void = links.c.expires_at < now
    if purpose is Purpose.INVITATION:
        is_void = or_(is_void, links.c.person_key == person_key)

    def work(connection: Connection) -> None:
        connection.execute(delete(links).where(is_void))
        connection.execute(
            insert(links).values(
                token_hash=tokens.hashed(token, secret),
                person_key=person_key,
                purpose=purpose.value,
                expires_at=now + LASTS[purpose],
            )
        )

    database.write(work)
    return token


def new_reset(gate: Gate, typed: str, now: datetime) -> tuple[Person, str] | None:
    """Return the person who forgot their password, and the token of a link to set another one.

    None if there is no such person, or none with a password: a first password would be a way around single sign-on.
    Raises `TooOftenError` when the person has been sent enough letters; the links in them are still valid.
    """
    with gate.database.reading() as connection:
        person = named(connection, typed)
        logged = _logged(person, typed, gate.secret)
        if person is None or not person.has_access(gate.day_of(now)) or not has_password(connection, person.key):
            security_log.note("reset asked for", result="refused", **logged)
            return None
    with _locks_logged("reset asked for", logged):
        throttle.attempt(gate, AttemptKind.LETTER, Subject(_account_of(person), None), now)
    security_log.note("reset asked for", **logged)
    return person, new_link(gate.database, person.key, Purpose.RESET, gate.secret, now)


def mailed(database: Database, token: str, secret: bytes, now: datetime) -> None:
    """Store that a mail server has taken the letter with this link."""

    def work(connection: Connection) -> None:
        mine = links.c.token_hash == tokens.hashed(token, secret)
        connection.execute(update(links).where(mine).values(mailed_at=now))

    database.write(work)


def invited_by_letter(connection: Connection, now: datetime) -> frozenset[str]:
    """Return the keys of people with an invitation that came by letter and is still valid."""
    rows = connection.execute(
        select(links.c.person_key).where(
            links.c.purpose == Purpose.INVITATION.value, links.c.mailed_at.is_not(None), links.c.expires_at > now
        )
    )
    return frozenset(rows.scalars())


def void_link(database: Database, token: str, secret: bytes) -> None:
    def work(connection: Connection) -> None:
        connection.execute(delete(links).where(links.c.token_hash == tokens.hashed(token, secret)))

    database.write(work)


def link_holder(connection: Connection, gate: Gate, token: str, now: datetime) -> Person | None:
    """Return the person whose password a link sets; None if it was used, voided or has expired, or they have left."""
    row = connection.execute(
        select(people)
        .join(links, links.c.person_key == people.c.person_key)
        .where(links.c.token_hash == tokens.hashed(token, gate.secret), links.c.expires_at > now)
        .where(has_access(gate.day_of(now)))
    ).first()
    return from_row(row) if row else None


# Setting a password


def set_by_link(gate: Gate, token: str, password: str, client: Client, now: datetime) -> SignedIn | None:
    """Set the password of the link's holder, use the link up, and begin the one session they now have."""
    with gate.database.reading() as connection:
        if link_holder(connection, gate, token, now) is None:
            security_log.note("password set", result="refused", by="link")
            return None
    new = _hash(password)

    def work(connection: Connection) -> SignedIn | None:
        person = link_holder(connection, gate, token, now)
        if person is None or not _used_up(connection, token, gate.secret):
            return None
        had_password = _set(connection, gate, person, new, now)
        token_of_session = accounts.begin_session(connection, person.key, gate.secret, now, client.agent)
        return SignedIn(person, token_of_session, devices.new(person.key, gate.secret), had_password)

    done = gate.database.write(work)
    if done:
        security_log.note("password set", person=done.person.key, by="link")
    else:
        security_log.note("password set", result="refused", by="link")
    return done


def change(gate: Gate, asker: Asker, old: str, password: str, client: Client) -> SignedIn | None:
    """Change the password of somebody signed in; None if `old` is not their password.

    Raises `TooOftenError` like a sign-in, so that nobody can guess on at a session that was left open.
    """
    person, now = asker.principal.person, asker.now
    subject = _subject(person, "", client, gate.secret)
    with _locks_logged("password changed", {"person": person.key}):
        throttle.attempt(gate, AttemptKind.SIGN_IN, subject, now)
    with gate.database.reading() as connection:
        stored = _stored_hash(connection, person.key)
    if stored is None or not _is_hash_of(stored, old):
        security_log.note("password changed", person=person.key, result="refused")
        return None
    new = _hash(password)

    def work(connection: Connection) -> SignedIn:
        throttle.succeeded(connection, subject, gate.secret)
        had_password = _set(connection, gate, person, new, now)
        token = accounts.begin_session(connection, person.key, gate.secret, now, client.agent)
        return SignedIn(person, token, devices.new(person.key, gate.secret), had_password)

    done = gate.database.write(work)
    security_log.note("password changed", person=person.key)
    return done


def _set(connection: Connection, gate: Gate, person: Person, new: str, now: datetime) -> bool:
    """Store the hash `new`, and end what the old password began; returns whether there was one."""
    changed = update(passwords).where(passwords.c.person_key == person.key).values(hash=new, changed_at=now)
    had_password = connection.execute(changed).rowcount > 0
    if not had_password:
        connection.execute(insert(passwords).values(person_key=person.key, hash=new, changed_at=now))
    connection.execute(delete(links).where(links.c.person_key == person.key))
    throttle.forget(connection, _account_of(person), gate.secret)
    accounts.end_sessions(connection, [person.key])
    return had_password


def _stored_hash(connection: Connection, person_key: str) -> str | None:
    return connection.execute(select(passwords.c.hash).where(passwords.c.person_key == person_key)).scalar()


def _used_up(connection: Connection, token: str, secret: bytes) -> bool:
    """Use the link up; returns whether it was there. Of two uses at the same time one succeeds."""
    return connection.execute(delete(links).where(links.c.token_hash == tokens.hashed(token, secret))).rowcount > 0


def named(connection: Connection, typed: str) -> Person | None:
    """The person with that employee number or e-mail, however it was typed; None if several have it."""
    name = identifier(typed)
    if not name:
        return None
    # As it is written, an index finds it.
    written = or_(people.c.employee_id.in_({typed.strip(), name}), people.c.email == name)
    rows = connection.execute(select(people).where(written).limit(3)).all()
    exact = [row for row in rows if row.employee_id == typed.strip()] or rows
    if not exact:
        spelled = or_(identified(people.c.employee_id) == name, identified(people.c.email) == name)
        exact = connection.execute(select(people).where(spelled).limit(2)).all()
    return from_row(exact[0]) if len(exact) == 1 else None


def _subject(person: Person | None, typed: str, client: Client, secret: bytes) -> Subject:
    """Return one subject for a person, whatever was typed, and another for each device that is known to be theirs:
    strangers who guess, from any address, do not make that one wait."""
    if person is None:
        return Subject(f"name {identifier(typed)}", client.address)
    device = devices.known(client.device, person.key, secret)
    return Subject(f"device {device}", None) if device else Subject(_account_of(person), client.address)


def _logged(person: Person | None, typed: str, secret: bytes) -> dict[str, str]:
    """Return who is meant, as a member of an entry of the security log."""
    return {"person": person.key} if person else {"name": security_log.pseudonym(typed, secret)}


@contextmanager
def _locks_logged(event: str, logged: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    except TooOftenError:
        security_log.note(event, result="locked", **logged)
        raise


def _account_of(person: Person) -> str:
    return f"person {person.key}"


# Hashes


def _hash(password: str) -> str:
    with _turns:
        return _hasher.hash(_as_typed_anywhere(password))


def _is_hash_of(stored: str, password: str) -> bool:
    with _turns:
        try:
            return _hasher.verify(stored, _as_typed_anywhere(password))
        except (VerificationError, InvalidHashError):
            return False


def _as_typed_anywhere(password: str) -> str:
    """Normalise the password: systems compose letters with diacritics in different ways."""
    return normalize("NFC", password)


@cache
def _no_password() -> str:
    """Return a hash to check where there is no password, so that it takes as long."""
    return _hash(tokens.new())


def _changed_at(connection: Connection, person_key: str) -> datetime | None:
    """Return when the person's password was set; None without a password."""
    return connection.execute(select(passwords.c.changed_at).where(passwords.c.person_key == person_key)).scalar()


PASSWORD_CHANGED_AT = PersonalData(
    "password_changed_at",
    (passwords,),
    _changed_at,
    as_json,
    deleting(passwords),
    withheld={"passwords.hash": "the person who has it can guess the password"},
)


@dataclass(frozen=True)
class StoredLink:
    """A one-time link that was made for somebody."""

    purpose: str
    expires_at: datetime
    mailed_at: datetime | None


def _links_of(connection: Connection, person_key: str) -> tuple[StoredLink, ...]:
    rows = connection.execute(select(links).where(links.c.person_key == person_key))
    return tuple(StoredLink(row.purpose, row.expires_at, row.mailed_at) for row in rows)


def _links_as_data(stored: tuple[StoredLink, ...]) -> list[dict[str, Any]]:
    return [
        {"purpose": each.purpose, "expires_at": as_json(each.expires_at), "mailed_at": as_json(each.mailed_at)}
        for each in stored
    ]


ONE_TIME_LINKS = PersonalData(
    "one_time_links",
    (links,),
    _links_of,
    _links_as_data,
    deleting(links),
    withheld={"one_time_links.token_hash": "the person who has it can look for the link"},
)
