"""Advice on whole files: in the file and on the line of what it is about, in every language."""

import json
import re
from pathlib import Path

import pytest
import yaml

from lessons.decisions.choice import Choice
from quizzes.advice.advising import advised
from quizzes.content import Course

QUIZ, QUIZ_EN = "quizzes/customer-privacy/cs.yaml", "quizzes/customer-privacy/en.yaml"
LESSON_EN = "lessons/customer-privacy/en.yaml"


def edit(folder: Path, file: str, pattern: str, by: str, count: int = 1) -> int:
    """Replace in a file, and give the line of the first change."""
    path = folder / file
    text = path.read_text("utf-8")
    change = re.search(pattern, text, re.MULTILINE)
    assert change
    path.write_text(re.sub(pattern, by, text, count=count, flags=re.MULTILINE), "utf-8")
    return text.count("\n", 0, change.start()) + 1


def found(folder: Path) -> list[tuple[str, int, str]]:
    content, faults, advice = advised(folder)
    assert content is not None, faults
    said = [(each.file, each.line, str(each.what)) for each in advice]
    return [each for each in said if "translated" not in each[2] and "translation" not in each[2]]


def test_a_long_sentence_is_named_where_its_text_begins(folder: Path) -> None:
    number = edit(folder, LESSON_EN, "^promise: .*", f"promise: {'word ' * 26}.")
    ((file, line, what),) = found(folder)
    assert (file, line) == (LESSON_EN, number)
    assert "a sentence of 26 words" in what


@pytest.mark.parametrize("file", [QUIZ, QUIZ_EN])
def test_advice_on_options_is_on_the_option_in_its_own_language(folder: Path, file: str) -> None:
    """Twins have the same options: the first of them stands for both."""
    alike = {"now": "one two three four five six", "no-name": "one two three four five seven eight"}
    for option, text in alike.items():
        edit(folder, file, rf"(- id: {option}\n(?:        moves: true\n)?        text: ).*", rf"\g<1>{text}", count=2)
    ((at, line, what),) = found(folder)
    assert "begins with the same 5 words as “now”" in what
    assert at == file
    before, _, _ = (folder / file).read_text("utf-8").partition(alike["no-name"])
    assert line == before.count("\n") + 1


def test_advice_on_a_bank_is_on_its_questions(folder: Path, course: Course) -> None:
    """In the translation, what is right in the first of two twins grows, in both of them."""
    bank = yaml.load((folder / QUIZ_EN).read_text("utf-8"), yaml.CBaseLoader)
    choices = {name: each.source for name, each in course.questions.items() if isinstance(each.source, Choice)}
    right = {name: choice.right for name, choice in choices.items()}
    for name, choice in choices.items():
        if choice.twin and name < choice.twin:
            right[choice.twin] = choice.right
    for question in bank["questions"]:
        for option in question["options"]:
            if right.get(question["id"]) == option["id"]:
                option["text"] += " and more" * 9
    as_json = json.dumps(bank, ensure_ascii=False, indent=1)  # which is YAML
    (folder / QUIZ_EN).write_text(as_json, "utf-8")
    ((file, line, what),) = [each for each in found(folder) if "is the longest" in each[2]]
    assert (file, line) == (QUIZ_EN, as_json.partition('"questions"')[0].count("\n") + 1)
    assert f"longest in {len(choices) // 2} of {len(choices)} questions" in what


def test_advice_on_the_form_is_on_the_form(folder: Path) -> None:
    number = edit(folder, QUIZ, "^  questions: 10", "  questions: 35")
    warned = found(folder)
    assert {(file, line) for file, line, _ in warned} == {(QUIZ, number)}
    assert len(warned) == 7


def test_content_with_a_fault_gets_no_advice(folder: Path) -> None:
    edit(folder, LESSON_EN, "^promise: .*", "promise:")
    content, faults, advice = advised(folder)
    assert content is None
    assert len(faults) == 1
    assert advice == []
