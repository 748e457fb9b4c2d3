"""Minutes are counted from words and tasks, in the language that is read."""

import pytest

from lessons import duration
from lessons.cards import CardKind
from lessons.decisions.choice import Choice
from lessons.decisions.decision import Option
from lessons.decisions.part import Part
from quizzes.content import Course
from words import LANGUAGES


class Told(Part):
    id: str = "an-id-of-many-words"
    alt: str = "not read on the way"
    text: str
    lines: tuple[str, ...] = ()


def of(words: int) -> str:
    return "word " * words


@pytest.mark.parametrize(("language", "words"), [("cs", 165), ("en", 200), ("de", 200)])
def test_a_minutes_words_take_a_minute_in_each_language(language: str, words: int) -> None:
    assert duration.seconds(language, Told(text=of(words))) == pytest.approx(60)


def test_everything_that_is_read_counts_and_nothing_else() -> None:
    assert duration.words(Told(text="one two", lines=("three", "four five")).model_dump()) == 5


def test_a_decision_takes_its_time_beside_its_words() -> None:
    options = tuple(Option(id=each, text=of(10), explanation=of(20)) for each in "ab")
    choice = Choice(prompt=of(40), hint=of(50), right="a", options=options)
    assert duration.seconds("en", choice) == pytest.approx(60 * 100 / 200 + duration.THINKING)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (29, 1), (89, 1), (91, 2), (601, 10)])
def test_minutes_are_whole_and_at_least_one(seconds: float, minutes: int) -> None:
    assert duration.minutes(seconds) == minutes


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lesson_and_a_test_take_fifteen_to_twenty_two_minutes_and_the_dialogue_at_most_two(
    course: Course, language: str
) -> None:
    dialogue = [card for card in course.cards if card.kind is CardKind.DIALOGUE]
    others = [card for card in course.cards if card.kind is not CardKind.DIALOGUE]
    assert 15 <= course.minutes_of(language, others, course.asked) <= 22
    assert course.minutes_of(language, dialogue) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_takes_less_the_further_a_person_is(course: Course, language: str) -> None:
    left = [course.minutes_of(language, course.cards[done:], course.asked) for done in range(len(course.cards) + 1)]
    assert left == sorted(left, reverse=True)
    assert left[-1] < left[0]
    assert course.minutes_of(language, [], 1) < course.minutes_of(language, [], course.asked)


def test_a_language_that_is_not_taught_is_counted_as_the_source(course: Course) -> None:
    assert course.minutes_of("de", course.cards) == course.minutes_of("cs", course.cards)
