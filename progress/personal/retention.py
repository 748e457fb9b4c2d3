"""Retention: what has been kept for as long as it may be, by kind of data, and its end."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from database import Database
from people.deputies import deputies
from people.directory import people
from people.sign_in import accounts
from people.sign_in.gate import Limits
from people.sign_in.passwords import links
from people.sign_in.single_sign_on import KEPT, pending
from people.sign_in.throttle import FORGOTTEN_AFTER, throttles
from progress.personal import erasure

REASON = "Kept as long as the retention schedule says"
BY = "people retention"


@dataclass(frozen=True)
class Schedule:
    """How many months are kept what has no end of its own."""

    leavers: int
    """Names of people who left, counted from their last day."""
    deputies: int
    """Who stood in for whom, counted from the period's end."""


@dataclass(frozen=True)
class Due:
    """What has been kept long enough."""

    leavers: tuple[str, ...]
    """The employee numbers of those to erase, who left first first."""
    undated: int
    """People who have left, nobody knows when: they are kept until somebody says, or erases them."""
    deputies: int
    sessions: int
    links: int
    sign_ins: int
    """Sign-ins that were begun at a provider and never ended."""
    throttles: int

    @property
    def traces(self) -> int:
        """Rows that are simply deleted."""
        return self.deputies + self.sessions + self.links + self.sign_ins + self.throttles


def due(connection: Connection, schedule: Schedule, limits: Limits, now: datetime, today: date) -> Due:
    counts = [
        connection.execute(select(func.count()).select_from(table).where(is_over)).scalar_one()
        for table, is_over in _over(schedule, limits, now, today)
    ]
    left = select(people.c.employee_id).where(
        people.c.erased_at.is_(None), people.c.ends_on < _months_before(today, schedule.leavers)
    )
    undated = select(func.count()).where(people.c.erased_at.is_(None), ~people.c.active, people.c.ends_on.is_(None))
    return Due(
        tuple(connection.execute(left.order_by(people.c.ends_on, people.c.employee_id)).scalars()),
        connection.execute(undated).scalar_one(),
        *counts,
    )


def forget_traces(database: Database, schedule: Schedule, limits: Limits, now: datetime, today: date) -> int:
    """Deletes all that is over but people themselves, in one transaction; gives the number of rows."""

    def work(connection: Connection) -> int:
        return sum(
            connection.execute(delete(table).where(is_over)).rowcount
            for table, is_over in _over(schedule, limits, now, today)
        )

    return database.write(work)


def erase_leaver(database: Database, employee_id: str, now: datetime) -> None:
    """Erases one leaver in a transaction of its own: an interrupted run has erased some, and each of them wholly.

    The database's log holds the names until it is emptied, in the end.
    """
    erasure.erase_and_keep_log(database, employee_id, REASON, BY, now)


def _over(
    schedule: Schedule, limits: Limits, now: datetime, today: date
) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """In the order of the fields of `Due`."""
    return (
        (deputies, deputies.c.until_on < _months_before(today, schedule.deputies)),
        (accounts.sessions, accounts.is_over(limits, now)),
        (links, links.c.expires_at < now),
        (pending, pending.c.expires_at < now - KEPT),
        (throttles, throttles.c.since < now - FORGOTTEN_AFTER),
    )


def _months_before(day: date, months: int) -> date:
    """The same day so many months ago, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
