"""The record: an append-only chain of events per person. Everything else about progress is derived from it."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby, starmap
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    insert,
    select,
    text,
    true,
    type_coerce,
)

from database import NO_TEXT, Instant, metadata, written
from lessons.model import canonical
from words import Sentence, sentence

events = Table(
    "events",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(
        "ix_events_revoked",
        "person_key",
        sqlite_where=text("kind = 'revoked'"),
        postgresql_where=text("kind = 'revoked'"),
    ),
    Index(
        "ix_events_refreshed",
        "person_key",
        sqlite_where=text("kind = 'refreshed'"),
        postgresql_where=text("kind = 'refreshed'"),
    ),
)

FIRST_HASH = "0" * 64
"""`previous_hash` of the first event of a chain."""


class Kind(StrEnum):
    ASSIGNED = "assigned"
    DUE_MOVED = "due moved"
    """The due date of an open cycle was moved."""
    STARTED = "started"
    CHECKED = "checked"
    """A card's question, or the dilemma, was answered; it is not scored."""
    REPLIED = "replied"
    """A reply in a lesson's dialogue; it is not scored."""
    CARD_SEEN = "card seen"
    PRIOR_STARTED = "prior started"
    """Questions before the lesson were drawn: a test-out, or the opener of a later round."""
    PRIOR_ANSWERED = "prior answered"
    PRIOR_FINISHED = "prior finished"
    WAIVED = "waived"
    """Cards need not be taken: the questions before the lesson showed that they are known."""
    ATTEMPT_STARTED = "attempt started"
    ANSWERED = "answered"
    ATTEMPT_FINISHED = "attempt finished"
    COMMITTED = "committed"
    CERTIFIED = "certified"
    EXEMPTED = "exempted"
    """The course need not be taken: by HR's decision, or because something equivalent was done elsewhere."""
    REFRESHED = "refreshed"
    """A question of the course was answered again, some time after the certificate. It changes nothing else."""
    REVOKED = "revoked"
    """The certificate is no longer valid, and its cycle has ended."""
    REMINDED = "reminded"
    CORRECTED = "corrected"
    """Earlier events of the chain no longer count. They stay where they are."""
    READ = "read"
    """A member of HR or an auditor opened this person's record. It changes nothing else."""
    ERASED = "erased"
    """The name and everything else in the directory was erased. Only the pseudonym in the chain is left."""


OF_THE_PERSON = frozenset({Kind.READ, Kind.ERASED})
"""Events about a person's record as a whole: they belong to no course."""

_KINDS = {kind.value: kind for kind in Kind}


@dataclass(slots=True)
class Event:
    """One thing that happened to one person. `previous_hash` and `hash` bind it to everything before it.

    The `written_…` fields are the text exactly as stored, which is what the hash covers. `kind`, `at` and `body` read
    that text, and raise `ValueError` where it makes no sense.
    """

    person_key: str
    seq: int
    """Its number in the chain, from 1."""
    written_kind: str
    written_at: str
    """ISO 8601 in UTC with microseconds."""
    written_body: str
    """Canonical JSON."""
    previous_hash: str
    hash: str
    _body: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def kind(self) -> Kind:
        try:
            return _KINDS[self.written_kind]
        except KeyError:
            raise ValueError(f"no kind of event: {self.written_kind}") from None

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.written_at)

    @property
    def body(self) -> Any:
        """A dictionary; which keys it has depends on the kind."""
        if self._body is None:
            self._body = orjson.loads(self.written_body)
        return self._body

    @property
    def head(self) -> "Head":
        """The head of the chain that ends with this event."""
        return Head(self.seq, self.at, self.hash)

    def as_stored(self) -> dict[str, Any]:
        """Columns with their values, all as stored."""
        return dict(zip(_COLUMNS, _VALUES(self), strict=True))

    @classmethod
    def from_stored(cls, columns: Mapping[str, Any]) -> "Event":
        """The reverse of `as_stored`; raises `KeyError` where a column is missing."""
        return cls(*(columns[name] for name in _COLUMNS))


_COLUMNS = tuple(events.c.keys())
_VALUES = attrgetter("person_key", "seq", "written_kind", "written_at", "written_body", "previous_hash", "hash")


@dataclass(frozen=True)
class Head:
    """The end of a person's chain."""

    seq: int
    at: datetime | None
    hash: str


NO_EVENTS = Head(0, None, FIRST_HASH)


_AT = type_coerce(events.c.at, Text).label("at")
_STORED = [_AT if column.name == "at" else column for column in events.c]
"""All columns as text, in the order of the fields of `Event`."""
STREAMED: Mapping[str, Any] = {"yield_per": 5000}
"""Execution options for reading in bounded memory."""
AT_ONCE: Mapping[str, Any] = {}
"""Execution options for reading all rows at once: nothing stays open when one of them cannot be read."""
HEAD = (
    select(events.c.seq, events.c.at, events.c.hash)
    .where(events.c.person_key == bindparam("person"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
_APPEND = insert(events).values(at=bindparam("at", type_=Text))


def head(connection: Connection, person_key: str) -> Head:
    row = connection.execute(HEAD, {"person": person_key}).first()
    return head_in(row) if row else NO_EVENTS


def heads(connection: Connection, person_keys: Collection[str]) -> dict[str, Head]:
    """By person: the heads of these people's chains, where they have one."""
    newest = (
        select(events.c.person_key, func.max(events.c.seq).label("seq"))
        .where(events.c.person_key.in_(person_keys))
        .group_by(events.c.person_key)
        .subquery()
    )
    is_newest = and_(events.c.person_key == newest.c.person_key, events.c.seq == newest.c.seq)
    asked = select(events.c.person_key, events.c.seq, events.c.at, events.c.hash).join(newest, is_newest)
    return {row.person_key: head_in(row) for row in connection.execute(asked)}


def head_in(row: Row[*tuple[Any, ...]]) -> Head:
    """The head in a row of `HEAD`, which may have other columns too."""
    return Head(row.seq, row.at, row.hash)


def following(
    before: Head, person_key: str, happened: Iterable[tuple[Kind, dict[str, Any]]], now: datetime
) -> list[Event]:
    """The events that continue a chain from `before`. Time never runs backwards in a chain."""
    chain = []
    at = now if before.at is None else max(now, before.at)
    seq, previous_hash, written_at = before.seq, before.hash, written(at)
    for kind, body in happened:
        seq += 1
        event = Event(person_key, seq, kind.value, written_at, canonical(body), previous_hash, "")
        event._body = body
        previous_hash = event.hash = hash_of(event)
        chain.append(event)
    return chain


def hash_of(event: Event) -> str:
    """SHA-256 in hexadecimal over everything else that is stored of the event, a field per line."""
    text = (
        f"kodex event 1\n{event.person_key}\n{event.seq}\n{event.written_kind}\n{event.written_at}\n"
        f"{event.previous_hash}\n{event.written_body}"
    )
    return hashlib.sha256(text.encode()).hexdigest()


def append(connection: Connection, chain: Sequence[Event]) -> None:
    """Write events at the end of their chains; raises `IntegrityError` if another writer was first."""
    if chain:
        connection.execute(_APPEND, [event.as_stored() for event in chain])


def size(connection: Connection) -> tuple[int, int]:
    """Number of events, and of people who have any."""
    counted = select(func.count(), func.count(events.c.person_key.distinct())).select_from(events)
    n, people = connection.execute(counted).one()
    return n, people


def of(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    before: datetime | None = None,
    options: Mapping[str, Any] | None = None,
) -> Iterator[list[Event]]:
    """The chains of people, ordered by key, with the events that meet `where` and, if given, happened before
    `before`. Read in bounded memory unless `options`, SQLAlchemy's execution options, say otherwise."""
    query = select(*_STORED).where(where).order_by(events.c.person_key, events.c.seq)
    if before is not None:
        query = query.where(events.c.at < before)
    rows = fetched(connection, query, STREAMED if options is None else options)
    for _, chain in groupby(starmap(Event, rows), key=attrgetter("person_key")):
        yield list(chain)


def fetched(connection: Connection, query: Select[Any], options: Mapping[str, Any]) -> Iterable[Row[Any]]:
    """Rows as they come if `options` have `yield_per`, otherwise all at once."""
    rows = connection.execute(query, execution_options=options)
    return rows if "yield_per" in options else rows.all()


def chain(connection: Connection, person_key: str) -> list[Event]:
    """One person's whole chain."""
    return next(of(connection, events.c.person_key == person_key, options=AT_ONCE), [])


def chains(connection: Connection) -> Iterator[list[Event]]:
    """Everybody's whole chain, in bounded memory."""
    return of(connection, true())


def voided(chain: Iterable[Event]) -> dict[int, Event]:
    """By the number of each voided event: the correction that voids it."""
    corrected = Kind.CORRECTED.value
    return {seq: event for event in chain if event.written_kind == corrected for seq in event.body["voids"]}


def first_fault(chain: Sequence[Event], after: Head = NO_EVENTS) -> tuple[int, Sentence] | None:
    """The number of the first event that does not follow from those before it, and why; None if all do.

    `after` is the head from which the chain goes on, for a part of one."""
    before, at, person_key = after.hash, "", chain[0].person_key if chain else ""
    for seq, event in enumerate(chain, start=after.seq + 1):
        digest = hash_of(event)
        if event.seq != seq:
            return seq, sentence("event {n} is missing", n=seq)
        if event.hash != digest:
            return seq, _altered(event)
        if event.previous_hash != before or event.person_key != person_key:
            return seq, sentence("event {n} does not follow from the event before it", n=seq)
        if event.written_at < at:
            return seq, sentence("event {n} says that it happened before the event before it", n=seq)
        before, at = digest, event.written_at
    return None


def _altered(event: Event) -> Sentence:
    if any(NO_TEXT in str(value) for value in event.as_stored().values()):
        return sentence("event {n} was altered: it holds bytes that are no text", n=event.seq)
    return sentence("event {n} was altered: it does not have its hash any more", n=event.seq)


def broken_at(chain: Sequence[Event]) -> int | None:
    """The number of the first event that does not follow from those before it; None if all do."""
    fault = first_fault(chain)
    return fault and fault[0]
