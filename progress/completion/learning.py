"""Steps of a learner, made to last: each function is one transaction, and returns the enrolment read back after it.

They raise `NotPossibleError` for a step that is not open, and `RefusedError` for a person who does not learn here.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_

from database import Database, read_back
from lessons.cards import Card
from people.access import Act, Asker, require
from progress.completion import certificates, editions, prior, steps
from progress.completion.certificates import Issue, StatusIndexes
from progress.completion.enrolments import Enrolment, Sitting, current, current_and_head, save
from progress.completion.fold import after
from progress.completion.pace import Pace, TooSoonError, opens_at
from progress.completion.prior import NOTHING_EARLIER, Earlier
from progress.completion.steps import AskedQuestion, Happened, Lot, NotPossibleError, Submission, Turn
from progress.record import chains
from progress.record.chains import Kind
from quizzes.content import Course
from quizzes.kinds.question import Question


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


def begin_prior(database: Database, asker: Asker, course: Course, language: str) -> Enrolment:
    """Draw the questions before the lesson, unless they are being answered."""
    lot = Lot(secrets.token_hex(8), secrets.token_hex(16))

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        return steps.begin_prior(enrolment, course, _earlier(connection, enrolment, course), lot, language)

    return take(database, asker, course, step)


def _earlier(connection: Connection, enrolment: Enrolment, course: Course) -> Earlier:
    if enrolment.cycle == 1:
        return NOTHING_EARLIER

    def principle_of(question_id: str, sha256: str) -> str:
        return editions.question(connection, course, question_id, sha256).source.principle

    return prior.of_earlier_cycles(chains.chain(connection, enrolment.person_key), enrolment, principle_of)


def is_prior_offered(database: Database, enrolment: Enrolment) -> bool:
    # Most people are in the middle of something: for them nothing is read.
    return prior.is_untouched(enrolment) and prior.is_offered(enrolment, finished_before(database, enrolment))


def finished_before(database: Database, enrolment: Enrolment) -> dict[str, str]:
    """Return by card id the edition that the person has finished last in an earlier cycle of the course."""
    if enrolment.cycle == 1:
        return {}
    row = chains.events.c
    theirs = and_(row.person_key == enrolment.person_key, row.kind.in_(_ABOUT_CARDS))
    with database.reading() as connection:
        chain = next(chains.of(connection, theirs, options=chains.AT_ONCE), [])
    return prior.finished_cards(chain, enrolment.course_id, enrolment.cycle)


_ABOUT_CARDS = [kind.value for kind in (Kind.CARD_SEEN, Kind.WAIVED, Kind.REVOKED, Kind.CORRECTED)]


def answer_prior(
    database: Database, asker: Asker, course: Course, asked: AskedQuestion, submitted: Submission
) -> Enrolment:
    """Save the answer to a question before the lesson; a second one changes nothing."""

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        question = _drawn(connection, course, enrolment.prior, asked)
        return steps.answer_prior(enrolment, course, asked, question, submitted)

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
        question = _drawn(connection, course, enrolment.attempt, asked)
        return steps.answer_question(enrolment, asked, question, submitted)

    return take(database, asker, course, step)


def _drawn(connection: Connection, course: Course, sitting: Sitting | None, asked: AskedQuestion) -> Question:
    """Return the question as it was drawn, even if the content has changed since."""
    drawn = dict(sitting.questions) if sitting else {}
    if asked.question_id not in drawn:
        raise NotPossibleError(asked.question_id)
    return editions.question(connection, course, asked.question_id, drawn[asked.question_id]).source


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
