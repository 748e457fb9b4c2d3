"""All faults are reported at once, and in both languages."""

from pathlib import Path

import pytest
from bad_content import CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN, assert_faults, edit, found, line

from lessons.faults import FaultyContentError
from quizzes.content import check, load
from words import Words


def test_the_faults_of_all_files_are_reported_at_once(folder: Path) -> None:
    """Sorted by file and line: an author mends everything in one go."""
    edit(folder, CATALOGUE, "legal@example.com", "legal")
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    edit(folder, LESSON_EN, "^title: .*", "title: <b>a</b>")
    edit(folder, QUIZ, "(- id: quietly\n.*\n) *explanation: .*\n", r"\1")
    edit(folder, QUIZ_EN, "^    prompt: .*", r"\g<0>\n    hint: a")
    assert_faults(
        folder,
        (CATALOGUE, line(folder, CATALOGUE, "email: legal"), "not an address"),
        (LESSON, line(folder, LESSON, "colour"), "unknown key"),
        (LESSON_EN, line(folder, LESSON_EN, "<b>"), "HTML"),
        (QUIZ, line(folder, QUIZ, "- id: quietly"), "“explanation” is missing"),
        (QUIZ_EN, line(folder, QUIZ_EN, "hint"), "unknown key"),
    )


def test_several_faults_of_one_file_are_reported_at_once(folder: Path) -> None:
    edit(folder, QUIZ, "(- id: quietly\n.*\n) *explanation: .*\n", r"\1")
    edit(folder, QUIZ, "right: lock", "right: nowhere")
    edit(folder, QUIZ, "kind: single", "kind: essay")
    assert [what.split(";")[0] for *_, what in found(folder)] == [
        "“kind” is “essay”",
        "“explanation” is missing",
        "no option has the id “nowhere” that “right” names",
    ]


def test_a_fault_inside_a_question_hides_none_between_the_questions(folder: Path) -> None:
    edit(folder, QUIZ, "- id: full-shredding-bin", "- id: call-on-the-train")
    edit(folder, QUIZ, "principle: report-at-once", "principle: same-care", count=0)
    edit(folder, QUIZ, "kind: single", "kind: essay")
    said = " ".join(what for *_, what in found(folder))
    for part in ("“kind” is “essay”", "“call-on-the-train” is here twice", "“report-at-once” has 0 questions"):
        assert part in said


def test_bad_content_is_never_half_loaded(folder: Path) -> None:
    edit(folder, QUIZ_EN, "^    prompt: .*", r"\g<0>\n    hint: a")
    with pytest.raises(FaultyContentError) as refused:
        load(folder)
    assert [fault.file for fault in refused.value.faults] == [QUIZ_EN]


def test_a_fault_is_told_in_czech_and_in_english(folder: Path) -> None:
    edit(folder, LESSON, "^minutes: .*", r"\g<0>\ncolour: red")
    (fault,) = check(folder)[1]
    english, czech = (fault.in_words(Words.of(language)) for language in ("en", "cs"))
    assert english == f"{LESSON}:4: unknown key “colour”; correct its name or take it out"
    assert czech.startswith(f"{LESSON}:4: ")
    assert czech != english
