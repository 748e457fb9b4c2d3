"""What is right, and what is passed."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from quizzes.content import Course
from quizzes.grading import is_passed, score
from quizzes.kinds.question import Question

results = st.integers(1, 50).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked)))


def test_one_option_of_each_question_with_one_right_option_is_right(course: Course) -> None:
    for question in course.questions.values():
        if question.source.kind == "single":
            right = [option.id for option in question.source.options if question.source.is_right(option.id)]
            assert right == [question.source.right_answer]


def test_an_answer_that_is_right_in_part_earns_nothing(course: Course) -> None:
    for question in course.questions.values():
        for answer in nearly_right(question.source):
            assert question.source.offers(answer), answer
            assert not question.source.is_right(answer), answer


def nearly_right(question: Question) -> Iterator[Answer]:
    """The right answer with one part of it wrong."""
    match question:
        case Multiple():
            right = set(question.right)
            yield from (sorted(right ^ {option}) for option in question.ids if right != {option})
        case Classify():
            for option, put in question.right.items():
                other = next(each.id for each in question.categories if each.id != put)
                yield {**question.right, option: other}
        case Ordering():
            for first, second in question.must:
                order = [each for each in question.right if each != first]
                yield [*order[: order.index(second) + 1], first, *order[order.index(second) + 1 :]]


@pytest.mark.parametrize(
    ("right", "asked", "percent"),
    [(0, 10, 0), (8, 10, 80), (10, 10, 100), (2, 3, 66), (5, 6, 83), (199, 200, 99)],
)
def test_a_score_is_a_percentage_rounded_down(right: int, asked: int, percent: int) -> None:
    assert score(right, asked) == percent


@pytest.mark.parametrize(
    ("right", "asked", "passed"), [(8, 10, True), (7, 10, False), (4, 5, True), (5, 6, True), (3, 4, False)]
)
def test_eighty_percent_pass(right: int, asked: int, passed: bool) -> None:
    assert is_passed(right, asked, 80) is passed


def test_a_pass_mark_missed_by_a_hair_is_missed() -> None:
    assert not is_passed(48, 49, 98)
    assert is_passed(49, 50, 98)


@given(results, st.integers(1, 100))
def test_whoever_passes_is_shown_at_least_the_pass_mark_and_nobody_else_is(
    result: tuple[int, int], pass_mark: int
) -> None:
    assert is_passed(*result, pass_mark) is (score(*result) >= pass_mark)


@given(results, st.integers(1, 100))
def test_all_right_always_passes_and_all_wrong_never(result: tuple[int, int], pass_mark: int) -> None:
    _, asked = result
    assert is_passed(asked, asked, pass_mark)
    assert not is_passed(0, asked, pass_mark)
