"""One person's progress checked: the chain, the heads sealed of it, and the enrolments and certificates it makes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, select

from database import written
from progress.audit import content_check
from progress.audit.checkpoint_check import Seals
from progress.audit.findings import LATE, Finding
from progress.completion import enrolments
from progress.completion.certificates import Certificate, certificates, is_as_issued
from progress.completion.enrolments import UNREADABLE, Enrolment, Key
from progress.completion.fold import differing_keys, fold
from progress.record import chains
from progress.record.chains import STREAMED, Event, Kind, events, first_fault
from progress.record.checkpoints import sealed_heads
from words import Sentence, sentence


@dataclass(frozen=True)
class Stored:
    """Everything that is stored about one person's progress."""

    person_key: str
    chain: Sequence[Event]
    sealed: Sequence[Row[Any]]
    """Rows of `sealed_heads`, the oldest first."""
    enrolments: Mapping[Key, Enrolment | None]
    """None for one that cannot be read."""
    certificates: Sequence[Row[Any]]


def everything(connection: Connection, within: Callable[[Column[str]], ColumnElement[bool]]) -> Iterator[Stored]:
    """All people about whose progress anything is stored, ordered by key. `within` makes the condition on a column of
    person keys. Raises one of `UNREADABLE` where a row cannot be read at all."""
    row = certificates.c
    chained = chains.of(connection, within(events.c.person_key), options=STREAMED)
    sources: list[Iterator[tuple[str, Any]]] = [
        ((chain[0].person_key, chain) for chain in chained),
        heads(connection, within, STREAMED),
        enrolments.stored(connection, within(enrolments.enrolments.c.person_key), STREAMED),
        _by_person(connection, select(certificates).where(within(row.person_key)).order_by(row.person_key), STREAMED),
    ]
    groups = [next(source, None) for source in sources]
    while found := [group for group in groups if group]:
        person_key = min(key for key, _ in found)
        theirs: list[Any] = [(), (), {}, ()]
        for n, group in enumerate(groups):
            if group and group[0] == person_key:
                theirs[n] = group[1]
                groups[n] = next(sources[n], None)
        yield Stored(person_key, *theirs)


def heads(
    connection: Connection, within: Callable[[Column[str]], ColumnElement[bool]], options: Mapping[str, Any]
) -> Iterator[tuple[str, Sequence[Row[Any]]]]:
    """By person, ordered by key: the sealed heads of the chain, the oldest first."""
    row = sealed_heads.c
    query = select(sealed_heads).where(within(row.person_key)).order_by(row.person_key, row.seq)
    return _by_person(connection, query, options)


def _by_person(
    connection: Connection, query: Select[Any], options: Mapping[str, Any]
) -> Iterator[tuple[str, Sequence[Row[Any]]]]:
    for person_key, group in groupby(
        connection.execute(query, execution_options=options), key=attrgetter("person_key")
    ):
        yield person_key, list(group)


def findings(stored: Stored, seals: Seals, named: dict[str, str]) -> Iterator[Finding]:
    """Everything that does not hold of one person's progress. The editions that the events name are added to
    `named`."""
    sound_until = None
    try:
        fault = first_fault(stored.chain)
        sound_until = _sound_until(stored, seals, fault[0] if fault else len(stored.chain) + 1)
        for what in _faults(stored, seals, fault, named):
            if what is not None:
                yield Finding(what, stored.person_key, sound_until)
    except UNREADABLE:
        yield Finding(sentence("what the events say makes no sense"), stored.person_key, sound_until)


def _faults(
    stored: Stored, seals: Seals, fault: tuple[int, Sentence] | None, named: dict[str, str]
) -> Iterator[Sentence | None]:
    yield from (fault and fault[1], _unsealed(stored, seals), _backdated(stored, seals))
    if fault is None:
        content_check.note_editions(stored.chain, named)
    for course, cycle in differing_keys(stored.enrolments, fold(stored.chain)):
        yield sentence(
            "the enrolment in {course}, cycle {cycle}, is not what the events say", course=course, cycle=cycle
        )
    yield from _certificates(stored.certificates, stored.chain)


def _unsealed(stored: Stored, seals: Seals) -> Sentence | None:
    """The first head that a checkpoint has sealed and that the chain no longer has."""
    for head in stored.sealed:
        if is_sealed(stored.chain, head):
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


def is_sealed(chain: Sequence[Event], head: Row[Any]) -> bool:
    """True if the chain has the event that was sealed as `head`."""
    return 0 < head.seq <= len(chain) and bool(chain[head.seq - 1].hash == head.hash)


def _sound_until(stored: Stored, seals: Seals, broken_at: int) -> datetime | None:
    until = None
    for head in stored.sealed:
        if head.leaf >= seals.agreed or head.seq >= broken_at or not is_sealed(stored.chain, head):
            break
        until = seals.made_first_with(head.leaf)
    return until


def _backdated(stored: Stored, seals: Seals) -> Sentence | None:
    """An event that was not there when a checkpoint was made, and says that it happened well before."""
    begin = 0
    for end, leaf in (*((head.seq, head.leaf) for head in stored.sealed), (len(stored.chain), None)):
        absent_at = seals.made_last_without(leaf)
        first = stored.chain[begin] if begin < min(end, len(stored.chain)) else None
        if absent_at and first is not None and first.written_at < written(absent_at - LATE):
            return sentence(
                "event {n} says that it happened at {at}; the checkpoint of {time} does not have it",
                n=first.seq,
                at=first.written_at,
                time=written(absent_at),
            )
        begin = max(begin, end)
    return None


def _certificates(stored: Sequence[Row[Any]], chain: Sequence[Event]) -> Iterator[Sentence]:
    certified, erased = Kind.CERTIFIED.value, Kind.ERASED.value
    issued = {event.body["certificate_no"]: event for event in chain if event.written_kind == certified}
    is_erased = any(event.written_kind == erased for event in chain)
    here = {row.number: Certificate(**row._mapping) for row in stored}
    for number in sorted(here.keys() | issued.keys()):
        if number not in here:
            yield sentence("the certificate {number}, which the events tell of, is missing", number=number)
        elif number not in issued:
            yield sentence("no event tells of the certificate {number}", number=number)
        elif not is_as_issued(here[number], issued[number], is_erased=is_erased):
            yield sentence("the certificate {number} is not as it was issued", number=number)
