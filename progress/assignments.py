"""Assigns a course to people, by a day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from database import Database
from progress import record
from progress.enrolments import after, current, save
from progress.record import Kind
from quizzes.content import Course


def assign(
    database: Database, course: Course, person_keys: Iterable[str], due_on: date, by: str, now: datetime
) -> int:
    """Assigns the course to those who do not have it open already; gives how many were new.

    `by` is the person key of whoever assigns, or the name of the command that does. Somebody whose last
    cycle ended in a certificate or an exemption begins a new cycle.
    """

    def work(connection: Connection) -> int:
        return sum(_assign_one(connection, course, key, due_on, by, now) for key in sorted(set(person_keys)))

    return database.write(work)


def assigned(course: Course, cycle: int, due_on: date, by: str) -> tuple[Kind, dict[str, Any]]:
    """The event with which a cycle begins."""
    return Kind.ASSIGNED, {
        "course": course.id,
        "cycle": cycle,
        "course_version": course.entry.version,
        "due_on": due_on.isoformat(),
        "by": by,
    }


def _assign_one(
    connection: Connection, course: Course, person_key: str, due_on: date, by: str, now: datetime
) -> bool:
    before = record.head(connection, person_key)
    latest = current(connection, person_key, course.id)
    if latest is not None and latest.is_open:
        return False
    happened = assigned(course, 1 if latest is None else latest.cycle + 1, due_on, by)
    chained = record.following(before, person_key, [happened], now)
    record.append(connection, chained)
    save(connection, after(None, chained[0]), is_new=True)
    return True
