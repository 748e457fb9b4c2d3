"""A form and its order are drawn by a seed alone, the same for ever and everywhere."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lessons.decisions.choice import Choice
from lessons.decisions.decision import Option
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
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
    """Of those left, each has its twin in the form."""
    met = data.draw(st.sets(st.sampled_from(sorted(course.questions))))
    form = draw(course, seed, met)
    unmet_left = {name for name in set(course.questions) - met - set(form) if twin(course, name) not in form}
    for question in set(form) & met:
        principle = course.questions[question].source.principle
        same = {name for name in unmet_left if course.questions[name].source.principle == principle}
        is_needed = sum(course.questions[name].source.principle == principle for name in form) == 1
        assert not same
        assert is_needed or not unmet_left


def twin(course: Course, question: str) -> str | None:
    return course.questions[question].source.twin


@given(seeds, st.data())
def test_a_form_never_holds_both_of_two_twins(course: Course, seed: str, data: st.DataObject) -> None:
    met = data.draw(st.sets(st.sampled_from(sorted(course.questions))))
    form = draw(course, seed, met)
    assert not {twin(course, question) for question in form} & set(form)
    assert len(form) == course.asked


@given(seeds, seeds)
def test_a_second_attempt_asks_nothing_that_the_first_one_asked(course: Course, first: str, second: str) -> None:
    met = draw(course, first)
    assert not set(met) & set(draw(course, second, met))


@given(seeds, seeds)
def test_a_second_attempt_asks_no_twin_of_what_the_first_one_asked(course: Course, first: str, second: str) -> None:
    """Its options and what follows from each of them have been read."""
    met = draw(course, first)
    assert not {twin(course, question) for question in met} & set(draw(course, second, met))


@given(seeds, st.data())
def test_the_twin_of_a_question_met_before_comes_before_the_question_itself(
    course: Course, seed: str, data: st.DataObject
) -> None:
    met = data.draw(st.sets(st.sampled_from(sorted(course.questions))))
    form = draw(course, seed, met)
    for question in set(form) & met:
        assert twin(course, question) is None or twin(course, question) in met


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
    """One of two twins takes the other one's place, so that each comes somewhat less often than a single question."""
    forms = 1200
    times = Counter(question for n in range(forms) for question in draw(course, f"{n}"))
    assert set(times) == set(course.questions)
    usual = forms * course.asked / len(course.questions)
    assert min(times.values()) > 0.6 * usual
    assert max(times.values()) < 1.7 * usual


def test_every_position_shows_every_question_sooner_or_later(course: Course) -> None:
    first = {draw(course, f"{n}")[0] for n in range(1200)}
    assert first == set(course.questions)


@given(seeds)
def test_options_are_put_in_an_order_and_none_is_lost(course: Course, seed: str) -> None:
    for name, question in course.questions.items():
        shown = question.source.as_drawn(seed, name).options
        assert {option.id for option in shown} == {option.id for option in question.source.options}


def test_the_order_of_options_is_the_same_in_every_language(course: Course) -> None:
    """But for phrases, which stand where the text has them."""
    for name, question in course.questions.items():
        orders = {
            tuple(option.id for option in text.as_drawn("seed", name).options) for text in question.texts.values()
        }
        assert len(orders) == 1 or question.source.kind == "spot"


def test_the_right_option_stands_about_equally_often_in_each_place(course: Course) -> None:
    places: Counter[int] = Counter()
    for name, question in course.questions.items():
        if question.source.kind != "single":
            continue
        for n in range(100):
            shown = [option.id for option in question.source.as_drawn(f"{n}", name).options]
            places[shown.index(question.source.right_answer)] += 1
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) < 1.15 * min(places.values())


@given(seeds)
def test_steps_are_never_drawn_in_an_order_that_is_right_as_it_stands(course: Course, seed: str) -> None:
    asked = [each.source for each in course.questions.values()]
    asked += [principle.source.check for principle in course.principles.values()]
    orders = [each for each in asked if isinstance(each, Ordering)]
    assert orders
    for order in orders:
        assert not order.is_right([option.id for option in order.as_drawn(seed, "a name").options])


@given(seeds, st.integers(2, 6), st.data())
def test_steps_of_which_almost_every_order_is_right_are_drawn_in_one_that_is_not(
    seed: str, count: int, data: st.DataObject
) -> None:
    ids = [f"{n}" for n in range(count)]
    pairs = [(first, second) for at, first in enumerate(ids) for second in ids[at + 1 :]]
    order = Ordering(
        prompt="?",
        right=ids,
        must=data.draw(st.lists(st.sampled_from(pairs), max_size=3)),
        options=[Option(id=each, text=each, explanation=each) for each in ids],
    )
    drawn = [option.id for option in order.as_drawn(seed, "a name").options]
    assert sorted(drawn) == ids
    assert not order.is_right(drawn)


@given(seeds)
def test_phrases_are_drawn_where_the_text_has_them(course: Course, seed: str) -> None:
    spots = [each for question in course.questions.values() for each in question.texts.values()]
    for spot in (each for each in spots if isinstance(each, Spot)):
        drawn = [option.id for option in spot.as_drawn(seed, spot.id).options]
        places = [spot.artefact.text.index(f"{{{each}}}") for each in drawn]
        assert places == sorted(places)
        assert set(drawn) == spot.ids
