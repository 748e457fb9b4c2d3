"""After a failed attempt: the button to the next one, or when it may begin."""

from datetime import timedelta

import pytest
from browsing import plain
from stage import Open
from studying import Study

from installation import Installation
from people.access import Principal
from progress.completion.pace import Pace

RETRY = "Go straight to the next attempt"


def test_the_button_gives_way_to_the_time_of_the_next_attempt(
    open_screen: Open, assigned: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(Installation, "pace", Pace(1, timedelta(days=2)))
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    screen = open_screen(learner, "assessment.py", language)
    t = screen.words
    ended = assigned.enrolment(learner).failed_at
    assert ended is not None
    moment = t.moment(ended + timedelta(days=2), assigned.asker(learner).zone)
    assert screen.says(
        "The next attempt can begin on {moment}. Until then, read what you missed again.", moment=moment
    )
    assert plain(t(RETRY)) not in screen.buttons()


def test_a_stale_button_begins_nothing_and_says_when_it_would(
    open_screen: Open, assigned: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    screen = open_screen(learner, "assessment.py")
    before = assigned.chain(learner)
    monkeypatch.setattr(Installation, "pace", Pace(100, timedelta(days=2)))
    screen.press(RETRY)
    ended = assigned.enrolment(learner).failed_at
    assert ended is not None
    moment = screen.words.moment(ended + timedelta(days=2), assigned.asker(learner).zone)
    assert screen.says("The next attempt can begin on {moment}. Nothing was lost.", moment=moment)
    assert assigned.chain(learner) == before


def test_five_attempts_a_day_without_a_pause_are_free_as_it_comes(installed: Installation) -> None:
    assert installed.pace == Pace(5, timedelta(0))
