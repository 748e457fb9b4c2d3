"""`manage.py people` over a directory of the test's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from operating import Run
from people_command import FILE

from database import Database


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """The one that the commands run over, as this test sees it."""
    opened = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}")
    yield opened
    opened.close()


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(str(database.engine.url), "people")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(FILE, "utf-8")
    return file


@pytest.fixture
def company(run: Run, file: Path, database: Database) -> Database:
    assert run("import", str(file)).exit_code == 0
    return database
