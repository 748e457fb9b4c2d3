"""The first bundled course in a folder of the test's own."""

from pathlib import Path

import pytest
from bundled import first_course_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return first_course_in(tmp_path)
