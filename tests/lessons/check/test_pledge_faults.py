"""Pledges are checked with file and line, and are no part of a course's version."""

from pathlib import Path

import pytest
from bad_content import CATALOGUE, assert_faults, edit, found, line

from quizzes.content import Content, check
from tests.bundled import content_in

PLEDGES = "lessons/customer-privacy/pledges.cs.yaml"
PLEDGES_EN = "lessons/customer-privacy/pledges.en.yaml"
OTHERS = "lessons/speaking-up/pledges"


@pytest.mark.parametrize(
    ("file", "pattern", "instead", "says", "at"),
    [
        (PLEDGES, "principle: same-care", "principle: haste", "the lesson has no principle “haste”", "principle: ha"),
        (PLEDGES, "id: ask-what-for", "id: lock-the-screen", "the id “lock-the-screen” is here twice", None),
        (PLEDGES, "id: ask-what-for", "id: Ask", "“Ask” is not an id", "id: Ask"),
        (PLEDGES, "  - id: call-at-once\n    principle", "  - principle", "“id” is missing; add it", "  - principle"),
        (PLEDGES, "    text: Místo celého.*\n", "", "“text” is missing; add it", "- id: part-of-the-list"),
        (PLEDGES, "text: Místo celého.*", "text: ''", "“text” is empty; write its text", "text: ''"),
        (PLEDGES, "text: Místo celého.*", "text: '<b>a</b>'", "HTML is not allowed", "text: '<b>"),
        (PLEDGES, "principle: same-care", "principle: same-care\n    colour: red", "unknown key “colour”", "colour:"),
        (PLEDGES_EN, "  - id: part-of-the-list\n.*\n", "", "“part-of-the-list” of", "pledges:"),
        (PLEDGES_EN, "id: part-of-the-list", "id: another", "the id “another” is not in", "- id: another"),
        (
            PLEDGES_EN,
            "id: part-of-the-list",
            "id: part-of-the-list\n    principle: need-to-know",
            "“principle” decides something",
            "principle:",
        ),
    ],
)
def test_a_fault_of_a_pledge_is_named_with_its_line(
    bundled: Path, file: str, pattern: str, instead: str, says: str, at: str | None
) -> None:
    edit(bundled, file, pattern, instead)
    named = [number for where, number, what in found(bundled) if says in what and where == file]
    assert named
    if at is not None:
        assert line(bundled, file, at) in named


def test_pledges_are_in_every_language_or_in_none(bundled: Path) -> None:
    (bundled / PLEDGES_EN).unlink()
    what = "the file is missing; write it, or delete the pledges in the other languages too"
    assert_faults(bundled, (PLEDGES_EN, 1, what))


def test_a_course_is_the_same_with_pledges_and_without(bundled: Path, content: Content) -> None:
    for file in (PLEDGES, PLEDGES_EN):
        (bundled / file).unlink()
    without, faults = check(bundled)
    assert without is not None, faults
    assert without.pledges == {}
    assert without.pledges_of(without.courses["customer-privacy"]) == {}
    assert without.courses["customer-privacy"].sha256 == content.courses["customer-privacy"].sha256


def test_two_lessons_of_a_course_have_no_pledge_of_the_same_id(tmp_path: Path) -> None:
    bundled = content_in(tmp_path)
    edit(bundled, CATALOGUE, r"lessons: \[customer-privacy\]", "lessons: [customer-privacy, speaking-up]")
    for language in ("cs", "en"):
        edit(bundled, f"{OTHERS}.{language}.yaml", "id: stand-by", "id: ask-what-for")
    assert any("two lessons have the pledge “ask-what-for”; rename one" in what for _, _, what in found(bundled))


def test_the_bundled_lessons_offer_a_pledge_for_each_principle(content: Content) -> None:
    for course in content.courses.values():
        for lesson in course.lessons:
            offered = {pledge.principle for pledge in content.pledges[lesson.source.id].source.pledges}
            assert offered == {principle.id for principle in lesson.source.principles}
