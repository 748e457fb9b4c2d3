"""The commands over the record."""

from collections.abc import Callable
from pathlib import Path

import pytest
from operating import Run
from record_commands import number_of
from studying import Study

from people.access import Principal


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


@pytest.fixture
def proof(run: Run, assigned: Study, learner: Principal, tmp_path: Path) -> Path:
    file = tmp_path / "proof.json"
    assert run("proof", number_of(assigned, learner), "--output", str(file)).exit_code == 0
    return file
