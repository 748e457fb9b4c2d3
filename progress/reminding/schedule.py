"""Letters that are due on a day. Nothing of it is stored: it follows from the enrolment and the day."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from progress.completion.enrolments import Enrolment
from progress.completion.rules import HOLDS, status
from progress.refreshers import schedule as refreshers
from progress.reminding.working_days import WorkingDays

BEFORE_DUE = (14, 7, 1)
"""Days before the due date."""
BEFORE_EXPIRY = (60, 30)
"""Days before the last day of a certificate."""
A_WEEK = timedelta(days=7)
FIRST_LATE = timedelta(days=1)
STALE_AFTER = timedelta(days=6)
"""A letter that nobody has noticed for longer is not begun any more: with the first run, nobody gets last year's."""


class LetterKind(StrEnum):
    ASSIGNED = "assigned"
    BEFORE = "before"
    TODAY = "today"
    OVERDUE = "overdue"
    EXPIRING = "expiring"
    REFRESHER = "refresher"
    DIGEST = "digest"
    """A manager's, on Monday."""
    ESCALATION = "escalation"
    """HR's, on Monday: who is overdue for long."""


class Milestone(NamedTuple):
    """A day with a letter of its own."""

    go_on: date
    """The first day on which the letter may go: where `day` is none to work on, the one before it."""
    day: date
    kind: LetterKind


def due(enrolment: Enrolment, today: date, zone: ZoneInfo, working: WorkingDays) -> list[Milestone]:
    """Return the newest letter of each sequence that has come. `enrolment` is the person's latest cycle."""
    if enrolment.revoked_at is not None:
        return []
    if enrolment.is_open:
        return _newest(_until_due(enrolment, today, zone), today, working)
    if status(enrolment, today) not in HOLDS:
        return []
    return _newest(_until_expiry(enrolment), today, working) + _newest(_refresher(enrolment, today), today, working)


def monday_of(today: date) -> date:
    return today - timedelta(days=today.weekday())


def is_stale(day: date, today: date) -> bool:
    return today - day > STALE_AFTER


def _newest(days: Iterable[tuple[LetterKind, date]], today: date, working: WorkingDays) -> list[Milestone]:
    milestones = (Milestone(_go_on(kind, day, working), day, kind) for kind, day in days)
    come = [each for each in milestones if each.go_on <= today]
    return [max(come)] if come else []


def _go_on(kind: LetterKind, day: date, working: WorkingDays) -> date:
    """A warning comes rather earlier than too late; anything else waits for a working day."""
    is_warning = kind in {LetterKind.BEFORE, LetterKind.TODAY}
    return working.on_or_before(day) if is_warning else day


def _until_due(enrolment: Enrolment, today: date, zone: ZoneInfo) -> Iterator[tuple[LetterKind, date]]:
    assigned_on, due_on = enrolment.assigned_at.astimezone(zone).date(), enrolment.due_on
    yield LetterKind.ASSIGNED, assigned_on
    for days in BEFORE_DUE:
        if (day := due_on - timedelta(days=days)) > assigned_on:
            yield LetterKind.BEFORE, day
    if due_on > assigned_on:
        yield LetterKind.TODAY, due_on
    first_late = max(due_on, assigned_on) + FIRST_LATE
    if today >= first_late:
        yield LetterKind.OVERDUE, first_late + (today - first_late) // A_WEEK * A_WEEK


def _until_expiry(enrolment: Enrolment) -> Iterator[tuple[LetterKind, date]]:
    begins, ends = enrolment.valid_from, enrolment.valid_until
    if begins is not None and ends is not None:
        days = (ends - timedelta(days=days) for days in BEFORE_EXPIRY)
        yield from ((LetterKind.EXPIRING, day) for day in days if day > begins)


def _refresher(enrolment: Enrolment, today: date) -> Iterator[tuple[LetterKind, date]]:
    days = refreshers.due(enrolment, today)
    if days is not None and enrolment.valid_from is not None:
        yield LetterKind.REFRESHER, enrolment.valid_from + timedelta(days=days)
