"""The bundled content in a folder of the test's own, with something broken in it."""

import shutil
from pathlib import Path

import pytest
from surroundings import HOME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled content."""
    drawings = HOME.glob("lessons/*/drawings/*.svg")
    for file in (*HOME.glob("lessons/**/*.yaml"), *HOME.glob("quizzes/**/*.yaml"), *drawings):
        copy = tmp_path / file.relative_to(HOME)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")
