"""Who gets which letter: read from the directory and the enrolments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from people.access import Act, Role, visible
from people.directory import Person, from_row, has_access, people
from people.sign_in import accounts
from progress.completion.enrolments import Enrolment, current, enrolments
from progress.completion.enrolments import from_row as enrolment_from_row
from progress.reminding import ledger, schedule
from progress.reminding.ledger import LetterKey
from progress.reminding.schedule import LetterKind
from progress.reminding.templates import Templates
from progress.reminding.working_days import WorkingDaysByUnit
from quizzes.content import Content


@dataclass(frozen=True)
class Office:
    """What the company has set for its letters, and who is on leave."""

    content: Content
    templates: Templates
    link: str
    """The address of Kodex, without a slash at its end."""
    zone: ZoneInfo
    working: WorkingDaysByUnit
    escalate_after: timedelta
    """How long somebody is overdue before HR is told."""
    away: frozenset[str] = frozenset()
    """The keys of the people on leave."""

    @property
    def host(self) -> str:
        return urlsplit(self.link).hostname or "localhost"

    def day_of(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def may_write_to(self, person: Person, today: date) -> bool:
        return person.has_access(today) and person.erased_at is None and person.key not in self.away


def due(connection: Connection, office: Office, now: datetime) -> Iterator[LetterKey]:
    """Yield every letter that is due; whoever is on leave or has left gets none and is in none."""
    today = office.day_of(now)
    managers: dict[str, None] = {}
    is_anybody_late = False
    for person, enrolment in _with_enrolments(connection, office, today):
        for come in _milestones(office, person, enrolment, today):
            if not schedule.is_stale(come.day, today):
                yield LetterKey(person.key, come.kind.value, enrolment.course_id, enrolment.cycle, come.day)
        if enrolment.is_open and enrolment.revoked_at is None:
            if person.manager_key is not None:
                managers[person.manager_key] = None
            is_anybody_late |= enrolment.due_on + office.escalate_after < today
    monday = schedule.monday_of(today)
    for person in _managers(connection, today):
        if person.key in managers and office.may_write_to(person, today):
            yield LetterKey(person.key, LetterKind.DIGEST.value, "", 0, monday)
    if is_anybody_late:
        for person in _members_of_hr(connection, today):
            if office.may_write_to(person, today) and long_overdue(connection, office, person, now):
                yield LetterKey(person.key, LetterKind.ESCALATION.value, "", 0, monday)


def not_yet_sent(connection: Connection, office: Office, now: datetime) -> list[LetterKey]:
    """Return what is due and not in the ledger yet, or waits there."""
    keys = list(dict.fromkeys(due(connection, office, now)))
    known = ledger.known(connection, {key.day for key in keys})
    waits = set(ledger.waiting(connection))
    return [key for key in keys if key not in known or key in waits]


def recipient(connection: Connection, office: Office, key: LetterKey, now: datetime) -> Person | None:
    """Return the person that a letter goes to; None if they get none today."""
    today = office.day_of(now)
    row = connection.execute(select(people).where(people.c.person_key == key.person_key)).first()
    person = from_row(row) if row else None
    return person if person is not None and office.may_write_to(person, today) else None


def still_due(
    connection: Connection, office: Office, key: LetterKey, person: Person, now: datetime
) -> Enrolment | None:
    """Return the enrolment that a letter is about, if the letter is still the one to send."""
    enrolment = current(connection, person.key, key.course_id)
    if enrolment is None or enrolment.cycle != key.cycle:
        return None
    come = _milestones(office, person, enrolment, office.day_of(now))
    return enrolment if any((each.kind.value, each.day) == (key.kind, key.day) for each in come) else None


def team_of(connection: Connection, office: Office, manager: Person, now: datetime) -> list[tuple[Person, Enrolment]]:
    """Return the manager's direct reports who have a course to finish."""
    today = office.day_of(now)
    return _unfinished(connection, office, today, people.c.manager_key == manager.key)


def long_overdue(connection: Connection, office: Office, hr: Person, now: datetime) -> list[tuple[Person, Enrolment]]:
    """Return whom a member of HR may see and who has been overdue for long."""
    today = office.day_of(now)
    theirs = people.c.person_key.in_(visible(accounts.as_hr(connection, hr), Act.SEE_CERTIFICATIONS))
    late = enrolments.c.due_on < today - office.escalate_after
    return _unfinished(connection, office, today, and_(theirs, late))


def _milestones(office: Office, person: Person, enrolment: Enrolment, today: date) -> list[schedule.Milestone]:
    if enrolment.course_id not in office.content.courses:
        return []
    return schedule.due(enrolment, today, office.zone, office.working.of(person.unit))


def _unfinished(
    connection: Connection, office: Office, today: date, which: ColumnElement[bool]
) -> list[tuple[Person, Enrolment]]:
    is_open = and_(enrolments.c.certificate_no.is_(None), enrolments.c.exempted_at.is_(None))
    found = _read(connection, today, and_(which, is_open, enrolments.c.revoked_at.is_(None)))
    return [
        (person, enrolment)
        for person, enrolment in found
        if office.may_write_to(person, today) and enrolment.course_id in office.content.courses
    ]


def _with_enrolments(connection: Connection, office: Office, today: date) -> Iterator[tuple[Person, Enrolment]]:
    is_open = and_(enrolments.c.certificate_no.is_(None), enrolments.c.exempted_at.is_(None))
    for person, enrolment in _read(connection, today, or_(is_open, enrolments.c.valid_until >= today)):
        if office.may_write_to(person, today):
            yield person, enrolment


def _read(connection: Connection, today: date, which: ColumnElement[bool]) -> Iterator[tuple[Person, Enrolment]]:
    """Yield people who have access with their latest cycle of each course, if `which` holds of it."""
    any_cycle = enrolments.alias("any_cycle").c
    latest = select(func.max(any_cycle.cycle)).where(
        any_cycle.person_key == enrolments.c.person_key, any_cycle.course_id == enrolments.c.course_id
    )
    # The key and the language are columns of both tables: the enrolment's come under names of their own.
    theirs = [column.label(f"of_{column.name}") for column in enrolments.c]
    asked = (
        select(people, *theirs)
        .join_from(enrolments, people, people.c.person_key == enrolments.c.person_key)
        .where(has_access(today), enrolments.c.cycle == latest.scalar_subquery(), which)
        .order_by(enrolments.c.person_key, enrolments.c.course_id)
    )
    for row in connection.execute(asked).all():
        own = {column.name: row._mapping[f"of_{column.name}"] for column in enrolments.c}
        yield from_row(row), enrolment_from_row(own)


def _managers(connection: Connection, today: date) -> Iterator[Person]:
    reports = people.alias("reports")
    leads = people.c.person_key.in_(select(reports.c.manager_key).where(reports.c.manager_key.is_not(None)))
    asked = select(people).where(leads, has_access(today)).order_by(people.c.person_key)
    yield from map(from_row, connection.execute(asked).all())


def _members_of_hr(connection: Connection, today: date) -> Iterator[Person]:
    held = select(accounts.grants.c.person_key).where(accounts.grants.c.role == Role.HR.value)
    asked = select(people).where(people.c.person_key.in_(held), has_access(today)).order_by(people.c.person_key)
    yield from map(from_row, connection.execute(asked).all())
