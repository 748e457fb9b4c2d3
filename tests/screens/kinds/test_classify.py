"""A card on which each of several things is put into a category."""

import pytest
from browsing import plain
from deciding import SEND, SHOW, Before, before, before_forged
from stage import Open, Screen
from studying import Study

from lessons.decisions.classify import Classify
from people.access import Principal


def category(it: Before, category_id: str) -> str:
    """Its words on the card."""
    assert isinstance(it.check, Classify)
    return it.check.category(category_id).text


def test_a_right_answer_is_right_in_each_row(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Classify, language)
    right = it.check.right_answer
    assert isinstance(right, dict)
    assert it.screen.explained(it.check) == set()
    it.decide(right)
    assert it.saved == right
    for option, put in right.items():
        tag = plain(it.screen.words("{yours} · right", yours=category(it, put)))
        assert it.row(option)[1:] == (tag, "right", True, False)
    assert it.concludes()


def test_a_wrong_row_says_what_was_put_and_what_is_right(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Classify, language)
    t, right, answer = it.screen.words, it.check.right_answer, it.check.wrong_answers[0]
    assert isinstance(right, dict)
    assert isinstance(answer, dict)
    it.decide(answer)
    assert it.screen.explained(it.check) == set()
    for option, put in answer.items():
        yours = {"yours": category(it, put)}
        is_right = put == right[option]
        tag = t("yours: {yours}", **yours) if is_right else t("yours: {yours} · wrong", **yours)
        assert it.row(option)[1:] == (plain(tag), "plain" if is_right else "wrong", True, False)
    it.screen.press(SHOW)
    for option, put in answer.items():
        if put != right[option]:
            words = {"yours": category(it, put), "right": category(it, right[option])}
            tag = plain(t("yours: {yours} · right: {right}", **words))
            assert it.row(option)[1:] == (tag, "wrong", True, True)
    assert it.concludes()


def test_a_row_left_open_is_complained_of_above_the_rows(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Classify, language)
    first, *others = it.screen.app.get("button_group")
    for group in others:
        group.set_value(it.check.right_answer[group.key.rpartition("_")[2]])  # type: ignore[index]
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Decide about each of them first."))
    assert it.saved is None
    assert first.value is None
    it.decide(it.check.right_answer)
    assert it.saved == it.check.right_answer


def test_of_two_tabs_the_first_answer_counts(open_screen: Open, assigned: Study, learner: Principal) -> None:
    it = before(open_screen, assigned, learner, Classify)
    elsewhere = Screen(open_screen(learner, "lesson.py").app, it.screen.words)
    it.decide(it.check.right_answer)
    elsewhere.fill_in(it.check, it.check.wrong_answers[0])
    elsewhere.press(SEND)
    assert it.saved == it.check.right_answer
    assert elsewhere.explained(it.check) == it.check.ids


@pytest.mark.parametrize("forged", ["not-a-category", ""])
def test_a_category_that_there_is_not_is_no_decision(
    open_screen: Open, assigned: Study, learner: Principal, course_options: list[str], forged: str
) -> None:
    fields = {f"_{option}": forged for option in course_options}
    it = before_forged(open_screen, assigned, learner, Classify, **fields, **{"_not-on-the-card": "use"})
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Decide about each of them first."))
    assert it.saved is None


@pytest.fixture
def course_options(assigned: Study) -> list[str]:
    """The ids of what is put into categories."""
    checks = [principle.check for principle in assigned.course.lessons[0].source.principles]
    return next(sorted(check.ids) for check in checks if isinstance(check, Classify))
