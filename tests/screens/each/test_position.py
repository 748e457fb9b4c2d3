"""One bar for the whole course: on each of its screens, with what is left as long as something is."""

import re

import pytest
from browsing import plain
from stage import Open, Screen
from studying import Study

from people.access import Principal


def position(screen: Screen) -> tuple[str, list[str], str]:
    """Where one is, the state of each segment, and what is left."""
    (drawn,) = [html.body for html in screen.elements("html") if "kodex-position" in html.body]
    (here,) = re.findall("<strong>(.*?)</strong>", drawn)
    (left,) = re.findall("<span>(.*?)</span>", drawn)
    return plain(here), re.findall('<i class="(.*?)"', drawn), plain(left)


def test_the_result_the_repair_path_and_the_commitment_have_a_position(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    failed = open_screen(learner, "assessment.py", language)
    t = failed.words
    parts = len(assigned.course.principles) + len(assigned.course.dialogues)
    here, segments, left = position(failed)
    assert (here, segments) == (t("Result"), ["on"] * parts + ["now"])
    assert left == plain(
        t.plural(
            "about {n} minute left",
            "about {n} minutes left",
            assigned.course.minutes_of(language, (), assigned.course.asked),
        )
    )
    repair = open_screen(learner, "assessment.py", language, repair="1")
    here, segments, _ = position(repair)
    assert here.startswith(plain(t("Practice {n} {of_total}", n=1, of_total="")).strip())
    assert segments == ["on"] * parts + ["now"]

    assigned.attempt(learner)
    here, segments, left = position(open_screen(learner, "assessment.py", language))
    assert (here, segments) == (t("Result"), ["on"] * (parts + 1))
    assert left
    here, segments, left = position(open_screen(learner, "commitment.py", language))
    assert (here, segments) == (t("Commitment"), ["on"] * (parts + 1))
    assert left
    assigned.sign(learner)
    assert position(open_screen(learner, "commitment.py", language)) == (t("Done"), ["on"] * (parts + 1), "")


@pytest.mark.parametrize("place", [0, 2, -2])
def test_a_card_that_is_read_again_has_the_position_of_its_course(
    open_screen: Open, assigned: Study, learner: Principal, language: str, place: int
) -> None:
    card = assigned.course.cards[place]
    for each in assigned.course.cards[: assigned.course.cards.index(card) + 1]:
        assigned.card(learner, each)
    here, *bar = position(open_screen(learner, "lesson.py", language, card=card.id))
    at_hand, *same = position(open_screen(learner, "lesson.py", language))
    assert bar == same
    assert here != at_hand


def test_an_answer_is_said_to_be_saved_below_its_options_once_it_is(
    open_screen: Open, assigned: Study, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, "lesson.py", language)
    assert not screen.says("Your answer is saved")
    screen.choose(assigned.course.lessons[0].text(language).dilemma)
    screen.press("Save the answer and go on")
    assert screen.says("Your answer is saved"), "on the card that follows"
    assert '<p class="kodex-saved" role="status">' in "".join(html.body for html in screen.elements("html"))
    screen.go_on()
    assert not screen.says("Your answer is saved")
    check = assigned.course.lessons[0].text(language).principles[0].check
    screen.choose(check, right=False)
    screen.press("See where it leads")
    assert screen.says("Your answer is saved")
    screen.press("Show where each leads")
    (body,) = [html.body for html in screen.elements("html") if "kodex-saved" in html.body]
    assert body.index("kodex-after") < body.index("kodex-saved") < body.index("kodex-rule")


def test_practice_is_not_said_to_be_saved(open_screen: Open, assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    screen = open_screen(learner, "assessment.py", repair="1")
    question = next(
        each.text("cs") for each in assigned.course.questions.values() if plain(each.text("cs").title) == screen.title
    )
    screen.choose(question)
    screen.press("See where it leads")
    assert screen.explained(question) == question.ids
    assert not screen.says("Your answer is saved")
