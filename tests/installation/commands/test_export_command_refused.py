"""`manage.py export certifications`: what it refuses, and what a terminal shows of it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from commanding import EMPLOYEES
from operating import Run
from serving import environment
from surroundings import HOME

from database import Database


@pytest.mark.usefixtures("company")
def test_a_misspelt_unit_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    result = run("export", "certifications", "--output", str(file), "--unit", "Sklad Ostrva")
    assert result.exit_code == 1
    assert "Sklad Ostrva" in result.output
    assert "Sklad Ostrava" in result.output
    assert not file.exists()


@pytest.mark.usefixtures("company")
def test_a_misspelt_status_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "none.csv"), "--status", "certifed")
    assert result.exit_code == 2
    assert "certifed" in result.output
    assert "certified" in result.output


@pytest.mark.usefixtures("company")
def test_a_misspelt_course_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "none.csv"), "--course", "privacy")
    assert result.exit_code == 1
    assert "customer-privacy" in result.output


@pytest.mark.usefixtures("company")
def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for output in (tmp_path / "nowhere" / "all.csv", tmp_path / "folder"):
        result = run("export", "certifications", "--output", str(output))
        assert result.exit_code == 1
        assert str(output.parent) in result.output
    assert sorted(each.name for each in tmp_path.iterdir() if "sqlite" not in each.name) == ["folder", "keys"]


@pytest.mark.usefixtures("company")
def test_the_file_that_was_written_is_named_as_it_is(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "záznamy [bold] k dnešku.csv"
    result = run("export", "certifications", "--output", str(file))
    assert file.exists()
    assert str(file) in result.output


def test_a_terminal_shows_how_far_the_export_is_and_a_pipe_is_spared_it(company: Database, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "export", "certifications", "--output", str(tmp_path / "all.csv")]
    command += ["--course", "customer-privacy"]
    settings = environment(KODEX_DATABASE_URL=str(company.engine.url), TERM="xterm", COLUMNS="120")
    piped = subprocess.run(command, cwd=HOME, env=settings, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    ours, theirs = pty.openpty()
    subprocess.run(command, cwd=HOME, env=settings, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert f"{EMPLOYEES}/{EMPLOYEES}" in shown
