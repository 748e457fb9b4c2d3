"""A record that somebody altered, and the findings of its verification."""

from pathlib import Path

import pytest
from studying import Study
from tampered import Audited

from people.access import Principal


@pytest.fixture
def audited(assigned: Study, learner: Principal, tmp_path: Path) -> Audited:
    return Audited(assigned, learner, tmp_path / "checkpoint.key")
