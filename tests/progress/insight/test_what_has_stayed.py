"""What people still decide right after the certificate: by principle, from five people up, without names."""

from datetime import timedelta

import pytest
from knowing import sit
from studying import Study

from people.access import Principal, Role
from people.directory import Person
from progress.insight import retention
from progress.insight.first_decisions import FEWEST, LASTS
from progress.insight.retention import TEST, Retention
from progress.refreshers import drawing
from quizzes.content import Course


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_counted", {})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, course: Course) -> list[str]:
    """The principles that everybody is asked about, with a question each, whatever they were asked in the test."""
    first = {}
    for name, question in course.questions.items():
        first.setdefault(question.source.principle, name)
    drawn = list(first.values())
    monkeypatch.setattr(drawing, "_drawn", lambda *_: drawn)
    return list(first)[: drawing.QUESTIONS]


@pytest.fixture
def cast(everybody: tuple[Person, ...], study: Study) -> list[Principal]:
    """Everybody, certified 31 days ago."""
    found = [Principal(person, frozenset({Role.EMPLOYEE})) for person in everybody]
    study.assign(*found)
    for who in found:
        study.certify(who)
    study.later(days=31)
    return found


def retained(study: Study) -> Retention:
    return retention.of_course(study.database, study.course, study.now)


def refresh(study: Study, who: Principal, *right: bool) -> None:
    refresher = study.refresher(who)
    assert refresher is not None
    for question_id, is_right in zip(refresher.questions, right, strict=True):
        study.recall(who, question_id, right=is_right)


def percents(found: Retention, when: int) -> dict[str, int]:
    return {name: shares[when].percent for name, shares in found.shares.items() if when in shares}


def test_of_fewer_than_five_people_nothing_is_told(study: Study, cast: list[Principal], asked: list[str]) -> None:
    assert len(asked) == drawing.QUESTIONS
    for who in cast[: FEWEST - 1]:
        refresh(study, who, True, False)
    found = retained(study)
    assert not any(found.shares.values())
    assert (found.latest, found.people) == (None, {})


def test_from_five_people_up_each_principle_has_its_share(
    study: Study, cast: list[Principal], asked: list[str]
) -> None:
    for number, who in enumerate(cast[:FEWEST]):
        refresh(study, who, number > 0, number > 2)
    found = retained(study)
    assert percents(found, 30) == {asked[0]: 80, asked[1]: 40}
    assert found.latest == (30, 60, asked[1])
    assert found.people == {TEST: FEWEST, 30: FEWEST}


def test_the_test_is_that_of_the_same_people(study: Study, cast: list[Principal], asked: list[str]) -> None:
    for who in cast[:FEWEST]:
        refresh(study, who, True, True)
    found = retained(study)
    assert set(percents(found, TEST)) == set(study.course.principles)
    answers = sum(shares[TEST].answers for shares in found.shares.values())
    assert answers == FEWEST * study.course.asked
    assert all(len(shares[TEST].people) == FEWEST for shares in found.shares.values())
    assert asked[0] in percents(found, 30)


def test_each_day_is_counted_by_itself_and_the_latest_one_is_the_finding(
    study: Study, cast: list[Principal], asked: list[str]
) -> None:
    for who in cast[:FEWEST]:
        refresh(study, who, True, True)
    study.later(days=60)
    for who in cast[: FEWEST - 1]:
        refresh(study, who, False, False)
    found = retained(study)
    assert found.latest is not None
    assert (found.latest.days, found.latest.percent) == (30, 100)
    refresh(study, cast[FEWEST - 1], False, True)
    study.later(minutes=11)
    found = retained(study)
    assert found.latest == (90, 10, asked[0])
    assert percents(found, 30) == dict.fromkeys(asked, 100)


def test_one_person_in_five_rounds_is_one_person(study: Study, cast: list[Principal], asked: list[str]) -> None:
    """Or a few people in their later years would look like many."""
    for who in cast[: FEWEST - 1]:
        refresh(study, who, True, True)
    again = cast[0]
    study.later(days=330)
    study.assign(again, due_on=study.now.date())
    study.certify(again)
    study.later(days=31)
    refresh(study, again, True, True)
    assert asked[0] not in percents(retained(study), 30)


def test_answers_are_counted_again_after_a_while_only(study: Study, cast: list[Principal], asked: list[str]) -> None:
    assert retained(study).latest is None
    at = study.now
    for who in cast[:FEWEST]:
        refresh(study, who, True, True)
    study.now = at + LASTS - timedelta(seconds=1)
    assert retained(study).latest is None
    study.now = at + LASTS
    assert retained(study).latest == (30, 100, asked[0])


def test_another_course_is_not_counted(
    study: Study, cast: list[Principal], course: Course, request: pytest.FixtureRequest
) -> None:
    for who in cast[:FEWEST]:
        refresh(study, who, True, True)
    content = request.getfixturevalue("content")
    (other,) = (each for each in content.courses.values() if each.id != course.id)
    assert retention.of_course(study.database, other, study.now).people == {}


def test_of_those_who_tested_out_the_test_is_that(
    study: Study, everybody: tuple[Person, ...], asked: list[str]
) -> None:
    people = [Principal(person, frozenset({Role.EMPLOYEE})) for person in everybody]
    study.assign(*people)
    for who in people:
        sit(study, who, wrong=1)
        study.sign(who)
    study.later(days=31)
    for who in people:
        refresh(study, who, True, True)
    found = retained(study)
    assert found.people[TEST] == len(people) >= FEWEST
    assert set(percents(found, 30)) == set(asked)
    assert min(percents(found, TEST).values()) < 100
