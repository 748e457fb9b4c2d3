"""Evidence packs: certifications with everything that proves them, to be verified offline by `evidence_verifier`."""

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, Select, func, select

from database import whatever_is_kept, written
from people.access import OPERATOR, Act, Principal, visible
from people.directory import people
from progress.audit import evidence_index, evidence_verifier
from progress.audit.evidence_index import Index, IndexEntry
from progress.audit.evidence_verifier import Outcome
from progress.audit.proofs import Proof, Prover
from progress.completion.certificates import Certificate, certificates
from progress.completion.editions import course_in, editions
from progress.record import signing
from progress.record.chains import Kind
from progress.record.checkpoints import Signed
from progress.record.signing import Key

NONSENSE = (ValueError, LookupError, TypeError, AttributeError)
"""Exceptions raised by stored rows that this application could not have written."""
VERIFIER = Path(__file__).with_name("evidence_verifier.py")
README = """\
Důkazy o osvědčeních / Evidence of certifications

Otevřete index.html: co v balíčku je, česky. Zda to platí, řekne verify.py (níže).
Open index.html to read what is in it. Whether it holds, verify.py says:

    python verify.py --key public-keys-you-trust.txt

It says in plain words what holds and what does not. It needs Python 3.11 or newer and the package "cryptography", and
no network. Get the public keys from the company by another way than this file: whoever could forge the file could put
keys of their own into it. What it returns to the shell:

    0  all of it holds, and every certificate stands
    1  something does not hold
    3  it holds as evidence, and some certificates were revoked, corrected or are not sealed yet; each is named
    4  no --key: the files agree with one another, and nobody has checked whose signature it is

manifest.txt          the statement: what was asked for and by whom, how many certificates stand how, and the SHA-256
                      of every file; signed
index.html            for people, in Czech and English: scope, counts, exceptions with their reasons, the certificates
index.xlsx            the same tables, to filter and sort
checkpoint.txt        the root over everybody's record, signed (C2SP tlog-checkpoint)
certificates.jsonl    the certificates as they were issued, and where they stand now, one a line
proofs.jsonl          for each: its events up to now, and the path from them to the root; they hold the answers
content/              the course, lessons, questions and commitments exactly as they were, by their SHA-256
public-keys.txt       the keys that the company has signed with (C2SP verifier keys)
verify.py             the verifier; read it before you run it
"""


@dataclass(frozen=True)
class Wanted:
    """Selection of certificates. None does not narrow it."""

    course_id: str | None = None
    first: date | None = None
    last: date | None = None
    """The last day of issue, inclusive; `first` is the first one."""


@dataclass(frozen=True)
class PackRequest:
    """The principal who asks for a pack, when, and the language they read."""

    by: Principal
    at: datetime
    zone: ZoneInfo
    language: str = "cs"

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()


@dataclass(frozen=True)
class PackOrder:
    """Everything that decides the contents of a pack."""

    asked: PackRequest
    wanted: Wanted
    signed: Signed
    """A checkpoint stored here. What was recorded after it is in the pack as not sealed yet."""
    key: Key


@dataclass(frozen=True)
class Packed:
    certificates: int
    editions: int
    exceptions: int
    """Number of certificates that were revoked, are not sealed yet, or for which something was voided on the way."""


class NotHeldError(Exception):
    """The pack fails its own verifier; `said` is what the verifier said."""

    def __init__(self, said: Sequence[str]) -> None:
        super().__init__("\n".join(said))
        self.said = said


def count(connection: Connection, principal: Principal, wanted: Wanted) -> int:
    selected = _selected(principal, wanted).subquery()
    counted: int = connection.execute(select(func.count()).select_from(selected)).scalar_one()
    return counted


def pack(
    connection: Connection, order: PackOrder, to: IO[bytes], on_progress: Callable[[int], None] = lambda _: None
) -> Packed:
    """Write the ZIP to `to`, read it back and verify it; raises `NotHeldError` if it does not hold. `on_progress` is
    called with the number of certificates done since the last call."""
    try:
        with whatever_is_kept(connection):
            packed = _packed(connection, order, to, on_progress)
    except NONSENSE as error:
        raise NotHeldError([f"what is recorded makes no sense ({type(error).__name__})"]) from error
    verify(to, order.key)
    return packed


def verify(file: IO[bytes], key: Key) -> None:
    """Run the verifier that is in each pack, with the keys of this installation; raises `NotHeldError`."""
    said: list[str] = []
    try:
        keys = evidence_verifier.public_keys(signing.as_lines(key.verifiers))
        outcome = evidence_verifier.verify(evidence_verifier.Pack(file), keys, said.append)
    except (evidence_verifier.Wrong, *evidence_verifier.BROKEN) as error:
        raise NotHeldError([str(error)]) from error
    if outcome is Outcome.FAILS:
        raise NotHeldError([each for each in said if "NOT" in each])


def _packed(connection: Connection, order: PackOrder, to: IO[bytes], on_progress: Callable[[int], None]) -> Packed:
    asked = order.asked
    held = [Certificate(**row._mapping) for row in connection.execute(_selected(asked.by, order.wanted))]
    prover = Prover(connection, order.signed)
    met: set[str] = set()
    entries: list[IndexEntry] = []
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        writer = _Writer(file)
        writer.add("README.txt", README)
        writer.add("verify.py", VERIFIER.read_text("utf-8"))
        writer.add("public-keys.txt", signing.as_lines(order.key.verifiers))
        writer.add("checkpoint.txt", order.signed.note)
        with writer.adding("proofs.jsonl") as line:
            for certificate in held:
                proof = prover.prove_it(certificate)
                met |= {certificate.content_sha256, certificate.commitment_sha256, *_met(proof)}
                line(proof.as_entry())
                entries.append(IndexEntry(certificate, proof.standing(asked.day)))
                on_progress(1)
        with writer.adding("certificates.jsonl") as line:
            for entry in entries:
                line({**_as_json(entry.certificate), **entry.standing})
        index = _index(connection, entries, order)
        writer.add("index.html", evidence_index.page(index, asked.language))
        writer.add("index.xlsx", evidence_index.workbook(index))
        n_editions = 0
        for sha256, body in _editions(connection, met):
            writer.add(f"content/{sha256}.json", body)
            n_editions += 1
        statement = _statement(order, entries, writer.hashes)
        writer.add("manifest.txt", signing.signed(statement, order.key))
    return Packed(len(held), n_editions, sum(entry.is_exception for entry in entries))


def _index(connection: Connection, entries: Sequence[IndexEntry], order: PackOrder) -> Index:
    asked, wanted = order.asked, order.wanted
    by = {correction["by"] for entry in entries for correction in entry.standing["corrections"]}
    authors = connection.execute(select(people).where(people.c.person_key.in_(sorted(by)), people.c.name != ""))
    title = next((each.certificate.course_title for each in entries), None) if wanted.course_id else None
    return Index(
        entries,
        title or wanted.course_id,
        wanted.first,
        wanted.last,
        "" if asked.by == OPERATOR else f"{asked.by.person.name} ({asked.by.person.employee_id})",
        asked.at,
        asked.zone,
        order.signed.checkpoint,
        {row.person_key: f"{row.name} ({row.employee_id})" for row in authors},
    )


class _Writer:
    """A ZIP to add files to, which remembers the SHA-256 of each."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.hashes: dict[str, str] = {}

    def add(self, name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        self._file.writestr(_entry(name), data)
        self.hashes[name] = hashlib.sha256(data).hexdigest()

    @contextmanager
    def adding(self, name: str) -> Iterator[Callable[[dict[str, Any]], None]]:
        """A file of JSON objects, one per line, written without holding it in memory."""
        digest = hashlib.sha256()
        with self._file.open(_entry(name), "w", force_zip64=True) as raw, io.BufferedWriter(raw) as buffered:

            def line(values: dict[str, Any]) -> None:
                data = json.dumps(values, ensure_ascii=False).encode() + b"\n"
                digest.update(data)
                buffered.write(data)

            yield line
        self.hashes[name] = digest.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without a time of its own, so that the same evidence makes the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _statement(order: PackOrder, entries: Sequence[IndexEntry], hashes: dict[str, str]) -> str:
    asked, wanted, checkpoint = order.asked, order.wanted, order.signed.checkpoint
    counted = Counter(entry.standing["status"] for entry in entries)
    counted["corrected"] = sum(
        any(each["kind"] == Kind.CORRECTED for each in entry.standing["corrections"]) for entry in entries
    )
    counted["unsealed"] = sum(not entry.standing["sealed"] for entry in entries)
    lines = [
        evidence_verifier.FORMAT,
        checkpoint.origin,
        f"asked {asked.by.key}",
        "scope everybody",
        f"course {wanted.course_id or '*'}",
        f"issued {wanted.first or '*'} {wanted.last or '*'}",
        f"certificates {len(entries)}",
        *(f"{name} {counted[name]}" for name in evidence_verifier.COUNTED),
        f"day {asked.day.isoformat()}",
        f"zone {asked.zone.key}",
        f"time {written(asked.at)}",
        f"size {checkpoint.size}",
        f"root {checkpoint.root.hex()}",
        *(f"sha256 {sha256} {name}" for name, sha256 in sorted(hashes.items())),
    ]
    return "".join(f"{line}\n" for line in lines)


def _selected(principal: Principal, wanted: Wanted) -> Select[Any]:
    row = certificates.c
    asked = select(certificates).where(row.person_key.in_(visible(principal, Act.TAKE_EVIDENCE)))
    if wanted.course_id is not None:
        asked = asked.where(row.course_id == wanted.course_id)
    if wanted.first is not None:
        asked = asked.where(row.valid_from >= wanted.first)
    if wanted.last is not None:
        asked = asked.where(row.valid_from <= wanted.last)
    return asked.order_by(row.issued_at, row.number)


def _as_json(certificate: Certificate) -> dict[str, Any]:
    """The certificate as a JSON object; timestamps in UTC."""
    values = dict(vars(certificate))
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = written(value)
        elif isinstance(value, date):
            values[name] = value.isoformat()
    return values


def _met(proof: Proof) -> Iterator[str]:
    """SHA-256 of the editions that the events name."""
    for event in proof.events:
        body = orjson.loads(event["body"])
        if "content_sha256" in body:
            yield body["content_sha256"]
        if "edition" in body:
            yield body["edition"]
        if event["kind"] in {Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED}:
            yield from (sha256 for _, sha256 in body["questions"])
        if event["kind"] == Kind.WAIVED:
            yield from (sha256 for _, sha256 in body["cards"])


def _editions(connection: Connection, met: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(SHA-256, body) of the editions in `met`, and of all parts of the courses among them."""
    wanted, bodies = set(met), dict[str, str]()
    while wanted - bodies.keys():
        rows = connection.execute(select(editions).where(editions.c.sha256.in_(sorted(wanted - bodies.keys())))).all()
        if not rows:
            break
        for row in rows:
            bodies[row.sha256] = row.body
            if course := course_in(row.body):
                wanted |= {*course["lessons"], *course["questions"]}
    yield from sorted(bodies.items())
