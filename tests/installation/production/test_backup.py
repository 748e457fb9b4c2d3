"""`deploy/backup`: a checkpoint, and a whole copy of a database in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from serving import Server, environment
from surroundings import HOME

from database import Database
from people import directory


def test_a_backup_is_a_checkpoint_and_a_whole_database_that_was_in_use(
    production: Server, invited: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [HOME / "deploy" / "backup", tmp_path],
        env=environment(**production.settings, PYTHON=sys.executable),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checkpoint, copy = sorted(tmp_path.iterdir())
    assert copy.stat().st_mode & 0o077 == checkpoint.stat().st_mode & 0o077 == 0
    assert checkpoint.read_text("utf-8").startswith("kodex-")
    opened = Database(f"sqlite:///{copy}")
    with opened.reading() as connection:
        person = directory.by_employee_id(connection, invited)
    opened.close()
    assert person is not None
    assert person.name == "Hana První"


@pytest.mark.wide
@pytest.mark.parametrize("url", ["", "sqlite:////nowhere/kodex.sqlite3"])
def test_a_backup_that_cannot_be_made_says_so_and_leaves_nothing(tmp_path: Path, url: str) -> None:
    done = subprocess.run(
        [HOME / "deploy" / "backup", tmp_path],
        env={**os.environ, "KODEX_DATABASE_URL": url, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr
    assert list(tmp_path.iterdir()) == []
