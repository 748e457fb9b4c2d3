"""Words are said in a language, with a value in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wording import CS, EN

from words import LANGUAGES, chosen, sentence


def test_a_sentence_is_said_in_the_readers_language_with_the_sentences_inside_it() -> None:
    inner = sentence("the file is missing; write it, or take its name out of the catalogue")
    outer = sentence("The database does not answer: {reason}", reason=inner)
    assert str(inner) in EN.say(outer)
    assert CS.say(inner) in CS.say(outer)
    assert CS.say(outer) != EN.say(outer)


def test_braces_in_a_value_are_left_as_they_are() -> None:
    assert EN.say(sentence("The database does not answer: {reason}", reason="{0} {x}")).endswith("{0} {x}")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("en",), "en"),
        (("cs-CZ,cs;q=0.9,en;q=0.8",), "cs"),
        (("de-DE,de;q=0.9,en-GB;q=0.8,cs;q=0.7",), "en"),
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
