"""Long sentences, and pictures that are not described."""

import pytest
from banks import said

from quizzes.advice.wording import LONGEST_SENTENCE, wording


def words(n: int) -> str:
    return " ".join(["Slovo", *["dál"] * (n - 1)])


def test_a_sentence_that_tires_is_named_by_its_beginning_and_its_length() -> None:
    (what,) = said(wording(("title",), f"Krátká. {words(26)}. {words(4)}."))
    assert "a sentence of 26 words: “Slovo dál dál dál…”; split it, so that none has more than 25" in what


@pytest.mark.parametrize(
    "text",
    [
        f"{words(LONGEST_SENTENCE)}. {words(LONGEST_SENTENCE)}.",
        f"„{words(20)}.“ {words(20)}!",
        f"{words(20)} –\n- {words(20)}\n- {words(20)}",
        f"{words(24)} – dál.",
    ],
)
def test_sentences_that_end_in_time_are_let_be(text: str) -> None:
    assert said(wording(("title",), text)) == []


@pytest.mark.parametrize("alt", ["A photo", "photo-of-the-hall.png", "A picture of hall.JPG here"])
def test_an_alternative_text_that_says_nothing_is_named(alt: str) -> None:
    (what,) = said(wording(("why", "picture", "alt"), alt))
    assert "does not say what is shown" in what


def test_an_alternative_text_that_tells_is_let_be() -> None:
    assert said(wording(("why", "picture", "alt"), "A technician photographs a switchboard.")) == []
    assert said(wording(("why", "picture", "title"), "A photo")) == []
