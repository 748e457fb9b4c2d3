"""Evidence packs of a record with one certificate, and what their verifier says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from operating import Run
from packing import RunOf
from studying import Study
from telling import revoke

from people.access import Principal
from progress.audit import evidence_verifier


@pytest.fixture
def run(assigned: Study, learner: Principal, outsider: Principal, operated: Callable[..., Run]) -> Run:
    """Commands over a record in which two people are certified."""
    assigned.certify(learner)
    assigned.certify(outsider)
    return operated(assigned.database.engine.url.render_as_string(hide_password=False), "record")


@pytest.fixture
def pack(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "evidence.zip"
    result = run("evidence", "--output", str(file))
    assert result.exit_code == 0, result.output
    return file


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "checkpoint.key.pub"


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str], keys: Path) -> RunOf:
    """Runs the verifier over a pack with the keys that are trusted; gives its exit code and what it said."""

    def run_verifier(place: Path, trusted: Path = keys) -> tuple[int, str]:
        capsys.readouterr()
        code = evidence_verifier.main([str(place), "--key", str(trusted)])
        return code, capsys.readouterr().out

    return run_verifier


@pytest.fixture
def number(assigned: Study, learner: Principal, run: Run) -> str:  # noqa: ARG001
    found = assigned.enrolment(learner).certificate_no
    assert found is not None
    return found


@pytest.fixture
def revoked(
    run: Run, number: str, assigned: Study, learner: Principal, hr: Principal, tmp_path: Path
) -> tuple[Path, str]:
    """A pack of two certificates, and the number of the one that was revoked: between two checkpoints of its own."""
    assert run("checkpoint", "--output", str(tmp_path / "before.txt")).exit_code == 0
    revoke(assigned, hr, learner)
    assert run("checkpoint", "--output", str(tmp_path / "after.txt")).exit_code == 0
    file = tmp_path / "revoked.zip"
    assert run("evidence", "--output", str(file)).exit_code == 0
    return file, number
