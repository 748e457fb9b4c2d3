"""What a learner does, made to last: each function is one transaction, and gives what is read back after it."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from database import Database, read_back
from lessons.cards import Card
from people.access import Act, Principal, require
from progress.completion import certificates, editions, steps
from progress.completion.certificates import Issue, StatusIndexes
from progress.completion.enrolments import Enrolment, current, current_and_head, save
from progress.completion.fold import after
from progress.completion.steps import Happened, NotPossibleError
from progress.record import chains
from quizzes.content import Course


def answer_card(
    database: Database,
    principal: Principal,
    course: Course,
    card: Card,
    option_id: str,
    language: str,
    now: datetime,
) -> Enrolment:
    """Saves the answer to a card's question; a second answer changes nothing."""

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.answer_card(enrolment, course, card, option_id, language)

    return _take(database, principal, course, step, now)


def leave_card(
    database: Database, principal: Principal, course: Course, card: Card, language: str, now: datetime
) -> Enrolment:
    """Marks a card as done."""

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.leave_card(enrolment, course, card, language)

    return _take(database, principal, course, step, now)


def begin_attempt(
    database: Database, principal: Principal, course: Course, language: str, now: datetime
) -> Enrolment:
    """Draws a new form, unless one is being answered."""
    attempt_id, seed = secrets.token_hex(8), secrets.token_hex(16)

    def step(_: Connection, enrolment: Enrolment) -> Happened:
        return steps.begin_attempt(enrolment, course, attempt_id, seed, language)

    return _take(database, principal, course, step, now)


def answer_question(
    database: Database,
    principal: Principal,
    course: Course,
    attempt_id: str,
    question_id: str,
    option_id: str,
    confidence: str | None,
    language: str,
    now: datetime,
) -> Enrolment:
    """Saves the response to a question; a second submit, from whichever tab, changes nothing."""

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        asked = dict(enrolment.attempt.questions) if enrolment.attempt else {}
        if question_id not in asked:
            raise NotPossibleError(question_id)
        question = editions.question(connection, course, question_id, asked[question_id]).source
        return steps.answer_question(enrolment, attempt_id, question_id, question, option_id, confidence, language)

    return _take(database, principal, course, step, now)


def commit(
    database: Database, principal: Principal, course: Course, issue: Issue, language: str, now: datetime
) -> Enrolment:
    """Signs the commitment and issues the certificate; a second signature changes nothing."""

    def step(connection: Connection, enrolment: Enrolment) -> Happened:
        drawn = replace(issue, status_index=StatusIndexes(connection).new())
        happened, certificate = steps.commit(enrolment, course, principal.person, drawn, language)
        if certificate is not None:
            certificates.keep(connection, certificate)
        return happened

    return _take(database, principal, course, step, now)


def _take(
    database: Database,
    principal: Principal,
    course: Course,
    step: Callable[[Connection, Enrolment], Happened],
    now: datetime,
) -> Enrolment:
    """Appends the events of a step, given the enrolment as it stands in the same transaction."""
    require(principal, Act.LEARN)

    def work(connection: Connection) -> None:
        # In one statement: whatever another tab commits after it makes the append fail and the step start again.
        # Read one after the other, a step could rest on what is no longer so.
        found = current_and_head(connection, principal.key, course.id)
        if found is None:
            raise NotPossibleError(course.id)
        enrolment, before = found
        happened = step(connection, enrolment)
        if not happened:
            return
        chained = chains.following(before, principal.key, happened, now)
        chains.append(connection, chained)
        for event in chained:
            enrolment = after(enrolment, event)
        save(connection, enrolment, is_new=False)

    database.write(work, is_repeatable=True)
    with read_back(), database.reading() as connection:
        kept = current(connection, principal.key, course.id)
    if kept is None:
        raise NotPossibleError(course.id)
    return kept
