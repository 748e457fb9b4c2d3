"""Proofs of one certificate: the events that it rests on, and the path from their chain's head to a checkpoint."""

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
from words import SaidError, Sentence, sentence

FORMAT = "kodex proof 2"
FIRST_FORMAT = "kodex proof 1"
"""An older form. Its events end with the first checkpoint that includes the certificate, and it has no statement:
later revocations are not in it."""


@dataclass(frozen=True)
class Proof:
    """Everything needed, besides the public key, to verify that a certificate was in the record when the checkpoint
    was made, and what has become of it since. It has the answers of the attempt."""

    number: str
    events: Sequence[Mapping[str, Any]]
    """From the assignment of the certificate's cycle to the end of the chain, all columns as stored."""
    sealed: int | None
    """Number of the last event that the checkpoint includes; None if it includes none of these."""
    leaf: int | None
    path: Sequence[bytes]
    note: str

    def as_entry(self) -> dict[str, Any]:
        """The proof as a JSON object, without the checkpoint."""
        return {
            "certificate_no": self.number,
            "events": list(self.events),
            "sealed": self.sealed,
            "leaf": self.leaf,
            "path": [each.hex() for each in self.path],
        }

    def standing(self, day: date) -> dict[str, Any]:
        """The state of the certificate by these events: the result of `evidence_verifier.standing`."""
        return evidence_verifier.standing(self.events, self.number, self.sealed, day.isoformat())

    def as_file(self, key: Key, at: datetime) -> str:
        """The proof as JSON text, with a signed statement of where the chain ends: a proof cut short fails."""
        statement = "".join(f"{line}\n" for line in (*_statement(self.number, self.events), f"time {written(at)}"))
        proof = {**self.as_entry(), "checkpoint": self.note, "statement": signing.signed(statement, key)}
        return json.dumps({"format": FORMAT, **proof}, ensure_ascii=False, indent=1)


class NoProofError(SaidError):
    """There is nothing to prove."""


class Prover:
    """Proofs of certificates by one checkpoint, which has to be one of those stored here."""

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
        """The proof up to the newest head of the chain that the checkpoint includes, and on to the chain's end."""
        chain = chains.chain(self._connection, certificate.person_key)
        assigned = _assigned(chain, certificate)
        part = [event.as_stored() for event in chain if event.seq >= assigned]
        head = self._head(certificate.person_key)
        if head is None or head.seq < assigned:
            return Proof(certificate.number, part, None, None, (), self._signed.note)
        path = self._paths.inclusion(head.leaf)
        return Proof(certificate.number, part, head.seq, head.leaf, path, self._signed.note)

    def _head(self, person_key: str) -> Row[*tuple[Any, ...]] | None:
        """(leaf, seq) of the newest head of the chain that the checkpoint includes."""
        heads = sealed_heads.c
        return self._connection.execute(
            select(heads.leaf, heads.seq)
            .where(heads.person_key == person_key, heads.leaf < self._signed.checkpoint.size)
            .order_by(heads.seq.desc())
            .limit(1)
        ).first()


@dataclass(frozen=True)
class CheckedProof:
    """The result of checking a proof."""

    faults: list[Sentence] = field(default_factory=list)
    """Empty if the proof holds."""
    exceptions: list[Sentence] = field(default_factory=list)
    """Sentences about what has become of the certificate, or what this proof cannot tell."""


def checked(text: str, verifiers: Sequence[Verifier]) -> CheckedProof:
    """Check a proof that was written to a file. Neither a database nor a network is needed."""
    try:
        proof = json.loads(text)
        if proof["format"] not in {FORMAT, FIRST_FORMAT}:
            return CheckedProof([sentence("this is no proof")])
        return _checked(proof, verifiers)
    except NotSignedError as error:
        return CheckedProof([sentence("the checkpoint: {reason}", reason=error.reason)])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return CheckedProof([sentence("this is no proof")])


def _checked(proof: Mapping[str, Any], verifiers: Sequence[Verifier]) -> CheckedProof:
    chain, path = proof["events"], [bytes.fromhex(each) for each in proof["path"]]
    is_first = proof["format"] != FORMAT
    signed = checkpoints.read(proof["checkpoint"], verifiers)
    faults = _faults(chain)
    head = chain[-1] if is_first else next((event for event in chain if event["seq"] == proof["sealed"]), None)
    number = proof["certificate_no"]
    if head is None:
        return CheckedProof([*faults, sentence("the checkpoint holds none of its events")])
    leaf = checkpoints.leaf(head["person_key"], head["seq"], head["hash"])
    if merkle.root_by(path, leaf, proof["leaf"], signed.checkpoint.size) != signed.checkpoint.root:
        faults.append(sentence("the path does not lead from the last event to the checkpoint"))
    try:
        day = signed.checkpoint.at.date().isoformat()
        standing = evidence_verifier.standing(chain, number, head["seq"], day)
    except evidence_verifier.Wrong:
        return CheckedProof([*faults, sentence("none of the events issues the certificate {number}", number=number)])
    if is_first:
        return CheckedProof(faults, [*_exceptions(standing), _OLDER])
    if not _is_stated(proof, verifiers):
        faults.append(sentence("its statement is not signed for these events: some were left out or put in"))
    return CheckedProof(faults, list(_exceptions(standing)))


_OLDER = sentence(
    "The proof is of an older form, which ends with the first checkpoint that has the certificate: whether it was "
    "revoked later is not in it. Ask for a new proof."
)


def _exceptions(standing: Mapping[str, Any]) -> Iterator[Sentence]:
    for each in standing["corrections"]:
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
    if not standing["sealed"]:
        yield sentence("The certificate, or what came of it later, was recorded after the checkpoint.")


def _is_stated(proof: Mapping[str, Any], verifiers: Iterable[Verifier]) -> bool:
    try:
        text, _ = signing.opened_note(proof["statement"], verifiers)
    except NotSignedError:
        return False
    return text.splitlines()[:-1] == _statement(proof["certificate_no"], proof["events"])


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
    """The first fault of a chain of which the beginning is missing; empty if it is sound."""
    part = [Event.from_stored(event) for event in chain]
    fault = first_fault(part, after=Head(part[0].seq - 1, None, part[0].previous_hash)) if part else None
    return [fault[1]] if fault else []


def _assigned(chain: Sequence[Event], certificate: Certificate) -> int:
    """The number of the event that assigned the certificate's cycle; raises `NoProofError` if no event issued the
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
