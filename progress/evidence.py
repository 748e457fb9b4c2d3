"""The evidence pack: certifications with all that proves them, to be verified offline by `evidence_verifier.py`."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Select, func, select

import signing
from database import written
from people.access import Act, Principal, visible
from progress.certificates import Certificate, certificates
from progress.checkpoints import Signed
from progress.editions import editions
from progress.proofs import Proof, Prover
from progress.record import Kind
from signing import Key

FORMAT = "kodex evidence 1"
VERIFIER = Path(__file__).with_name("evidence_verifier.py")
README = """\
Evidence of certifications, as Kodex recorded them.

    python verify.py --key public-keys-you-trust.txt

says in plain words what holds and what does not. It needs Python 3.11 or newer and the package "cryptography", and no
network. Get the public keys from the company by another way than this file: whoever could forge the file could put
keys of their own into it.

manifest.txt          the statement, and the SHA-256 of every file, signed
checkpoint.txt        the root over everybody's record when the file was made, signed (C2SP tlog-checkpoint)
certificates.jsonl    the certificates as they were issued, one a line
proofs.jsonl          for each: the events it rests on, and the path from them to the root; they hold the answers
content/              the course, lessons, questions and commitments exactly as they were, by their SHA-256
public-keys.txt       the keys that the company has signed with (C2SP verifier keys)
verify.py             the verifier; read it, it is short
"""


@dataclass(frozen=True)
class Wanted:
    """Which certificates the evidence is of; what is None does not narrow."""

    course_id: str | None = None
    first: date | None = None
    last: date | None = None
    """The days between which they were issued, both included."""


@dataclass(frozen=True)
class Packed:
    certificates: int
    editions: int


def count(connection: Connection, principal: Principal, wanted: Wanted) -> int:
    selected = _selected(principal, wanted).subquery()
    counted: int = connection.execute(select(func.count()).select_from(selected)).scalar_one()
    return counted


def pack(
    connection: Connection,
    principal: Principal,
    wanted: Wanted,
    signed: Signed,
    key: Key,
    to: IO[bytes],
    at: datetime,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Packed:
    """Writes the ZIP. `signed` is a checkpoint kept here, made no earlier than the newest certificate."""
    held = [Certificate(**row._mapping) for row in connection.execute(_selected(principal, wanted))]
    prover = Prover(connection, signed)
    met: set[str] = set()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        writer = _Writer(file)
        writer.add("README.txt", README)
        writer.add("verify.py", VERIFIER.read_text("utf-8"))
        writer.add("public-keys.txt", signing.as_lines(key.verifiers))
        writer.add("checkpoint.txt", signed.note)
        with writer.adding("certificates.jsonl") as line:
            for certificate in held:
                line(_plain(certificate))
        with writer.adding("proofs.jsonl") as line:
            for certificate in held:
                proof = prover.prove(certificate.number)
                met |= {certificate.content_sha256, certificate.commitment_sha256, *_met(proof)}
                line({"certificate_no": proof.number, "events": proof.events, **_path(proof)})
                on_progress(1)
        n_editions = 0
        for sha256, body in _editions(connection, met):
            writer.add(f"content/{sha256}.json", body)
            n_editions += 1
        writer.add("manifest.txt", signing.signed(_statement(wanted, signed, len(held), at, writer.hashes), key))
    return Packed(len(held), n_editions)


class _Writer:
    """Adds files to a ZIP, and remembers the SHA-256 of each."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.hashes: dict[str, str] = {}

    def add(self, name: str, text: str) -> None:
        data = text.encode()
        self._file.writestr(_entry(name), data)
        self.hashes[name] = hashlib.sha256(data).hexdigest()

    @contextmanager
    def adding(self, name: str) -> Iterator[Callable[[dict[str, Any]], None]]:
        """A file of JSON objects, a line each, that is not held in memory."""
        digest = hashlib.sha256()
        with self._file.open(_entry(name), "w", force_zip64=True) as raw, io.BufferedWriter(raw) as buffered:

            def line(said: dict[str, Any]) -> None:
                data = json.dumps(said, ensure_ascii=False).encode() + b"\n"
                digest.update(data)
                buffered.write(data)

            yield line
        self.hashes[name] = digest.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    """Without a moment of its own: the same evidence gives the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _statement(wanted: Wanted, signed: Signed, n: int, at: datetime, hashes: dict[str, str]) -> str:
    checkpoint = signed.checkpoint
    lines = [
        FORMAT,
        checkpoint.origin,
        f"course {wanted.course_id or '*'}",
        f"issued {wanted.first or '*'} {wanted.last or '*'}",
        f"certificates {n}",
        f"time {written(at)}",
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


def _plain(certificate: Certificate) -> dict[str, Any]:
    """As it is kept. Moments are in UTC."""
    said = dict(vars(certificate))
    for name, value in said.items():
        if isinstance(value, datetime):
            said[name] = written(value)
        elif isinstance(value, date):
            said[name] = value.isoformat()
    return said


def _path(proof: Proof) -> dict[str, Any]:
    return {"leaf": proof.leaf, "path": [each.hex() for each in proof.path]}


def _met(proof: Proof) -> Iterator[str]:
    """The editions that the events name."""
    for event in proof.events:
        body = json.loads(event["body"])
        if "content_sha256" in body:
            yield body["content_sha256"]
        if "edition" in body:
            yield body["edition"]
        if event["kind"] == Kind.ATTEMPT_STARTED:
            yield from (sha256 for _, sha256 in body["questions"])


def _editions(connection: Connection, met: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(SHA-256, body) of what was met, and of all parts of the courses among it."""
    wanted, kept = set(met), dict[str, str]()
    while wanted - kept.keys():
        rows = connection.execute(select(editions).where(editions.c.sha256.in_(sorted(wanted - kept.keys())))).all()
        if not rows:
            break
        for row in rows:
            kept[row.sha256] = row.body
            if row.kind == "course":
                body = json.loads(row.body)
                wanted |= {*body["lessons"], *body["questions"]}
    yield from sorted(kept.items())
