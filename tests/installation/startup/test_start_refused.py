"""A server that cannot start right does not start, and says why."""

import shutil
import sys
from pathlib import Path

import pytest
from starting import PUBLIC, SECRET, Start

from tests.bundled import content_in


@pytest.fixture
def faulty(tmp_path: Path) -> tuple[Path, list[str]]:
    """Content with two faults in two files, and where they are."""
    folder = content_in(tmp_path / "pack")
    places = []
    for file, text, by in (
        ("lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 0"),
        ("quizzes/customer-privacy/cs.yaml", "kind: single", "kind: riddle"),
    ):
        before, _, after = (folder / file).read_text("utf-8").partition(text)
        (folder / file).write_text(before + by + after, "utf-8")
        places.append(f"{file}:{before.count(chr(10)) + 1}:")
    return folder, places


def test_a_server_with_faulty_content_does_not_start_and_names_every_fault(
    start: Start, empty: Path, faulty: tuple[Path, list[str]]
) -> None:
    folder, places = faulty
    ended = start(empty, KODEX_CONTENT=str(folder))
    lines = ended.stderr.splitlines()
    for place in places:
        assert [line for line in lines if line.startswith(place)], ended.stderr


@pytest.mark.wide
def test_streamlit_run_does_not_start_with_faulty_content_either(
    start: Start, empty: Path, port: int, faulty: tuple[Path, list[str]]
) -> None:
    folder, places = faulty
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    ended = start(empty, *command, KODEX_CONTENT=str(folder))
    for place in places:
        assert place in ended.stderr + ended.stdout


def test_wrong_settings_are_named_at_start_all_of_them(start: Start, empty: Path) -> None:
    ended = start(
        empty,
        KODEX_MODE="productoin",
        KODEX_CONTENT="/nowhere",
        KODEX_TIME_ZONE="Europe/Praha",
        KODEX_SESSION_HOURS="many",
        KODEX_DATABSE_URL="sqlite:///x",
    )
    for name in (
        "KODEX_MODE",
        "KODEX_CONTENT",
        "KODEX_TIME_ZONE",
        "KODEX_SESSION_HOURS",
        "KODEX_DATABSE_URL",
    ):
        assert [line for line in ended.stderr.splitlines() if name in line], name


@pytest.mark.wide
def test_a_database_that_does_not_answer_is_named(start: Start, tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    assert "database" in start(tmp_path / "folder.sqlite3").stderr.lower()


@pytest.mark.wide
def test_production_needs_a_secret(start: Start, empty: Path) -> None:
    assert "KODEX_SECRET" in start(empty, KODEX_MODE="production", KODEX_SECRET="").stderr


@pytest.mark.wide
def test_production_does_not_run_over_a_demonstrations_people(start: Start, filled: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(filled, tmp_path / "kodex.sqlite3"))
    ended = start(copy, KODEX_MODE="production", KODEX_SECRET=SECRET, KODEX_PUBLIC_URL=PUBLIC)
    assert "invented people" in ended.stderr


@pytest.mark.wide
def test_a_demonstration_does_not_run_over_real_people(start: Start, real: Path) -> None:
    ended = start(real, KODEX_MODE="demonstration")
    assert "real people" in ended.stderr
