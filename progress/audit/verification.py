"""The whole record recomputed: every chain, the sealed heads, the roots, the enrolments, the certificates."""

import hashlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby, pairwise
from multiprocessing import get_context
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, Text, func, select, type_coerce, union
from sqlalchemy.exc import OperationalError

from database import NO_TEXT, Database, Instant, whatever_is_kept, written
from people import garbage
from people.directory import people
from progress.completion import editions, enrolments
from progress.completion.certificates import Certificate, certificates, is_as_issued, is_from_issuer, is_titled
from progress.record import chains, checkpoints, sealed_directory
from progress.record.chains import FIRST_HASH, Kept, Kind, events, hash_of
from progress.record.checkpoints import Checkpoint, sealed_heads
from progress.record.merkle import Tree
from progress.record.sealed_directory import Covering, Past
from progress.record.signing import NotSignedError, Verifier
from words import Sentence, sentence

LATE = timedelta(minutes=5)
"""How much earlier than a checkpoint an event may say that it happened, when the checkpoint does not hold it: a
transaction reads the clock before it is committed."""
_NONSENSE = (ValueError, KeyError, TypeError, AttributeError)
"""What comes of rows that nobody who keeps to the rules has written."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    what: Sentence
    person_key: str = ""
    """Whose chain; empty where it is about a checkpoint."""
    sound_until: datetime | None = None
    """When the last checkpoint was made with which the chain, or the whole record, still agrees."""


@dataclass(frozen=True)
class Verified:
    """How much was recomputed, and what does not hold."""

    events: int
    people: int
    checkpoints: int
    certificates: int
    findings: Sequence[Finding]
    editions: int = 0
    """Parts of the content that are kept, each with the hash that it is named by."""
    past: Past = field(default_factory=Past)


@dataclass(frozen=True)
class _Stored:
    """All that is stored about one person's progress."""

    person_key: str
    chain: Sequence[Any]
    """(person key, seq, kind, at, body, previous hash, hash), the moment and the body as the text that is kept."""
    sealed: Sequence[Any]
    enrolments: Sequence[Any]
    certificates: Sequence[Any]


@dataclass
class _Seals:
    """The checkpoints that are signed, here or elsewhere, in order: how many leaves each has, and when it was made.

    What the database says of them beside is not asked: whoever backdates an event could alter it too.
    """

    sizes: list[int] = field(default_factory=list)
    made_at: list[datetime] = field(default_factory=list)
    agreed: int = 0
    """Up to which leaf the roots are those of the heads that are kept."""

    def made_first_with(self, leaf: int) -> datetime | None:
        """When the first checkpoint with this leaf was made."""
        return self._made(bisect_right(self.sizes, leaf))

    def made_last_without(self, leaf: int | None) -> datetime | None:
        """When the last checkpoint without this leaf was made; of all, where there is no leaf."""
        return self._made((len(self.sizes) if leaf is None else bisect_right(self.sizes, leaf)) - 1)

    def _made(self, number: int) -> datetime | None:
        return self.made_at[number] if 0 <= number < len(self.made_at) else None


@dataclass
class _Part:
    """What came of the people whose keys lie next to one another."""

    events: int = 0
    people: int = 0
    certificates: int = 0
    findings: list[Finding] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    """The editions that events name, each with one of those whose events do, by person key."""
    titled: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    """What certificates call courses (the course's SHA-256, the language, the title), each with one of them: its
    number and whose it is, by person key."""

    def add(self, other: "_Part") -> None:
        self.events += other.events
        for sha256, person_key in other.named.items():
            self.named[sha256] = min(person_key, self.named.get(sha256, person_key))
        for title, certificate in other.titled.items():
            self.titled[title] = min(certificate, self.titled.get(title, certificate))
        self.people += other.people
        self.certificates += other.certificates
        self.findings += other.findings


def verify(
    database: Database,
    verifiers: Sequence[Verifier],
    notes: Mapping[str, str],
    since: datetime | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
    processes: int = 1,
) -> Verified:
    """Recomputes everything, in bounded memory. `notes` are checkpoints that were kept elsewhere, by the names of
    their files. With `since`, only of the people of whom something was recorded from then on."""
    seals = _Seals()
    with database.reading() as connection, whatever_is_kept(connection):
        spans = _spans(connection)
    with _others(min(processes, len(spans))) as others:
        with database.snapshot() as connection, whatever_is_kept(connection):
            known = _Known()
            whole = _Part(findings=list(_checkpoints(connection, verifiers, notes, known, seals)))
            covering = _covering(known)
            whole.findings += [Finding(*each) for each in sealed_directory.faults(connection, covering, LATE)]
            past = sealed_directory.extent(connection, len(covering))
        for part in _parts(database, spans, seals, since, others):
            whole.add(part)
            on_progress(part.events)
    # After the events: whatever they name was kept before they were written.
    with database.snapshot() as connection, whatever_is_kept(connection):
        n_editions = editions.size(connection)
        whole.findings += _editions(connection, whole.named, whole.titled)
    found = sorted(whole.findings, key=lambda finding: finding.person_key)
    return Verified(whole.events, whole.people, len(seals.sizes), whole.certificates, found, n_editions, past)


def count(connection: Connection, since: datetime | None) -> int:
    """How many events there are to recompute."""
    counted: int = connection.execute(_of(events.c.person_key, since, select(func.count()))).scalar_one()
    return counted


# Side by side

_Span = tuple[str, str | None]
"""People by their keys: from the first on, and before the second, where there is one."""
PEOPLE_AT_A_TIME = 200
"""Whose rows are held at once: few enough for memory, and many enough that asking costs nothing beside."""


def _spans(connection: Connection) -> list[_Span]:
    """All keys there can be, in parts of about as many people each, so far as they are in the directory."""
    everybody = connection.execute(select(people.c.person_key).order_by(people.c.person_key)).scalars().all()
    borders = ["", *everybody[PEOPLE_AT_A_TIME::PEOPLE_AT_A_TIME], None]
    return [(begin or "", end) for begin, end in pairwise(borders)]


@contextmanager
def _others(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """The processes beside this one, if there are to be any. They begin at once: it takes them a second."""
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes - 1, get_context("spawn")) as others:
        for _ in range(processes - 1):
            others.submit(_begin)
        yield others


def _begin() -> None:
    """Nothing more: a process begins with its first task."""


def _parts(
    database: Database,
    spans: Sequence[_Span],
    seals: _Seals,
    since: datetime | None,
    others: ProcessPoolExecutor | None,
) -> Iterator[_Part]:
    """Each part is read as of a moment of its own, which is sound: chains do not depend on one another.

    This process takes parts from the end, others from the beginning, until they meet.
    """
    if others is None:
        yield from (_part(database, span, seals, since) for span in spans)
        return
    url = database.engine.url.render_as_string(hide_password=False)
    waiting = deque((others.submit(_part_in_a_process, url, span, seals, since), span) for span in spans)
    while waiting:
        while waiting and waiting[0][0].done():
            yield waiting.popleft()[0].result()
        if waiting:
            future, span = waiting.pop()
            yield _part(database, span, seals, since) if future.cancel() else future.result()


def _part_in_a_process(url: str, span: _Span, seals: _Seals, since: datetime | None) -> _Part:
    return _part(_opened(url), span, seals, since)


_opened = cache(Database)


def _part(database: Database, span: _Span, seals: _Seals, since: datetime | None) -> _Part:
    with database.snapshot() as connection, garbage.paused():
        try:
            return _recomputed(connection, span, seals, since)
        except OperationalError:
            # Bytes that are no text. The driver tells them by failing; to look at each text here would cost a third
            # of all the time. Whatever else this was, it will be again.
            with whatever_is_kept(connection):
                return _with_nonsense(connection, span, seals, since)
        except _NONSENSE:
            return _one_by_one(connection, span, seals, since)


def _with_nonsense(connection: Connection, span: _Span, seals: _Seals, since: datetime | None) -> _Part:
    try:
        return _recomputed(connection, span, seals, since)
    except _NONSENSE:
        return _one_by_one(connection, span, seals, since)


def _one_by_one(connection: Connection, span: _Span, seals: _Seals, since: datetime | None) -> _Part:
    """Where a row cannot even be read: so that it is known whose."""
    whole = _Part()
    keys = (table.c.person_key for table in (events, enrolments.enrolments, certificates))
    asked = union(*(_within(span, key, since, select(key)).order_by(None) for key in keys))
    for person_key in sorted(connection.execute(asked).scalars()):
        if NO_TEXT in person_key:
            whole.findings.append(Finding(sentence("rows are kept under a key that is no text"), person_key))
            continue
        try:
            part = _recomputed(connection, (person_key, f"{person_key}0"), seals, since)
        except _NONSENSE:
            part = _Part(findings=[Finding(sentence("an enrolment or a certificate cannot be read"), person_key)])
        whole.add(part)
    return whole


def _recomputed(connection: Connection, span: _Span, seals: _Seals, since: datetime | None) -> _Part:
    part = _Part()
    for stored in _people(connection, span, since):
        part.findings += _person(stored, seals, part.named)
        part.events += len(stored.chain)
        part.people += bool(stored.chain)
        part.certificates += len(stored.certificates)
        for row in stored.certificates:
            title = (row.content_sha256, row.language, row.course_title)
            part.titled.setdefault(title, (row.number, row.person_key))
    return part


# Content


def _editions(
    connection: Connection,
    named: Mapping[str, str],
    titled: Mapping[tuple[str, str, str], tuple[str, str]],
) -> Iterator[Finding]:
    """Every edition has the hash that it is named by, every edition that events or courses name is there, and every
    course was called what certificates call it."""
    kept: set[str] = set()
    courses: dict[str, Mapping[str, Any]] = {}
    needed: dict[str, str] = dict(named)
    for edition in editions.each(connection):
        kept.add(edition.sha256)
        called = {"kind": edition.kind, "part": edition.part_id, "hash": edition.sha256}
        if hashlib.sha256(edition.body.encode()).hexdigest() != edition.sha256:
            yield Finding(
                sentence("the content was altered: {kind} {part} does not have its hash {hash} any more", **called)
            )
            continue
        if course := editions.course_in(edition.body):
            courses[edition.sha256] = course
            for sha256 in (*course["lessons"], *course["questions"]):
                needed.setdefault(sha256, "")
    for (sha256, language, title), (number, person_key) in titled.items():
        if sha256 in courses and not is_titled(title, language, courses[sha256]):
            yield Finding(
                sentence(
                    "the certificate {number} names the course “{title}”, but the course had another name",
                    number=number,
                    title=title,
                ),
                person_key,
            )
    for sha256 in sorted(needed.keys() - kept):
        if person_key := needed[sha256]:
            yield Finding(
                sentence("the content with the hash {hash}, which events name, is missing", hash=sha256), person_key
            )
        else:
            yield Finding(sentence("the content with the hash {hash}, a part of a course, is missing", hash=sha256))


def _note_editions(person_key: str, chain: Sequence[Kept], named: dict[str, str]) -> None:
    """Put the editions that the events name into `named`. Every event there is goes through here: few steps."""
    attempt_started = Kind.ATTEMPT_STARTED
    for event in chain:
        body = event.body
        if "edition" in body:
            named[body["edition"]] = person_key
        if "content_sha256" in body:
            named[body["content_sha256"]] = person_key
        if "commitment_sha256" in body:
            named[body["commitment_sha256"]] = person_key
        if event.kind is attempt_started:
            named.update((sha256, person_key) for _, sha256 in body["questions"])


# Checkpoints


def _checkpoints(
    connection: Connection,
    verifiers: Sequence[Verifier],
    notes: Mapping[str, str],
    known: "_Known",
    seals: _Seals,
) -> Iterator[Finding]:
    """Those kept here and those kept elsewhere, against the root over the heads that are sealed here. Whatever is
    signed comes to be `known`."""
    for kept in checkpoints.kept(connection):
        called = sentence("checkpoint {n} of {time}", n=kept.number, time=kept.made_at)
        try:
            signed = checkpoints.read(kept.note, verifiers).checkpoint
        except NotSignedError as error:
            yield Finding(sentence("{checkpoint}: {reason}", checkpoint=called, reason=error.reason))
            continue
        if (signed.size, written(signed.at)) != (kept.size, kept.made_at):
            yield Finding(sentence("{checkpoint} was altered: what is signed says otherwise", checkpoint=called))
        known.here.append((called, signed))
    for name, note in notes.items():
        called = sentence("the checkpoint in {file}", file=name)
        try:
            known.elsewhere.append((called, checkpoints.read(note, verifiers).checkpoint))
        except NotSignedError as error:
            yield Finding(sentence("{checkpoint}: {reason}", checkpoint=called, reason=error.reason))
    yield from _numbers(connection)
    yield from _roots(connection, [*known.here, *known.elsewhere], seals)


@dataclass
class _Known:
    """The checkpoints that are signed by a key that is trusted, each with what it is called."""

    here: list[tuple[Sentence, Checkpoint]] = field(default_factory=list)
    elsewhere: list[tuple[Sentence, Checkpoint]] = field(default_factory=list)


def _covering(known: _Known) -> list[Covering]:
    """Those that cover the directory's past."""
    newest = max((signed.epoch for _, signed in known.here), default=1)
    kept: dict[int, int] = {}
    for _, signed in known.here:
        if signed.directory:
            kept[signed.epoch] = max(signed.directory[0], kept.get(signed.epoch, 0))
    covering = []
    for called, signed in (*known.here, *known.elsewhere):
        if signed.directory:
            size, root = signed.directory
            lost = sealed_directory.lost(size, signed.epoch, kept, newest)
            covering.append(Covering(called, size, root, signed.at, lost))
    return covering


def _numbers(connection: Connection) -> Iterator[Finding]:
    """By its number a head tells in which checkpoints it is; the roots rest on the order alone."""
    leaf = sealed_heads.c.leaf
    first, last, number = connection.execute(select(func.min(leaf), func.max(leaf), func.count(leaf))).one()
    if number and (first, last) != (0, number - 1):
        yield Finding(sentence("the sealed heads of chains are not numbered as they were sealed"))


def _roots(connection: Connection, known: Sequence[tuple[Sentence, Checkpoint]], seals: _Seals) -> Iterator[Finding]:
    ended = checkpoints.ends_of_epochs(connection)
    by_size = sorted(known, key=lambda each: (each[1].size, each[1].at))
    tree = Tree()
    leaves = checkpoints.leaves(connection)
    sound_until, is_sound = None, True
    for called, signed in by_size:
        end = min((size for epoch, size in ended.items() if epoch >= signed.epoch), default=signed.size)
        if signed.size > end:
            yield Finding(
                sentence(
                    "{checkpoint} holds {n} heads of chains more than the copy from which the database was put back "
                    "afterwards; what was recorded between the two is lost",
                    checkpoint=called,
                    n=signed.size - end,
                )
            )
            continue
        seals.sizes.append(signed.size)
        seals.made_at.append(signed.at)
        while tree.size < signed.size and (leaf := next(leaves, None)) is not None:
            tree.add(leaf)
        if is_sound and (tree.size, tree.root()) == (signed.size, signed.root):
            seals.agreed, sound_until = signed.size, signed.at
        else:
            is_sound = False
        if tree.size < signed.size:
            yield Finding(
                sentence(
                    "{checkpoint} holds {n} heads of chains, the database only {kept}: events were removed, or an "
                    "older copy of the database was put back",
                    checkpoint=called,
                    n=signed.size,
                    kept=tree.size,
                ),
                sound_until=sound_until,
            )
        elif tree.root() != signed.root:
            yield Finding(
                sentence(
                    "{checkpoint} has another root than the heads of chains that are sealed here: the record was "
                    "altered before it was made, or its heads were afterwards",
                    checkpoint=called,
                ),
                sound_until=sound_until,
            )


# People


def _people(connection: Connection, span: _Span, since: datetime | None) -> Iterator[_Stored]:
    """Everybody of the span of whom anything is stored, by key."""
    sources = [
        _grouped(
            connection,
            _within(span, table.c.person_key, since, select(*columns)).order_by(*order),
            table.c.keys().index("person_key"),
        )
        for table, columns, order in (
            (events, as_kept(events), [events.c.seq]),
            (sealed_heads, sealed_heads.c, [sealed_heads.c.seq]),
            (enrolments.enrolments, as_kept(enrolments.enrolments), []),
            (certificates, certificates.c, []),
        )
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


def as_kept(table: Table) -> list[ColumnElement[Any]]:
    """Its columns; a moment as the text that is kept."""
    return [type_coerce(each, Text).label(each.name) if isinstance(each.type, Instant) else each for each in table.c]


def _grouped(connection: Connection, statement: Select[Any], key: int) -> Iterator[tuple[str, list[Row[Any]]]]:
    """Rows that have the same in the column with the number `key`."""
    for person_key, group in groupby(connection.execute(statement).all(), key=itemgetter(key)):
        yield person_key, list(group)


def _of(person_key: Column[str], since: datetime | None, statement: Select[Any]) -> Select[Any]:
    if since is None:
        return statement.select_from(person_key.table)
    recent = select(events.c.person_key).distinct().where(events.c.at >= since)
    return statement.select_from(person_key.table).where(person_key.in_(recent))


def _within(span: _Span, person_key: Column[str], since: datetime | None, statement: Select[Any]) -> Select[Any]:
    begin, end = span
    asked = _of(person_key, since, statement).where(person_key >= begin).order_by(person_key)
    return asked if end is None else asked.where(person_key < end)


def _person(stored: _Stored, seals: _Seals, named: dict[str, str]) -> Iterator[Finding]:
    """What does not hold of one person's progress. The editions that the events name are put into `named`."""
    sound_until = None
    try:
        broken = first_break(stored.chain)
        sound_until = _sound_until(stored, seals, broken[0] if broken else len(stored.chain) + 1)
        for what in _faults(stored, seals, broken, named):
            if what is not None:
                yield Finding(what, stored.person_key, sound_until)
    except _NONSENSE:
        yield Finding(sentence("what the events say makes no sense"), stored.person_key, sound_until)


def _faults(
    stored: _Stored, seals: _Seals, broken: tuple[int, Sentence] | None, named: dict[str, str]
) -> Iterator[Sentence | None]:
    yield from (broken and broken[1], _unsealed(stored, seals), _backdated(stored, seals))
    chain = [chains.kept(person_key, seq, kind, at, body) for person_key, seq, kind, at, body, _, _ in stored.chain]
    if broken is None:
        _note_editions(stored.person_key, chain, named)
    yield from differing_enrolments(stored.enrolments, enrolments.told(chain))
    yield from _certificates(stored.certificates, chain)


def first_break(chain: Sequence[Any]) -> tuple[int, Sentence] | None:
    """The first event that does not follow from those before it, by its number, and why."""
    before, at = FIRST_HASH, ""
    for number, (person_key, seq, kind, happened_at, body, previous, own) in enumerate(chain, start=1):
        if seq != number:
            return number, sentence("event {n} is missing", n=number)
        if hash_of(person_key, seq, kind, happened_at, body, previous) != own:
            if NO_TEXT in f"{kind}{happened_at}{body}{previous}{own}":
                return number, sentence("event {n} was altered: it holds bytes that are no text", n=number)
            return number, sentence("event {n} was altered: it does not have its hash any more", n=number)
        if previous != before:
            return number, sentence("event {n} does not follow from the event before it", n=number)
        if happened_at < at:
            return number, sentence("event {n} says that it happened before the event before it", n=number)
        before, at = own, happened_at
    return None


def _unsealed(stored: _Stored, seals: _Seals) -> Sentence | None:
    """The first head that a checkpoint has sealed and that the chain does not have any more."""
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


def is_sealed(chain: Sequence[Any], head: Any) -> bool:
    return 0 < head.seq <= len(chain) and bool(chain[head.seq - 1].hash == head.hash)


def _sound_until(stored: _Stored, seals: _Seals, broken_at: int) -> datetime | None:
    until = None
    for head in stored.sealed:
        if head.leaf >= seals.agreed or head.seq >= broken_at or not is_sealed(stored.chain, head):
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


def differing_enrolments(kept: Sequence[Any], told: Mapping[enrolments.Key, Mapping[str, Any]]) -> Iterator[Sentence]:
    here = {}
    names = enrolments.enrolments.c.keys()
    for row in kept:
        columns = dict(zip(names, row, strict=True))
        here[columns["course_id"], columns["cycle"]] = columns
        columns["state"] = orjson.loads(columns["state"])  # what it says counts, not how it is written
    for course, cycle in sorted(here.keys() | told.keys()):
        if here.get((course, cycle)) != told.get((course, cycle)):
            yield sentence(
                "the enrolment in {course}, cycle {cycle}, is not what the events say", course=course, cycle=cycle
            )


def _certificates(kept: Sequence[Any], chain: Sequence[Kept]) -> Iterator[Sentence]:
    issued, is_erased = {}, False
    certified, erased = Kind.CERTIFIED, Kind.ERASED
    for event in chain:
        if event.kind is certified:
            issued[event.body["certificate_no"]] = event
        elif event.kind is erased:
            is_erased = True
    here = {row.number: Certificate(**row._mapping) for row in kept}
    for number in sorted(here.keys() | issued.keys()):
        if number not in here:
            yield sentence("the certificate {number}, which the events tell of, is missing", number=number)
        elif number not in issued:
            yield sentence("no event tells of the certificate {number}", number=number)
        elif not (is_as_issued(here[number], issued[number], is_erased=is_erased) and is_from_issuer(here[number])):
            yield sentence("the certificate {number} is not as it was issued", number=number)
