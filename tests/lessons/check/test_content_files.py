"""Faults that show in two places, or that a whole file has."""

import re
import shutil
from pathlib import Path

import pytest
from bad_content import CATALOGUE, LESSON, LESSON_EN, OF_QUIZ, QUIZ, QUIZ_EN, assert_faults, edit, found, line

from lessons.faults import FaultyContentError
from lessons.reading import LARGEST_FILE, MOST_VALUES
from quizzes.content import check
from words import Words


def test_a_principle_without_a_question_is_named(folder: Path) -> None:
    edit(folder, QUIZ, "principle: report-at-once", "principle: same-care", count=0)
    assert_faults(
        folder, (QUIZ, line(folder, QUIZ, "\nquestions:") + 1, "the principle “report-at-once” has 0 questions")
    )


def test_a_translated_id_that_is_misspelt_is_both_missing_and_unknown(folder: Path) -> None:
    edit(folder, QUIZ_EN, "- id: full-shredding-bin", "- id: full-bin")
    assert_faults(
        folder,
        (
            QUIZ_EN,
            line(folder, QUIZ_EN, "questions:"),
            f"“full-shredding-bin”{OF_QUIZ}",
        ),
        (QUIZ_EN, line(folder, QUIZ_EN, "full-bin"), f"“full-bin” is not in {QUIZ}"),
    )


def test_a_translated_id_that_stands_twice_is_named(folder: Path) -> None:
    edit(folder, QUIZ_EN, "- id: no-name", "- id: quietly # 2")
    assert_faults(
        folder,
        (
            QUIZ_EN,
            line(folder, QUIZ_EN, "    options:"),
            f"“no-name”{OF_QUIZ}",
        ),
        (QUIZ_EN, line(folder, QUIZ_EN, "# 2"), "“quietly” is here twice"),
    )


@pytest.mark.parametrize("file", [CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not a list of keys and values"),
        (b"just text\n", "not a list of keys and values"),
        (b"- a\n- b\n", "not a list of keys and values"),
        ("title: Ochrana".encode("utf-16"), "not UTF-8 text"),
        (b"a: " + b"x" * LARGEST_FILE, "larger than 300 kB"),
    ],
    ids=["empty", "text", "list", "UTF-16", "too large"],
)
def test_a_file_that_is_nothing_of_the_kind_is_named(folder: Path, file: str, text: bytes, says: str) -> None:
    (folder / file).write_bytes(text)
    assert_faults(folder, (file, 1, says))


@pytest.mark.parametrize("file", [CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN])
def test_a_file_that_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert_faults(folder, (file, 1, "the file is missing"))


def test_a_lesson_without_any_file_is_named_file_by_file(folder: Path) -> None:
    edit(folder, CATALOGUE, r"lessons: \[.*\]", "lessons: [gifts]")
    places = [f"{kind}/gifts/{language}.yaml" for kind in ("lessons", "quizzes") for language in ("cs", "en")]
    assert_faults(folder, *((file, 1, "the file is missing") for file in places))


def test_text_that_is_not_utf_8_is_named_by_its_line(folder: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0> # ascii")
    raw = (folder / LESSON).read_bytes().replace("svěří".encode(), "svěří".encode("cp1250"), 1)
    (folder / LESSON).write_bytes(raw)
    assert_faults(folder, (LESSON, 4, "not UTF-8 text; save the file as UTF-8"))


def test_a_raw_control_character_is_named_by_its_line_in_a_czech_text_too(folder: Path) -> None:
    edit(folder, LESSON, "  - id: report-at-once", "  - id: report-at-once\x07")
    assert_faults(folder, (LESSON, line(folder, LESSON, "\x07"), ""))


def test_every_bad_option_of_a_question_is_named_and_nothing_else(folder: Path) -> None:
    for option in ("quietly", "later"):
        edit(folder, QUIZ, f"(- id: {option}\n.*\n) *explanation: .*\n", r"\1")
    assert_faults(
        folder,
        *(
            (QUIZ, line(folder, QUIZ, f"- id: {option}"), "“explanation” is missing")
            for option in ("quietly", "later")
        ),
    )


def test_a_language_named_twice_is_named_once_in_the_catalogue(folder: Path) -> None:
    edit(folder, CATALOGUE, r"languages: \[cs, en\]", "languages: [cs, cs, en]")
    assert_faults(folder, (CATALOGUE, line(folder, CATALOGUE, "languages: "), "cs"))


def test_a_lesson_under_another_id_is_named_alone(folder: Path) -> None:
    edit(folder, LESSON, "^id: customer-privacy", "id: gifts")
    assert_faults(folder, (LESSON, 1, "“id” has to be the folder's name, “customer-privacy”"))


def test_two_lessons_of_a_course_do_not_share_the_id_of_a_question(folder: Path) -> None:
    """One of the two would never be asked, and the record could not tell them apart."""
    for kind in ("lessons", "quizzes"):
        without_guide = shutil.ignore_patterns("guide.*")
        shutil.copytree(folder / kind / "customer-privacy", folder / kind / "gifts", ignore=without_guide)
        for file in (f"{kind}/gifts/cs.yaml", f"{kind}/gifts/en.yaml"):
            text = re.sub(r"^(id|lesson): .*", r"\1: gifts", (folder / file).read_text("utf-8"), flags=re.MULTILINE)
            text = re.sub(r"^((  - id|    principle|  - principle): .*)", r"\1-2", text, flags=re.MULTILINE)
            (folder / file).write_text(text.replace("- id: call-on-the-train-2", "- id: call-on-the-train"), "utf-8")
    edit(folder, CATALOGUE, r"lessons: \[.*\]", "lessons: [customer-privacy, gifts]")
    at = line(folder, CATALOGUE, "lessons: [")
    assert_faults(folder, (CATALOGUE, at, "two lessons have the question “call-on-the-train”; rename one"))


@pytest.mark.parametrize(
    "text", ["a: b\n" * 9_000, f"a: [{'x, ' * 9_000}]", "k{n}: b\n"], ids=["doubled", "list", "keys"]
)
def test_a_file_with_more_in_it_than_anybody_writes_is_named_alone(folder: Path, text: str) -> None:
    (folder / QUIZ).write_text("".join(text.format(n=n) for n in range(9_000)) if "{n}" in text else text, "utf-8")
    (fault,) = found(folder)
    assert fault[0] == QUIZ
    assert fault[2] == f"the file holds more than {MOST_VALUES} values; split it"


def test_a_mistake_at_the_end_of_a_file_is_on_its_last_line(folder: Path) -> None:
    (folder / LESSON).write_text("id: customer-privacy\ntitle: a\npromise", "utf-8")
    assert_faults(folder, (LESSON, 3, "not valid YAML"))


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert_faults(tmp_path / ("a" * 300), (CATALOGUE, 1, "the file cannot be opened"))


@pytest.mark.parametrize("key", [r'"a\\e[31mb"', r'"a\\u202Eb"', "a" * 900], ids=["steering", "turning", "long"])
def test_what_is_repeated_of_a_file_is_short_and_steers_no_terminal(folder: Path, key: str) -> None:
    edit(folder, LESSON, "^minutes: .*", rf"\g<0>\n{key}: b")
    (fault,) = check(folder)[1]
    for said in (fault.in_words(Words.of("en")), str(fault), str(FaultyContentError([fault]))):
        assert said.isprintable()
        assert len(said) < 200
        assert "unknown key “a" in said
