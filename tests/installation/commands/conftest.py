"""The operator's commands over a small company."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commanding import EMPLOYEES
from operating import Run

import installation
from database import Database
from progress import demonstration
from quizzes.content import Content


@pytest.fixture(scope="package")
def small_company(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content) -> Path:
    """A demonstration of a few people: to be copied."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("small") / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    zone = installation.settings.read({}).time_zone
    demonstration.fill(opened, content, EMPLOYEES, 1, zone, datetime.now(UTC))
    opened.close()
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kodex.sqlite3"


@pytest.fixture
def run(file: Path, operated: Callable[..., Run]) -> Run:
    """Runs a command over the database in `file`."""
    return operated(f"sqlite:///{file}")


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """The one that the commands run over, as this test sees it."""
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def company(file: Path, small_company: Path, database: Database) -> Database:
    shutil.copy(small_company, file)
    return database
