"""The interface speaks Czech and English as they are written, and leaves nothing untranslated."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes
from surroundings import HOME

from words import LANGUAGES, LOCALE, NO_BREAK, SOURCE_LANGUAGE, Words, chosen, sentence

CS, EN = Words.of("cs"), Words.of("en")
PRAGUE = ZoneInfo("Europe/Prague")


def spaced(text: str) -> str:
    """With a tilde for every space that does not break, as typesetters write it."""
    return text.replace(NO_BREAK, "~")


# Plurals, dates, numbers


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0~otázek"),
        (1, "1~otázka"),
        (2, "2~otázky"),
        (4, "4~otázky"),
        (5, "5~otázek"),
        (22, "22~otázek"),
        (101, "101~otázek"),
    ],
)
def test_czech_has_a_form_for_one_for_two_to_four_and_for_more(n: int, said: str) -> None:
    assert spaced(CS.plural("{n} question", "{n} questions", n)) == said


def test_english_has_a_form_for_one_and_one_for_more() -> None:
    said = [EN.plural("{n} question", "{n} questions", n) for n in (0, 1, 2)]
    assert said == ["0 questions", "1 question", "2 questions"]


def test_large_numbers_are_set_by_locale() -> None:
    assert spaced(CS.number(12345.5)) == "12~345,5"
    assert EN.number(12345.5) == "12,345.5"
    assert spaced(CS.plural("{n} question", "{n} questions", 1200)) == "1~200~otázek"


def test_a_percentage_is_set_by_locale() -> None:
    assert spaced(CS.percent(88)) == "88~%"
    assert EN.percent(88) == "88%"


def test_a_date_is_written_as_each_language_writes_it() -> None:
    day = date(2026, 3, 2)
    assert spaced(CS.date(day)) == "2.~března 2026"
    assert EN.date(day) == "2 March 2026"
    assert spaced(CS.day(day)) == "2.~března"
    assert EN.day(day) == "2 March"
    assert spaced(CS.short_date(day)) == "2.~3.~2026"
    assert spaced(EN.short_date(day)) == "2~Mar~2026"
    assert spaced(CS.short_day(day)) == "2.~3."
    assert spaced(EN.short_day(day)) == "2~Mar"


def test_a_moment_is_said_in_the_companys_own_time() -> None:
    winter, summer = datetime(2026, 3, 2, 23, 30, tzinfo=UTC), datetime(2026, 7, 2, 8, 5, tzinfo=UTC)
    assert spaced(CS.moment(winter, PRAGUE)) == "3.~března 2026, 0:30"
    assert spaced(CS.moment(summer, PRAGUE)) == "2.~července 2026, 10:05"
    assert EN.moment(summer, PRAGUE) == "2 July 2026, 10:05"


def test_fields_for_dates_are_in_each_languages_order() -> None:
    assert CS.date_field == "DD.MM.YYYY"
    assert EN.date_field == "DD/MM/YYYY"


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    assert LANGUAGES["cs"] == "Čeština"
    assert LANGUAGES["en"] == "English"


def test_a_list_is_joined_as_each_language_joins_it() -> None:
    assert spaced(CS.list(["x", "y", "z"])) == "x, y a~z"
    assert EN.list(["x", "y", "z"]) == "x, y and z"


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("k tomu v obchodě a s nimi", "k~tomu v~obchodě a~s~nimi"),
        ("V pátek i v sobotu", "V~pátek i~v~sobotu"),
        ("do 31. března", "do 31.~března"),
        ("méně než 80 % lidí", "méně než 80~% lidí"),
        ("otázka 3 z 10", "otázka 3~z~10"),
        ("sami za sebou", "sami za sebou"),
        ("konec věty k", "konec věty k"),
    ],
)
def test_no_one_letter_word_and_no_number_is_left_at_a_lines_end(text: str, bound: str) -> None:
    assert spaced(CS.set(text)) == bound
    assert EN.set(text) == text


@given(st.text())
def test_setting_a_text_changes_nothing_but_spaces(text: str) -> None:
    assert CS.set(text).replace(NO_BREAK, " ") == text.replace(NO_BREAK, " ")


# Saying


def test_a_sentence_is_said_in_the_readers_language_with_the_sentences_inside_it() -> None:
    inner = sentence("the file is missing; write it, or take its name out of the catalogue")
    outer = sentence("The database does not answer: {reason}", reason=inner)
    assert str(inner) in EN.say(outer)
    assert CS.say(inner) in CS.say(outer)
    assert CS.say(outer) != EN.say(outer)


def test_a_timestamp_in_a_sentence_is_set_for_the_reader() -> None:
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    said = sentence("the checkpoint in {file}", file=sentence("The file {file} holds no public keys.", file=at))
    assert spaced(CS.say(said, PRAGUE)).count("3.~března 2026, 0:30") == 1
    assert "3 March 2026, 00:30" in EN.say(said, PRAGUE)
    assert "2026-03-02T23:30:00.000000Z" in EN.say(said)


@pytest.mark.parametrize("text", ["2026-02-31T23:30:00.000000Z", "2026-03-02", "yesterday", ""])
def test_what_is_no_timestamp_is_said_as_it_is(text: str) -> None:
    assert EN.say(sentence("{file}: {reason}", file=text, reason=7), PRAGUE) == f"{text}: 7"


def test_a_timestamp_as_the_record_has_it_is_set_for_the_reader_too() -> None:
    said = sentence("{file}: {reason}", file="2026-03-02T23:30:00.000000Z", reason="x")
    assert spaced(CS.say(said, PRAGUE)) == "3.~března 2026, 0:30: x"
    assert EN.say(said) == "2026-03-02T23:30:00.000000Z: x"


def test_a_sentence_is_bound_as_any_other_text() -> None:
    assert spaced(CS.say(sentence("{file}: {reason}", file="x", reason="a nic z toho"))) == "x: a~nic z~toho"


def test_braces_in_a_value_are_left_as_they_are() -> None:
    assert EN.say(sentence("The database does not answer: {reason}", reason="{0} {x}")).endswith("{0} {x}")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("en",), "en"),
        (("cs-CZ,cs;q=0.9,en;q=0.8",), "cs"),
        (("xx-XX,xx;q=0.9,en-GB;q=0.8,cs;q=0.7",), "en"),
        (("EN-us",), "en"),
        ((None, "en"), "en"),
        (("", "cs"), "cs"),
        (("xx", "en"), "en"),
        ((), "cs"),
        (("*",), "cs"),
        ((None,), "cs"),
    ],
)
def test_the_first_wish_that_can_be_granted_is_granted_and_czech_otherwise(
    wishes: tuple[str | None, ...], language: str
) -> None:
    assert chosen(*wishes) == language


@given(st.text())
def test_whatever_a_browser_asks_for_there_is_a_language(wish: str) -> None:
    assert chosen(wish) in LANGUAGES


# The catalogue

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


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_with_the_same_gaps(language: str) -> None:
    translated, forms = messages(language), catalogue(language).num_plurals
    faults = [
        f"{place}: {message!r} {fault}"
        for message, place in SAID
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


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_is_said_no_more(language: str) -> None:
    assert set(messages(language)) <= {message for message, _ in SAID}


def test_czech_words_are_typeset_as_czech() -> None:
    """Czech quotation marks, a real ellipsis, and no address of the reader by gender."""
    wrong = re.compile(r"\"|“[^“]*”|\.\.\.|\w\([aiy]\)|\w/[aiy]\b")
    for message in messages("cs").values():
        for form in [message.string] if isinstance(message.string, str) else message.string:
            assert not wrong.search(form), form
