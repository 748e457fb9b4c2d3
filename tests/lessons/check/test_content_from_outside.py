"""Bad content from outside: the command ends with 1, and a server does not start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bad_content import LESSON, edit
from surroundings import HOME


def run(folder: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "en_GB.UTF-8",
        "KODEX_CONTENT": str(folder),
        "KODEX_DATABASE_URL": f"sqlite:///{tmp_path}/kodex.sqlite3",
        "KODEX_SECRET": "s" * 32,
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=HOME, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.wide
def test_the_command_reports_every_fault_and_ends_with_1(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path, "manage.py", "content", "check", str(folder)).returncode == 0
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    edit(folder, LESSON, "^promise: .*", "promise: <i>a</i>")
    ended = run(folder, tmp_path, "manage.py", "content", "check", str(folder))
    assert ended.returncode == 1
    assert f"{LESSON}:4: unknown key “colour”" in ended.stdout
    assert f"{LESSON}:6: HTML is not allowed" in ended.stdout


def test_a_server_with_bad_content_does_not_start(folder: Path, tmp_path: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    ended = run(folder, tmp_path, "-c", "import app")
    assert ended.returncode == 1
    assert f"{LESSON}:4: unknown key “colour”" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "kodex.sqlite3").exists()
