"""A card with one right option."""

import pytest
from browsing import plain
from deciding import SEND, SHOW, Row, before, before_forged
from stage import Open, Screen
from studying import Study

from lessons.decisions.choice import Choice
from people.access import Principal


def test_a_right_answer_opens_its_own_consequence_and_folds_the_others(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Choice, language)
    t, right = it.screen.words, it.check.right_answer
    assert it.screen.explained(it.check) == set()
    it.decide(right)
    assert it.saved == right
    assert it.row(right) == Row(plain(it.check.option(right).text), plain(t("yours · right")), "right", True, True)
    others = [it.row(each) for each in sorted(it.check.ids - {right})]
    assert {(row.tag, row.state, row.is_own, row.is_open) for row in others} == {("", "plain", False, False)}
    assert it.concludes()


def test_a_wrong_answer_is_marked_beside_the_right_one_once_it_is_shown_where_each_leads(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Choice, language)
    t, wrong = it.screen.words, it.check.wrong_answers[0]
    it.decide(wrong)
    assert it.screen.explained(it.check) == {wrong}
    assert {row.state for row in it.rows() if not row.is_own} == {"plain"}
    it.screen.press(SHOW)
    assert it.row(wrong)[1:] == (plain(t("yours · wrong")), "wrong", True, True)
    assert it.row(it.check.right_answer)[1:] == (plain(t("right")), "right", False, False)
    assert it.concludes()


def test_the_options_stay_in_the_order_in_which_they_stood(
    open_screen: Open, assigned: Study, learner: Principal
) -> None:
    it = before(open_screen, assigned, learner, Choice)
    (radio,) = it.screen.app.radio
    stood = [plain(each) for each in radio.options]
    it.decide(it.check.right_answer)
    assert [row.text for row in it.rows()] == stood


def test_nothing_chosen_is_complained_of_above_the_options(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Choice, language)
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Choose one of the answers first."))
    assert it.saved is None


def test_of_two_tabs_the_first_answer_counts(open_screen: Open, assigned: Study, learner: Principal) -> None:
    it = before(open_screen, assigned, learner, Choice)
    elsewhere = Screen(open_screen(learner, "lesson.py").app, it.screen.words)
    it.decide(it.check.right_answer)
    elsewhere.fill_in(it.check, it.check.wrong_answers[0])
    elsewhere.press(SEND)
    assert it.saved == it.check.right_answer
    assert elsewhere.explained(it.check) == it.check.ids


@pytest.mark.parametrize("forged", ["not-on-the-card", ""])
def test_an_option_that_is_not_on_the_card_is_no_answer(
    open_screen: Open, assigned: Study, learner: Principal, forged: str
) -> None:
    it = before_forged(open_screen, assigned, learner, Choice, **{"": forged})
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Choose one of the answers first."))
    assert it.saved is None
