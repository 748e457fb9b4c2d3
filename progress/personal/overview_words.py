"""The parts of a record that HR sees too, in words: the directory, courses and certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from people import leave
from people.directory import Person
from people.leave import NotedLeave
from progress.completion import validity
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Enrolment
from progress.completion.rules import SAID, cycle_title, status
from progress.completion.validity import State, Validity
from progress.personal.overview import Overview
from progress.reminding.ledger import Reminder
from progress.reminding.letter_words import KINDS, STATES
from progress.reminding.schedule import LetterKind
from quizzes.content import Content
from words import Words, sentence

Rows = Sequence[Sequence[str]]

LEAVE_SOURCES = {
    leave.LeaveSource.FILE: sentence("HR’s file"),
    leave.LeaveSource.SCIM: sentence("the identity system"),
    leave.LeaveSource.HAND: sentence("entered by hand"),
}


@dataclass(frozen=True)
class Section:
    """One kind of data: a heading over a table, a note, or both."""

    heading: str
    head: tuple[str, ...]
    """Titles of the columns; empty if the first column says what a row is."""
    rows: Rows
    note: str = ""
    is_long: bool = False
    """Collapsed on a screen."""


@dataclass(frozen=True)
class Wording:
    """The language, titles, day and time zone that a record is put into words with."""

    words: Words
    content: Content
    today: date
    zone: ZoneInfo

    def timestamp(self, at: datetime) -> str:
        """Return digits only, so that a column of them is narrow; it breaks only between the day and the time."""
        local = at.astimezone(self.zone)
        return f"{self.words.short_date(local.date())} {local:%H:%M}"

    def day(self, at: datetime | None) -> str:
        return self.words.date(at.astimezone(self.zone).date()) if at else ""

    def course(self, course_id: str, cycle: int) -> str:
        return cycle_title(self.words, self.content, course_id, cycle)


def directory_rows(t: Words, person: Person, manager: Person | None, today: date) -> Rows:
    """Return the directory's data about one person as of `today`, without what it does not know."""
    rows = [
        (t("Name"), person.name),
        (t("Employee number"), person.employee_id),
        (t("E-mail"), person.email),
        (t("Unit"), person.unit),
        (t("Manager"), manager.name if manager else ""),
        (t("Language"), t.language_name(person.language) if person.language else ""),
        (t("In the company since"), t.date(person.starts_on) if person.starts_on else ""),
        (t("Last day"), t.date(person.ends_on) if person.ends_on else ""),
        (t("Number in the HR system"), person.external_id or ""),
        (t("Access"), t("open") if person.has_access(today) else t("closed")),
        (t("Erased"), t.date(person.erased_at.date()) if person.erased_at else ""),
    ]
    return [row for row in rows if row[1]]


def enrolments(wording: Wording, overview: Overview) -> Section:
    t = wording.words
    rows = [
        (wording.course(each.course_id, each.cycle), _status(wording, overview, each), t.short_date(each.due_on))
        for each in overview.enrolments
    ]
    head = (t("Course"), t("Status"), t("Due")) if rows else ()
    return Section(t("Courses"), head, rows, note="" if rows else t("No course was assigned yet."))


def enrolment(wording: Wording, overview: Overview, taken: Enrolment) -> Section:
    """Return everything about one enrolment but its answers."""
    t = wording.words
    rows = [
        (t("Status"), _status(wording, overview, taken)),
        (t("Assigned"), wording.day(taken.assigned_at)),
        (t("Due"), t.date(taken.due_on)),
        (t("Started"), wording.day(taken.started_at)),
        (t("Completed"), wording.day(taken.completed_at)),
        (t("Attempts"), t.number(taken.attempts)),
        (t("Waived"), _waived(t, taken)),
        (t("Version of the course"), taken.course_version or ""),
    ]
    return Section(wording.course(taken.course_id, taken.cycle), (), [row for row in rows if row[1]])


def _waived(t: Words, taken: Enrolment) -> str:
    """Return what need not be taken, and why; empty if everything has to be."""
    prior, n = taken.prior, len(taken.waived)
    if not n or prior is None:
        return ""
    if prior.is_test_out:
        return t("the whole lesson, tested out with {score}", score=t.percent(prior.score or 0))
    return t.plural("{n} principle, shown to be known still", "{n} principles, shown to be known still", n)


def _status(wording: Wording, overview: Overview, taken: Enrolment) -> str:
    """Return the status, with the score of the attempt that was passed; for a replaced certificate, that it was."""
    t = wording.words
    found = validity.of(overview.certificates, overview.enrolments, wording.today, wording.zone)
    certificate = found.get(taken.certificate_no or "")
    is_replaced = certificate is not None and certificate.state is State.SUPERSEDED
    said = certificate.said(t) if certificate and is_replaced else t.say(SAID[status(taken, wording.today)])
    return said if taken.score is None else f"{said}, {t.percent(taken.score)}"


def certificates(wording: Wording, overview: Overview) -> Section:
    t = wording.words
    found = validity.of(overview.certificates, overview.enrolments, wording.today, wording.zone)
    rows = [(each.number, each.course_title, _valid(t, each, found[each.number])) for each in overview.certificates]
    head = (t("Certificate"), t("Course"), t("Valid")) if rows else ()
    return Section(t("Certificates"), head, rows, note="" if rows else t("No certificate was issued yet."))


def _valid(t: Words, certificate: Certificate, found: Validity) -> str:
    """Return the first and last day, and the reason where the certificate is not valid between them."""
    days = f"{t.short_date(certificate.valid_from)} – {t.short_date(certificate.valid_until)}"
    return days if found.state is State.VALID else f"{days}: {found.said(t)}"


def leave_periods(wording: Wording, noted: tuple[NotedLeave, ...]) -> Section:
    t = wording.words
    rows = []
    for each in noted:
        until = each.leave.until_on
        days = f"{t.short_date(each.leave.from_on)} – {t.short_date(until) if until else t('no end yet')}"
        source = t.say(LEAVE_SOURCES[each.leave.source])
        rows.append((days, source, each.by.name if each.by else "", wording.timestamp(each.leave.noted_at)))
    note = t("While somebody is on leave, their due dates rest.")
    return Section(t("Periods of leave"), (t("When"), t("Source"), t("Noted by"), t("Noted at")), rows, note)


def letters(wording: Wording, stored: tuple[Reminder, ...]) -> Section:
    t = wording.words
    rows = []
    for each in stored:
        course = cycle_title(t, wording.content, each.key.course_id, each.key.cycle) if each.key.course_id else ""
        state = t.say(STATES[each.state])
        became = f"{state}: {each.said}" if each.said else state
        rows.append((t.short_date(each.key.day), t.say(KINDS[LetterKind(each.key.kind)]), course, became))
    head = (t("When"), t("About"), t("Course"), t("What became of it"))
    return Section(t("Letters"), head, rows, is_long=True)
