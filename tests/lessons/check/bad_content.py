"""Content in a folder of the test's own, with something broken in it."""

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from quizzes.content import check
from words import Words

FORMER_COURSE = Path(__file__).parent / "former_course"
"""The course as it was before there were other kinds of decision than one right option. It never changes."""

EVERY_KIND = Path(__file__).parent / "every_kind"

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


@dataclass(frozen=True)
class Bad:
    """One edit, and what the check has to say of it."""

    file: str
    pattern: str
    instead: str
    says: str
    at: str
    """What stands on the line that has to be named; where it is empty, that is the first line changed."""


def swap(file: str, pattern: str, instead: str, says: str, at: str = "") -> Bad:
    return Bad(file, pattern, instead, says, at)


def more(file: str, after: str, text: str, says: str) -> Bad:
    """A line is added."""
    return Bad(file, f"^{after}.*", rf"\g<0>\n{text}", says, "")


def cut(file: str, pattern: str, says: str, at: str) -> Bad:
    return Bad(file, pattern, "", says, at)


def assert_named(folder: Path, bad: Bad) -> None:
    """The edit is named on its line, nothing else is, and in both languages."""
    sound = (folder / bad.file).read_text("utf-8").splitlines()
    edit(folder, bad.file, bad.pattern, bad.instead)
    broken = (folder / bad.file).read_text("utf-8").splitlines()
    changed = next(n for n, (was, now) in enumerate(zip_longest(sound, broken), start=1) if was != now)
    assert_faults(folder, (bad.file, line(folder, bad.file, bad.at) if bad.at else changed, bad.says))
    for fault in check(folder)[1]:
        english, czech = (fault.in_words(Words.of(language)) for language in ("en", "cs"))
        assert english != czech
