"""Steps of a learner, made to last: each function is one transaction, and returns the enrolment read back after it.

They raise `NotPossibleError` for a step that is not open, and `RefusedError` for a person who does not learn here.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from database import Database, read_back
from lessons.cards import Card
from people.access import Act, Asker, require
from progress.completion import certificates, editions, steps
from progress.completion.certificates import Issue, StatusIndexes
from progress.completion.enrolments import Enrolment, current, current_and_head, save
from progress.completion.fold import after
from progress.completion.pace import Pace, TooSoonError, opens_at
from progress.completion.steps import AskedQuestion, Happened, NotPossibleError, Submission, Turn
from progress.record import chains
from quizzes.content import Course


def answer_card(database: Database, asker: Asker, course: Course, card: Card, submitted: Submission) -> Enrolment:
    """Save the answer to a card's decision; a second answer changes nothing."""

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.answer_card(enrolment, course, card, submitted)

    return take(database, asker, course, step)


def reply(database: Database, asker: Asker, course: Course, turn: Turn, submitted: Submission) -> Enrolment:
    """Save a reply in a dialogue; the same one again changes nothing."""

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.reply(enrolment, course, turn, submitted)

    return take(database, asker, course, step)


def leave_card(database: Database, asker: Asker, course: Course, card: Card, language: str) -> Enrolment:
    """Mark a card as finished."""

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.leave_card(enrolment, course, card, language)

    return take(database, asker, course, step)


def begin_attempt(database: Database, asker: Asker, course: Course, language: str, pace: Pace) -> Enrolment:
    """Draw a new form, unless one is being answered. Raises `TooSoonError`."""
    attempt_id, seed = secrets.token_hex(8), secrets.token_hex(16)

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        happened = steps.begin_attempt(enrolment, course, attempt_id, seed, language)
        opens_at = _opens_at(connection, asker, course, pace) if happened else None
        if opens_at is not None:
            raise TooSoonError(opens_at)
        return happened

    return take(database, asker, course, step)


def next_attempt_opens_at(database: Database, asker: Asker, course: Course, pace: Pace) -> datetime | None:
    """Return when the asker may begin the next attempt; None if at once."""
    with database.reading() as connection:
        return _opens_at(connection, asker, course, pace)


def _opens_at(connection: Connection, asker: Asker, course: Course, pace: Pace) -> datetime | None:
    return opens_at(chains.chain(connection, asker.principal.key), course.id, pace, asker)


def answer_question(
    database: Database, asker: Asker, course: Course, asked: AskedQuestion, submitted: Submission
) -> Enrolment:
    """Save the answer to a question; a second one, from this tab or another, changes nothing."""

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        drawn = dict(enrolment.attempt.questions) if enrolment.attempt else {}
        if asked.question_id not in drawn:
            raise NotPossibleError(asked.question_id)
        edition = editions.question(connection, course, asked.question_id, drawn[asked.question_id])
        return steps.answer_question(enrolment, asked, edition.source, submitted)

    return take(database, asker, course, step)


def commit(database: Database, asker: Asker, course: Course, issue: Issue, language: str) -> Enrolment:
    """Sign the commitment and issue the certificate; a second signature changes nothing."""

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        drawn = replace(issue, status_index=StatusIndexes(connection).new())
        happened, certificate = steps.commit(enrolment, course, asker.principal.person, drawn, language)
        if certificate is not None:
            certificates.keep(connection, certificate)
        return happened

    return take(database, asker, course, step)


def take(
    database: Database, asker: Asker, course: Course, step: Callable[[Connection, Enrolment], Happened]
) -> Enrolment:
    """Append the events of a step of the asker, given their enrolment read in the same transaction."""
    require(asker.principal, Act.LEARN)
    person_key = asker.principal.key

    def work(connection: Connection) -> None:
        # One query for both: a commit from another tab then makes the append fail, and the step starts again.
        # Two queries could see the enrolment before that commit and the head after it.
        found = current_and_head(connection, person_key, course.id)
        if found is None:
            raise NotPossibleError(course.id)
        enrolment, before = found
        happened = step(connection, enrolment)
        if not happened:
            return
        chained = chains.following(before, person_key, happened, asker.now)
        chains.append(connection, chained)
        for event in chained:
            enrolment = after(enrolment, event)
        save(connection, enrolment, is_new=False)

    database.write(work, is_repeatable=True)
    with read_back(), database.reading() as connection:
        saved = current(connection, person_key, course.id)
    if saved is None:
        raise NotPossibleError(course.id)
    return saved
