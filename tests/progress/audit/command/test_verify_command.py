"""`manage.py record verify`: what it finds, and against which checkpoint."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import plain
from operating import Run
from record_commands import t
from sqlalchemy import delete, update
from studying import Study

from people.access import Principal
from progress.completion.certificates import certificates
from progress.completion.enrolments import enrolments
from progress.record import signing
from progress.record.chains import events
from progress.record.checkpoints import checkpoints, sealed_heads


def test_a_sound_record_verifies_against_the_checkpoint_kept_elsewhere(run: Run, sealed: Path) -> None:
    result = run("verify", "--checkpoint", str(sealed))
    assert result.exit_code == 0
    assert plain(t("Everything holds, up to the newest checkpoint kept elsewhere and beyond.")) in plain(
        result.output
    )


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
