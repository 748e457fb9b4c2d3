"""A guide is checked with file and line: every path ends, everything is reached, every name is known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bad_content import assert_faults, edit, found, line
from surroundings import HOME

from lessons.guide import wrong_ways
from lessons.reading import read
from quizzes.content import check

GUIDE = "lessons/customer-privacy/guide.cs.yaml"

GUIDE_EN = "lessons/customer-privacy/guide.en.yaml"


@pytest.mark.parametrize(
    ("pattern", "instead", "says", "at"),
    [
        (
            "to: needed",
            "to: nowhere",
            "there is no question or outcome “nowhere” here; name one of them",
            "to: nowhere",
        ),
        ("principle: law-and-policy", "principle: haste", "the lesson has no principle “haste”", "principle: haste"),
        ("ask: legal", "ask: boss", "the catalogue has no contact “boss”; name one of its contacts", "ask: boss"),
        ("to: check-purpose", "to: inside", "no answer leads to “check-purpose”", "- id: check-purpose"),
        ("to: public", "to: not-needed", "no answer leads to “public”", "- id: public"),
        (
            "to: not-authorised",
            "to: authorised",
            "from “authorised” the answers lead back to it; let every path end in an outcome",
            "- id: authorised",
        ),
        ("- id: public", "- id: needed", "a question has the id “needed” too; give each its own", None),
        ("verdict: share", "verdict: Share it", "“Share it” is not an id", "verdict: Share it"),
        ("title: Předejte to", "titles: Předejte to", "“title” is missing; add it", "- id: public"),
        ("text: Ne$", "text: Ano", "two options say the same; change one", None),
    ],
)
def test_a_fault_of_a_guide_is_named_with_its_line(
    bundled: Path, pattern: str, instead: str, says: str, at: str | None
) -> None:
    edit(bundled, GUIDE, pattern, instead)
    named = [(file, number) for file, number, what in found(bundled) if says in what]
    assert {file for file, _ in named} == {GUIDE}
    if at is not None:
        assert line(bundled, GUIDE, at) in {number for _, number in named}


def test_a_circle_is_found_although_it_is_left_by_other_answers(bundled: Path) -> None:
    edit(bundled, GUIDE, "to: check-need", "to: confidential")
    at = line(bundled, GUIDE, "- id: confidential\n")
    lost = line(bundled, GUIDE, "- id: check-need")
    assert_faults(bundled, (GUIDE, at, "lead back to it"), (GUIDE, lost, "no answer leads to “check-need”"))


def test_a_guide_that_always_says_the_same_is_refused(bundled: Path) -> None:
    edit(bundled, GUIDE, "verdict: .*", "verdict: ask", count=0)
    at = line(bundled, GUIDE, "outcomes:")
    assert_faults(bundled, (GUIDE, at, "all outcomes have the verdict “ask”; such a guide decides nothing"))


@pytest.mark.parametrize("key", ["to: public", "verdict: ask", "ask: legal"])
def test_what_decides_stands_in_the_source_alone(bundled: Path, key: str) -> None:
    """Otherwise a translation would lead elsewhere."""
    after = "- id: public" if not key.startswith("to") else '- id: "no"'
    indent = "    " if not key.startswith("to") else "        "
    edit(bundled, GUIDE_EN, f"{after}$", f"{after}\n{indent}{key}")
    name = key.split(":")[0]
    assert_faults(bundled, (GUIDE_EN, line(bundled, GUIDE_EN, f"{indent}{key}"), f"“{name}” decides something"))


def test_a_lesson_may_have_no_guide(bundled: Path) -> None:
    (bundled / GUIDE).unlink()
    (bundled / GUIDE_EN).unlink()
    content, faults = check(bundled)
    assert faults == []
    assert content is not None
    assert content.guides == {}


@pytest.mark.parametrize("file", [GUIDE, GUIDE_EN])
def test_a_guide_is_there_in_every_language_or_in_none(bundled: Path, file: str) -> None:
    (bundled / file).unlink()
    assert_faults(bundled, (file, 1, "the file is missing; write it, or delete the guide in the other languages too"))


def test_a_guide_that_is_a_link_out_of_the_folder_is_refused(bundled: Path) -> None:
    (bundled / GUIDE).unlink()
    (bundled / GUIDE).symlink_to("/no/such")
    assert_faults(bundled, (GUIDE, 1, "the file is a link out of the content folder"))


def test_names_are_not_looked_for_in_a_lesson_that_cannot_be_read(bundled: Path) -> None:
    """One fault would be told ten times."""
    (bundled / "lessons/customer-privacy/cs.yaml").write_text("[", "utf-8")
    assert not [each for each in found(bundled) if each[0] == GUIDE]


SHAPES: tuple[Any, ...] = ("a", "", [], {}, [[]], [{"id": []}], {"id": "a"}, [{"id": "a"}, {"id": "a"}])


def misshapen(held: Any) -> Iterator[Any]:
    """`held` with another shape in one place, for each place."""
    yield from SHAPES
    if isinstance(held, dict | list):
        for key in held if isinstance(held, dict) else range(len(held)):
            for other in misshapen(held[key]):
                changed = json.loads(json.dumps(held))
                changed[key] = other
                yield changed


def test_a_guide_of_any_shape_is_checked_to_its_end() -> None:
    document, _ = read(HOME / GUIDE, HOME)
    assert document is not None
    few = {"questions": document.data["questions"][3:], "outcomes": document.data["outcomes"][-3:]}
    tried = [changed for changed in misshapen(few) if isinstance(changed, dict)]
    assert len(tried) > 300
    assert any(list(wrong_ways(changed, ["need-to-know"], ["compliance"])) for changed in tried)
