"""Translations whose source has changed since, that nobody has compared, or that were left in the source language."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from surroundings import HOME

from lessons.loader import Reading
from quizzes.advice.advising import advised
from quizzes.advice.translations import translations
from quizzes.content import check, read
from words import Words

LESSON, LESSON_EN = "lessons/customer-privacy/cs.yaml", "lessons/customer-privacy/en.yaml"
CATALOGUE = "lessons/catalogue.yaml"
SOURCES = "lessons/customer-privacy/en.sources.yaml"
TRANSLATED = (
    "lessons/catalogue.yaml",
    "lessons/customer-privacy/dialogue.en.yaml",
    LESSON_EN,
    "lessons/customer-privacy/guide.en.yaml",
    "lessons/customer-privacy/pledges.en.yaml",
    "quizzes/customer-privacy/en.yaml",
)
WITHOUT = "nothing says which sources this was translated from; once it fits them, run"


def edit(folder: Path, file: str, change: Callable[[str], str]) -> None:
    text = (folder / file).read_text("utf-8")
    assert change(text) != text
    (folder / file).write_text(change(text), "utf-8")


def line(folder: Path, file: str, beginning: str) -> int:
    lines = (folder / file).read_text("utf-8").splitlines()
    return next(n for n, each in enumerate(lines, start=1) if each.strip().startswith(beginning))


def found(folder: Path) -> list[tuple[str, int, str]]:
    content, faults, advice = advised(folder)
    assert content is not None, faults
    return [(each.file, each.line, str(each.what)) for each in advice]


def test_the_bundled_content_needs_no_advice() -> None:
    assert found(HOME) == []


def test_a_translation_whose_source_has_changed_is_named_with_both_lines(folder: Path) -> None:
    edit(folder, LESSON, lambda text: re.sub("(?m)^promise: .*", "promise: Něco jiného.", text))
    ((file, number, what),) = found(folder)
    assert (file, number) == (LESSON_EN, line(folder, LESSON_EN, "promise:"))
    assert f"has changed; compare it with {LESSON}:{line(folder, LESSON, 'promise:')}" in what
    assert "“manage.py content translated en”" in what


def test_a_commitment_that_has_changed_is_named_in_the_catalogue(folder: Path) -> None:
    edit(folder, CATALOGUE, lambda text: text.replace("Rozumím tomu", "Vím"))
    ((file, number, what),) = found(folder)
    assert (file, number) == (CATALOGUE, line(folder, CATALOGUE, "en: >-"))
    assert "has changed" in what


def test_lines_broken_elsewhere_are_no_change(folder: Path) -> None:
    asks = "Prosí o e-maily vašich zákazníků:"
    edit(folder, LESSON, lambda text: text.replace(f" {asks}", f"\n    {asks}"))
    assert found(folder) == []


def test_a_text_that_nobody_has_compared_is_named(folder: Path) -> None:
    edit(folder, SOURCES, lambda text: re.sub("(?m)^promise: .*\n", "", text))
    ((file, number, what),) = found(folder)
    assert (file, number) == (LESSON_EN, line(folder, LESSON_EN, "promise:"))
    assert "nothing says which source this was translated from; compare it with" in what


def test_without_hashes_there_is_one_warning_a_file(folder: Path) -> None:
    for file in written(folder):
        (folder / file).unlink()
    warned = found(folder)
    assert [file for file, _, _ in warned] == list(TRANSLATED)
    assert all(WITHOUT in what for _, _, what in warned)


@pytest.mark.parametrize("written", ["promise: [", "- a", "&a promise: b", "promise: b\npromise: c"])
def test_a_broken_file_of_hashes_is_a_warning_and_no_fault(folder: Path, written: str) -> None:
    (folder / SOURCES).write_text(written, "utf-8")
    assert SOURCES in {file for file, _, _ in found(folder)}
    assert check(folder)[1] == []


def test_a_hash_of_a_text_there_is_not_is_named_where_it_stands(folder: Path) -> None:
    edit(folder, SOURCES, lambda text: f"{text}principles.gone.rule: 01234567\n")
    ((file, number, what),) = found(folder)
    assert (file, number) == (SOURCES, line(folder, SOURCES, "principles.gone"))
    assert "there is no text “principles.gone.rule” any more" in what


def test_a_hash_of_another_shape_is_an_outdated_one(folder: Path) -> None:
    edit(folder, SOURCES, lambda text: re.sub("(?m)^promise: .*", "promise: [a, b]", text))
    ((file, number, _),) = found(folder)
    assert (file, number) == (LESSON_EN, line(folder, LESSON_EN, "promise:"))


def test_a_text_left_in_the_source_language_is_named(folder: Path) -> None:
    promise = re.search("(?m)^promise: .*", (folder / LESSON).read_text("utf-8"))
    assert promise
    edit(folder, LESSON_EN, lambda text: re.sub("(?m)^promise: .*", promise[0], text))
    ((file, number, what),) = found(folder)
    assert (file, number) == (LESSON_EN, line(folder, LESSON_EN, "promise:"))
    assert f"says the same as {LESSON}:{line(folder, LESSON, 'promise:')}; translate it" in what


def test_a_name_is_the_same_in_both_languages(folder: Path) -> None:
    for file in (LESSON, LESSON_EN):
        edit(folder, file, lambda text: re.sub("(?m)^(  sender|  title): .*", r"\1: Delta", text, count=1))
    (folder / SOURCES).write_text(written(folder)[SOURCES], "utf-8")
    assert found(folder) == []


def written(folder: Path) -> dict[str, str]:
    """The files of hashes as they should be now."""
    reading = Reading(folder)
    content = read(reading)
    assert content is not None
    return {each.sources_file: each.as_file() for each in translations(reading.documents, content.languages)}


def test_what_is_written_is_what_is_asked_for(folder: Path) -> None:
    edit(folder, LESSON, lambda text: re.sub("(?m)^promise: .*", "promise: Něco jiného.", text))
    assert len(written(folder)) == len(TRANSLATED)
    for file, text in written(folder).items():
        (folder / file).write_text(text, "utf-8")
    assert found(folder) == []


def test_a_warning_is_told_in_czech_and_in_english(folder: Path) -> None:
    edit(folder, LESSON, lambda text: re.sub("(?m)^promise: .*", "promise: Něco jiného.", text))
    _, _, (warning,) = advised(folder)
    assert warning.in_words(Words.of("en")).startswith(f"{LESSON_EN}:{warning.line}: warning: the source of")
    assert warning.in_words(Words.of("cs")).startswith(f"{LESSON_EN}:{warning.line}: upozornění: zdroj tohoto")
