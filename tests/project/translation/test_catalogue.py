"""The catalogue leaves nothing untranslated."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from surroundings import HOME

from words import LANGUAGES, LOCALE, SOURCE_LANGUAGE

SAYS = {"t": 0, "said": 0, "words": 0, "sentence": 0, "refused": 0, "_fault": 1, "plural": 0}
"""By what the code says something, and which argument is the text. A plural has two."""

SKIPPED = {".venv", "tests", "benchmarks"}

MessageId = str | tuple[str, str]


def said_in_python() -> Iterator[tuple[str, MessageId]]:
    """Read from the syntax tree; Babel's own reader loses its way in nested calls."""
    for file in sorted(HOME.rglob("*.py")):
        if file.is_relative_to(HOME / "installation" / "migrations") or file.relative_to(HOME).parts[0] in SKIPPED:
            continue
        for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
            by = getattr(call.func, "id", getattr(call.func, "attr", ""))
            texts = [each.value for each in call.args[SAYS.get(by, 9) :] if isinstance(each, ast.Constant)]
            if texts and isinstance(texts[0], str):
                place = f"{file.relative_to(HOME)}:{call.lineno}"
                yield place, (texts[0], texts[1]) if by == "plural" else texts[0]


def said_in_templates() -> Iterator[tuple[str, MessageId]]:
    for file in sorted(HOME.glob("*/**/templates/*.html")):
        for call in Environment(autoescape=True).parse(file.read_text("utf-8")).find_all(nodes.Call):
            texts = [each.value for each in call.args if isinstance(each, nodes.Const)]
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield f"{file.relative_to(HOME)}:{call.lineno}", texts[0]
            elif isinstance(call.node, nodes.Getattr) and call.node.attr == "plural":
                yield f"{file.relative_to(HOME)}:{call.lineno}", (texts[0], texts[1])


@cache
def said() -> list[tuple[MessageId, str]]:
    """Every message of the code, and a place that says it."""
    return sorted({message: place for place, message in (*said_in_python(), *said_in_templates())}.items(), key=str)


TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


@cache
def catalogue(language: str) -> Catalog:
    with (Path(LOCALE) / language / "LC_MESSAGES" / "kodex.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> dict[MessageId, Message]:
    return {message.id: message for message in catalogue(language) if message.id}


def test_plural_forms_are_babels() -> None:
    assert {each: catalogue(each).num_plurals for each in TRANSLATED} == {
        each: get_plural(each).num_plurals for each in TRANSLATED
    }


def test_the_words_of_the_code_are_found() -> None:
    found = {message for message, _ in said()}
    assert len(found) > 150
    for message in (
        "Sign in",
        "“{key}” is missing; add it",
        "“{key}” is not translated; add it",
        "two options say the same; change one",
        ("{n} question", "{n} questions"),
        "No certificate has this number",
    ):
        assert message in found


def gaps(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_with_the_same_gaps(language: str) -> None:
    translated, forms = messages(language), catalogue(language).num_plurals
    faults = [
        f"{place}: {message!r} {fault}"
        for message, place in said()
        for fault in faults_of(message, translated.get(message), forms)
    ]
    assert not faults, "\n".join(faults)


def faults_of(message: MessageId, translated: Message | None, forms: int) -> Iterator[str]:
    if translated is None:
        yield "is not in kodex.po"
        return
    if translated.fuzzy:
        yield "is only a guess"
    if isinstance(message, str):
        if not translated.string:
            yield "is empty"
        elif gaps(str(translated.string)) != gaps(message):
            yield "has other gaps"
        return
    if len(translated.string) != forms:
        yield f"has {len(translated.string)} plural forms instead of {forms}"
    for form in translated.string:
        if not form:
            yield "has an empty form"
        elif not gaps(message[1]) - {"n"} <= gaps(form) <= gaps(message[1]):
            yield "has other gaps"


def test_a_fault_of_a_translation_would_be_named() -> None:
    def faults(message: MessageId, translated: Message | None) -> list[str]:
        return list(faults_of(message, translated, forms=3))

    assert faults("Next", None) == ["is not in kodex.po"]
    assert "is only a guess" in faults("Next", Message("Next", "", flags={"fuzzy"}))
    assert faults("Next", Message("Next", "")) == ["is empty"]
    assert faults("{n} of {m}", Message("{n} of {m}", "{n}")) == ["has other gaps"]
    two = ("{n} day", "{n} days")
    assert faults(two, Message(two, ("{n} den", "{n} dny"))) == ["has 2 plural forms instead of 3"]
    assert faults(two, Message(two, ("{n} den", "{n} dny", ""))) == ["has an empty form"]
    assert faults(two, Message(two, ("{n} den", "{n} dny", "{m} dní"))) == ["has other gaps"]
    assert faults(two, Message(two, ("den", "{n} dny", "{n} dní"))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_is_said_no_more(language: str) -> None:
    assert set(messages(language)) <= {message for message, _ in said()}


def test_czech_words_are_typeset_as_czech() -> None:
    """Czech quotation marks, a real ellipsis, and no address of the reader by gender."""
    wrong = re.compile(r"\"|“[^“]*”|\.\.\.|\w\([aiy]\)|\w/[aiy]\b")
    for message in messages("cs").values():
        for form in [message.string] if isinstance(message.string, str) else message.string:
            assert not wrong.search(form), form
