"""Options that are hard to tell apart, and a right one that repeats the situation."""

import pytest
from banks import said, single

from lessons.check import Found
from lessons.decisions.choice import Choice
from quizzes.advice.options import alike, repeating


def choice(*options: str, **more: object) -> Choice:
    made = single("q", options, **more)
    assert isinstance(made, Choice)
    return made


def test_options_that_begin_with_the_same_five_words_are_named() -> None:
    ((place, what),) = alike(
        ("questions", "q"),
        choice("I put them in Background and label each of them", "I put them in Background", "I wait"),
    )
    assert place == ("questions", "q", "options", "b", "text")
    assert "begins with the same 5 words as “a”" in str(what)


def test_options_with_mostly_the_same_words_are_named() -> None:
    (what,) = said(alike((), choice("Today I send him the list", "I send her the list today", "I wait")))
    assert "hard to tell from “a”" in what


@pytest.mark.parametrize(
    "others",
    [
        ("I put them in Background", "I put them in the mailbox and send parts"),
        ("I send it today", "I send it once the customer agrees"),
    ],
)
def test_options_that_differ_are_let_be(others: tuple[str, ...]) -> None:
    assert said(alike((), choice(*others, "I wait"))) == []


TOLD = "The supplier keeps a spare turbine in the harbour, and the crane is free until noon tomorrow."


def found(*options: str, twin: str = "") -> list[Found]:
    return list(repeating((), choice(*options), "en", TOLD, twin))


def test_a_right_option_that_alone_repeats_the_situation_is_named_with_the_words() -> None:
    ((place, what),) = found("I fetch the turbine by crane", "I call my manager", "I wait for the supplier")
    assert place == ("options", "a", "text")
    assert "only the right one repeats “turbine, crane” from the situation" in str(what)


def test_a_word_that_another_option_repeats_too_is_let_be() -> None:
    assert found("I fetch the turbine by crane", "I leave the turbine there", "I wait") == []


def test_a_wrong_option_that_repeats_as_much_misleads_enough() -> None:
    assert found("I fetch the turbine by crane", "At noon I ask in the harbour", "I wait") == []


def test_words_that_the_twin_tells_too_are_let_be() -> None:
    """There the same option is wrong."""
    twin = "The supplier keeps a broken turbine in the harbour, and the crane is taken until noon."
    assert found("I fetch the turbine by crane", "I call my manager", "I wait", twin=twin) == []
