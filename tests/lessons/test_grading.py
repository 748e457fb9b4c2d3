"""What is right, and what is passed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.content import Course
from quizzes.grading import is_passed, score

results = st.integers(1, 50).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked)))


def test_one_option_of_each_question_is_right(course: Course) -> None:
    for question in course.questions.values():
        right = [option.id for option in question.source.options if question.source.is_right(option.id)]
        assert right == [question.source.right_answer]


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
