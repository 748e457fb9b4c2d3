"""Sending a remark, and having read its answer: what learners do."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection, func, insert, select, update

from database import Database
from people import security_log
from people.access import Act, Asker, require
from progress.completion import enrolments
from progress.record import chains
from progress.record.chains import Event, Kind
from progress.remarks.remarks import Remark, Reported, UnfitRemarkError, checked, from_row, remarks, with_editions
from quizzes.content import Content
from words import sentence

MOST_A_DAY = 10
"""Remarks of one person: more is no report any more, and somebody has to read them all."""


@dataclass(frozen=True)
class About:
    """What a remark is about, as a screen names it. Nothing of it is believed."""

    course_id: str
    part: Reported
    part_id: str
    language: str


def send(database: Database, asker: Asker, content: Content, about: About, said: str) -> None:
    """Save a remark; the same one again, while it is open, changes nothing. Raises `UnfitRemarkError`."""
    require(asker.principal, Act.LEARN)
    line = checked(said)
    person_key = asker.principal.key

    def work(connection: Connection) -> bool:
        edition = _edition(connection, person_key, content, about)
        row = {
            "course_id": about.course_id,
            "part": about.part.value,
            "part_id": about.part_id,
            "edition": edition,
            "language": about.language,
            "said": line,
        }
        same = [remarks.c[name] == value for name, value in row.items()]
        own = remarks.c.person_key == person_key
        if connection.execute(select(remarks.c.id).where(own, *same, remarks.c.answer.is_(None))).first():
            return False
        _require_room(connection, asker)
        last = connection.execute(select(func.max(remarks.c.number)).where(own)).scalar_one()
        new = {"person_key": person_key, "number": (last or 0) + 1, "id": secrets.token_hex(8), "at": asker.now}
        connection.execute(insert(remarks).values(**new, **row))
        return True

    # It finds its own traces, and leaves them alone.
    if database.write(work, is_repeatable=True):
        security_log.note("remark sent", person=person_key)


def _require_room(connection: Connection, asker: Asker) -> None:
    midnight = datetime.combine(asker.today, time.min, asker.zone)
    sent = select(func.count()).where(remarks.c.person_key == asker.principal.key, remarks.c.at >= midnight)
    if connection.execute(sent).scalar_one() >= MOST_A_DAY:
        raise UnfitRemarkError(
            sentence(
                "You have sent {n} remarks today, and more are not taken. Send this one tomorrow, or write to the "
                "contacts at the end of the page.",
                n=MOST_A_DAY,
            )
        )


def _edition(connection: Connection, person_key: str, content: Content, about: About) -> str:
    """Return the SHA-256 of what the learner sees; raises `UnfitRemarkError` if it is not theirs to see."""
    found = None
    course = content.courses.get(about.course_id)
    if course is not None and enrolments.current(connection, person_key, course.id) is not None:
        if about.part is Reported.QUESTION:
            found = _drawn(connection, person_key, about)
        elif card := next((card for card in course.cards if card.id == about.part_id), None):
            principle = course.principles.get(card.part)
            found = principle.sha256 if principle else course.lesson(card.lesson_id).sha256
    if found is None:
        raise UnfitRemarkError(
            sentence(
                "This card or question is not in your course. Open the course again from Home, and report it there."
            )
        )
    return found


def _drawn(connection: Connection, person_key: str, about: About) -> str | None:
    """Return the edition of the question in the person's latest form that asks it, or refresher that asked it."""
    for event in reversed(chains.chain(connection, person_key)):
        sha256: str | None = _asked_in(event, about.course_id).get(about.part_id)
        if sha256 is not None:
            return sha256
    return None


def _asked_in(event: Event, course_id: str) -> Mapping[str, str]:
    """Return the editions of the questions that the event is about."""
    match event.kind:
        case Kind.ATTEMPT_STARTED | Kind.PRIOR_STARTED if event.body["course"] == course_id:
            return dict(event.body["questions"])
        case Kind.REFRESHED if event.body["course"] == course_id:
            return {event.body["question"]: event.body["edition"]}
        case _:
            return {}


def answered(connection: Connection, asker: Asker) -> list[Remark]:
    """Return the asker's remarks with an answer that they have not read yet, the first one first."""
    news = (
        with_editions()
        .where(
            remarks.c.person_key == asker.principal.key,
            remarks.c.answered_at.is_not(None),
            remarks.c.seen_at.is_(None),
        )
        .order_by(remarks.c.answered_at)
    )
    return [from_row(row) for row in connection.execute(news)]


def note_read(database: Database, asker: Asker, remark_ids: Collection[str]) -> None:
    """Note that the asker has read these answers; other people's are left alone."""
    require(asker.principal, Act.LEARN)

    def work(connection: Connection) -> None:
        read = update(remarks).where(
            remarks.c.person_key == asker.principal.key,
            remarks.c.id.in_(list(remark_ids)),
            remarks.c.answered_at.is_not(None),
            remarks.c.seen_at.is_(None),
        )
        connection.execute(read.values(seen_at=asker.now))

    database.write(work, is_repeatable=True)
