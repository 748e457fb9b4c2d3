"""`manage.py record prove` and `check-proof`: one certificate, proved offline."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import plain
from operating import Run
from record_commands import number_of, t
from sqlalchemy import Text, insert, literal, update
from studying import Study
from telling import revoke

from people.access import Principal
from progress.audit.evidence_verifier import Outcome
from progress.completion.certificates import certificates
from progress.record import signing
from progress.record.chains import events
from progress.record.checkpoints import leaves as leaves_of
from progress.record.checkpoints import read as read_checkpoint
from progress.record.merkle import Paths
from progress.reports import export_log


@pytest.fixture
def public(tmp_path: Path) -> str:
    return str(tmp_path / "keys" / "checkpoint.key.pub")


def test_a_certificate_is_proved_by_its_file_and_the_public_key(run: Run, proof: Path, public: str) -> None:
    assert run("check-proof", str(proof), "--key", public).exit_code == 0


def spoilt(said: dict[str, object]) -> Iterator[dict[str, object]]:
    chain = said["events"]
    assert isinstance(chain, list)
    assert isinstance(said["leaf"], int)
    yield {**said, "leaf": said["leaf"] + 1}
    yield {**said, "path": ["00" * 32]}
    yield {**said, "certificate_no": "KX-00000-00000-00000-00000-000000"}
    yield {**said, "events": chain[:-1]}
    yield {**said, "events": [*chain[:1], *chain[2:]]}
    yield {**said, "events": [{**chain[0], "body": chain[0]["body"].replace("2026", "2025")}, *chain[1:]]}
    yield {**said, "checkpoint": "nothing"}
    yield {**said, "events": []}
    yield {**said, "format": "another"}
    yield {}


def test_a_proof_that_was_altered_is_refused(run: Run, proof: Path, public: str, tmp_path: Path) -> None:
    for changed in spoilt(json.loads(proof.read_text())):
        file = tmp_path / "changed.json"
        file.write_text(json.dumps(changed))
        assert run("check-proof", str(file), "--key", public).exit_code == 1, changed


def test_a_proof_is_refused_by_the_key_of_another_installation(run: Run, proof: Path, tmp_path: Path) -> None:
    signing.opened(tmp_path / "other.key")
    assert run("check-proof", str(proof), "--key", str(tmp_path / "other.key.pub")).exit_code == 1


def test_a_number_that_does_not_exist_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    result = run("proof", "KX-00000-00000-00000-00000-000000", "--output", str(file))
    assert result.exit_code == 1
    assert "KX-00000" in result.output
    assert not file.exists()


@pytest.mark.parametrize("altered", [{"body": '{"course": "x"}'}, {"at": "2026-01-01T00:00:00.000000Z"}])
def test_a_proof_that_would_not_hold_is_not_written(
    run: Run, assigned: Study, learner: Principal, tmp_path: Path, altered: dict[str, str]
) -> None:
    number, file = number_of(assigned, learner), tmp_path / "proof.json"
    with assigned.database.writing() as connection:
        which = (events.c.person_key == learner.key, events.c.seq == 2)
        values = {name: literal(value, Text) for name, value in altered.items()}
        connection.execute(update(events).where(*which).values(values))
    result = run("proof", number, "--output", str(file))
    assert result.exit_code == 1
    assert "event 2 was altered" in result.output
    assert not file.exists()


def test_a_proof_is_noted_in_the_log_of_exports(proof: Path, assigned: Study, learner: Principal) -> None:
    with assigned.database.reading() as connection:
        (entry,) = export_log.newest(connection, 5)
    given = entry.handed_out
    assert (entry.person_key, given.kind, given.file) == ("operator", export_log.ExportKind.PROOF, proof.name)
    assert given.selection == {"search": number_of(assigned, learner)}
    assert given.sha256 == hashlib.sha256(proof.read_bytes()).hexdigest()


def test_a_certificate_without_its_event_has_no_proof(
    run: Run, assigned: Study, learner: Principal, tmp_path: Path
) -> None:
    with assigned.database.writing() as connection:
        row = connection.execute(certificates.select().where(certificates.c.person_key == learner.key)).one()
        forged = "KX-11111-11111-11111-11111-111111"
        connection.execute(insert(certificates).values({**row._mapping, "number": forged, "cycle": 2}))
    result = run("proof", forged, "--output", str(tmp_path / "proof.json"))
    assert result.exit_code == 1
    assert run("verify").exit_code == 1


def test_a_proof_says_that_its_certificate_was_revoked(
    run: Run, assigned: Study, learner: Principal, hr: Principal, public: str, tmp_path: Path
) -> None:
    number, file = number_of(assigned, learner), tmp_path / "revoked.json"
    assert run("checkpoint", "--output", str(tmp_path / "before.txt")).exit_code == 0
    revoke(assigned, hr, learner)
    assert run("proof", number, "--output", str(file)).exit_code == 0
    result = run("check-proof", str(file), "--key", public)
    assert result.exit_code == Outcome.HOLDS_WITH_EXCEPTIONS
    event = assigned.chain(learner)[-1]
    assert plain(
        t(
            "The certificate was revoked at {time}, because: {reason} (event {n}, by {by}).",
            time=event.written_at,
            reason=event.body["reason"],
            n=event.seq,
            by=hr.key,
        )
    ) in plain(result.output)


def test_a_proof_that_was_cut_before_the_revocation_is_refused(
    run: Run, assigned: Study, learner: Principal, hr: Principal, public: str, tmp_path: Path
) -> None:
    """Somebody puts together the events up to the certificate and the path to the head that was sealed with it."""
    number = number_of(assigned, learner)
    early, late = tmp_path / "early.json", tmp_path / "late.json"
    assert run("proof", number, "--output", str(early)).exit_code == 0
    revoke(assigned, hr, learner)
    assert run("proof", number, "--output", str(late)).exit_code == 0
    before, after = json.loads(early.read_text()), json.loads(late.read_text())
    with assigned.database.reading() as connection:
        leaves = list(leaves_of(connection))
    note = read_checkpoint(after["checkpoint"], signing.verifiers_in(Path(public))).checkpoint
    path = [each.hex() for each in Paths(leaves[: note.size]).inclusion(before["leaf"])]
    cut = {**before, "path": path, "checkpoint": after["checkpoint"], "statement": after["statement"]}
    early.write_text(json.dumps(cut))
    assert run("check-proof", str(early), "--key", public).exit_code == 1


def test_a_proof_of_the_older_form_holds_and_says_what_it_does_not_show(
    run: Run, proof: Path, public: str, tmp_path: Path
) -> None:
    said = json.loads(proof.read_text())
    del said["statement"], said["sealed"]
    older = tmp_path / "older.json"
    older.write_text(json.dumps({**said, "format": "kodex proof 1"}))
    result = run("check-proof", str(older), "--key", public)
    assert result.exit_code == Outcome.HOLDS_WITH_EXCEPTIONS
    assert plain(t("The proof is valid: the certificate was in the record when the checkpoint was signed.")) in plain(
        result.output
    )
