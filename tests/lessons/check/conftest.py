"""Content in a folder of the test's own, for something in it to be broken."""

import shutil
from pathlib import Path

import pytest
from bad_content import EVERY_KIND, FORMER_COURSE
from bundled import first_course_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the former course."""
    return shutil.copytree(FORMER_COURSE, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """A copy of the first bundled course, with its dialogue, guide and drawings."""
    return first_course_in(tmp_path)


@pytest.fixture
def every_kind(tmp_path: Path) -> Path:
    """A copy of a small course with every kind of decision, twins and scenes."""
    return shutil.copytree(EVERY_KIND, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")
