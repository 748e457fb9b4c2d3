"""A certificate after a test-out is in an evidence pack with everything that it rests on."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from knowing import sit
from operating import Run
from packing import RunOf, told
from studying import Study

from people.access import Principal
from progress.audit.evidence_verifier import Outcome, Wrong, check_certificate


@pytest.fixture
def pack(assigned: Study, learner: Principal, operated: Callable[..., Run], tmp_path: Path) -> Path:
    sit(assigned, learner, wrong=1)
    assigned.sign(learner)
    run = operated(assigned.database.engine.url.render_as_string(hide_password=False), "record")
    file = tmp_path / "tested-out.zip"
    assert run("evidence", "--output", str(file)).exit_code == 0
    return file


def test_it_holds(pack: Path, verified: RunOf) -> None:
    code, said = verified(pack)
    assert "1 of 1 certificates stand in the record as they were issued." in said
    assert code == Outcome.HOLDS


@pytest.mark.parametrize(
    ("kind", "named", "said"),
    [("prior started", "questions", "a question that was asked"), ("waived", "cards", "a card that was waived")],
)
def test_it_does_not_hold_without_what_was_asked_or_waived(pack: Path, kind: str, named: str, said: str) -> None:
    (certificate,), (proof,) = told(pack, "certificates.jsonl"), told(pack, "proofs.jsonl")
    with zipfile.ZipFile(pack) as file:
        held = {
            Path(name).stem: json.loads(file.read(name)) for name in file.namelist() if name.startswith("content/")
        }
    check_certificate(certificate, proof, held, certificate["valid_from"])
    body = next(json.loads(event["body"]) for event in proof["events"] if event["kind"] == kind)
    course = held[certificate["content_sha256"]]
    # As if the course had changed since: what it has itself is asked for by another rule.
    lost = body[named][0][1]
    for part in ("lessons", "questions", "dialogues"):
        course[part] = [each for each in course.get(part, ()) if each != lost]
    with pytest.raises(Wrong, match=said):
        check_certificate(
            certificate, proof, {name: each for name, each in held.items() if name != lost}, certificate["valid_from"]
        )
