"""The bundled content in a folder of the test's own."""

import shutil
from pathlib import Path

import pytest
from surroundings import HOME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, tmp_path / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path
