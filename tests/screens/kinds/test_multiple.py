"""A card with several right options."""

import pytest
from browsing import plain
from deciding import SEND, SHOW, before, before_forged
from stage import Open, Screen
from studying import Study

from lessons.decisions.multiple import Multiple
from people.access import Principal


def test_a_right_answer_marks_all_that_were_to_be_found(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Multiple, language)
    assert it.screen.explained(it.check) == set()
    it.decide(it.check.right_answer)
    assert it.saved == it.check.right_answer
    for option in it.check.ids:
        is_right = option in it.check.right_answer
        tag = plain(it.screen.words("yours · right")) if is_right else ""
        assert it.row(option)[1:] == (tag, "right" if is_right else "plain", is_right, False)
    assert it.concludes()


def test_what_is_missing_and_what_was_chosen_wrongly_stand_open(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Multiple, language)
    t = it.screen.words
    found, missing = it.check.right_answer
    wrong = min(it.check.ids - {found, missing})
    it.decide(sorted([found, wrong]))
    assert it.screen.explained(it.check) == {wrong}
    assert it.row(found)[1:] == (plain(t("yours")), "plain", True, False)
    assert it.row(missing)[1:] == ("", "plain", False, False)
    it.screen.press(SHOW)
    assert it.row(found)[1:] == (plain(t("yours · right")), "right", True, False)
    assert it.row(missing)[1:] == (plain(t("right · missing in your answer")), "right", False, True)
    assert it.row(wrong)[1:] == (plain(t("yours · wrong")), "wrong", True, True)
    assert it.concludes()


def test_whoever_only_misses_something_learns_no_more_than_that(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Multiple, language)
    found, _ = it.check.right_answer
    it.decide([found])
    assert it.screen.says("That is not the right answer")
    assert it.screen.explained(it.check) == set()
    assert {row.state for row in it.rows()} == {"plain"}
    assert [row.text for row in it.rows() if row.is_own] == [it.row(found).text]


def test_nothing_ticked_is_complained_of_above_the_options(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Multiple, language)
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Choose at least one of the answers first."))
    assert it.saved is None


def test_of_two_tabs_the_first_answer_counts(open_screen: Open, assigned: Study, learner: Principal) -> None:
    it = before(open_screen, assigned, learner, Multiple)
    elsewhere = Screen(open_screen(learner, "lesson.py").app, it.screen.words)
    it.decide(it.check.right_answer)
    elsewhere.fill_in(it.check, it.check.wrong_answers[0])
    elsewhere.press(SEND)
    assert it.saved == it.check.right_answer
    assert elsewhere.explained(it.check) == it.check.ids


@pytest.mark.parametrize("forged", ["_not-on-the-card", "_", ""])
def test_a_box_that_is_not_on_the_card_counts_for_nothing(
    open_screen: Open, assigned: Study, learner: Principal, forged: str
) -> None:
    it = before_forged(open_screen, assigned, learner, Multiple, **{forged: True})
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Choose at least one of the answers first."))
    it.decide(it.check.right_answer)
    assert it.saved == it.check.right_answer
