"""Limits on attempts to sign in, counted for each account and each network address in the database.

The caller says which account an attempt counts for: a person has one count, whatever name was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert, select, update

from database import Database, Instant, metadata
from people import tokens
from people.sign_in.gate import Allowed, Gate

throttles = Table(
    "throttles",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
"""`subject` is a keyed hash: of a person's key, of a name that nobody has, of a device or of an address."""

NO_WAIT = timedelta(0)
FORGOTTEN_AFTER = timedelta(days=1)
"""Time since the last failure after which an account's count begins again."""


class TooOftenError(Exception):
    """There were too many attempts; the next one is possible after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class AttemptKind(StrEnum):
    SIGN_IN = "sign-in"
    LETTER = "letter"
    BEGINNING = "beginning"
    """A sign-in that begins at the company's provider: it guesses nothing, and counts until it is finished."""


@dataclass(frozen=True)
class Subject:
    """The account and the network address that an attempt counts for, or one of them."""

    account: str | None
    address: str | None


class Rule(Protocol):
    def wait(self, failures: int, since: datetime, now: datetime) -> timedelta: ...

    def counted(self, failures: int, since: datetime, now: datetime) -> tuple[int, datetime]: ...


@dataclass(frozen=True)
class GrowingWait:
    """So many failures are free; then each one doubles the wait before the next."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int, since: datetime, now: datetime) -> timedelta:
        if failures < self.free:
            return NO_WAIT
        doublings = min(failures - self.free, 16)
        wait: timedelta = min(self.first * 2**doublings, self.longest)
        return since + wait - now

    def counted(self, failures: int, since: datetime, now: datetime) -> tuple[int, datetime]:
        return (1 if now - since > FORGOTTEN_AFTER else failures + 1), now


@dataclass(frozen=True)
class Window:
    """So many in each period, which begins with the first."""

    most: int
    lasts: timedelta

    def wait(self, failures: int, since: datetime, now: datetime) -> timedelta:
        return since + self.lasts - now if failures >= self.most else NO_WAIT

    def counted(self, failures: int, since: datetime, now: datetime) -> tuple[int, datetime]:
        return (failures + 1, since) if now - since < self.lasts else (1, now)


LETTERS = Window(most=3, lasts=timedelta(hours=1))
BEGINNINGS = 10
"""Unfinished sign-ins at the provider, as a multiple of an address's free failures: a whole company has one address,
and begins within minutes."""


def _of_accounts(what: AttemptKind, allowed: Allowed) -> Rule:
    if what is AttemptKind.LETTER:
        return LETTERS
    return GrowingWait(free=allowed.account, first=timedelta(seconds=30), longest=timedelta(minutes=15))


def _of_addresses(what: AttemptKind, allowed: Allowed) -> Rule:
    most = allowed.address * (BEGINNINGS if what is AttemptKind.BEGINNING else 1)
    return Window(most=most, lasts=timedelta(minutes=15))


def attempt(gate: Gate, what: AttemptKind, subject: Subject, now: datetime) -> None:
    """Count an attempt as failed before it is made, so that guesses that arrive together all count.

    Raises `TooOftenError` when there have been too many; such an attempt is not made, and not counted.
    """
    rules: dict[str, Rule] = {}
    if subject.account is not None:
        rules[_of_account(what, subject.account, gate.secret)] = _of_accounts(what, gate.allowed)
    if subject.address is not None:
        rules[_of_address(what, subject.address, gate.secret)] = _of_addresses(what, gate.allowed)
    gate.database.write(lambda connection: _count(connection, rules, now))


def begins(connection: Connection, gate: Gate, address: str, now: datetime) -> None:
    """Count a sign-in that begins at the provider. Raises `TooOftenError` when too many are unfinished."""
    subject = _of_address(AttemptKind.BEGINNING, address, gate.secret)
    _count(connection, {subject: _of_addresses(AttemptKind.BEGINNING, gate.allowed)}, now)


def _count(connection: Connection, rules: Mapping[str, Rule], now: datetime) -> None:
    rows = connection.execute(select(throttles).where(throttles.c.subject.in_(list(rules))))
    found = {row.subject: (row.failures, row.since) for row in rows}
    wait = max((rules[each].wait(*counted, now) for each, counted in found.items()), default=NO_WAIT)
    if wait > NO_WAIT:
        raise TooOftenError(wait)
    for subject, rule in rules.items():
        if subject in found:
            failures, since = rule.counted(*found[subject], now)
            counted = update(throttles).where(throttles.c.subject == subject)
            connection.execute(counted.values(failures=failures, since=since))
        else:
            connection.execute(insert(throttles).values(subject=subject, failures=1, since=now))


def succeeded(connection: Connection, subject: Subject, secret: bytes) -> None:
    """Forget the failures of an account, and take the attempt off the count of its address."""
    if subject.account is not None:
        forget(connection, subject.account, secret)
    if subject.address is not None:
        _take_off(connection, _of_address(AttemptKind.SIGN_IN, subject.address, secret))


def finished(connection: Connection, address: str, secret: bytes) -> None:
    """Take a sign-in at the provider that succeeded off the count of its address."""
    _take_off(connection, _of_address(AttemptKind.BEGINNING, address, secret))


def _take_off(connection: Connection, subject: str) -> None:
    connection.execute(
        update(throttles)
        .where(throttles.c.subject == subject, throttles.c.failures > 0)
        .values(failures=throttles.c.failures - 1)
    )


def forget(connection: Connection, account: str, secret: bytes) -> None:
    subject = _of_account(AttemptKind.SIGN_IN, account, secret)
    connection.execute(delete(throttles).where(throttles.c.subject == subject))


def forget_old(database: Database, now: datetime) -> None:
    """Delete the counts that make nobody wait any more."""

    def work(connection: Connection) -> None:
        connection.execute(delete(throttles).where(throttles.c.since < now - FORGOTTEN_AFTER))

    database.write(work)


def _of_account(what: AttemptKind, account: str, secret: bytes) -> str:
    return tokens.hashed(f"{what} account {account}", secret)


def _of_address(what: AttemptKind, address: str, secret: bytes) -> str:
    return tokens.hashed(f"{what} address {address}", secret)
