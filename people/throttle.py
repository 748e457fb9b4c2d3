"""How often somebody may try to sign in: counted for each account and each address, in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert, select, update

from database import Database, Instant, metadata
from people import tokens

throttles = Table(
    "throttles",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
"""`subject` is a keyed hash of an account name or an address."""

NONE = timedelta(0)
FORGOTTEN_AFTER = timedelta(days=1)
"""How long after the last failure an account's count begins anew."""


class TooOftenError(Exception):
    """There were too many attempts; the next one is possible after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class What(StrEnum):
    SIGN_IN = "sign-in"
    LETTER = "letter"


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
            return NONE
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
        return since + self.lasts - now if failures >= self.most else NONE

    def counted(self, failures: int, since: datetime, now: datetime) -> tuple[int, datetime]:
        return (failures + 1, since) if now - since < self.lasts else (1, now)


OF_ACCOUNT: dict[What, Rule] = {
    What.SIGN_IN: GrowingWait(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=15)),
    What.LETTER: Window(most=3, lasts=timedelta(hours=1)),
}
OF_ADDRESS = Window(most=20, lasts=timedelta(minutes=15))


def attempt(database: Database, what: What, account: str, address: str, secret: bytes, now: datetime) -> None:
    """Counts an attempt as failed before it is made, so that guesses that arrive together all count.

    Raises `TooOftenError` when there have been too many; such an attempt is not made, and not counted.
    """
    rules = {
        _of_account(what, account, secret): OF_ACCOUNT[what],
        _of_address(what, address, secret): OF_ADDRESS,
    }

    def count(connection: Connection) -> None:
        rows = connection.execute(select(throttles).where(throttles.c.subject.in_(list(rules))))
        found = {row.subject: (row.failures, row.since) for row in rows}
        wait = max((rules[each].wait(*counted, now) for each, counted in found.items()), default=NONE)
        if wait > NONE:
            raise TooOftenError(wait)
        for subject, rule in rules.items():
            if subject in found:
                failures, since = rule.counted(*found[subject], now)
                counted = update(throttles).where(throttles.c.subject == subject)
                connection.execute(counted.values(failures=failures, since=since))
            else:
                connection.execute(insert(throttles).values(subject=subject, failures=1, since=now))

    database.write(count)


def succeeded(connection: Connection, names: Iterable[str], address: str, secret: bytes) -> None:
    """Forgets the failures of an account, by whatever name, and takes the attempt off the address's count."""
    forget(connection, names, secret)
    connection.execute(
        update(throttles)
        .where(throttles.c.subject == _of_address(What.SIGN_IN, address, secret), throttles.c.failures > 0)
        .values(failures=throttles.c.failures - 1)
    )


def forget(connection: Connection, names: Iterable[str], secret: bytes) -> None:
    subjects = [_of_account(What.SIGN_IN, name, secret) for name in names]
    connection.execute(delete(throttles).where(throttles.c.subject.in_(subjects)))


def forget_old(database: Database, now: datetime) -> None:
    """Deletes the counts that keep nobody waiting any more."""

    def work(connection: Connection) -> None:
        connection.execute(delete(throttles).where(throttles.c.since < now - FORGOTTEN_AFTER))

    database.write(work)


def _of_account(what: What, name: str, secret: bytes) -> str:
    return tokens.hashed(f"{what} account {name}", secret)


def _of_address(what: What, address: str, secret: bytes) -> str:
    return tokens.hashed(f"{what} address {address}", secret)
