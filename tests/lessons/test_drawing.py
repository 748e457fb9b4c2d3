"""A form and its order are drawn by a seed alone, the same for ever and everywhere."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lessons.decisions.choice import Choice
from lessons.decisions.decision import Option
from quizzes.content import Course
from quizzes.drawing import draw

seeds = st.text(min_size=1)


@given(seeds)
def test_a_form_asks_each_question_once(course: Course, seed: str) -> None:
    form = draw(course, seed)
    assert len(form) == len(set(form)) == course.asked == 10
    assert set(form) <= set(course.questions)


@given(seeds, st.data())
def test_every_principle_is_met_whatever_was_met_before(course: Course, seed: str, data: st.DataObject) -> None:
    met = data.draw(st.sets(st.sampled_from(sorted(course.questions))))
    asked = {course.questions[question].source.principle for question in draw(course, seed, met)}
    assert asked == set(course.principles)


@given(seeds, st.data())
def test_a_question_met_before_comes_only_when_there_are_no_others(
    course: Course, seed: str, data: st.DataObject
) -> None:
    met = data.draw(st.sets(st.sampled_from(sorted(course.questions))))
    form = draw(course, seed, met)
    unmet_left = set(course.questions) - met - set(form)
    for question in set(form) & met:
        principle = course.questions[question].source.principle
        same = {name for name in unmet_left if course.questions[name].source.principle == principle}
        is_needed = sum(course.questions[name].source.principle == principle for name in form) == 1
        assert not same
        assert is_needed or not unmet_left


@given(seeds, seeds)
def test_a_second_attempt_asks_nothing_that_the_first_one_asked(course: Course, first: str, second: str) -> None:
    met = draw(course, first)
    assert not set(met) & set(draw(course, second, met))


@given(seeds)
def test_a_form_spreads_its_questions_evenly_over_the_principles(course: Course, seed: str) -> None:
    times = Counter(course.questions[question].source.principle for question in draw(course, seed))
    assert max(times.values()) - min(times.values()) <= 1


@given(seeds)
def test_the_same_seed_gives_the_same_form(course: Course, seed: str) -> None:
    assert draw(course, seed) == draw(course, seed)


def test_what_a_seed_draws_never_changes() -> None:
    """An attempt of years ago is shown again as it was seen: by its seed, with the options in their order."""
    options = tuple(Option(id=each, text=each, explanation=each) for each in "abcd")
    choice = Choice(prompt="?", right="a", options=options)
    assert "".join(option.id for option in choice.as_drawn("a seed", "a question").options) == "cdba"


def test_the_order_of_the_bank_does_not_matter(course: Course) -> None:
    (bank,) = course.banks
    turned = replace(bank, questions=dict(reversed(bank.questions.items())))
    assert draw(replace(course, banks=(turned,)), "seed") == draw(course, "seed")


def test_every_question_is_drawn_about_equally_often(course: Course) -> None:
    times = Counter(question for n in range(600) for question in draw(course, f"{n}"))
    assert set(times) == set(course.questions)
    assert min(times.values()) > 100
    assert max(times.values()) < 320


def test_every_position_shows_every_question_sooner_or_later(course: Course) -> None:
    first = {draw(course, f"{n}")[0] for n in range(600)}
    assert first == set(course.questions)


@given(seeds)
def test_options_are_put_in_an_order_and_none_is_lost(course: Course, seed: str) -> None:
    for name, question in course.questions.items():
        shown = question.source.as_drawn(seed, name).options
        assert {option.id for option in shown} == {option.id for option in question.source.options}


def test_the_order_of_options_is_the_same_in_every_language(course: Course) -> None:
    for name, question in course.questions.items():
        orders = {
            tuple(option.id for option in text.as_drawn("seed", name).options) for text in question.texts.values()
        }
        assert len(orders) == 1


def test_the_right_option_stands_about_equally_often_in_each_place(course: Course) -> None:
    places: Counter[int] = Counter()
    for name, question in course.questions.items():
        for n in range(100):
            shown = [option.id for option in question.source.as_drawn(f"{n}", name).options]
            places[shown.index(question.source.right_answer)] += 1
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) < 1.1 * min(places.values())
