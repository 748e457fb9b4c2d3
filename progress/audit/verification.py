"""Verification: the whole record recomputed, with every chain, seal, enrolment, certificate and piece of content."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise
from multiprocessing import get_context

from sqlalchemy import Column, ColumnElement, Connection, and_, func, select, true, union
from sqlalchemy.exc import OperationalError

from database import NO_TEXT, Database, whatever_is_kept
from people import garbage
from people.directory import people
from progress.audit import checkpoint_check, content_check, person_check
from progress.audit.checkpoint_check import Seals
from progress.audit.content_check import Titles
from progress.audit.findings import LATE, Finding
from progress.completion import editions
from progress.completion.certificates import certificates
from progress.completion.enrolments import UNREADABLE, enrolments
from progress.record import sealed_directory
from progress.record.chains import events
from progress.record.sealed_directory import Past
from progress.record.signing import Verifier
from words import sentence

PEOPLE_PER_SPAN = 200
"""Few enough for memory, and enough for the cost of the queries not to count."""


@dataclass(frozen=True)
class Verified:
    """Numbers of what was recomputed, and the findings."""

    events: int
    people: int
    checkpoints: int
    certificates: int
    findings: Sequence[Finding]
    editions: int = 0
    """Stored parts of the content, each named by its hash."""
    past: Past = field(default_factory=Past)


@dataclass(frozen=True)
class _Part:
    """The result for some of the people."""

    events: int = 0
    people: int = 0
    certificates: int = 0
    findings: list[Finding] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each edition that events name, with the key of a person whose events do."""
    titled: Titles = field(default_factory=dict)


@dataclass(frozen=True)
class _Span:
    """People whose keys lie next to one another, and since when something has to be recorded of them."""

    begin: str
    end: str | None
    """The first key after the span; None for the last span."""
    since: datetime | None

    def within(self, person_key: Column[str]) -> ColumnElement[bool]:
        before_end = true() if self.end is None else person_key < self.end
        return and_(person_key >= self.begin, before_end, _recorded(person_key, self.since))


def _recorded(person_key: Column[str], since: datetime | None) -> ColumnElement[bool]:
    if since is None:
        return true()
    return person_key.in_(select(events.c.person_key).distinct().where(events.c.at >= since))


def verify(
    database: Database,
    verifiers: Sequence[Verifier],
    notes: Mapping[str, str],
    since: datetime | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
    processes: int = 1,
) -> Verified:
    """Recompute everything, in bounded memory. `notes` are checkpoints that were kept elsewhere, by the names of
    their files. With `since`, only people with events at or after it. `on_progress` is called with the number of
    events done since the last call."""
    with database.reading() as connection, whatever_is_kept(connection):
        spans = _spans(connection, since)
    parts: list[_Part] = []
    with _workers(min(processes, len(spans))) as workers:
        with database.snapshot() as connection, whatever_is_kept(connection):
            known, findings = checkpoint_check.trusted(connection, verifiers, notes)
            seals, disagreeing = checkpoint_check.seals(connection, known)
            covering = checkpoint_check.covering(known)
            findings += disagreeing
            findings += [Finding(*each) for each in sealed_directory.faults(connection, covering, LATE)]
            past = sealed_directory.extent(connection, len(covering))
        for part in _parts(database, spans, seals, workers):
            parts.append(part)
            on_progress(part.events)
    whole = _together(parts)
    # After the events: content is stored before any event names it.
    with database.snapshot() as connection, whatever_is_kept(connection):
        n_editions = editions.size(connection)
        findings += [*whole.findings, *content_check.faults(connection, whole.named, whole.titled)]
    findings.sort(key=lambda finding: finding.person_key)
    return Verified(whole.events, whole.people, len(seals.sizes), whole.certificates, findings, n_editions, past)


def count(connection: Connection, since: datetime | None) -> int:
    """The number of events to recompute."""
    counted = select(func.count()).select_from(events).where(_recorded(events.c.person_key, since))
    return connection.execute(counted).scalar_one()


def _together(parts: Sequence[_Part]) -> _Part:
    named: dict[str, str] = {}
    titled: Titles = {}
    for part in parts:
        for sha256, person_key in part.named.items():
            named[sha256] = min(person_key, named.get(sha256, person_key))
        for title, certificate in part.titled.items():
            titled[title] = min(certificate, titled.get(title, certificate))
    return _Part(
        sum(part.events for part in parts),
        sum(part.people for part in parts),
        sum(part.certificates for part in parts),
        [finding for part in parts for finding in part.findings],
        named,
        titled,
    )


# Worker processes


def _spans(connection: Connection, since: datetime | None) -> list[_Span]:
    """All possible keys, in spans of about as many people of the directory each."""
    everybody = connection.execute(select(people.c.person_key).order_by(people.c.person_key)).scalars().all()
    borders = ["", *everybody[PEOPLE_PER_SPAN::PEOPLE_PER_SPAN], None]
    return [_Span(begin or "", end, since) for begin, end in pairwise(borders)]


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """All processes but this one, or None. Started right away, because start-up takes a second."""
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes - 1, get_context("spawn")) as workers:
        for _ in range(processes - 1):
            workers.submit(_start)
        yield workers


def _start() -> None:
    """No-op task that makes the pool start a worker."""


def _parts(
    database: Database, spans: Sequence[_Span], seals: Seals, workers: ProcessPoolExecutor | None
) -> Iterator[_Part]:
    """Each part is read in a snapshot of its own, which is sound: chains do not depend on one another.

    This process takes spans from the end and the workers from the beginning, until they meet.
    """
    if workers is None:
        yield from (_part(database, span, seals) for span in spans)
        return
    url = database.engine.url.render_as_string(hide_password=False)
    waiting = deque((workers.submit(_part_in_a_worker, url, span, seals), span) for span in spans)
    while waiting:
        while waiting and waiting[0][0].done():
            yield waiting.popleft()[0].result()
        if waiting:
            future, span = waiting.pop()
            yield _part(database, span, seals) if future.cancel() else future.result()


def _part_in_a_worker(url: str, span: _Span, seals: Seals) -> _Part:
    return _part(_opened(url), span, seals)


_opened = cache(Database)


# One span


def _part(database: Database, span: _Span, seals: Seals) -> _Part:
    with database.snapshot() as connection, garbage.paused():
        try:
            return _as_a_whole_or_one_by_one(connection, span, seals)
        except OperationalError:
            # Bytes that are no text make the driver fail. To look for them in each text would take a third of all
            # the time. Any other error will be raised again.
            with whatever_is_kept(connection):
                return _as_a_whole_or_one_by_one(connection, span, seals)


def _as_a_whole_or_one_by_one(connection: Connection, span: _Span, seals: Seals) -> _Part:
    try:
        return _recomputed(connection, span, seals)
    except UNREADABLE:
        return _one_by_one(connection, span, seals)


def _one_by_one(connection: Connection, span: _Span, seals: Seals) -> _Part:
    """The result where a row cannot even be read, with a finding that says whose row it is."""
    keys = (table.c.person_key for table in (events, enrolments, certificates))
    stored = union(*(select(key).where(span.within(key)) for key in keys))
    parts = []
    for person_key in sorted(connection.execute(stored).scalars()):
        if NO_TEXT in person_key:
            parts.append(
                _Part(findings=[Finding(sentence("rows are stored under a key that is no text"), person_key)])
            )
            continue
        try:
            parts.append(_recomputed(connection, _Span(person_key, f"{person_key}0", None), seals))
        except UNREADABLE:
            unreadable = sentence("an enrolment or a certificate cannot be read")
            parts.append(_Part(findings=[Finding(unreadable, person_key)]))
    return _together(parts)


def _recomputed(connection: Connection, span: _Span, seals: Seals) -> _Part:
    findings: list[Finding] = []
    named: dict[str, str] = {}
    titled: Titles = {}
    n_events = n_people = n_certificates = 0
    for stored in person_check.everything(connection, span.within):
        findings += person_check.findings(stored, seals, named)
        content_check.note_titles(stored.certificates, titled)
        n_events += len(stored.chain)
        n_people += bool(stored.chain)
        n_certificates += len(stored.certificates)
    return _Part(n_events, n_people, n_certificates, findings, named, titled)
