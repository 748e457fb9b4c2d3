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
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from database import Database, Instant, identified, identifier, metadata
from people.directory import Person, from_row, people
from people.personal_data import PersonalData, as_json, deleting
from people.sign_in import accounts, devices, security_log, throttle, tokens
from people.sign_in.throttle import Allowed, TooOftenError, What

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
"""Each hash takes 64 MiB and a core: never more than two at once, whoever asks."""


def with_a_way_in(connection: Connection, among: Select[tuple[str]], known_by: str | None, today: date) -> int:
    """How many of `among` can sign in: those with access who have a password, or whom single sign-on knows.

    `known_by` is the column that the provider's claim is compared with, `email` or `employee_id`; None without single
    sign-on. An e-mail address that two people have lets neither of them in.
    """
    has_access = and_(people.c.active, or_(people.c.ends_on.is_(None), people.c.ends_on >= today))
    has_way: ColumnElement[bool] = people.c.person_key.in_(select(passwords.c.person_key))
    if known_by is not None:
        known = people.c[known_by]
        alone = select(known).where(has_access, known != "").group_by(known).having(func.count() == 1)
        has_way = or_(has_way, known.in_(alone))
    asked = select(func.count()).where(people.c.person_key.in_(among), has_access, has_way)
    return connection.execute(asked).scalar_one()


@dataclass(frozen=True)
class Client:
    """Where somebody signs in from: their address, what their browser calls itself, and what it was given to keep
    when somebody signed in there before."""

    address: str
    agent: str
    device: str = ""


@dataclass(frozen=True)
class SignedIn:
    """Who signed in or set a password, and the token of the session that began with it."""

    person: Person
    token: str
    device: str
    """What their browser is to keep, to be known by the next time."""
    had_password: bool


@dataclass(frozen=True)
class _Counted:
    """What an attempt counts for in `throttle`."""

    account: str
    address: str | None


# Signing in


def sign_in(
    database: Database,
    typed: str,
    password: str,
    client: Client,
    allowed: Allowed,
    secret: bytes,
    now: datetime,
    today: date,
) -> SignedIn | None:
    """Begins a session for whoever has that employee number or e-mail, and that password; none when nobody has.

    The same work is done whether there is such an account or not. Raises `TooOftenError` before any of it.
    """
    with database.reading() as connection:
        person = named(connection, typed)
    counted = _counted(person, typed, client, secret)
    told = _told(person, typed, secret)
    with _locks_noted("sign-in", told):
        throttle.attempt(database, What.SIGN_IN, counted.account, counted.address, allowed, secret, now)
    with database.reading() as connection:
        kept = _kept(connection, person.key) if person else None
    no_password = _no_password()
    is_right = _is_hash_of(kept or no_password, password)
    if not is_right or kept is None or person is None or not accounts.may_enter(person, today):
        security_log.note("sign-in", result="refused", **told)
        return None
    new = _hash(password) if _hasher.check_needs_rehash(kept) else kept

    def work(connection: Connection) -> SignedIn | None:
        renewed = update(passwords).where(passwords.c.person_key == person.key, passwords.c.hash == kept)
        if connection.execute(renewed.values(hash=new)).rowcount == 0:
            return None  # it was changed in this moment, which ended all sessions
        throttle.succeeded(connection, counted.account, counted.address, secret)
        token = accounts.begin_session(connection, person.key, secret, now, client.agent)
        return SignedIn(person, token, devices.new(person.key, secret), had_password=True)

    signed_in = database.write(work)
    security_log.note("sign-in", result="done" if signed_in else "refused", by="password", **told)
    return signed_in


def has_password(connection: Connection, person_key: str) -> bool:
    return _kept(connection, person_key) is not None


def without_password(connection: Connection, today: date) -> list[Person]:
    """Everybody of the company who has no password yet, by employee number."""
    rows = connection.execute(
        select(people)
        .outerjoin(passwords, passwords.c.person_key == people.c.person_key)
        .where(
            passwords.c.person_key.is_(None),
            people.c.active,
            or_(people.c.ends_on.is_(None), people.c.ends_on >= today),
        )
        .order_by(people.c.employee_id)
    )
    return [from_row(row) for row in rows]


# One-time links


def new_link(database: Database, person_key: str, purpose: Purpose, secret: bytes, now: datetime) -> str:
    """The token of a new link.

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


def new_reset(
    database: Database, typed: str, allowed: Allowed, secret: bytes, now: datetime, today: date
) -> tuple[Person, str] | None:
    """Who forgot their password, and the token of a link to set another one.

    Nobody gets a first password that way: it would be a way around a single sign-on. Raises `TooOftenError` when the
    person has been sent enough letters; the links in them are still good.
    """
    with database.reading() as connection:
        person = named(connection, typed)
        told = _told(person, typed, secret)
        if person is None or not accounts.may_enter(person, today) or not has_password(connection, person.key):
            security_log.note("reset asked for", result="refused", **told)
            return None
    with _locks_noted("reset asked for", told):
        throttle.attempt(database, What.LETTER, _person(person), None, allowed, secret, now)
    security_log.note("reset asked for", **told)
    return person, new_link(database, person.key, Purpose.RESET, secret, now)


def mailed(database: Database, token: str, secret: bytes, now: datetime) -> None:
    """Keeps that a mail server has taken the letter with this link."""

    def work(connection: Connection) -> None:
        mine = links.c.token_hash == tokens.hashed(token, secret)
        connection.execute(update(links).where(mine).values(mailed_at=now))

    database.write(work)


def invited_by_letter(connection: Connection, now: datetime) -> frozenset[str]:
    """The keys of those who have an invitation that came by letter and is still good."""
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


def link_holder(connection: Connection, token: str, secret: bytes, now: datetime, today: date) -> Person | None:
    """Whose password a link sets; none when it was used, made void, is over, or its holder has left."""
    row = connection.execute(
        select(people)
        .join(links, links.c.person_key == people.c.person_key)
        .where(links.c.token_hash == tokens.hashed(token, secret), links.c.expires_at > now)
    ).first()
    person = from_row(row) if row else None
    return person if person and accounts.may_enter(person, today) else None


# Setting a password


def set_by_link(
    database: Database, token: str, password: str, client: Client, secret: bytes, now: datetime, today: date
) -> SignedIn | None:
    """Sets the password of the link's holder, uses the link up, and begins the one session they now have."""
    with database.reading() as connection:
        if link_holder(connection, token, secret, now, today) is None:
            security_log.note("password set", result="refused", by="link")
            return None
    new = _hash(password)

    def work(connection: Connection) -> SignedIn | None:
        person = link_holder(connection, token, secret, now, today)
        if person is None or not _used_up(connection, token, secret):
            return None
        return _set(connection, person, new, client, secret, now)

    done = database.write(work)
    if done:
        security_log.note("password set", person=done.person.key, by="link")
    else:
        security_log.note("password set", result="refused", by="link")
    return done


def change(
    database: Database,
    person: Person,
    old: str,
    password: str,
    client: Client,
    allowed: Allowed,
    secret: bytes,
    now: datetime,
) -> SignedIn | None:
    """Changes the password of somebody signed in, who has to know the old one; none when they do not.

    Raises `TooOftenError` like a sign-in: whoever sits at an open session may not guess on.
    """
    counted = _counted(person, "", client, secret)
    with _locks_noted("password changed", {"person": person.key}):
        throttle.attempt(database, What.SIGN_IN, counted.account, counted.address, allowed, secret, now)
    with database.reading() as connection:
        kept = _kept(connection, person.key)
    if kept is None or not _is_hash_of(kept, old):
        security_log.note("password changed", person=person.key, result="refused")
        return None
    new = _hash(password)

    def work(connection: Connection) -> SignedIn:
        throttle.succeeded(connection, counted.account, counted.address, secret)
        return _set(connection, person, new, client, secret, now)

    done = database.write(work)
    security_log.note("password changed", person=person.key)
    return done


def _set(connection: Connection, person: Person, new: str, client: Client, secret: bytes, now: datetime) -> SignedIn:
    changed = update(passwords).where(passwords.c.person_key == person.key).values(hash=new, changed_at=now)
    had_password = connection.execute(changed).rowcount > 0
    if not had_password:
        connection.execute(insert(passwords).values(person_key=person.key, hash=new, changed_at=now))
    connection.execute(delete(links).where(links.c.person_key == person.key))
    throttle.forget(connection, _person(person), secret)
    accounts.end_sessions(connection, [person.key])
    token = accounts.begin_session(connection, person.key, secret, now, client.agent)
    return SignedIn(person, token, devices.new(person.key, secret), had_password)


def _kept(connection: Connection, person_key: str) -> str | None:
    return connection.execute(select(passwords.c.hash).where(passwords.c.person_key == person_key)).scalar()


def _used_up(connection: Connection, token: str, secret: bytes) -> bool:
    """Uses the link, and says whether it was there: of two that use it at once, one does."""
    return connection.execute(delete(links).where(links.c.token_hash == tokens.hashed(token, secret))).rowcount > 0


def named(connection: Connection, typed: str) -> Person | None:
    """Whoever has that employee number or e-mail, however it was typed; nobody where several have it."""
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


def _counted(person: Person | None, typed: str, client: Client, secret: bytes) -> _Counted:
    """One count for a person, by whatever name, and another for each device that is known to be theirs: strangers who
    guess, at whatever address, keep that one waiting no longer."""
    if person is None:
        return _Counted(f"name {identifier(typed)}", client.address)
    device = devices.known(client.device, person.key, secret)
    return _Counted(f"device {device}", None) if device else _Counted(_person(person), client.address)


def _told(person: Person | None, typed: str, secret: bytes) -> dict[str, str]:
    """Who is meant, as the security log tells it."""
    return {"person": person.key} if person else {"name": security_log.pseudonym(typed, secret)}


@contextmanager
def _locks_noted(event: str, told: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    except TooOftenError:
        security_log.note(event, result="locked", **told)
        raise


def _person(person: Person) -> str:
    return f"person {person.key}"


# Hashes


def _hash(password: str) -> str:
    with _turns:
        return _hasher.hash(_as_typed_anywhere(password))


def _is_hash_of(kept: str, password: str) -> bool:
    with _turns:
        try:
            return _hasher.verify(kept, _as_typed_anywhere(password))
        except (VerificationError, InvalidHashError):
            return False


def _as_typed_anywhere(password: str) -> str:
    """Systems compose letters with diacritics in different ways."""
    return normalize("NFC", password)


@cache
def _no_password() -> str:
    """What is checked where there is no password, so that it takes as long."""
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
