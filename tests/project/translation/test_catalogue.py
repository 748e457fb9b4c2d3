"""The catalogue leaves nothing untranslated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from surroundings import HOME

from words import LOCALE

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


SAID = sorted({message: place for place, message in (*said_in_python(), *said_in_templates())}.items(), key=str)


@pytest.fixture(scope="module")
def czech() -> dict[MessageId, Message]:
    with (Path(LOCALE) / "cs" / "LC_MESSAGES" / "kodex.po").open("rb") as file:
        catalogue = read_po(file, locale="cs")
    assert catalogue.num_plurals == 3
    return {message.id: message for message in catalogue if message.id}


def test_the_words_of_the_code_are_found() -> None:
    found = {message for message, _ in SAID}
    assert len(found) > 150
    for message in (
        "Sign in",
        "Next",
        "“{key}” is missing; add it",
        "“{key}” is not translated; add it",
        "two options say the same; change one",
        ("{n} question", "{n} questions"),
        "No certificate has this number",
    ):
        assert message in found


def gaps(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("message", "place"), SAID, ids=[str(message)[:60] for message, _ in SAID])
def test_every_text_has_its_czech_with_the_same_gaps(
    czech: dict[MessageId, Message], message: MessageId, place: str
) -> None:
    assert message in czech, f"{place}: {message!r} is not in kodex.po"
    translated = czech[message]
    assert not translated.fuzzy, f"{place}: the Czech is only a guess"
    if isinstance(message, str):
        assert translated.string, f"{place}: the Czech is empty"
        assert gaps(str(translated.string)) == gaps(message), place
        return
    assert len(translated.string) == 3, f"{place}: Czech has three plural forms"
    for form in translated.string:
        assert form, f"{place}: a Czech form is empty"
        assert gaps(message[1]) - {"n"} <= gaps(form) <= gaps(message[1]), place


def test_nothing_is_translated_that_is_said_no_more(czech: dict[MessageId, Message]) -> None:
    assert set(czech) <= {message for message, _ in SAID}


def test_czech_words_are_typeset_as_czech(czech: dict[MessageId, Message]) -> None:
    """Czech quotation marks, a real ellipsis, and no address of the reader by gender."""
    wrong = re.compile(r"\"|“[^“]*”|\.\.\.|\w\([aiy]\)|\w/[aiy]\b")
    for message in czech.values():
        for form in [message.string] if isinstance(message.string, str) else message.string:
            assert not wrong.search(form), form
