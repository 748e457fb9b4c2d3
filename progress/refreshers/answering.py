"""Answers in a refresher: read from the person's chain, and made to last as one event each."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from database import Database
from lessons.model import Edition
from people.access import Asker
from progress.completion import learning
from progress.completion.enrolments import Enrolment
from progress.completion.steps import Happened, NotPossibleError, Submission
from progress.record import chains
from progress.record.chains import AT_ONCE, Event, Kind, events
from progress.refreshers import drawing, schedule
from progress.refreshers.drawing import Recalled, Refresher
from quizzes.content import Course
from quizzes.kinds.question import Question


class NotOpenError(NotPossibleError):
    """The refresher is not open: another one has come since, or the certificate has ended."""


class Asked(NamedTuple):
    """A question in the refresher that asks it."""

    days: int
    question_id: str


def opened(connection: Connection, course: Course, enrolment: Enrolment, today: date) -> Refresher | None:
    """Return the refresher that is open, with the answers so far; None if none is due."""
    days = schedule.due(enrolment, today)
    if days is None:
        return None
    own = (events.c.person_key == enrolment.person_key) & (events.c.kind == Kind.REFRESHED.value)
    answered = next(chains.of(connection, own, options=AT_ONCE), [])
    return drawing.opened(course, enrolment, recalled(answered, enrolment), days)


def recalled(chain: Iterable[Event], enrolment: Enrolment) -> list[Recalled]:
    """Return the answers in a cycle's refreshers, in the order in which they were given."""
    key = enrolment.course_id, enrolment.cycle
    bodies = (event.body for event in chain if event.kind is Kind.REFRESHED)
    return [
        Recalled(*(body[name] for name in Recalled._fields))
        for body in bodies
        if (body["course"], body["cycle"]) == key
    ]


def step(
    enrolment: Enrolment, refresher: Refresher, asked: Asked, question: Edition[Question], submitted: Submission
) -> Happened:
    """Record the first answer to a question of the refresher. A pure function, as those in `completion.steps`."""
    if asked.days != refresher.days:
        raise NotOpenError(asked)
    if asked.question_id not in refresher.questions:
        raise NotPossibleError(asked)
    if asked.question_id in refresher.answers:
        return []
    if not question.source.offers(submitted.answer):
        raise NotPossibleError(submitted.answer)
    body = {
        "course": enrolment.course_id,
        "cycle": enrolment.cycle,
        "days": refresher.days,
        "question": asked.question_id,
        "edition": question.sha256,
        "option": submitted.answer,
        "right": question.source.is_right(submitted.answer),
        "language": submitted.language,
    }
    return [(Kind.REFRESHED, body)]


def answer(database: Database, asker: Asker, course: Course, asked: Asked, submitted: Submission) -> Enrolment:
    """Save the answer to a question; a second one, from this tab or another, changes nothing.

    Raises `NotOpenError`, and `NotPossibleError` for a question that is not asked or an answer that is not offered.
    """

    def take(connection: Connection, enrolment: Enrolment) -> Happened:
        refresher = opened(connection, course, enrolment, asker.today)
        if refresher is None:
            raise NotOpenError(asked)
        question = course.questions.get(asked.question_id)
        if question is None:
            raise NotPossibleError(asked)
        return step(enrolment, refresher, asked, question, submitted)

    return learning.take(database, asker, course, take)
