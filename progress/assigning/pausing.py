"""Leave that moves due dates: the days on which somebody was away are given back."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from database import Database
from people import leave
from people.access import Act, Principal, refused, sees
from people.directory import people
from people.leave import DAY, Leave
from progress.assigning.applying import Moment
from progress.completion.assignments import AT_A_TIME
from progress.completion.enrolments import Enrolment, enrolments, from_row, save
from progress.completion.event_bodies import MOVED_FOR
from progress.completion.fold import after
from progress.record import chains
from progress.record.chains import Kind

OPEN_LEAVE = 30
"""Days by which leave without an end moves due dates at a time, until its end is known."""


def due_with_leave(assigned_on: date, first_due_on: date, periods: Iterable[Leave], today: date) -> date:
    """Return when a cycle is due that was to be due on `first_due_on`: as many days after the assignment without
    leave as there were to be with it. Leave that has not begun by `today` moves nothing yet."""
    begun = [_with_end(each, today) for each in periods if each.from_on <= today]
    due = first_due_on
    while True:
        moved = first_due_on + leave.days_of_leave(begun, assigned_on + DAY, due) * DAY
        if moved == due:
            return due
        due = moved


def _with_end(period: Leave, today: date) -> Leave:
    if period.until_on is not None:
        return period
    steps = (today - period.from_on).days // OPEN_LEAVE + 1
    return replace(period, until_on=period.from_on + timedelta(days=steps * OPEN_LEAVE - 1))


@dataclass(frozen=True)
class Moved:
    """A due date that was moved."""

    person_key: str
    course_id: str
    was: date
    due_on: date


def move_due_dates(database: Database, moment: Moment, by: str) -> Iterator[list[Moved]]:
    """Move the due dates of everybody's open cycles as their leave says, some people at a time.

    A second run, or one after an interruption, moves only what is not moved yet.
    """
    row = enrolments.c
    away = select(leave.leaves.c.person_key)
    is_open = row.certificate_no.is_(None) & row.exempted_at.is_(None)
    asked = (
        select(row.person_key)
        .distinct()
        .where(is_open, or_(row.person_key.in_(away), row.first_due_on.is_not(None)))
        .order_by(row.person_key)
    )
    with database.snapshot() as connection:
        keys = list(connection.execute(asked).scalars())
    for begin in range(0, len(keys), AT_A_TIME):
        yield _move_some(database, keys[begin : begin + AT_A_TIME], moment, by)


def _move_some(database: Database, person_keys: Collection[str], moment: Moment, by: str) -> list[Moved]:
    return database.write(lambda connection: _move(connection, person_keys, moment, by), is_repeatable=True)


def _move(connection: Connection, person_keys: Collection[str], moment: Moment, by: str) -> list[Moved]:
    row = enrolments.c
    asked = (
        select(enrolments)
        .join(people, people.c.person_key == row.person_key)
        .where(row.person_key.in_(person_keys), row.certificate_no.is_(None), row.exempted_at.is_(None))
        .where(people.c.erased_at.is_(None))
        .order_by(row.person_key, row.course_id, row.cycle)
    )
    away = leave.of_people(connection, person_keys)
    moved = []
    for found in connection.execute(asked).all():
        enrolment = from_row(found._asdict())
        due_on = _wanted(enrolment, away.get(enrolment.person_key, ()), moment)
        if due_on != enrolment.due_on:
            moved.append(Moved(enrolment.person_key, enrolment.course_id, enrolment.due_on, due_on))
            _append(connection, enrolment, _due_moved(enrolment, due_on, by), moment)
    return moved


def _wanted(enrolment: Enrolment, periods: Iterable[Leave], moment: Moment) -> date:
    """Return the due date as it should be. It never moves back into the past: nobody is late in hindsight."""
    assigned_on = enrolment.assigned_at.astimezone(moment.zone).date()
    due_on = due_with_leave(assigned_on, enrolment.first_due_on or enrolment.due_on, periods, moment.today)
    return max(due_on, min(enrolment.due_on, moment.today))


def _due_moved(enrolment: Enrolment, due_on: date, by: str) -> tuple[Kind, dict[str, Any]]:
    return Kind.DUE_MOVED, {
        "course": enrolment.course_id,
        "cycle": enrolment.cycle,
        "was": enrolment.due_on.isoformat(),
        "due_on": due_on.isoformat(),
        "reason": MOVED_FOR[0],
        "by": by,
    }


def _append(
    connection: Connection, enrolment: Enrolment, happened: tuple[Kind, dict[str, Any]], moment: Moment
) -> None:
    head = chains.head(connection, enrolment.person_key)
    chain = chains.following(head, enrolment.person_key, [happened], moment.now)
    chains.append(connection, chain)
    save(connection, after(enrolment, chain[0]), is_new=False)


# Leave that is noted by hand


def note_leave(connection: Connection, wanted: Leave, moment: Moment) -> list[Moved]:
    """Note somebody's leave, and move their due dates. Raises `NotNotedError` for days that cannot be noted."""
    leave.note(connection, wanted)
    return _move(connection, [wanted.person_key], moment, wanted.noted_by)


def end_leave(connection: Connection, person_key: str, last_day: date, moment: Moment, by: str) -> list[Moved]:
    """Set the last day of somebody's leave, and move their due dates. Raises `NotNotedError` if there is none."""
    leave.end(connection, person_key, last_day)
    return _move(connection, [person_key], moment, by)


def require_may_note(connection: Connection, principal: Principal, person_key: str) -> None:
    """Raise `RefusedError` unless the principal may note this person's leave."""
    if not sees(connection, principal, Act.NOTE_LEAVE, person_key):
        raise refused(principal, Act.NOTE_LEAVE)
