"""Words are said in a language, with a value in them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wording import CS, EN

from words import LANGUAGES, NO_BREAK, chosen, sentence

PRAGUE = ZoneInfo("Europe/Prague")


def spaced(text: str) -> str:
    """With a tilde for every space that does not break, as typesetters write it."""
    return text.replace(NO_BREAK, "~")


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
