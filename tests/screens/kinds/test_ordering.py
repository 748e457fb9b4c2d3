"""A card on which steps are put in order. Its fields run again at each move, without a form around them."""

import pytest
from browsing import plain
from deciding import AGAIN, SEND, SHOW, Before, before, before_forged
from stage import Open, Screen
from studying import Study

from lessons.decisions.order import Ordering
from people.access import Principal


def check(it: Before) -> Ordering:
    assert isinstance(it.check, Ordering)
    return it.check


def drawn(it: Before) -> list[str]:
    """The order in which the learner finds the steps."""
    return [option.id for option in check(it).as_drawn(it.learner.key, it.card.id).options]


def move(it: Before, option_id: str, by: int) -> None:
    (button,) = [each for each in it.screen.app.button if (each.key or "").endswith(f"_{option_id}_{by}")]
    button.click().run()
    it.screen.stands()


def test_the_best_order_is_right_in_each_row(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Ordering, language)
    assert it.screen.explained(it.check) == set()
    it.decide(it.check.right_answer)
    assert it.saved == it.check.right_answer
    assert [row[1:] for row in it.rows()] == [(plain(it.screen.words("right")), "right", True, False)] * 4
    assert it.concludes()


def test_another_order_that_keeps_the_pairs_is_right_as_it_was_put(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    it = before(open_screen, assigned, learner, Ordering)
    best = list(check(it).right)
    swapped = ([*best[:at], best[at + 1], best[at], *best[at + 2 :]] for at in range(len(best) - 1))
    other = next(order for order in swapped if check(it).is_right(order))
    it.decide(other)
    assert it.saved == other
    assert [row.text for row in it.rows()] == [
        f"{n}. {plain(it.check.option(each).text)}" for n, each in enumerate(other, start=1)
    ]
    assert {row.state for row in it.rows()} == {"right"}


def test_a_wrong_order_is_set_right_with_the_place_that_each_step_had(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Ordering, language)
    t, wrong, best = it.screen.words, list(reversed(check(it).right)), list(check(it).right)
    it.decide(wrong)
    assert it.saved == wrong
    assert it.screen.says("That is not the right answer")
    assert it.screen.explained(it.check) == set()
    assert [row[1:] for row in it.rows()] == [("", "plain", False, False)] * 4
    it.screen.press(SHOW)
    assert [it.row(each) for each in best] == it.rows()
    for n, each in enumerate(best, start=1):
        had = wrong.index(each) + 1
        tag = t("right") if had == n else t("you had it as number {n}", n=had)
        assert it.row(each).tag == plain(tag)
    assert it.concludes()


def test_a_moved_step_says_its_new_place_and_the_ends_have_one_button(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Ordering, language)
    first, second, *others = drawn(it)
    move(it, first, 1)
    assert it.screen.steps(check(it)) == [second, first, *others]
    step = it.check.option(first).text.rstrip(".")
    assert it.screen.says("“{step}” is now number {n}.", step=step, n=2)
    disabled = {each.key.rpartition(f"{it.card.id}_")[2] for each in it.screen.app.button if each.disabled}
    assert disabled == {f"{second}_-1", f"{others[-1]}_1"}
    assert it.saved is None


def test_what_is_sent_as_it_was_found_is_an_answer_and_a_wrong_one(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    it = before(open_screen, assigned, learner, Ordering)
    it.screen.press(SEND)
    assert it.saved == drawn(it)
    assert it.screen.says("That is not the right answer")
    it.screen.press(AGAIN)
    assert it.screen.steps(check(it)) == drawn(it)


def test_of_two_tabs_the_first_answer_counts(open_screen: Open, assigned: Study, learner: Principal) -> None:
    it = before(open_screen, assigned, learner, Ordering)
    elsewhere = Screen(open_screen(learner, "lesson.py").app, it.screen.words)
    it.decide(it.check.right_answer)
    elsewhere.press(SEND)
    assert it.saved == it.check.right_answer
    assert elsewhere.explained(it.check) == it.check.ids


@pytest.mark.parametrize(
    "forged",
    [
        ["call"],
        ["call", "call", "warn", "fix"],
        ["call", "details", "warn", "not-on-the-card"],
        [["call"], "details", "warn", "fix"],
        ["call", "details", "warn", 7],
        {"call": "details"},
        "call",
        7,
    ],
)
def test_an_order_that_is_none_of_these_steps_is_the_drawn_one(
    open_screen: Open, assigned: Study, learner: Principal, forged: object
) -> None:
    it = before_forged(open_screen, assigned, learner, Ordering, **{"": forged})
    assert it.screen.steps(check(it)) == drawn(it)
    it.screen.press(SEND)
    assert it.saved == drawn(it)
