"""Proof of one certificate: the events that it rests on, and the path from the end of their chain to a checkpoint."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Text, select, type_coerce

from progress import certificates, checkpoints, merkle
from progress.certificates import Certificate
from progress.checkpoints import Signed, sealed_heads
from progress.merkle import Paths
from progress.record import Kind, events, hash_of
from signing import NotSignedError, Verifier
from words import Sentence, sentence

FORMAT = "kodex proof 1"


@dataclass(frozen=True)
class Proof:
    """All that somebody needs, beside the public key, to see that a certificate stood in the record when the
    checkpoint was made. It holds the answers of the attempt."""

    number: str
    events: Sequence[Mapping[str, Any]]
    """From the assignment of the certificate's cycle on, to the sealed head; each as it is kept, its body as text."""
    leaf: int
    path: Sequence[bytes]
    note: str

    def as_file(self) -> str:
        return json.dumps(
            {
                "format": FORMAT,
                "certificate_no": self.number,
                "events": list(self.events),
                "leaf": self.leaf,
                "path": [each.hex() for each in self.path],
                "checkpoint": self.note,
            },
            ensure_ascii=False,
            indent=1,
        )


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
        chain = _chain(self._connection, certificate.person_key)
        assigned, issued = _span(chain, certificate)
        head = self._head(certificate, issued)
        return Proof(
            certificate.number,
            [dict(row._mapping) for row in chain if assigned <= row.seq <= head.seq],
            head.leaf,
            self._paths.inclusion(head.leaf),
            self._signed.note,
        )

    def _head(self, certificate: Certificate, issued: int) -> Row[*tuple[Any, ...]]:
        """The first head of the chain that is sealed with or after the event that issued the certificate."""
        heads = sealed_heads.c
        head = self._connection.execute(
            select(heads.leaf, heads.seq)
            .where(heads.person_key == certificate.person_key, heads.seq >= issued)
            .where(heads.leaf < self._signed.checkpoint.size)
            .order_by(heads.seq)
            .limit(1)
        ).first()
        if head is None:
            raise NoProofError(
                sentence(
                    "The checkpoint was made before the certificate {number} was issued.", number=certificate.number
                )
            )
        return head


def faults(text: str, verifiers: Iterable[Verifier]) -> list[Sentence]:
    """What does not hold of a proof that was written to a file; nothing where all of it does."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            return [sentence("this is no proof")]
        chain, path = said["events"], [bytes.fromhex(each) for each in said["path"]]
        signed = checkpoints.read(said["checkpoint"], verifiers)
        found = list(_broken_links(chain))
        last = chain[-1]
        leaf = checkpoints.leaf(last["person_key"], last["seq"], last["hash"])
        if merkle.root_by(path, leaf, said["leaf"], signed.checkpoint.size) != signed.checkpoint.root:
            found.append(sentence("the path does not lead from the last event to the checkpoint"))
        if said["certificate_no"] not in {
            json.loads(event["body"])["certificate_no"] for event in chain if event["kind"] == Kind.CERTIFIED
        }:
            found.append(
                sentence("none of the events issues the certificate {number}", number=said["certificate_no"])
            )
    except NotSignedError as error:
        return [sentence("the checkpoint: {reason}", reason=error.reason)]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return [sentence("this is no proof")]
    return found


def _broken_links(chain: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    before = None
    for event in chain:
        said = (event[name] for name in ("person_key", "seq", "kind", "at", "body", "previous_hash"))
        follows = before is None or (
            (event["person_key"], event["seq"]) == (before["person_key"], before["seq"] + 1)
            and event["previous_hash"] == before["hash"]
        )
        if hash_of(*said) != event["hash"]:
            yield sentence("event {n} was altered: it does not have its hash any more", n=event["seq"])
        elif not follows:
            yield sentence("event {n} does not follow from the event before it", n=event["seq"])
        before = event


def _chain(connection: Connection, person_key: str) -> list[Row[Any]]:
    at = type_coerce(events.c.at, Text).label("at")
    columns = [at if column is events.c.at else column for column in events.c]
    asked = select(*columns).where(events.c.person_key == person_key).order_by(events.c.seq)
    return list(connection.execute(asked))


def _span(chain: Sequence[Row[Any]], certificate: Certificate) -> tuple[int, int]:
    """The numbers of the event that assigned the certificate's cycle and of the one that issued it."""
    assigned = issued = 0
    for row in chain:
        body = json.loads(row.body)
        if (body.get("course"), body.get("cycle")) != (certificate.course_id, certificate.cycle):
            continue
        if row.kind == Kind.ASSIGNED:
            assigned = row.seq
        elif row.kind == Kind.CERTIFIED and body["certificate_no"] == certificate.number:
            issued = row.seq
    if not issued:
        raise NoProofError(
            sentence("No event of the record issues the certificate {number}.", number=certificate.number)
        )
    return assigned, issued
