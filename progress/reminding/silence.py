"""Silence: a working day on which letters were due and none went, or on which nobody looked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Column, Connection, Date, Integer, Table, insert, select, update

from database import Database, metadata
from progress.reminding.working_days import WorkingDays

days = Table(
    "reminder_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tried", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
)
"""A row for each day on which letters were looked for: how often one was handed to the mail server, and how many it
took."""

LOOK_BACK = timedelta(days=14)


class Looked(NamedTuple):
    tried: int
    sent: int


def silent_days(looked: Mapping[date, Looked], working: WorkingDays, today: date) -> list[date]:
    """Return the silent days before `today` and since the last letter that went, the earliest first.

    Before the first run there is none: nobody has set reminders up yet.
    """
    before = [day for day in looked if day < today]
    if not before:
        return []
    went = [day for day, each in looked.items() if each.sent]
    begin = max(today - LOOK_BACK, max(went) + timedelta(days=1) if went else min(before))
    span = (begin + timedelta(days=n) for n in range((today - begin).days))
    return [day for day in span if working.is_working(day) and (day not in looked or looked[day].tried > 0)]


def read(connection: Connection, working: WorkingDays, today: date) -> list[date]:
    """Return the silent days as the database has them."""
    rows = connection.execute(select(days).where(days.c.day >= today - 2 * LOOK_BACK))
    return silent_days({row.day: Looked(row.tried, row.sent) for row in rows}, working, today)


def note_looked(database: Database, day: date) -> None:
    """Note that letters were looked for, at an hour at which they may go."""

    def work(connection: Connection) -> None:
        if connection.execute(select(days.c.day).where(days.c.day == day)).first() is None:
            connection.execute(insert(days).values(day=day, tried=0, sent=0))

    database.write(work, is_repeatable=True)


def note_tried(connection: Connection, day: date) -> None:
    connection.execute(update(days).where(days.c.day == day).values(tried=days.c.tried + 1))


def note_sent(connection: Connection, day: date) -> None:
    connection.execute(update(days).where(days.c.day == day).values(sent=days.c.sent + 1))
