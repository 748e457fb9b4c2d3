"""Enrolments: the fold of a person's events, kept in a table that can be rebuilt at any time."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    Integer,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    true,
    update,
)

from database import Instant, metadata
from lessons.model import Answer
from progress.record import chains
from progress.record.chains import Event, Head, Kind

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
    Index("ix_enrolments_course_id", "course_id", "cycle"),
    Index(
        "ix_enrolments_revoked",
        "person_key",
        sqlite_where=text("revoked_at IS NOT NULL"),
        postgresql_where=text("revoked_at IS NOT NULL"),
    ),
)


EXEMPTIONS = ("exempt", "equivalent")
"""What an exemption rests on: HR's decision alone, or something equivalent that was done elsewhere."""


@dataclass(frozen=True)
class Response:
    """The answer to one question."""

    option: Answer
    right: bool
    confidence: str | None
    language: str
    at: str


@dataclass(frozen=True)
class Attempt:
    """One sitting of one drawn form. Its seed shows it again exactly as it was seen."""

    id: str
    number: int
    seed: str
    questions: tuple[tuple[str, str], ...]
    """(question id, SHA-256 of its edition), in the order in which they are asked."""
    pass_mark: int
    responses: Mapping[str, Response] = field(default_factory=dict)
    right: int | None = None
    score: int | None = None
    passed: bool | None = None

    @property
    def is_finished(self) -> bool:
        return self.passed is not None

    @property
    def next_number(self) -> int:
        """The number, from 1, of the first question without a response; one past the last when all have one."""
        for number, (question, _) in enumerate(self.questions, start=1):
            if question not in self.responses:
                return number
        return len(self.questions) + 1


@dataclass(frozen=True)
class Enrolment:
    """One person in one course's current cycle, as their events tell it."""

    person_key: str
    course_id: str
    cycle: int
    assigned_at: datetime
    due_on: date
    last_at: datetime
    started_at: datetime | None = None
    language: str | None = None
    course_version: str | None = None
    content_sha256: str | None = None
    attempts: int = 0
    score: int | None = None
    pass_mark: int | None = None
    failed_at: datetime | None = None
    """When the latest finished attempt was not passed."""
    passed_at: datetime | None = None
    committed_at: datetime | None = None
    completed_at: datetime | None = None
    certificate_no: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    exempted_at: datetime | None = None
    exempted_as: str | None = None
    """One of `EXEMPTIONS`."""
    exempted_until: date | None = None
    """The last day of the exemption; without it, it has none."""
    revoked_at: datetime | None = None
    cards: Mapping[str, str] = field(default_factory=dict)
    """By card id: when it was done."""
    checks: Mapping[str, Answer] = field(default_factory=dict)
    """By card id: the answer given there."""
    attempt: Attempt | None = None
    """The latest one."""
    met: tuple[str, ...] = ()
    """The questions of all attempts so far, voided ones too: whoever has seen a question knows it."""

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to do in this cycle."""
        return self.certificate_no is None and self.exempted_at is None


Key = tuple[str, int]
"""A course and its cycle."""


class Happening(Protocol):
    """As much of an event as a fold needs. Moments are the text that they are kept as: most end up as text."""

    @property
    def person_key(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def written_at(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...


def fold(events: Sequence[Happening]) -> dict[Key, Enrolment]:
    """All enrolments of one person, from their whole chain. What was voided does not count, but it was met."""
    return {key: _from_told(row) for key, row in told(events).items()}


def told(events: Sequence[Happening]) -> dict[Key, dict[str, Any]]:
    """The same as the rows that are kept of it: moments as text, the state as what it says."""
    # To look a kind up takes as long as to compare it with five.
    corrected, assigned, attempt_started = Kind.CORRECTED, Kind.ASSIGNED, Kind.ATTEMPT_STARTED
    void = {seq for event in events if event.kind is corrected for seq in event.body["voids"]}
    rows: dict[Key, dict[str, Any]] = {}
    for event in events:
        kind, body = event.kind, event.body
        if kind in chains.OF_THE_PERSON:
            continue
        key = (body["course"], body["cycle"])
        if event.seq in void:
            if kind is attempt_started and key in rows:
                _meet(rows[key], body)
        elif kind is assigned:
            rows[key] = _begun(event)
        else:
            _happen(rows.get(key), event)
    return rows


def after(enrolment: Enrolment | None, event: Event) -> Enrolment:
    """The enrolment once `event` has happened, which must not be a correction: that changes what was before."""
    if event.kind is Kind.ASSIGNED:
        return _from_told(_begun(event))
    row = {**_columns_of(enrolment), "state": _state_of(enrolment)} if enrolment else None
    return _from_told(_happen(row, event))


def _begun(event: Happening) -> dict[str, Any]:
    return {
        **_NOTHING,
        "person_key": event.person_key,
        "course_id": event.body["course"],
        "cycle": event.body["cycle"],
        "assigned_at": event.written_at,
        "due_on": date.fromisoformat(event.body["due_on"]),
        "last_at": event.written_at,
        "attempts": 0,
        "cards_done": 0,
        "state": {"cards": {}, "checks": {}, "attempt": None, "met": []},
    }


_NOTHING = dict.fromkeys(enrolments.c.keys())


def _happen(row: dict[str, Any] | None, event: Happening) -> dict[str, Any]:
    if row is None:
        raise ValueError(f"{event.kind} without an assignment: {event.person_key} {event.seq}")
    row["last_at"] = event.written_at
    if change := _CHANGES.get(event.kind):
        change(row, event.body, event.written_at)
    return row


def _started(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    row.update(_version(body), started_at=at)


def _checked(row: dict[str, Any], body: dict[str, Any], at: str) -> None:  # noqa: ARG001
    row["state"]["checks"][body["card"]] = body["option"]


def _card_seen(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    cards = row["state"]["cards"]
    cards[body["card"]] = at
    row["cards_done"] = len(cards)


def _meet(row: dict[str, Any], body: dict[str, Any]) -> None:
    state = row["state"]
    state["met"] = list(dict.fromkeys((*state["met"], *(name for name, _ in body["questions"]))))


def _attempt_started(row: dict[str, Any], body: dict[str, Any], at: str) -> None:  # noqa: ARG001
    _meet(row, body)
    row["state"]["attempt"] = {
        "id": body["attempt"],
        "number": body["number"],
        "seed": body["seed"],
        "questions": body["questions"],
        "pass_mark": body["pass_mark"],
        "responses": {},
        **_UNFINISHED,
    }
    row.update(_version(body), attempts=body["number"])


_UNFINISHED = dict.fromkeys(("right", "score", "passed"))


def _answered(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    if attempt := row["state"]["attempt"]:
        attempt["responses"][body["question"]] = {
            "option": body["option"],
            "right": body["right"],
            "confidence": body["confidence"],
            "language": body["language"],
            "at": at,
        }


def _attempt_finished(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    if attempt := row["state"]["attempt"]:
        attempt.update({name: body[name] for name in _UNFINISHED})
        if body["passed"]:
            row.update(passed_at=at, score=body["score"], pass_mark=attempt["pass_mark"])
        else:
            row["failed_at"] = at


def _committed(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    row.update(committed_at=at, language=body["language"])


def _certified(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    row.update(
        completed_at=at,
        certificate_no=body["certificate_no"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_until=date.fromisoformat(body["valid_until"]),
    )


def _exempted(row: dict[str, Any], body: dict[str, Any], at: str) -> None:
    until = body["until"] and date.fromisoformat(body["until"])
    row.update(exempted_at=at, exempted_as=body["as"], exempted_until=until)


def _revoked(row: dict[str, Any], body: dict[str, Any], at: str) -> None:  # noqa: ARG001
    row["revoked_at"] = at


_CHANGES: Mapping[Kind, Callable[[dict[str, Any], dict[str, Any], str], None]] = {
    Kind.STARTED: _started,
    Kind.CHECKED: _checked,
    Kind.CARD_SEEN: _card_seen,
    Kind.ATTEMPT_STARTED: _attempt_started,
    Kind.ANSWERED: _answered,
    Kind.ATTEMPT_FINISHED: _attempt_finished,
    Kind.COMMITTED: _committed,
    Kind.CERTIFIED: _certified,
    Kind.EXEMPTED: _exempted,
    Kind.REVOKED: _revoked,
}
"""What each kind does to the row of an enrolment, given the event's body and moment."""


def _version(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("course_version", "content_sha256", "language")}


_COLUMNS = tuple(enrolments.c.keys())
_FIELDS = tuple(name for name in _COLUMNS if name not in {"state", "cards_done"})
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
    return _from_row(row) if row else None


def current_and_head(connection: Connection, person_key: str, course_id: str) -> tuple[Enrolment, Head] | None:
    """The person's latest cycle of the course and the end of their chain, both as of one moment."""
    row = connection.execute(_LATEST_AND_HEAD, {"person": person_key, "course": course_id}).first()
    return (_from_row(row), chains.head_in(row)) if row else None


def of_person(connection: Connection, person_key: str) -> list[Enrolment]:
    """All of a person's enrolments, the most urgent first."""
    rows = connection.execute(_OF_PERSON, {"person": person_key})
    return [_from_row(row) for row in rows]


def save(connection: Connection, enrolment: Enrolment, *, is_new: bool) -> None:
    row = as_row(enrolment)
    if is_new:
        connection.execute(insert(enrolments), [row])
    else:
        connection.execute(_CHANGE, {_KEY.get(column, column): value for column, value in row.items()})


def differing(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """(person key, course, cycle) of every row that is not what the events say, missing and surplus included."""
    for person_key, kept, folded in _kept_and_folded(connection):
        for key in sorted(kept.keys() | folded.keys()):
            if kept.get(key) != folded.get(key):
                yield (person_key, *key)


def rebuild(connection: Connection) -> int:
    """Writes the whole table anew from the events; gives the number of rows that were wrong."""
    wrong = list(differing(connection))
    for person_key in sorted({person_key for person_key, _, _ in wrong}):
        connection.execute(delete(enrolments).where(enrolments.c.person_key == person_key))
        folded = fold(chains.chain(connection, person_key))
        if folded:
            connection.execute(insert(enrolments), [as_row(enrolment) for enrolment in folded.values()])
    return len(wrong)


def _kept_and_folded(
    connection: Connection,
) -> Iterator[tuple[str, dict[Key, dict[str, Any]], dict[Key, dict[str, Any]]]]:
    """For each person, in order: the rows that are kept, and those that the events give."""
    rows = connection.execute(
        select(enrolments).order_by(enrolments.c.person_key), execution_options={"yield_per": 1000}
    )
    kept = _grouped(rows)
    folded = ((chain[0].person_key, fold(chain)) for chain in chains.chains(connection))
    ours, theirs = next(kept, None), next(folded, None)
    while ours or theirs:
        person_key = min(group[0] for group in (ours, theirs) if group)
        here, there = {}, {}
        if ours and ours[0] == person_key:
            here, ours = ours[1], next(kept, None)
        if theirs and theirs[0] == person_key:
            there = {key: as_row(enrolment) for key, enrolment in theirs[1].items()}
            theirs = next(folded, None)
        yield person_key, here, there


def _grouped(rows: Iterable[Row[Any]]) -> Iterator[tuple[str, dict[Key, dict[str, Any]]]]:
    person_key = ""
    group: dict[Key, dict[str, Any]] = {}
    for row in rows:
        if group and row.person_key != person_key:
            yield person_key, group
            group = {}
        person_key = row.person_key
        group[row.course_id, row.cycle] = dict(row._mapping)
    if group:
        yield person_key, group


def as_row(enrolment: Enrolment) -> dict[str, Any]:
    return {**_columns_of(enrolment), "state": json.dumps(_state_of(enrolment), sort_keys=True)}


def _columns_of(enrolment: Enrolment) -> dict[str, Any]:
    """All columns but the state."""
    row = vars(enrolment)
    return {name: row[name] for name in _FIELDS} | {"cards_done": len(enrolment.cards)}


def _state_of(enrolment: Enrolment) -> dict[str, Any]:
    """What the column `state` holds, in the types that JSON is read as, and nothing that the enrolment shares."""
    return {
        "cards": dict(enrolment.cards),
        "checks": dict(enrolment.checks),
        "attempt": enrolment.attempt and _plain(enrolment.attempt),
        "met": list(enrolment.met),
    }


def _plain(attempt: Attempt) -> dict[str, Any]:
    return {
        **vars(attempt),
        "questions": [list(asked) for asked in attempt.questions],
        "responses": {name: vars(response) for name, response in attempt.responses.items()},
    }


def _from_row(row: Row[Any]) -> Enrolment:
    return _from_told({**row._mapping, "state": json.loads(row.state)})


def _from_told(row: Mapping[str, Any]) -> Enrolment:
    """From a row as it is told; moments may be moments already, and other columns may stand beside."""
    values = {name: row[name] for name in _FIELDS}
    moments = {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if isinstance(values[name], str)}
    state = row["state"]
    return Enrolment(
        **{**values, **moments},
        cards=state["cards"],
        checks=state["checks"],
        attempt=state["attempt"] and _attempt(state["attempt"]),
        met=tuple(state["met"]),
    )


_MOMENTS = tuple(column.name for column in enrolments.c if isinstance(column.type, Instant))


def _attempt(told: Mapping[str, Any]) -> Attempt:
    return Attempt(
        **{
            **told,
            "questions": tuple((name, sha256) for name, sha256 in told["questions"]),
            "responses": {name: Response(**response) for name, response in told["responses"].items()},
        }
    )
