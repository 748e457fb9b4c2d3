"""How people decided first in the dilemma: shares, from five people up, without names."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cast import PEOPLE
from studying import Study

from database import Database
from people.access import Principal, Role
from people.directory import Person
from progress.completion import learning
from progress.completion.steps import Submission
from progress.insight import first_decisions
from progress.insight.first_decisions import FEWEST, LASTS, shares

RIGHT, WRONG = "decline-and-explain", "send-inside"


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_decisions, "_counted", {})


@pytest.fixture
def cast(everybody: tuple[Person, ...], study: Study) -> list[Principal]:
    """Everybody, with the course assigned."""
    found = [Principal(person, frozenset({Role.EMPLOYEE})) for person in everybody]
    study.assign(*found)
    return found


def decide(study: Study, who: Principal, option: str) -> None:
    card = study.course.cards[0]
    learning.answer_card(study.database, study.asker(who), study.course, card, Submission(option, "cs"))
    learning.leave_card(study.database, study.asker(who), study.course, card, "cs")


def shared(study: Study, database: Database | None = None) -> dict[str, float]:
    return shares(database or study.database, study.course, study.course.lessons[0].source.dilemma, study.now)


def test_the_cast_is_large_enough() -> None:
    assert len(PEOPLE) > FEWEST == 5


def test_of_fewer_than_five_people_nothing_is_told(study: Study, cast: list[Principal]) -> None:
    assert shared(study) == {}
    for who in cast[: FEWEST - 1]:
        decide(study, who, RIGHT)
    study.later(minutes=11)
    assert shared(study) == {}


def test_from_five_people_up_every_option_has_its_share(study: Study, cast: list[Principal]) -> None:
    for who, option in zip(cast, [RIGHT, RIGHT, RIGHT, WRONG, "ask-manager"], strict=False):
        decide(study, who, option)
    assert shared(study) == {RIGHT: 60, WRONG: 20, "ask-manager": 20, "send-offer-myself": 0}


def test_what_they_decide_in_the_end_is_not_counted(study: Study, cast: list[Principal]) -> None:
    for who in cast[:FEWEST]:
        decide(study, who, WRONG)
    study.cards(cast[0])
    assert shared(study)[WRONG] == 100


def test_whoever_takes_the_course_again_is_counted_once_and_as_they_decided_first(
    study: Study, cast: list[Principal]
) -> None:
    """Or a few people in their second year would look like many."""
    few = cast[: FEWEST - 1]
    for who in few:
        decide(study, who, WRONG)
        study.certify(who)
    study.later(days=300)
    study.assign(*few)
    for who in few:
        assert study.enrolment(who).cycle == 2
        decide(study, who, RIGHT)
    assert shared(study) == {}
    decide(study, cast[FEWEST], RIGHT)
    study.later(minutes=11)
    assert shared(study)[WRONG] == pytest.approx(80)


def test_an_option_that_there_is_no_more_counts_for_nobody(study: Study, cast: list[Principal]) -> None:
    for who, option in zip(cast, [RIGHT] * 4 + [WRONG] * 2, strict=False):
        decide(study, who, option)
    dilemma = study.course.lessons[0].source.dilemma
    left = dilemma.model_copy(update={"options": tuple(each for each in dilemma.options if each.id != WRONG)})
    assert shares(study.database, study.course, left, study.now) == {}


def test_they_are_counted_again_after_a_while_only(study: Study, cast: list[Principal]) -> None:
    for who in cast[:FEWEST]:
        decide(study, who, RIGHT)
    before = shared(study)
    decide(study, cast[FEWEST], WRONG)
    study.now += LASTS - timedelta(seconds=1)
    assert shared(study) == before
    study.now += timedelta(seconds=1)
    assert shared(study)[WRONG] == pytest.approx(100 / 6)


def test_a_clock_that_was_set_back_keeps_nothing_for_long(study: Study, cast: list[Principal]) -> None:
    assert shared(study) == {}
    for who in cast[:FEWEST]:
        decide(study, who, RIGHT)
    study.later(hours=-1)
    assert shared(study)[RIGHT] == 100


def test_each_database_is_counted_by_itself(
    study: Study, cast: list[Principal], migrated_sqlite: Path, tmp_path: Path
) -> None:
    for who in cast[:FEWEST]:
        decide(study, who, RIGHT)
    assert shared(study)[RIGHT] == 100
    other = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'other.sqlite3')}")
    assert shared(study, other) == {}
    other.close()
    assert shared(study)[RIGHT] == 100
