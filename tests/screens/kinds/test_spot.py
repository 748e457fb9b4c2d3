"""A card on which phrases are marked in a text. Its fields run again at each mark, without a form around them."""

import re

import pytest
from browsing import plain
from deciding import SEND, SHOW, Before, before, before_forged
from stage import Open, Screen
from studying import Study

from lessons.decisions.spot import Spot
from people.access import Principal


def marked(it: Before) -> int:
    """How many phrases are set off in the text."""
    return sum(html.body.count('<u class="marked">') for html in it.screen.elements("html"))


def numbered(it: Before) -> list[str]:
    """The phrases in the text, with their numbers."""
    bodies = "".join(html.body for html in it.screen.elements("html"))
    return [plain(f"{n} {text}") for n, text in re.findall(r"<sup>(\d+)</sup>(.*?)</u>", bodies)]


def test_the_phrases_have_their_number_in_the_text_and_on_their_buttons(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Spot, language)
    (pills,) = it.screen.app.get("button_group")
    assert [plain(each) for each in pills.options] == numbered(it)
    assert len(numbered(it)) == len(it.check.ids)
    assert marked(it) == 0


def test_a_right_answer_marks_all_that_were_to_be_found_in_the_text_too(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Spot, language)
    right = it.check.right_answer
    assert it.screen.explained(it.check) == set()
    it.screen.fill_in(it.check, right)
    assert marked(it) == len(right)
    assert it.saved is None
    it.screen.press(SEND)
    assert it.saved == right
    assert marked(it) == len(right)
    for option in it.check.ids:
        is_right = option in right
        tag = plain(it.screen.words("yours · right")) if is_right else ""
        assert it.row(option)[1:] == (tag, "right" if is_right else "plain", is_right, False)
    assert [row.text for row in it.rows()] == numbered(it)
    assert it.concludes()


def test_what_is_missing_and_what_was_marked_wrongly_stand_open(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Spot, language)
    t = it.screen.words
    found, *missing = it.check.right_answer
    wrong = min(it.check.ids - set(it.check.right_answer))
    it.decide(sorted([found, wrong]))
    assert it.screen.explained(it.check) == {wrong}
    assert it.row(found)[1:] == (plain(t("yours")), "plain", True, False)
    it.screen.press(SHOW)
    assert it.row(wrong)[1:] == (plain(t("yours · wrong")), "wrong", True, True)
    assert {it.row(each)[1:] for each in missing} == {
        (plain(t("right · missing in your answer")), "right", False, True)
    }
    assert it.concludes()


def test_nothing_marked_is_complained_of_above_the_text(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    it = before(open_screen, assigned, learner, Spot, language)
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Mark at least one of the phrases first."))
    assert it.saved is None


def test_of_two_tabs_the_first_answer_counts(open_screen: Open, assigned: Study, learner: Principal) -> None:
    it = before(open_screen, assigned, learner, Spot)
    elsewhere = Screen(open_screen(learner, "lesson.py").app, it.screen.words)
    elsewhere.fill_in(it.check, it.check.wrong_answers[0])
    it.decide(it.check.right_answer)
    elsewhere.press(SEND)
    assert it.saved == it.check.right_answer
    assert elsewhere.explained(it.check) == it.check.ids


@pytest.mark.parametrize("forged", [["not-in-the-text"], [""], []])
def test_a_phrase_that_is_not_in_the_text_counts_for_nothing(
    open_screen: Open, assigned: Study, learner: Principal, forged: list[str]
) -> None:
    it = before_forged(open_screen, assigned, learner, Spot, **{"": forged})
    it.screen.press(SEND)
    assert it.complaint() == plain(it.screen.words("Mark at least one of the phrases first."))
    assert it.saved is None
