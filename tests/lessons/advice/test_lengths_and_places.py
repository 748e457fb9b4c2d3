"""Right options that are the longest, the shortest, or in one place more often than chance allows."""

import pytest
from banks import said, single

from quizzes.advice import keys
from quizzes.advice.chance import at_least

LONG, SHORT = "I do something long", "I do it"
OTHERS = ("I do it so", "I do thus", "I do that")


def bank(text: str, often: int, of: int) -> list:
    """Questions of four options: in `often` of them `text` is right, in the others it is wrong."""
    return [single(f"q{n}", (text, *OTHERS), right=0 if n < often else 1 + n % 3) for n in range(of)]


def test_chance_is_counted_exactly() -> None:
    assert at_least(0, [0.25] * 4) == pytest.approx(1)
    assert at_least(4, [0.25] * 4) == pytest.approx(0.25**4)
    assert at_least(1, [0.5, 0.25]) == pytest.approx(1 - 0.5 * 0.75)
    assert at_least(3, [0.5, 0.25]) == 0


@pytest.mark.parametrize(("text", "word"), [(LONG, "longest"), (SHORT, "shortest")])
def test_a_key_of_telling_length_is_warned_of_with_how_often_and_how_often_chance_would_have_it(
    text: str, word: str
) -> None:
    (what,) = said(keys.lengths(bank(text, 12, 28)))
    assert f"is the {word} in 12 of 28 questions, by chance it would be in 7" in what


@pytest.mark.parametrize("text", [LONG, SHORT])
def test_a_key_that_is_longest_or_shortest_by_accident_is_let_be(text: str) -> None:
    assert said(keys.lengths(bank(text, 11, 28))) == []
    assert said(keys.lengths(bank(text, 2, 2))) == []


def test_a_key_that_shares_its_length_with_another_tells_nothing() -> None:
    assert said(keys.lengths([single(f"q{n}", (LONG, LONG[::-1], *OTHERS)) for n in range(20)])) == []


def test_a_key_that_stands_in_one_place_is_warned_of() -> None:
    (what,) = said(keys.places([single(f"q{n}", (LONG, *OTHERS), right=2) for n in range(8)]))
    assert "stands in place 3 in 8 of 8 questions, by chance it would in 2" in what


def test_a_key_that_changes_its_place_is_let_be() -> None:
    assert said(keys.places([single(f"q{n}", (LONG, *OTHERS), right=n % 4) for n in range(28)])) == []
    assert said(keys.places([])) == []
