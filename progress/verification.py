"""The whole record recomputed: every chain, the sealed heads, the roots, the enrolments, the certificates."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Row, Select, Text, distinct, func, select, type_coerce

from database import Database, written
from progress import checkpoints, enrolments
from progress.certificates import Certificate, as_event, certificates
from progress.checkpoints import Checkpoint, sealed_heads
from progress.merkle import Tree
from progress.record import FIRST_HASH, Kind, events
from signing import NotSignedError, Verifier
from words import Sentence, sentence

LATE = timedelta(minutes=5)
"""How much earlier than a checkpoint an event may say that it happened, when the checkpoint does not hold it: a
transaction reads the clock before it is committed."""
PIECE = 5000
"""Rows that are read at a time."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    what: Sentence
    person_key: str = ""
    """Whose chain; empty where it is about a checkpoint."""
    sound_until: datetime | None = None
    """When the last checkpoint was made with which the chain still agrees."""


@dataclass(frozen=True)
class Verified:
    """How much was recomputed, and what does not hold."""

    events: int
    people: int
    checkpoints: int
    certificates: int
    findings: Sequence[Finding]


@dataclass(slots=True)
class _Read:
    """An event as it is folded: a record holds millions, and most of their moments stay text."""

    person_key: str
    seq: int
    kind: Kind
    written_at: str
    body: dict[str, Any]


@dataclass(frozen=True)
class _Stored:
    """All that is stored about one person's progress."""

    person_key: str
    chain: Sequence[Any]
    sealed: Sequence[Any]
    enrolments: Sequence[Any]
    certificates: Sequence[Any]


@dataclass
class _Seals:
    """The checkpoints that are kept, in order: how many leaves each has, and when it was made."""

    sizes: list[int] = field(default_factory=list)
    made_at: list[datetime] = field(default_factory=list)

    def made_first_with(self, leaf: int) -> datetime | None:
        """When the first checkpoint with this leaf was made."""
        return self._made(bisect_right(self.sizes, leaf))

    def made_last_without(self, leaf: int | None) -> datetime | None:
        """When the last checkpoint without this leaf was made; of all, where there is no leaf."""
        return self._made((len(self.sizes) if leaf is None else bisect_right(self.sizes, leaf)) - 1)

    def _made(self, number: int) -> datetime | None:
        return self.made_at[number] if 0 <= number < len(self.made_at) else None


def verify(
    database: Database,
    verifiers: Sequence[Verifier],
    notes: Mapping[str, str],
    since: datetime | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Recomputes everything, in bounded memory. `notes` are checkpoints that were kept elsewhere, by the names of
    their files. With `since`, only of the people of whom something was recorded from then on."""
    seals = _Seals()
    with database.snapshot() as connection:
        findings = list(_checkpoints(connection, verifiers, notes, seals))
        n_events = n_people = n_certificates = 0
        for stored in _people(connection, since):
            findings += _person(stored, seals)
            n_events += len(stored.chain)
            n_people += bool(stored.chain)
            n_certificates += len(stored.certificates)
            on_progress(len(stored.chain))
    return Verified(n_events, n_people, len(seals.sizes), n_certificates, findings)


def count(connection: Connection, since: datetime | None) -> int:
    """How many events there are to recompute."""
    counted: int = connection.execute(_of(events.c.person_key, since, select(func.count()))).scalar_one()
    return counted


# Checkpoints


def _checkpoints(
    connection: Connection, verifiers: Sequence[Verifier], notes: Mapping[str, str], seals: _Seals
) -> Iterator[Finding]:
    """Those kept here and those kept elsewhere, against the root over the heads that are sealed here."""
    known: list[tuple[Sentence, Checkpoint]] = []
    for kept in checkpoints.kept(connection):
        seals.sizes.append(kept.size)
        seals.made_at.append(kept.made_at)
        called = sentence("checkpoint {n} of {time}", n=kept.number, time=written(kept.made_at))
        try:
            signed = checkpoints.read(kept.note, verifiers).checkpoint
        except NotSignedError as error:
            yield Finding(sentence("{checkpoint}: {reason}", checkpoint=called, reason=error.reason))
            continue
        if (signed.size, signed.at) != (kept.size, kept.made_at):
            yield Finding(sentence("{checkpoint} was altered: what is signed says otherwise", checkpoint=called))
        known.append((called, signed))
    for name, note in notes.items():
        called = sentence("the checkpoint in {file}", file=name)
        try:
            known.append((called, checkpoints.read(note, verifiers).checkpoint))
        except NotSignedError as error:
            yield Finding(sentence("{checkpoint}: {reason}", checkpoint=called, reason=error.reason))
    yield from _roots(connection, known)


def _roots(connection: Connection, known: Sequence[tuple[Sentence, Checkpoint]]) -> Iterator[Finding]:
    ended = checkpoints.ends_of_epochs(connection)
    by_size = sorted(known, key=lambda each: each[1].size)
    tree = Tree()
    leaves = checkpoints.leaves(connection)
    for called, signed in by_size:
        end = ended.get(signed.epoch)
        if end is not None and signed.size > end:
            yield Finding(
                sentence(
                    "{checkpoint} holds {n} heads of chains more than the copy from which the database was put back "
                    "afterwards; what was recorded between the two is lost",
                    checkpoint=called,
                    n=signed.size - end,
                )
            )
            continue
        while tree.size < signed.size and (leaf := next(leaves, None)) is not None:
            tree.add(leaf)
        if tree.size < signed.size:
            yield Finding(
                sentence(
                    "{checkpoint} holds {n} heads of chains, the database only {kept}: events were removed, or an "
                    "older copy of the database was put back",
                    checkpoint=called,
                    n=signed.size,
                    kept=tree.size,
                )
            )
        elif tree.root() != signed.root:
            yield Finding(
                sentence(
                    "{checkpoint} has another root than the heads of chains that are sealed here: the record was "
                    "altered before it was made, or its heads were afterwards",
                    checkpoint=called,
                )
            )


# People


def _people(connection: Connection, since: datetime | None) -> Iterator[_Stored]:
    """Everybody of whom anything is stored, by key."""
    columns = (events.c.person_key, events.c.seq, events.c.kind, type_coerce(events.c.at, Text).label("at"))
    chained = select(*columns, events.c.body, events.c.previous_hash, events.c.hash)
    sources = [
        _grouped(connection, _of(events.c.person_key, since, chained).order_by(events.c.person_key, events.c.seq)),
        *(
            _grouped(connection, _of(key, since, select(table)).order_by(key, *order))
            for table, key, order in (
                (sealed_heads, sealed_heads.c.person_key, [sealed_heads.c.seq]),
                (enrolments.enrolments, enrolments.enrolments.c.person_key, []),
                (certificates, certificates.c.person_key, []),
            )
        ),
    ]
    groups = [next(source, None) for source in sources]
    while found := [group for group in groups if group]:
        person_key = min(key for key, _ in found)
        here: list[Sequence[Any]] = []
        for n, group in enumerate(groups):
            if group and group[0] == person_key:
                here.append(group[1])
                groups[n] = next(sources[n], None)
            else:
                here.append(())
        yield _Stored(person_key, *here)


def _grouped(connection: Connection, statement: Select[Any]) -> Iterator[tuple[str, list[Row[Any]]]]:
    rows = connection.execute(statement, execution_options={"yield_per": PIECE})
    for person_key, group in groupby(rows, key=attrgetter("person_key")):
        yield person_key, list(group)


def _of(person_key: Column[str], since: datetime | None, statement: Select[Any]) -> Select[Any]:
    if since is None:
        return statement.select_from(person_key.table)
    recent = select(distinct(events.c.person_key)).where(events.c.at >= since)
    return statement.select_from(person_key.table).where(person_key.in_(recent))


def _person(stored: _Stored, seals: _Seals) -> Iterator[Finding]:
    key = stored.person_key
    sound_until = _sound_until(stored, seals)
    for what in (_broken(stored.chain), _unsealed(stored, seals), _backdated(stored, seals)):
        if what is not None:
            yield Finding(what, key, sound_until)
    try:
        chain = [_read(row) for row in stored.chain]
        folded = enrolments.fold(chain)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(sentence("what the events say makes no sense"), key, sound_until)
        return
    for what in (*_enrolments(stored.enrolments, folded), *_certificates(stored.certificates, chain)):
        yield Finding(what, key, sound_until)


def _broken(chain: Sequence[Any]) -> Sentence | None:
    """The first event that does not follow from those before it."""
    before, at = FIRST_HASH, ""
    for number, row in enumerate(chain, start=1):
        if row.seq != number:
            return sentence("event {n} is missing", n=number)
        # As `record.hash_of`, over the text that is kept.
        said = f"kodex event 1\n{row.person_key}\n{number}\n{row.kind}\n{row.at}\n{row.previous_hash}\n{row.body}"
        if sha256(said.encode()).hexdigest() != row.hash:
            return sentence("event {n} was altered: it does not have its hash any more", n=number)
        if row.previous_hash != before:
            return sentence("event {n} does not follow from the event before it", n=number)
        if row.at < at:
            return sentence("event {n} says that it happened before the event before it", n=number)
        before, at = row.hash, row.at
    return None


def _unsealed(stored: _Stored, seals: _Seals) -> Sentence | None:
    """The first head that a checkpoint has sealed and that the chain does not have any more."""
    for head in stored.sealed:
        if _is_sealed(stored.chain, head):
            continue
        made_at = seals.made_first_with(head.leaf)
        time = written(made_at) if made_at else ""
        if head.seq > len(stored.chain):
            return sentence(
                "the chain ends with event {last}; the checkpoint of {time} has event {n}",
                last=len(stored.chain),
                time=time,
                n=head.seq,
            )
        return sentence("event {n} is not the one that the checkpoint of {time} has", n=head.seq, time=time)
    return None


def _is_sealed(chain: Sequence[Any], head: Any) -> bool:
    return 0 < head.seq <= len(chain) and bool(chain[head.seq - 1].hash == head.hash)


def _sound_until(stored: _Stored, seals: _Seals) -> datetime | None:
    until = None
    for head in stored.sealed:
        if not _is_sealed(stored.chain, head):
            break
        until = seals.made_first_with(head.leaf)
    return until


def _backdated(stored: _Stored, seals: _Seals) -> Sentence | None:
    """An event that was not there when a checkpoint was made, and says that it happened well before."""
    begin = 0
    for end, leaf in (*((head.seq, head.leaf) for head in stored.sealed), (len(stored.chain), None)):
        absent_at = seals.made_last_without(leaf)
        first = stored.chain[begin] if begin < min(end, len(stored.chain)) else None
        if absent_at and first is not None and first.at < written(absent_at - LATE):
            return sentence(
                "event {n} says that it happened at {at}; the checkpoint of {time} does not have it",
                n=first.seq,
                at=first.at,
                time=written(absent_at),
            )
        begin = max(begin, end)
    return None


_KINDS = {kind.value: kind for kind in Kind}


def _read(row: Any) -> _Read:
    return _Read(row.person_key, row.seq, _KINDS[row.kind], row.at, orjson.loads(row.body))


def _enrolments(kept: Sequence[Any], folded: Mapping[enrolments.Key, enrolments.Enrolment]) -> Iterator[Sentence]:
    here = {(row.course_id, row.cycle): dict(row._mapping) for row in kept}
    there = {key: enrolments.as_row(enrolment) for key, enrolment in folded.items()}
    for course, cycle in sorted(here.keys() | there.keys()):
        if here.get((course, cycle)) != there.get((course, cycle)):
            yield sentence(
                "the enrolment in {course}, cycle {cycle}, is not what the events say", course=course, cycle=cycle
            )


def _certificates(kept: Sequence[Any], chain: Sequence[_Read]) -> Iterator[Sentence]:
    issued = {event.body["certificate_no"]: event for event in chain if event.kind is Kind.CERTIFIED}
    is_erased = any(event.kind is Kind.ERASED for event in chain)
    here = {row.number: Certificate(**row._mapping) for row in kept}
    for number in sorted(here.keys() | issued.keys()):
        if number not in here:
            yield sentence("the certificate {number}, which the events tell of, is missing", number=number)
        elif number not in issued:
            yield sentence("no event tells of the certificate {number}", number=number)
        elif not _is_as_issued(here[number], issued[number], is_erased=is_erased):
            yield sentence("the certificate {number} is not as it was issued", number=number)


def _is_as_issued(certificate: Certificate, event: _Read, *, is_erased: bool) -> bool:
    """Whether it says what the event says. The holder's name can be erased, and with it what its hash rests on."""
    said = {"course": certificate.course_id, "cycle": certificate.cycle, **as_event(certificate)}
    expected = dict(event.body)
    if is_erased and certificate.is_erased:
        del said["holder_sha256"], expected["holder_sha256"]
    return said == expected and written(certificate.issued_at) <= event.written_at
