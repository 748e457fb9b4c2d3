"""What the screen of the record rests on."""

from installation import Installation
from progress.audit import evidence_verifier
from progress.audit.evidence_verifier import Outcome
from progress.record import signing
from web.downloads.records import FinishedPack


def verified(pack: FinishedPack, installed: Installation) -> tuple[Outcome, list[str]]:
    said: list[str] = []
    keys = evidence_verifier.public_keys(signing.as_lines(installed.key.verifiers))
    return evidence_verifier.verify(evidence_verifier.Pack(pack.file), keys, said.append), said
