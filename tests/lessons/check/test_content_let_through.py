"""Values stay the text that was written, and what is harmless is let through."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bad_content import CATALOGUE, FORMER_COURSE, LESSON, LESSON_EN, QUIZ, QUIZ_EN, edit

from quizzes.content import load


@pytest.mark.parametrize("version", ["1.10", "no", "2026-03-02", "0x10", "~", "12e03", "null", "1_000"])
def test_a_value_stays_the_text_that_was_written(folder: Path, version: str) -> None:
    edit(folder, CATALOGUE, 'version: "1.0"', f"version: {version}")
    assert load(folder).courses["customer-privacy"].entry.version == version


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: b"# A comment\n\n" + raw,
    ],
    ids=["a byte order mark", "Windows line ends", "no last line end", "a comment"],
)
def test_how_an_editor_saves_a_file_changes_nothing_of_what_it_says(
    folder: Path, change: Callable[[bytes], bytes]
) -> None:
    for file in (CATALOGUE, LESSON, LESSON_EN, QUIZ, QUIZ_EN):
        (folder / file).write_bytes(change((folder / file).read_bytes()))
    assert load(folder).courses["customer-privacy"].sha256 == load(FORMER_COURSE).courses["customer-privacy"].sha256


@pytest.mark.parametrize(
    "text", ["Méně než 5 < 10 lidí", "50 % & více", "**Tučně** a *šikmo*", "jedna [dvě] tři", "a/b"]
)
def test_ordinary_text_and_markdown_are_let_through(folder: Path, text: str) -> None:
    edit(folder, LESSON, "^title: .*", f"title: '{text}'")
    assert load(folder).courses["customer-privacy"].lessons[0].source.title == text


def test_a_translation_may_come_in_another_order(folder: Path) -> None:
    first = "- id: quietly\n"
    text = (folder / QUIZ_EN).read_text("utf-8")
    start = text.index("      " + first)
    end = text.index("      - id: later\n")
    last = text.index("      - id: postpone\n")
    (folder / QUIZ_EN).write_text(text[:start] + text[end:last] + text[start:end] + text[last:], "utf-8")
    assert load(folder).courses["customer-privacy"].sha256 == load(FORMER_COURSE).courses["customer-privacy"].sha256
