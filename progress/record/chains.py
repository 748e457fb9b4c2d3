"""The record: each person's append-only chain of events. Everything else about progress is derived from it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Index, Integer, Row, Table, Text, bindparam, func, insert, select, text

from database import Instant, metadata, written
from lessons.model import canonical

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
)

FIRST_HASH = "0" * 64
"""What the first event of a chain names as the hash before it."""


class Kind(StrEnum):
    ASSIGNED = "assigned"
    STARTED = "started"
    CHECKED = "checked"
    """A card's question, or the dilemma, was answered; it is not scored."""
    CARD_SEEN = "card seen"
    ATTEMPT_STARTED = "attempt started"
    ANSWERED = "answered"
    ATTEMPT_FINISHED = "attempt finished"
    COMMITTED = "committed"
    CERTIFIED = "certified"
    EXEMPTED = "exempted"
    """The course need not be taken: by HR's decision, or because something equivalent was done elsewhere."""
    REVOKED = "revoked"
    """The certificate is not valid any more, and the cycle has ended with it."""
    REMINDED = "reminded"
    CORRECTED = "corrected"
    """Earlier events of the chain do not count any more; they stay where they are."""
    READ = "read"
    """Somebody of HR or an auditor opened this person's record; it changes nothing else."""
    ERASED = "erased"
    """The name and everything else in the directory was erased; the chain knows a pseudonym alone."""


OF_THE_PERSON = frozenset({Kind.READ, Kind.ERASED})
"""What happens to a person's record as a whole, and belongs to no course."""


@dataclass(frozen=True)
class Event:
    """One thing that happened to one person. `previous_hash` and `hash` bind it to all that came before."""

    person_key: str
    seq: int
    kind: Kind
    at: datetime
    body: dict[str, Any]
    previous_hash: str
    hash: str

    @property
    def written_at(self) -> str:
        """`at` as it stands in the database."""
        return written(self.at)


@dataclass(slots=True)
class Kept:
    """An event as much of it as is folded, for when millions are: its moment stays the text that is kept."""

    person_key: str
    seq: int
    kind: Kind
    written_at: str
    body: dict[str, Any]


_KINDS = {kind.value: kind for kind in Kind}


def kept(person_key: str, seq: int, kind: str, written_at: str, body: str) -> Kept:
    """From the columns; raises where they make no sense."""
    return Kept(person_key, seq, _KINDS[kind], written_at, orjson.loads(body))


@dataclass(frozen=True)
class Head:
    """The end of a person's chain."""

    seq: int
    at: datetime | None
    hash: str


NO_EVENTS = Head(0, None, FIRST_HASH)


HEAD = (
    select(events.c.seq, events.c.at, events.c.hash)
    .where(events.c.person_key == bindparam("person"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
_APPEND = insert(events)


def head(connection: Connection, person_key: str) -> Head:
    row = connection.execute(HEAD, {"person": person_key}).first()
    return head_in(row) if row else NO_EVENTS


def head_in(row: Row[*tuple[Any, ...]]) -> Head:
    """The head as `HEAD` selects it, alone or beside something else."""
    return Head(row.seq, row.at, row.hash)


def following(
    before: Head, person_key: str, happened: Iterable[tuple[Kind, dict[str, Any]]], now: datetime
) -> list[Event]:
    """The events that continue a chain from `before`. Time never runs backwards in a chain."""
    chained = []
    for kind, body in happened:
        at = now if before.at is None else max(now, before.at)
        seq = before.seq + 1
        digest = hash_of(person_key, seq, kind, written(at), canonical(body), before.hash)
        chained.append(Event(person_key, seq, kind, at, body, before.hash, digest))
        before = Head(seq, at, digest)
    return chained


def hash_of(person_key: str, seq: int, kind: str, written_at: str, body: str, previous_hash: str) -> str:
    """SHA-256 over everything that an event says, line by line, as it is kept; `body` is canonical JSON."""
    said = f"kodex event 1\n{person_key}\n{seq}\n{kind}\n{written_at}\n{previous_hash}\n{body}"
    return hashlib.sha256(said.encode()).hexdigest()


def append(connection: Connection, chained: Sequence[Event]) -> None:
    """Writes events at the end of their chains; raises `IntegrityError` where another writer was first."""
    if chained:
        connection.execute(_APPEND, [_as_row(event) for event in chained])


def size(connection: Connection) -> tuple[int, int]:
    """(events, people) that it holds."""
    counted = select(func.count(), func.count(events.c.person_key.distinct())).select_from(events)
    n, people = connection.execute(counted).one()
    return n, people


def chain(connection: Connection, person_key: str) -> list[Event]:
    rows = connection.execute(select(events).where(events.c.person_key == person_key).order_by(events.c.seq))
    return [_from_row(row) for row in rows]


def chains(connection: Connection) -> Iterator[list[Event]]:
    """Every chain, one after the other, in bounded memory."""
    rows = connection.execute(
        select(events).order_by(events.c.person_key, events.c.seq), execution_options={"yield_per": 5000}
    )
    gathered: list[Event] = []
    for row in rows:
        event = _from_row(row)
        if gathered and gathered[0].person_key != event.person_key:
            yield gathered
            gathered = []
        gathered.append(event)
    if gathered:
        yield gathered


def broken_at(chained: Sequence[Event]) -> int | None:
    """The number of the first event that does not follow from those before it; none when all do."""
    before = FIRST_HASH
    for seq, event in enumerate(chained, start=1):
        digest = hash_of(event.person_key, event.seq, event.kind, event.written_at, canonical(event.body), before)
        if event.seq != seq or event.previous_hash != before or event.hash != digest:
            return seq
        before = event.hash
    return None


def _as_row(event: Event) -> dict[str, Any]:
    return {
        "person_key": event.person_key,
        "seq": event.seq,
        "kind": event.kind.value,
        "at": event.at,
        "body": canonical(event.body),
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def _from_row(row: Row[Any]) -> Event:
    return Event(row.person_key, row.seq, Kind(row.kind), row.at, json.loads(row.body), row.previous_hash, row.hash)
