"""Keeping a note for oneself, changing it, and taking it back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from database import Database
from lessons.cards import CardKind
from people.access import Act, Asker, require
from progress.completion import enrolments
from progress.completion.enrolments import Enrolment
from progress.personal.notes import PLEDGE, NotePlace, UnfitNoteError, checked, notes
from quizzes.content import Content, Course
from words import sentence


@dataclass(frozen=True)
class Remembered:
    """What a note says, as a screen sends it. Nothing of it is believed."""

    chosen: str | None = None
    said: str | None = None


def keep(database: Database, asker: Asker, content: Content, place: NotePlace, remembered: Remembered) -> None:
    """Keep a note in place of an earlier one on the same; the same note again changes nothing.

    Raises `UnfitNoteError`.
    """
    require(asker.principal, Act.LEARN)

    def work(connection: Connection) -> None:
        course = content.courses.get(place.course_id)
        enrolment = _enrolment(connection, asker, place)
        if course is None or enrolment is None:
            raise UnfitNoteError(sentence("This course is not one of yours. Open it again from Home."))
        if place.about == PLEDGE:
            values = _pledge(content, course, enrolment, remembered)
        else:
            values = _moved(course, enrolment, place.about, remembered)
        _replace(connection, asker.principal.key, place, values, asker.now)

    # A note that is there already, from another tab or a lost commit, is found and replaced.
    database.write(work, is_repeatable=True)


def withdraw(database: Database, asker: Asker, place: NotePlace) -> None:
    """Delete the asker's note on `place`, if there is one."""
    require(asker.principal, Act.LEARN)

    def work(connection: Connection) -> None:
        connection.execute(delete(notes).where(_at(asker.principal.key, place)))

    database.write(work, is_repeatable=True)


def _enrolment(connection: Connection, asker: Asker, place: NotePlace) -> Enrolment | None:
    taken = enrolments.of_person(connection, asker.principal.key)
    return next((each for each in taken if (each.course_id, each.cycle) == (place.course_id, place.cycle)), None)


def _pledge(content: Content, course: Course, enrolment: Enrolment, remembered: Remembered) -> dict[str, str | None]:
    if enrolment.committed_at is None:
        raise UnfitNoteError(sentence("A pledge can be kept once the commitment is signed."))
    if remembered.chosen is None:
        return {"chosen": None, "edition": None, "said": checked(remembered.said or "")}
    edition = content.pledges_of(course).get(remembered.chosen)
    if edition is None:
        raise UnfitNoteError(sentence("This pledge is not offered any more. Choose another, or write your own."))
    return {"chosen": remembered.chosen, "edition": edition.sha256, "said": None}


def _moved(course: Course, enrolment: Enrolment, card_id: str, remembered: Remembered) -> dict[str, str | None]:
    card = next((each for each in course.cards if each.id == card_id and each.kind is CardKind.ANSWER), None)
    if card is None or card.id not in enrolment.checks:
        raise UnfitNoteError(sentence("Decide first; then note what moved you."))
    if remembered.chosen is None:
        return {"chosen": None, "edition": None, "said": None}
    taught = {principle.id for principle in course.lesson(card.lesson_id).source.principles}
    if remembered.chosen not in taught:
        raise UnfitNoteError(sentence("This principle is not in the lesson. Choose one of those on the screen."))
    return {"chosen": remembered.chosen, "edition": course.principles[remembered.chosen].sha256, "said": None}


def _replace(
    connection: Connection, person_key: str, place: NotePlace, values: dict[str, str | None], at: datetime
) -> None:
    own = _at(person_key, place)
    same = [notes.c[name].is_not_distinct_from(value) for name, value in values.items()]
    if connection.execute(select(notes.c.at).where(own, *same)).first():
        return
    connection.execute(delete(notes).where(own))
    connection.execute(insert(notes).values(person_key=person_key, **place._asdict(), **values, at=at))


def _at(person_key: str, place: NotePlace) -> ColumnElement[bool]:
    columns = {"person_key": person_key, **place._asdict()}
    return and_(*(notes.c[name] == value for name, value in columns.items()))
