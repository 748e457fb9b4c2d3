"""Proof of one certificate: the events that it rests on, and the path from the end of their chain to a checkpoint."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, select

from database import written
from progress.audit import evidence_verifier
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.record import chains, checkpoints, merkle, signing
from progress.record.chains import Event, Head, Kind, first_fault
from progress.record.checkpoints import Signed, sealed_heads
from progress.record.merkle import Paths
from progress.record.signing import Key, NotSignedError, Verifier
from words import Sentence, sentence

FORMAT = "kodex proof 2"
FIRST_FORMAT = "kodex proof 1"
"""Its events end with the first checkpoint that has the certificate, and it has no statement: what came of the
certificate later is not in it."""


@dataclass(frozen=True)
class Proof:
    """All that somebody needs, beside the public key, to see that a certificate stood in the record when the
    checkpoint was made, and what has become of it since. It holds the answers of the attempt."""

    number: str
    events: Sequence[Mapping[str, Any]]
    """From the assignment of the certificate's cycle to the end of the chain; each as it is kept, body and all."""
    sealed: int | None
    """The number of the last event that the checkpoint holds; none where it holds none of these."""
    leaf: int | None
    path: Sequence[bytes]
    note: str

    def as_entry(self) -> dict[str, Any]:
        """As it stands in JSON, without the checkpoint."""
        return {
            "certificate_no": self.number,
            "events": list(self.events),
            "sealed": self.sealed,
            "leaf": self.leaf,
            "path": [each.hex() for each in self.path],
        }

    def standing(self, day: date) -> dict[str, Any]:
        """Where the certificate stands by these events, as the verifier works it out."""
        return evidence_verifier.standing(self.events, self.number, self.sealed, day.isoformat())

    def as_file(self, key: Key, at: datetime) -> str:
        """With a signed statement of where the chain ends: cut shorter, the proof does not hold."""
        statement = "".join(f"{line}\n" for line in (*_statement(self.number, self.events), f"time {written(at)}"))
        said = {**self.as_entry(), "checkpoint": self.note, "statement": signing.signed(statement, key)}
        return json.dumps({"format": FORMAT, **said}, ensure_ascii=False, indent=1)


class NoProofError(Exception):
    """There is nothing to prove; carries the sentence that says why."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Prover:
    """Proves certificates by one checkpoint, which is one of those kept here."""

    def __init__(self, connection: Connection, signed: Signed) -> None:
        self._connection = connection
        self._signed = signed
        self._paths = Paths(islice(checkpoints.leaves(connection), signed.checkpoint.size))

    def prove(self, number: str) -> Proof:
        certificate = certificates.find(self._connection, number)
        if certificate is None:
            raise NoProofError(sentence("There is no certificate with the number {number}.", number=number))
        return self.prove_it(certificate)

    def prove_it(self, certificate: Certificate) -> Proof:
        """To the newest head of the chain that the checkpoint holds, and on to the chain's end."""
        chain = chains.chain(self._connection, certificate.person_key)
        assigned = _assigned(chain, certificate)
        told = [event.as_stored() for event in chain if event.seq >= assigned]
        head = self._head(certificate.person_key)
        if head is None or head.seq < assigned:
            return Proof(certificate.number, told, None, None, (), self._signed.note)
        path = self._paths.inclusion(head.leaf)
        return Proof(certificate.number, told, head.seq, head.leaf, path, self._signed.note)

    def _head(self, person_key: str) -> Row[*tuple[Any, ...]] | None:
        """(leaf, seq) of the newest head of the chain that the checkpoint holds."""
        heads = sealed_heads.c
        return self._connection.execute(
            select(heads.leaf, heads.seq)
            .where(heads.person_key == person_key, heads.leaf < self._signed.checkpoint.size)
            .order_by(heads.seq.desc())
            .limit(1)
        ).first()


@dataclass(frozen=True)
class Checked:
    """What a proof says, and what does not hold of it."""

    faults: list[Sentence] = field(default_factory=list)
    """Empty where the proof holds."""
    exceptions: list[Sentence] = field(default_factory=list)
    """What has become of the certificate, or cannot be known by this proof."""


def checked(text: str, verifiers: Sequence[Verifier]) -> Checked:
    """Check a proof that was written to a file; neither database nor network is asked."""
    try:
        said = json.loads(text)
        if said["format"] not in {FORMAT, FIRST_FORMAT}:
            return Checked([sentence("this is no proof")])
        return _checked(said, verifiers)
    except NotSignedError as error:
        return Checked([sentence("the checkpoint: {reason}", reason=error.reason)])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return Checked([sentence("this is no proof")])


def _checked(said: Mapping[str, Any], verifiers: Sequence[Verifier]) -> Checked:
    chain, path, is_first = said["events"], [bytes.fromhex(each) for each in said["path"]], said["format"] != FORMAT
    signed = checkpoints.read(said["checkpoint"], verifiers)
    faults = _faults(chain)
    head = chain[-1] if is_first else next((event for event in chain if event["seq"] == said["sealed"]), None)
    number = said["certificate_no"]
    if head is None:
        return Checked([*faults, sentence("the checkpoint holds none of its events")])
    leaf = checkpoints.leaf(head["person_key"], head["seq"], head["hash"])
    if merkle.root_by(path, leaf, said["leaf"], signed.checkpoint.size) != signed.checkpoint.root:
        faults.append(sentence("the path does not lead from the last event to the checkpoint"))
    try:
        day = signed.checkpoint.at.date().isoformat()
        stands = evidence_verifier.standing(chain, number, head["seq"], day)
    except evidence_verifier.Wrong:
        return Checked([*faults, sentence("none of the events issues the certificate {number}", number=number)])
    if is_first:
        return Checked(faults, [*_exceptions(stands), _OLDER])
    if not _is_stated(said, verifiers):
        faults.append(sentence("its statement is not signed for these events: some were left out or put in"))
    return Checked(faults, list(_exceptions(stands)))


_OLDER = sentence(
    "The proof is of an older form, which ends with the first checkpoint that has the certificate: whether it was "
    "revoked later is not in it. Ask for a new proof."
)


def _exceptions(stands: Mapping[str, Any]) -> Iterator[Sentence]:
    for each in stands["corrections"]:
        values = {"time": each["at"], "reason": each["reason"], "n": each["event"], "by": each["by"]}
        match each["of"]:
            case "certificate":
                yield sentence(
                    "The certificate was revoked at {time}, because: {reason} (event {n}, by {by}).", **values
                )
            case "exemption":
                yield sentence("An exemption was voided at {time}, because: {reason} (event {n}, by {by}).", **values)
            case _:
                yield sentence("An attempt was voided at {time}, because: {reason} (event {n}, by {by}).", **values)
    if not stands["sealed"]:
        yield sentence("The certificate, or what came of it later, was recorded after the checkpoint.")


def _is_stated(said: Mapping[str, Any], verifiers: Iterable[Verifier]) -> bool:
    try:
        text, _ = signing.opened_note(said["statement"], verifiers)
    except NotSignedError:
        return False
    return text.splitlines()[:-1] == _statement(said["certificate_no"], said["events"])


def _statement(number: str, chain: Sequence[Mapping[str, Any]]) -> list[str]:
    first, last = chain[0], chain[-1]
    return [
        FORMAT,
        f"certificate {number}",
        f"person {last['person_key']}",
        f"events {first['seq']} {last['seq']}",
        f"head {last['hash']}",
    ]


def _faults(chain: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """The first fault of a chain of which the beginning is missing; none where it is sound."""
    part = [Event.from_stored(event) for event in chain]
    fault = first_fault(part, after=Head(part[0].seq - 1, None, part[0].previous_hash)) if part else None
    return [fault[1]] if fault else []


def _assigned(chain: Sequence[Event], certificate: Certificate) -> int:
    """The number of the event that assigned the certificate's cycle; raises `NoProofError` where no event issued the
    certificate."""
    assigned, is_issued = 0, False
    for event in chain:
        if event.kind not in (Kind.ASSIGNED, Kind.CERTIFIED):
            continue
        body = event.body
        if (body.get("course"), body.get("cycle")) != (certificate.course_id, certificate.cycle):
            continue
        if event.kind is Kind.ASSIGNED:
            assigned = event.seq
        elif body["certificate_no"] == certificate.number:
            is_issued = True
    if not is_issued:
        raise NoProofError(
            sentence("No event of the record issues the certificate {number}.", number=certificate.number)
        )
    return assigned
