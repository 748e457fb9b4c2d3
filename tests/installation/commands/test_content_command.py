"""`manage.py content`: every fault and warning with its file and line, and translations noted as right."""

from pathlib import Path

import pytest
from operating import Run

from quizzes.content import Content
from tests.bundled import content_in


def test_the_bundled_content_is_sound(run: Run, content: Content) -> None:
    result = run("content", "check")
    assert result.exit_code == 0
    for course in content.courses.values():
        assert f"{course.id} {course.entry.version}" in result.output
        assert course.sha256 in result.output


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the bundled content, to be spoiled."""
    return content_in(tmp_path / "pack")


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


def test_without_a_folder_the_installations_own_content_is_checked(run: Run, pack: Path) -> None:
    place = spoil(pack, "lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 180")
    result = run("content", "check", KODEX_CONTENT=str(pack))
    assert result.exit_code == 1
    assert place in result.output


def test_content_is_checked_without_a_database(run: Run, file: Path, pack: Path) -> None:
    assert run("content", "check", str(pack)).exit_code == 0
    assert not file.exists()


@pytest.fixture
def outdated(pack: Path) -> str:
    """The place of a translation whose source has changed."""
    spoil(pack, "lessons/customer-privacy/cs.yaml", "title: Co nám zákazníci svěří", "title: Jiný název")
    return spoil(pack, "lessons/customer-privacy/en.yaml", "title: ", "title: ")


def test_a_warning_fails_only_where_none_is_accepted(run: Run, pack: Path, outdated: str) -> None:
    warned, strict = run("content", "check", str(pack)), run("content", "check", str(pack), "--strict")
    assert (warned.exit_code, strict.exit_code) == (0, 1)
    for result in (warned, strict):
        assert [line for line in result.output.splitlines() if line.startswith(f"{outdated} warning: ")]
    assert "The content can be used. 1 warning." in warned.output
    assert "1 warning, and none is accepted." in strict.output


def test_strict_accepts_content_without_a_warning_and_no_fault(run: Run, pack: Path) -> None:
    assert run("content", "check", str(pack), "--strict").exit_code == 0
    spoil(pack, "lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 180")
    assert run("content", "check", str(pack), "--strict").exit_code == 1


@pytest.mark.usefixtures("outdated")
def test_translations_that_are_noted_are_not_outdated(run: Run, pack: Path) -> None:
    result = run("content", "translated", "en", str(pack))
    assert result.exit_code == 0
    assert "lessons/customer-privacy/en.sources.yaml" in result.output
    assert run("content", "check", str(pack), "--strict").exit_code == 0
    assert list(pack.rglob(".*")) == []


@pytest.mark.parametrize("language", ["cs", "de", "../en"])
@pytest.mark.usefixtures("outdated")
def test_a_language_that_nothing_is_translated_into_is_refused(run: Run, pack: Path, language: str) -> None:
    before = as_it_is(pack)
    result = run("content", "translated", language, str(pack))
    assert result.exit_code == 1
    assert f"no translation into “{language}”. It is translated into: en." in result.output
    assert as_it_is(pack) == before


@pytest.mark.usefixtures("outdated")
def test_translations_of_faulty_content_are_not_noted(run: Run, pack: Path) -> None:
    place = spoil(pack, "lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 180")
    before = as_it_is(pack)
    result = run("content", "translated", "en", str(pack))
    assert result.exit_code == 1
    assert place in result.output
    assert as_it_is(pack) == before


def test_a_file_that_cannot_be_written_is_named(run: Run, pack: Path) -> None:
    file = pack / "lessons/customer-privacy/en.sources.yaml"
    file.unlink()
    file.mkdir()
    result = run("content", "translated", "en", str(pack))
    assert result.exit_code == 1
    assert f"{file} cannot be written" in result.output


def as_it_is(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
