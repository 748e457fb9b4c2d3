"""Retention: data past its retention period, by kind, and its deletion."""

from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from database import Database
from people import leave
from people.deputies import deputies
from people.directory import people
from people.sign_in import accounts
from people.sign_in.gate import Limits
from people.sign_in.passwords import links
from people.sign_in.single_sign_on import EXPIRED_KNOWN_FOR, pending
from people.sign_in.throttle import FORGOTTEN_AFTER, throttles
from progress.personal import erasure
from progress.personal.notes import notes
from progress.remarks.remarks import remarks
from progress.reminding.ledger import reminders

REASON = "Kept as long as the retention schedule says"
BY = "people retention"


@dataclass(frozen=True)
class Schedule:
    """Retention periods, in months, of data without an end of its own."""

    leavers: int
    """For the names of people who left, counted from their last day."""
    deputies: int
    """For periods of deputies, counted from their end."""
    leave: int
    """For leave, counted from its last day."""
    remarks: int
    """For remarks with their answers, counted from the day they were sent."""
    notes: int
    """For what people noted for themselves, counted from the day on which they did."""
    reminders: int
    """For lines of the ledger of letters, counted from the day they were entered. The chains keep their events."""


@dataclass(frozen=True)
class Due:
    """Data past its retention period: numbers of rows, by kind."""

    leavers: tuple[str, ...]
    """Employee numbers of the people to erase, the earliest leavers first."""
    undated: int
    """People who left on an unknown date: they stay until the date is known or somebody erases them."""
    deputies: int
    leave: int
    remarks: int
    notes: int
    reminders: int
    sessions: int
    links: int
    sign_ins: int
    """Sign-ins at a provider that were never finished."""
    throttles: int

    @property
    def traces(self) -> int:
        """Rows that are simply deleted."""
        of_people = self.deputies + self.leave + self.remarks + self.notes + self.reminders
        return of_people + self.sessions + self.links + self.sign_ins + self.throttles


def due(connection: Connection, schedule: Schedule, limits: Limits, now: datetime, today: date) -> Due:
    counts = [
        connection.execute(select(func.count()).select_from(table).where(is_over)).scalar_one()
        for table, is_over in _over(schedule, limits, now, today)
    ]
    left = select(people.c.employee_id).where(
        people.c.erased_at.is_(None), people.c.ends_on < today - relativedelta(months=schedule.leavers)
    )
    undated = select(func.count()).where(people.c.erased_at.is_(None), ~people.c.active, people.c.ends_on.is_(None))
    return Due(
        tuple(connection.execute(left.order_by(people.c.ends_on, people.c.employee_id)).scalars()),
        connection.execute(undated).scalar_one(),
        *counts,
    )


def forget_traces(database: Database, schedule: Schedule, limits: Limits, now: datetime, today: date) -> int:
    """Delete everything past its period except people, in one transaction; return the number of rows."""

    def work(connection: Connection) -> int:
        return sum(
            connection.execute(delete(table).where(is_over)).rowcount
            for table, is_over in _over(schedule, limits, now, today)
        )

    return database.write(work)


def erase_leaver(database: Database, employee_id: str, now: datetime) -> None:
    """Erase one leaver in a transaction of its own, so that an interrupted run leaves nobody half erased.

    The database's log contains the names until the caller empties it.
    """
    erasure.erase_and_keep_log(database, employee_id, REASON, BY, now)


def _over(
    schedule: Schedule, limits: Limits, now: datetime, today: date
) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """In the order of the fields of `Due`."""
    return (
        (deputies, deputies.c.until_on < today - relativedelta(months=schedule.deputies)),
        (leave.leaves, leave.is_over(today - relativedelta(months=schedule.leave))),
        (remarks, remarks.c.at < now - relativedelta(months=schedule.remarks)),
        (notes, notes.c.at < now - relativedelta(months=schedule.notes)),
        (reminders, reminders.c.entered_at < now - relativedelta(months=schedule.reminders)),
        (accounts.sessions, accounts.is_over(limits, now)),
        (links, links.c.expires_at < now),
        (pending, pending.c.expires_at < now - EXPIRED_KNOWN_FOR),
        (throttles, throttles.c.since < now - FORGOTTEN_AFTER),
    )
