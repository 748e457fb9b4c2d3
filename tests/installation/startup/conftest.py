"""Servers that refuse to start, and what they say."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from serving import PATIENCE, environment, free_port
from starting import Start
from surroundings import HOME

from database import Database
from people import directory
from people.directory import Person


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int) -> Start:
    """Tries to start a server that is expected to refuse; gives how it ended."""

    def started(database: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        served = command or (sys.executable, "-m", "uvicorn", "app:app", "--port", str(port))
        ended = subprocess.run(
            served,
            cwd=HOME,
            env=environment(**{"KODEX_DATABASE_URL": f"sqlite:///{database}"} | settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        return ended

    return started


@pytest.fixture
def empty(migrated_sqlite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path / "kodex.sqlite3"))


@pytest.fixture
def real(empty: Path) -> Path:
    """A database that holds somebody real."""
    opened = Database(f"sqlite:///{empty}")
    with opened.writing() as connection:
        directory.add(connection, [Person("0" * 32, "1", "Skutečná Osoba", "s@example.com", "Sklad", None, "cs")])
    opened.close()
    return empty
