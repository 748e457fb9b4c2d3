"""How people are known in xAPI statements, and of whom there are none."""

import json
from zoneinfo import ZoneInfo

from cast import leaves
from cmi5_rules import PASSED, SESSION, extension
from studying import Study
from telling_stores import of_verb, told

from people.access import Principal
from progress.completion.rules import Status
from progress.personal.erasure import erase
from progress.reports.lists import Selection
from progress.reports.xapi import Actor


def test_people_are_known_by_a_pseudonym_unless_it_is_asked_otherwise(
    busy: Study, zone: ZoneInfo, learner: Principal
) -> None:
    said = json.dumps(told(busy, zone), ensure_ascii=False)
    number = str(busy.enrolment(learner).certificate_no)
    person = learner.person
    for private in (learner.key, person.name, person.email, person.unit, f'"{person.employee_id}"', number):
        assert private not in said
    name = {each["actor"]["account"]["name"] for each in told(busy, zone, actor=Actor.EMPLOYEE_ID)}
    assert person.employee_id in name


def test_nothing_ties_the_pseudonym_to_the_employee_number(busy: Study, zone: ZoneInfo) -> None:
    """Who sends to a store both ways tells it twice, and not that it was the same person."""
    by_number, by_pseudonym = told(busy, zone, actor=Actor.EMPLOYEE_ID), told(busy, zone)
    for found in (
        lambda each: each["id"],
        lambda each: each["context"]["registration"],
        lambda each: extension(each, SESSION),
    ):
        assert {found(each) for each in by_number}.isdisjoint(found(each) for each in by_pseudonym)


def test_nothing_is_told_of_whoever_has_nothing_assigned(busy: Study, zone: ZoneInfo, director: Principal) -> None:
    for actor in Actor:
        said = json.dumps(told(busy, zone, Selection(every_cycle=True), actor))
        assert director.key not in said
        assert director.person.employee_id not in said
    assert told(busy, zone, Selection(status=Status.NOTHING_ASSIGNED)) == []


def test_nothing_is_told_of_whoever_was_erased(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    name = of_verb(told(busy, zone), PASSED)[0]["actor"]["account"]["name"]
    erase(busy.database, learner.person.employee_id, "Asked for in writing", "tests", busy.now)
    for actor in Actor:
        for selection in (Selection(), Selection(leavers=True, every_cycle=True)):
            said = json.dumps(told(busy, zone, selection, actor))
            assert name not in said
            assert learner.key not in said


def test_who_left_is_told_of_when_asked(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    leaves(busy.database, learner)
    assert of_verb(told(busy, zone), PASSED) == []
    assert len(of_verb(told(busy, zone, Selection(leavers=True)), PASSED)) == 1
