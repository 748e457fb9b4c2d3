"""`manage.py content check`: every fault with its file and line."""

import shutil
from pathlib import Path

import pytest
from operating import Run
from surroundings import HOME

from quizzes.content import Content


def test_the_bundled_content_is_sound(run: Run, content: Content) -> None:
    result = run("content", "check")
    assert result.exit_code == 0
    for course in content.courses.values():
        assert f"{course.id} {course.entry.version}" in result.output
        assert course.sha256 in result.output


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the bundled content, to be spoiled."""
    folder = tmp_path / "pack"
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def spoil(pack: Path, file: str, text: str, by: str) -> str:
    """Replaces a text in a file; gives the place as file:line."""
    path = pack / file
    before, found, after = path.read_text("utf-8").partition(text)
    assert found
    path.write_text(before + by + after, "utf-8")
    return f"{file}:{before.count(chr(10)) + 1}:"


def test_every_fault_of_a_folder_is_reported_with_its_file_and_line(run: Run, pack: Path) -> None:
    places = [
        spoil(pack, "lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 180"),
        spoil(pack, "quizzes/customer-privacy/cs.yaml", "right: later", "right: nowhere"),
        spoil(pack, "quizzes/customer-privacy/en.yaml", "prompt: What", "promt: What"),
    ]
    result = run("content", "check", str(pack))
    assert result.exit_code == 1
    for place in places:
        assert [line for line in result.output.splitlines() if line.startswith(place)], place


def test_a_folder_that_there_is_not_is_named(run: Run, tmp_path: Path) -> None:
    result = run("content", "check", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert str(tmp_path / "nowhere") in result.output


def test_content_is_checked_without_a_database(run: Run, file: Path, pack: Path) -> None:
    assert run("content", "check", str(pack)).exit_code == 0
    assert not file.exists()
