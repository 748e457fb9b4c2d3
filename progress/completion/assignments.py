"""Assignments of a course to people, due on a day; the people an assignment would reach, and why not the others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from database import Database
from people.directory import Person, from_row, people
from progress.completion.enrolments import as_row, current, enrolments, save
from progress.completion.fold import after
from progress.completion.rules import HOLDS, Status, status_column
from progress.record import chains
from progress.record.chains import NO_EVENTS, Kind
from quizzes.content import Course

AT_A_TIME = 500
"""People assigned in one transaction. A learner's answer may have to wait for one."""
_SETTLED = frozenset(status.value for status in (*HOLDS, Status.EXEMPT))


@dataclass(frozen=True)
class Reach:
    """The people an assignment would reach and those it would not, each ordered by employee number."""

    new: tuple[Person, ...]
    open: tuple[Person, ...]
    """They have the course already and have not finished it."""
    settled: tuple[Person, ...]
    """They have a valid certificate, or are exempt."""
    without_access: tuple[Person, ...]
    """They have left."""


def reach(
    connection: Connection, course: Course, audience: ColumnElement[bool], today: date, *, again: bool = False
) -> Reach:
    """Sort the people that `audience`, a condition on the directory, selects. With `again`, people who are settled
    count as new: a new cycle begins for them."""
    row, any_cycle = enrolments.c, enrolments.alias("any_cycle").c
    latest = select(func.max(any_cycle.cycle)).where(
        any_cycle.person_key == row.person_key, any_cycle.course_id == row.course_id
    )
    in_course = and_(
        row.person_key == people.c.person_key, row.course_id == course.id, row.cycle == latest.scalar_subquery()
    )
    asked = (
        select(people, row.cycle, status_column(today).label("status"), row.certificate_no, row.exempted_at)
        .select_from(people)
        .outerjoin(enrolments, in_course)
        .where(audience, people.c.erased_at.is_(None))
        .order_by(people.c.employee_id)
    )
    new, open_, settled, without_access = list[Person](), list[Person](), list[Person](), list[Person]()
    for found in connection.execute(asked):
        person = from_row(found)
        if not person.has_access(today):
            without_access.append(person)
        elif found.status in _SETTLED:
            (new if again else settled).append(person)
        elif found.cycle is None or found.certificate_no or found.exempted_at:
            new.append(person)
        else:
            open_.append(person)
    return Reach(tuple(new), tuple(open_), tuple(settled), tuple(without_access))


@dataclass(frozen=True)
class Assignment:
    """A course to be completed by a day."""

    course: Course
    due_on: date
    by: str
    """Person key of the person who assigns, or the name of the command that does."""


def assign_all(
    database: Database, assignment: Assignment, person_keys: Sequence[str], now: datetime
) -> Iterator[tuple[int, int]]:
    """Assign to any number of people, some at a time; yields the number of people done and of new ones each time.
    If it is interrupted, the same call assigns to the rest."""
    for begin in range(0, len(person_keys), AT_A_TIME):
        some = person_keys[begin : begin + AT_A_TIME]
        yield len(some), assign(database, assignment, some, now)


def assign(database: Database, assignment: Assignment, person_keys: Iterable[str], now: datetime) -> int:
    """Assign the course to those who do not have it open already, and return how many were new.

    For somebody whose last cycle ended in a certificate or an exemption, a new cycle begins.
    """
    course = assignment.course

    def assign_one(connection: Connection, person_key: str) -> bool:
        before = chains.head(connection, person_key)
        latest = current(connection, person_key, course.id)
        if latest is not None and latest.is_open:
            return False
        event = assigned(course, 1 if latest is None else latest.cycle + 1, assignment.due_on, assignment.by)
        chain = chains.following(before, person_key, [event], now)
        chains.append(connection, chain)
        save(connection, after(None, chain[0]), is_new=True)
        return True

    return database.write(lambda connection: sum(assign_one(connection, key) for key in sorted(set(person_keys))))


@dataclass(frozen=True)
class NewCycle:
    """A cycle that begins for one person by a rule."""

    person_key: str
    cycle: int
    due_on: date
    by: str
    """Person key, or the name of the command, of whoever made the rule."""
    rule: int


def begin_cycles(connection: Connection, course: Course, new: Sequence[NewCycle], now: datetime) -> None:
    """Begin cycles that the caller has found missing in this transaction: at most one a person."""
    if not new:
        return
    heads = chains.heads(connection, [each.person_key for each in new])
    begun = []
    for each in new:
        kind, body = assigned(course, each.cycle, each.due_on, each.by)
        before = heads.get(each.person_key, NO_EVENTS)
        begun += chains.following(before, each.person_key, [(kind, {**body, "rule": each.rule})], now)
    chains.append(connection, begun)
    connection.execute(insert(enrolments), [as_row(after(None, event)) for event in begun])


def assigned(course: Course, cycle: int, due_on: date, by: str) -> tuple[Kind, dict[str, Any]]:
    """The event with which a cycle begins."""
    return Kind.ASSIGNED, {
        "course": course.id,
        "cycle": cycle,
        "course_version": course.entry.version,
        "due_on": due_on.isoformat(),
        "by": by,
    }
