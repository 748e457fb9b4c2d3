"""The bundled content in a folder of the test's own, with something broken in it."""

import re
from pathlib import Path

from quizzes.content import check

CATALOGUE = "lessons/catalogue.yaml"

LESSON = "lessons/customer-privacy/cs.yaml"

LESSON_EN = "lessons/customer-privacy/en.yaml"

QUIZ = "quizzes/customer-privacy/cs.yaml"

QUIZ_EN = "quizzes/customer-privacy/en.yaml"


def edit(folder: Path, file: str, pattern: str, instead: str, count: int = 1) -> None:
    """`^` is a line's beginning; a dot is no line's end."""
    text = (folder / file).read_text("utf-8")
    edited, times = re.subn(pattern, instead, text, count=count, flags=re.MULTILINE)
    assert times, f"{file} has no {pattern}"
    (folder / file).write_text(edited, "utf-8")


def line(folder: Path, file: str, what: str) -> int:
    """The number of the line on which `what` stands first."""
    before, found, _ = (folder / file).read_text("utf-8").partition(what)
    assert found, f"{file} has no {what}"
    return before.count("\n") + 1


def found(folder: Path) -> list[tuple[str, int, str]]:
    content, faults = check(folder)
    assert (content is None) is bool(faults)
    return [(fault.file, fault.line, str(fault.what)) for fault in faults]


def assert_faults(folder: Path, *expected: tuple[str, int, str]) -> None:
    """Those and no others: file, line, and a part of the sentence."""
    faults = found(folder)
    assert [fault[:2] for fault in faults] == sorted(fault[:2] for fault in expected), faults
    for file, number, part in expected:
        assert any(part in what for *place, what in faults if place == [file, number]), (part, faults)


OF_LESSON, OF_QUIZ = f" of {LESSON} is not translated", f" of {QUIZ} is not translated"
