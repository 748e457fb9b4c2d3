"""Finished attempts, shown again exactly as they were: from the events, the stored editions and the seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from database import Database
from lessons.decisions.decision import Answer
from people.access import Act, Asker, Principal, Role, refused, sees_attempts_of, sees_confidence_of
from progress.completion import editions
from progress.personal.overview import note_reading
from progress.record import chains
from progress.record.chains import Event, Kind, voided
from quizzes.kinds.question import Question


class NoAttemptError(Exception):
    """The person has no finished attempt with this id."""


@dataclass(frozen=True)
class PastAttempt:
    """A finished attempt without its answers."""

    id: str
    course_id: str
    cycle: int
    number: int
    """0 for the test before the lesson."""
    pass_mark: int
    began_at: datetime
    ended_at: datetime
    right: int
    asked: int
    score: int
    is_passed: bool
    is_void: bool


@dataclass(frozen=True)
class PastAnswer:
    """One question as it was asked, and what was answered."""

    question_id: str
    edition: str
    drawn: Question | None
    """The question in the language in which it was read, its options in the order drawn; None where its edition is
    gone or cannot be read any more."""
    answer: Answer
    is_right: bool
    confidence: str | None
    """None where it was not said, and for everybody but the person."""
    language: str
    at: datetime


def finished(connection: Connection, principal: Principal, person_key: str) -> list[PastAttempt]:
    """Return a person's finished attempts, the latest first; none if the principal may not see them."""
    if not sees_attempts_of(connection, principal, person_key):
        return []
    return [attempt for attempt, _ in _finished(chains.chain(connection, person_key))]


def open_attempt(
    database: Database, asker: Asker, person_key: str, attempt_id: str
) -> tuple[PastAttempt, list[PastAnswer]]:
    """Return a finished attempt with its answers, in the order in which they were asked for.

    Where somebody else opens it, their reading is noted in the person's record first. Raises `RefusedError` and
    `NoAttemptError`.
    """
    reader = asker.principal

    def note(connection: Connection) -> None:
        _require(connection, reader, person_key)
        if not any(attempt.id == attempt_id for attempt, _ in _finished(chains.chain(connection, person_key))):
            raise NoAttemptError(attempt_id)
        note_reading(connection, asker, person_key, {"as": Role.AUDITOR, "attempt": attempt_id})

    if reader.key != person_key:
        database.write(note)
    with database.snapshot() as connection:
        _require(connection, reader, person_key)
        chain = chains.chain(connection, person_key)
        for attempt, start in _finished(chain):
            if attempt.id == attempt_id:
                is_told = sees_confidence_of(reader, person_key)
                return attempt, list(_answers(connection, chain, start, is_confidence_told=is_told))
    raise NoAttemptError(attempt_id)


def _require(connection: Connection, reader: Principal, person_key: str) -> None:
    if not sees_attempts_of(connection, reader, person_key):
        raise refused(reader, Act.SEE_ATTEMPT)


def _finished(chain: Sequence[Event]) -> list[tuple[PastAttempt, Event]]:
    """Return each finished attempt with the event that started it, the latest first."""
    ends = {event.body["attempt"]: event for event in chain if _is_shown(event)}
    void = voided(chain)
    starts = [event for event in chain if event.kind in _STARTS and event.body["attempt"] in ends]
    return [(_attempt(start, ends[start.body["attempt"]], void), start) for start in reversed(starts)]


_STARTS = frozenset({Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED})
_ANSWERS = frozenset({Kind.ANSWERED, Kind.PRIOR_ANSWERED})


def _is_shown(event: Event) -> bool:
    """True for the end of an attempt. A test before the lesson is shown if it is passed, when it stands for one:
    otherwise its questions may come again."""
    return event.kind is Kind.ATTEMPT_FINISHED or (event.kind is Kind.PRIOR_FINISHED and event.body["passed"])


def _attempt(start: Event, end: Event, void: Mapping[int, Event]) -> PastAttempt:
    began, ended = start.body, end.body
    return PastAttempt(
        id=began["attempt"],
        course_id=began["course"],
        cycle=began["cycle"],
        number=began.get("number", 0),
        pass_mark=began["pass_mark"],
        began_at=start.at,
        ended_at=end.at,
        right=ended["right"],
        asked=ended["asked"],
        score=ended["score"],
        is_passed=ended["passed"],
        is_void=start.seq in void,
    )


def _answers(
    connection: Connection, chain: Sequence[Event], start: Event, *, is_confidence_told: bool
) -> Iterable[PastAnswer]:
    attempt = start.body
    answered = {
        event.body["question"]: event
        for event in chain
        if event.kind in _ANSWERS and event.body["attempt"] == attempt["attempt"]
    }
    for question_id, sha256 in attempt["questions"]:
        event = answered[question_id]
        said: Mapping[str, Any] = event.body
        edition = editions.stored_question(connection, sha256)
        yield PastAnswer(
            question_id,
            sha256,
            edition.text(said["language"]).as_drawn(attempt["seed"], question_id) if edition else None,
            said["option"],
            said["right"],
            said["confidence"] if is_confidence_told else None,
            said["language"],
            event.at,
        )
