"""Composition of a letter at the moment at which it goes, from what is true then."""

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from mail import Letter
from people.directory import Person
from people.sign_in.letters import words_of
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Status, Step, standing, status
from progress.reminding import audience
from progress.reminding.audience import Office
from progress.reminding.calendar_entry import Entry, written
from progress.reminding.ledger import Claim, LetterKey
from progress.reminding.schedule import LetterKind, monday_of
from quizzes.content import Course
from words import Words

_WITH_ENTRY = frozenset({LetterKind.ASSIGNED, LetterKind.BEFORE, LetterKind.TODAY})
_ADDRESS = re.compile(r"https?://\S+")
_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family:Arial,sans-serif;font-size:16px;line-height:1.5">{paragraphs}</body></html>'
)
_PLACES = {LetterKind.DIGEST: "/team", LetterKind.ESCALATION: "/certifications"}
"""Where the link of a letter leads, if not to Home."""


@dataclass(frozen=True)
class Composed:
    """A letter without what its claim adds: the Message-ID and the number of its calendar entry."""

    to: str
    """Empty if the directory has no address."""
    unit: str
    """Of the person, for the hours at which letters may go there."""
    subject: str
    text: str
    html: str
    entry: Entry | None

    def letter(self, claimed: Claim, now: datetime) -> Letter:
        calendar = "" if self.entry is None else written(replace(self.entry, sequence=claimed.sequence), now)
        return Letter(self.to, self.subject, self.text, self.html, calendar, claimed.message_id)


def composed(connection: Connection, office: Office, key: LetterKey, now: datetime) -> Composed | None:
    """Return the letter; None if it is not due any more: the person has finished, is away or has left, or a later
    letter has taken its place."""
    person = audience.recipient(connection, office, key, now)
    if person is None:
        return None
    if key.letter in {LetterKind.DIGEST, LetterKind.ESCALATION}:
        return _about_others(connection, office, key, person, now)
    enrolment = audience.still_due(connection, office, key, person, now)
    course = office.content.courses.get(key.course_id)
    if enrolment is None or course is None:
        return None
    words, today = words_of(person), office.day_of(now)
    values = _of_course(words, course, enrolment, today)
    entry = None
    if key.letter in _WITH_ENTRY:
        title = words("{course}: due date", course=course.title(words.language))
        entry = Entry(_uid(key, office), 0, enrolment.due_on, title, office.link, office.link)
    return _filled(office, key, person, values, entry)


def _of_course(words: Words, course: Course, enrolment: Enrolment, today: date) -> dict[str, str]:
    end = enrolment.valid_until or enrolment.due_on
    return {
        "course": course.title(words.language),
        "due": words.date(enrolment.due_on),
        "until": words.date(end),
        "days": words.plural("{n} day", "{n} days", abs((end - today).days)),
        "left": left(words, course, enrolment),
    }


def left(words: Words, course: Course, enrolment: Enrolment) -> str:
    """Return what is left of a course in words."""
    found = standing(enrolment, course)
    match found.next_step:
        case Step.CARDS:
            n = len(found.missing_cards)
            return words.plural("{n} card, the test and the commitment", "{n} cards, the test and the commitment", n)
        case Step.ASSESSMENT:
            return words("the test and the commitment")
        case Step.COMMITMENT:
            return words("only the commitment")
        case _:
            return words("nothing")


def _about_others(
    connection: Connection, office: Office, key: LetterKey, person: Person, now: datetime
) -> Composed | None:
    if key.day != monday_of(office.day_of(now)):
        return None
    if key.letter is LetterKind.DIGEST:
        found = audience.team_of(connection, office, person, now)
    else:
        found = audience.long_overdue(connection, office, person, now)
    if not found:
        return None
    words, today = words_of(person), office.day_of(now)
    values = {
        "people": "\n".join(_lines(words, office, found, today)),
        "count": words.plural("{n} person", "{n} people", len({each.key for each, _ in found})),
    }
    return _filled(office, key, person, values, None)


def _lines(words: Words, office: Office, found: Iterable[tuple[Person, Enrolment]], today: date) -> Iterable[str]:
    for person, enrolment in sorted(found, key=lambda each: (each[1].due_on, each[0].name)):
        course = office.content.courses.get(enrolment.course_id)
        if course is None:
            continue
        said = {
            "name": person.name,
            "course": course.title(words.language),
            "day": words.date(enrolment.due_on),
            "left": left(words, course, enrolment),
        }
        if status(enrolment, today) is Status.OVERDUE:
            yield words("– {name}: {course}, was due on {day}; left: {left}", **said)
        else:
            yield words("– {name}: {course}, due on {day}; left: {left}", **said)


def _filled(
    office: Office, key: LetterKey, person: Person, values: Mapping[str, str], entry: Entry | None
) -> Composed:
    language = words_of(person).language
    company = office.content.company.name
    link = office.link + _PLACES.get(key.letter, "/")
    named = {"company": company.get(language) or next(iter(company.values())), "link": link}
    subject, text = office.templates[key.letter, language].filled({**values, **named})
    return Composed(person.email, person.unit, subject, text, as_html(subject, text, language), entry)


def as_html(subject: str, text: str, language: str) -> str:
    """Return the text as a page of the plainest HTML, which every mail program shows."""
    paragraphs = (f"<p>{_linked(part)}</p>" for part in text.strip().split("\n\n"))
    return _PAGE.format(language=language, title=html.escape(subject), paragraphs="".join(paragraphs))


def _linked(paragraph: str) -> str:
    escaped = html.escape(paragraph)
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escaped).replace("\n", "<br>")


def _uid(key: LetterKey, office: Office) -> str:
    """The same for all letters of one enrolment, and without a word about whose it is."""
    text = f"kodex due {key.person_key} {key.course_id} {key.cycle}"
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@{office.host}"
