"""What the screen of the record rests on."""

from pathlib import Path

import pytest
from studying import Study

import settings
from installation import Installation
from people.access import Principal
from quizzes.content import Content


@pytest.fixture
def installed(assigned: Study, learner: Principal, content: Content, tmp_path: Path) -> Installation:
    """An installation in which the learner is certified, and nothing is sealed."""
    assigned.certify(learner)
    url = assigned.database.engine.url.render_as_string(hide_password=False)
    read = settings.read({"KODEX_DATABASE_URL": url, "KODEX_CHECKPOINT_KEY": str(tmp_path / "checkpoint.key")})
    return Installation(read, assigned.database, content)
