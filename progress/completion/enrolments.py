"""Enrolments: one person in one cycle of a course, as their events leave it; stored for reports to read."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    Row,
    Table,
    Text,
    bindparam,
    insert,
    select,
    text,
    true,
    type_coerce,
    update,
)

from database import Instant, metadata
from lessons.decisions.decision import Answer
from progress.record import chains
from progress.record.chains import Head

enrolments = Table(
    "enrolments",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("course_id", Text, primary_key=True),
    Column("cycle", Integer, primary_key=True, autoincrement=False),
    Column("assigned_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("started_at", Instant),
    Column("language", Text),
    Column("course_version", Text),
    Column("content_sha256", Text),
    Column("attempts", Integer, nullable=False),
    Column("score", Integer),
    Column("pass_mark", Integer),
    Column("failed_at", Instant),
    Column("passed_at", Instant),
    Column("committed_at", Instant),
    Column("completed_at", Instant),
    Column("certificate_no", Text),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("exempted_at", Instant),
    Column("exempted_as", Text),
    Column("exempted_until", Date),
    Column("revoked_at", Instant),
    Column("last_at", Instant, nullable=False),
    Column("cards_done", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("rule", Integer),
    Column("first_due_on", Date),
    Index("ix_enrolments_course_id", "course_id", "cycle"),
    Index(
        "ix_enrolments_revoked",
        "person_key",
        sqlite_where=text("revoked_at IS NOT NULL"),
        postgresql_where=text("revoked_at IS NOT NULL"),
    ),
)


EXEMPTIONS = ("exempt", "equivalent")
"""Grounds for an exemption: HR's decision alone, or something equivalent done elsewhere."""
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
"""Exceptions raised by stored rows or events that this application could not have written."""


class Response(NamedTuple):
    """The answer to one question."""

    option: Answer
    right: bool
    confidence: str | None
    language: str
    at: str


@dataclass(slots=True, kw_only=True)
class Sitting:
    """Some drawn questions and their answers. Its seed reproduces the form exactly as it was shown."""

    id: str
    seed: str
    questions: tuple[tuple[str, str], ...]
    """(question id, SHA-256 of its edition), in the order in which they are asked."""
    responses: dict[str, Response] = field(default_factory=dict)
    """By question id."""
    right: int | None = None
    score: int | None = None
    passed: bool | None = None

    @property
    def is_finished(self) -> bool:
        return self.score is not None

    @property
    def next_number(self) -> int:
        """The number, from 1, of the first question without a response; one past the last if all have one."""
        for number, (question, _) in enumerate(self.questions, start=1):
            if question not in self.responses:
                return number
        return len(self.questions) + 1


@dataclass(slots=True, kw_only=True)
class Attempt(Sitting):
    """One sitting of the assessment."""

    number: int
    pass_mark: int


@dataclass(slots=True, kw_only=True)
class Prior(Sitting):
    """The questions before the lesson: a test-out, or the opener of a later round."""

    pass_mark: int | None
    """None for an opener, which cannot be failed."""
    unchanged: tuple[tuple[str, str], ...]
    """(card id, SHA-256 of its edition) of each card that an opener can waive."""

    @property
    def is_test_out(self) -> bool:
        return self.pass_mark is not None


@dataclass(slots=True, kw_only=True)
class Enrolment:
    """One person in one cycle of a course. Only the fold changes one.

    No field has a default, so that mypy names every place that a new field concerns.
    """

    person_key: str
    course_id: str
    cycle: int
    assigned_at: datetime
    due_on: date
    started_at: datetime | None
    language: str | None
    course_version: str | None
    content_sha256: str | None
    attempts: int
    score: int | None
    pass_mark: int | None
    failed_at: datetime | None
    """End of the latest attempt that was not passed."""
    passed_at: datetime | None
    committed_at: datetime | None
    completed_at: datetime | None
    certificate_no: str | None
    valid_from: date | None
    valid_until: date | None
    exempted_at: datetime | None
    exempted_as: str | None
    """One of `EXEMPTIONS`."""
    exempted_until: date | None
    """The last day of the exemption; None if it has no end."""
    revoked_at: datetime | None
    last_at: datetime
    """The latest event."""
    cards_done: int
    cards: dict[str, str]
    """By card id: when it was finished."""
    checks: dict[str, Answer]
    """By card id: the answer given there; in a dialogue, the replies so far."""
    attempt: Attempt | None
    """The latest one."""
    met: tuple[str, ...]
    """Questions drawn so far, voided ones included: a person who has seen a question knows it."""
    prior: Prior | None
    """The questions before the lesson, once they were drawn."""
    waived: tuple[str, ...]
    """Ids of the cards that need not be taken."""
    rule: int | None
    """Number of the rule by which the cycle was assigned."""
    first_due_on: date | None
    """The due date as it was assigned, once it was moved."""

    @property
    def passed_sitting(self) -> Sitting | None:
        """The one by which the course was passed, a test-out or an attempt; before that, the latest attempt."""
        return self.prior if self.prior is not None and self.prior.passed else self.attempt

    @property
    def is_open(self) -> bool:
        """True if there is anything left to do in this cycle."""
        return self.certificate_no is None and self.exempted_at is None

    def replies(self, card_id: str) -> list[str]:
        """Return the ids of what was said so far in a dialogue."""
        said = self.checks.get(card_id)
        return said if isinstance(said, list) else []


CycleKey = tuple[str, int]
"""Course id and cycle."""


# Reading and saving


_LATEST = (
    select(enrolments)
    .where(enrolments.c.person_key == bindparam("person"), enrolments.c.course_id == bindparam("course"))
    .order_by(enrolments.c.cycle.desc())
    .limit(1)
)
_HEAD = chains.HEAD.subquery("head")
_LATEST_AND_HEAD = _LATEST.add_columns(*_HEAD.c).select_from(enrolments.join(_HEAD, true()))
_OF_PERSON = (
    select(enrolments)
    .where(enrolments.c.person_key == bindparam("person"))
    .order_by(enrolments.c.due_on, enrolments.c.course_id)
)
_KEY = {"person_key": "of_person", "course_id": "of_course", "cycle": "in_cycle"}
"""The columns of the key, and the names of their values in a change, which may not be those of columns."""
_CHANGE = (
    update(enrolments)
    .where(*(enrolments.c[column] == bindparam(name) for column, name in _KEY.items()))
    .values({column.name: bindparam(column.name) for column in enrolments.c if not column.primary_key})
)


def current(connection: Connection, person_key: str, course_id: str) -> Enrolment | None:
    """The person's latest cycle of the course."""
    row = connection.execute(_LATEST, {"person": person_key, "course": course_id}).first()
    return from_row(row._asdict()) if row else None


def current_and_head(connection: Connection, person_key: str, course_id: str) -> tuple[Enrolment, Head] | None:
    """The person's latest cycle of the course and the end of their chain, read in one statement."""
    row = connection.execute(_LATEST_AND_HEAD, {"person": person_key, "course": course_id}).first()
    return (from_row(row._asdict()), chains.head_in(row)) if row else None


def of_person(connection: Connection, person_key: str) -> list[Enrolment]:
    """All of a person's enrolments, the most urgent first."""
    rows = connection.execute(_OF_PERSON, {"person": person_key})
    return [from_row(row._asdict()) for row in rows]


def save(connection: Connection, enrolment: Enrolment, *, is_new: bool) -> None:
    row = as_row(enrolment)
    if is_new:
        connection.execute(insert(enrolments), [row])
    else:
        connection.execute(_CHANGE, {_KEY.get(column, column): value for column, value in row.items()})


# Rows


class _State(NamedTuple):
    """The column `state`, a JSON object."""

    cards: dict[str, str]
    checks: dict[str, Answer]
    attempt: dict[str, Any] | None
    met: list[str]
    prior: dict[str, Any] | None = None
    waived: Sequence[str] = ()


_COLUMNS = tuple(enrolments.c.keys())
_FIELDS = tuple(name for name in _COLUMNS if name != "state")


def as_row(enrolment: Enrolment) -> dict[str, Any]:
    """Values by column."""
    return {**{name: getattr(enrolment, name) for name in _FIELDS}, "state": _written_state(enrolment)}


def _written_state(enrolment: Enrolment) -> str:
    attempt = None if enrolment.attempt is None else _as_object(enrolment.attempt)
    prior = None if enrolment.prior is None else _as_object(enrolment.prior)
    state = _State(enrolment.cards, enrolment.checks, attempt, list(enrolment.met), prior, enrolment.waived)
    # What most people have nothing of is left out, and so was it before there was any.
    written = {name: value for name, value in state._asdict().items() if value or name in _ALWAYS_WRITTEN}
    return json.dumps(written, sort_keys=True)


_ALWAYS_WRITTEN = frozenset({"cards", "checks", "attempt", "met"})


def _as_object(sitting: Sitting) -> dict[str, Any]:
    responses = {question: response._asdict() for question, response in sitting.responses.items()}
    return {**{each.name: getattr(sitting, each.name) for each in fields(sitting)}, "responses": responses}


def from_row(row: Mapping[str, Any]) -> Enrolment:
    """The enrolment in a row of the table, which may have other columns too; raises one of `UNREADABLE` where its
    state makes no sense."""
    state = _State(**orjson.loads(row["state"]))
    return Enrolment(
        person_key=row["person_key"],
        course_id=row["course_id"],
        cycle=row["cycle"],
        assigned_at=row["assigned_at"],
        due_on=row["due_on"],
        started_at=row["started_at"],
        language=row["language"],
        course_version=row["course_version"],
        content_sha256=row["content_sha256"],
        attempts=row["attempts"],
        score=row["score"],
        pass_mark=row["pass_mark"],
        failed_at=row["failed_at"],
        passed_at=row["passed_at"],
        committed_at=row["committed_at"],
        completed_at=row["completed_at"],
        certificate_no=row["certificate_no"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        exempted_at=row["exempted_at"],
        exempted_as=row["exempted_as"],
        exempted_until=row["exempted_until"],
        revoked_at=row["revoked_at"],
        last_at=row["last_at"],
        cards_done=row["cards_done"],
        cards=state.cards,
        checks=state.checks,
        attempt=None if state.attempt is None else Attempt(**_read_sitting(**state.attempt)),
        met=tuple(state.met),
        prior=None if state.prior is None else _prior(**state.prior),
        waived=tuple(state.waived),
        rule=row["rule"],
        first_due_on=row["first_due_on"],
    )


def _prior(*, unchanged: list[list[str]], **rest: Any) -> Prior:
    return Prior(unchanged=_pairs(unchanged), **_read_sitting(**rest))


def _read_sitting(*, questions: list[list[str]], responses: dict[str, dict[str, Any]], **rest: Any) -> dict[str, Any]:
    return {
        "questions": _pairs(questions),
        "responses": {question: Response(**response) for question, response in responses.items()},
        **rest,
    }


def _pairs(listed: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, sha256) for name, sha256 in listed)


# Rows that nobody vouches for

_INSTANTS = tuple(column.name for column in enrolments.c if isinstance(column.type, Instant))
_STORED = [
    type_coerce(column, Text).label(column.name) if column.name in _INSTANTS else column for column in enrolments.c
]


def stored(
    connection: Connection, where: ColumnElement[bool], options: Mapping[str, Any]
) -> Iterator[tuple[str, dict[CycleKey, Enrolment | None]]]:
    """By person, ordered by key: the enrolments exactly as stored; None for one that `save` cannot have written.
    `options` are SQLAlchemy's execution options."""
    query = select(*_STORED).where(where).order_by(enrolments.c.person_key)
    rows = chains.fetched(connection, query, options)
    for person_key, group in groupby(rows, key=attrgetter("person_key")):
        yield person_key, {(row.course_id, row.cycle): _read(row) for row in group}


def _read(row: Row[Any]) -> Enrolment | None:
    values = dict(zip(_COLUMNS, row, strict=True))
    try:
        for name in _INSTANTS:
            if values[name] is not None:
                values[name] = _instant(values[name])
        return from_row(values)
    except UNREADABLE:
        return None


_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def _instant(text: str) -> datetime:
    """The reverse of `database.written`. Any other spelling of the instant is refused: reports compare the text."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)
