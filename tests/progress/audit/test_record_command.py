"""The commands over the record: what they write, what they find, and what they refuse in words."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import plain
from conftest import Study
from operating import Run
from sqlalchemy import delete, insert, update
from telling import revoke

from commands import application
from people.access import Principal
from progress.audit.evidence_verifier import Outcome
from progress.completion.certificates import certificates
from progress.completion.enrolments import enrolments
from progress.record import signing
from progress.record.chains import events
from progress.record.checkpoints import REASONS, Reason, checkpoints, sealed_heads
from progress.record.checkpoints import leaves as leaves_of
from progress.record.checkpoints import read as read_checkpoint
from progress.record.merkle import Paths

t = application.t


@pytest.fixture
def run(assigned: Study, learner: Principal, operated: Callable[..., Run]) -> Run:
    """Commands over a record in which the learner is certified."""
    assigned.certify(learner)
    return operated(assigned.database.engine.url.render_as_string(hide_password=False), "record")


@pytest.fixture
def sealed(run: Run, tmp_path: Path) -> Path:
    """A checkpoint that is kept elsewhere."""
    file = tmp_path / "elsewhere.txt"
    assert run("checkpoint", "--output", str(file)).exit_code == 0
    return file


def number_of(study: Study, who: Principal) -> str:
    number = study.enrolment(who).certificate_no
    assert number is not None
    return number


def test_a_sound_record_verifies_against_the_checkpoint_kept_elsewhere(run: Run, sealed: Path) -> None:
    result = run("verify", "--checkpoint", str(sealed))
    assert result.exit_code == 0
    assert plain(t("All checks passed, including against your external checkpoint.")) in plain(result.output)


def test_without_a_checkpoint_kept_elsewhere_it_says_what_it_cannot_know(run: Run) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert "--checkpoint" in result.output


@pytest.mark.parametrize(
    "tamper",
    [
        lambda key: update(events).where(events.c.person_key == key, events.c.seq == 3).values(body="{}"),
        lambda key: delete(events).where(events.c.person_key == key, events.c.seq == 3),
        lambda key: delete(events).where(events.c.person_key == key),
        lambda key: update(sealed_heads).where(sealed_heads.c.person_key == key).values(seq=1),
        lambda _: delete(sealed_heads),
        lambda _: update(checkpoints).values(note="nothing"),
        lambda key: update(enrolments).where(enrolments.c.person_key == key).values(score=1),
        lambda key: delete(enrolments).where(enrolments.c.person_key == key),
        lambda key: update(certificates).where(certificates.c.person_key == key).values(name="Somebody Else"),
        lambda key: update(certificates).where(certificates.c.person_key == key).values(score=1),
        lambda key: delete(certificates).where(certificates.c.person_key == key),
    ],
)
def test_whatever_is_altered_is_found(
    run: Run, sealed: Path, assigned: Study, learner: Principal, tamper: Callable[[str], object]
) -> None:
    with assigned.database.writing() as connection:
        connection.execute(tamper(learner.key))  # type: ignore[call-overload]
    result = run("verify", "--checkpoint", str(sealed))
    assert result.exit_code == 1


def test_a_finding_names_person_event_and_the_last_checkpoint_that_was_right(
    run: Run, sealed: Path, assigned: Study, learner: Principal, tmp_path: Path
) -> None:
    last = assigned.chain(learner)[-1]
    assigned.assign(learner)
    assert run("checkpoint", "--output", str(tmp_path / "second.txt")).exit_code == 0
    with assigned.database.writing() as connection:
        connection.execute(delete(events).where(events.c.person_key == learner.key, events.c.seq > last.seq))
    said = plain(run("verify", "--checkpoint", str(sealed)).output)
    time = next(line for line in sealed.read_text().splitlines() if line.startswith("time "))
    assert f"{learner.key}: " in said
    assert str(last.seq) in said
    assert time.removeprefix("time ")[:19] in said


def test_a_whole_chain_written_anew_is_found_by_the_checkpoint_alone(
    run: Run, sealed: Path, assigned: Study, learner: Principal
) -> None:
    """Somebody without the key rewrites events, hashes, sealed heads and the checkpoints that are kept here."""
    with assigned.database.writing() as connection:
        connection.execute(delete(checkpoints))
        connection.execute(delete(sealed_heads))
        for table in (events, enrolments, certificates):
            connection.execute(delete(table).where(table.c.person_key == learner.key))
    assert run("verify").exit_code == 0
    assert run("verify", "--checkpoint", str(sealed)).exit_code == 1


def test_a_checkpoint_of_another_installation_is_named(run: Run, tmp_path: Path) -> None:
    other = signing.opened(tmp_path / "other.key")
    file = tmp_path / "foreign.txt"
    file.write_text(signing.signed(f"{other.verifier.name}\n0\n{'A' * 43}=\nepoch 1\n", other))
    result = run("verify", "--checkpoint", str(file))
    assert result.exit_code == 1
    assert other.verifier.name in result.output


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"nothing", b"\0" * 20])
def test_a_file_that_is_no_checkpoint_is_named(run: Run, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "broken.txt"
    file.write_bytes(data)
    result = run("verify", "--checkpoint", str(file))
    assert result.exit_code == 1
    assert "broken.txt" in plain(result.output)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    result = run("verify", "--checkpoint", str(tmp_path / "none.txt"))
    assert result.exit_code == 1
    assert "none.txt" in plain(result.output)


def test_an_earlier_checkpoint_is_never_written_over(run: Run, sealed: Path) -> None:
    before = sealed.read_text()
    assert run("checkpoint", "--output", str(sealed)).exit_code == 1
    assert sealed.read_text() == before


def test_only_those_of_whom_something_was_recorded_since_are_recomputed(run: Run) -> None:
    everybody = run("verify").output
    assert run("verify", "--since", "2026-01-01").output == everybody
    assert plain(t.plural("{n} person", "{n} people", 0)) in plain(run("verify", "--since", "2030-01-01").output)


def test_a_changed_key_leaves_old_checkpoints_good(run: Run, sealed: Path, tmp_path: Path) -> None:
    assert run("new-key").exit_code == 0
    second = tmp_path / "second.txt"
    assert run("checkpoint", "--output", str(second)).exit_code == 0
    assert run("verify", "--checkpoint", str(sealed), "--checkpoint", str(second)).exit_code == 0


# Proofs


@pytest.fixture
def proof(run: Run, assigned: Study, learner: Principal, tmp_path: Path) -> Path:
    file = tmp_path / "proof.json"
    assert run("proof", number_of(assigned, learner), "--output", str(file)).exit_code == 0
    return file


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
    assert plain(t("The proof holds: the certificate stood in the record when the checkpoint was signed.")) in plain(
        result.output
    )


# Why a checkpoint was made


def test_each_checkpoint_says_why_it_was_made(run: Run, assigned: Study, learner: Principal, tmp_path: Path) -> None:
    assert run("checkpoint", "--output", str(tmp_path / "1.txt")).exit_code == 0
    assert run("checkpoint", "--nightly", "--output", str(tmp_path / "2.txt")).exit_code == 0
    assert run("proof", number_of(assigned, learner), "--output", str(tmp_path / "3.json")).exit_code == 0
    assert run("new-key").exit_code == 0
    with assigned.database.writing() as connection:
        connection.execute(update(checkpoints).where(checkpoints.c.number == 1).values(reason=None))
    said = [line.split(", ")[1] for line in run("checkpoints").output.splitlines()]
    assert said == [t.say(REASONS[each]) for each in (None, Reason.NIGHTLY, Reason.KEY)], "a proof needs none anew"
