"""The same record gives the same xAPI statements."""

from datetime import date
from zoneinfo import ZoneInfo

import cmi5_rules
from studying import Study
from telling import revoke
from telling_stores import COMMITTED, of_verb, told

from people.access import Principal
from progress.completion import enrolments
from progress.reports.lists import Selection


def test_the_same_record_gives_the_same_statements(busy: Study, zone: ZoneInfo) -> None:
    before = told(busy, zone)
    with busy.database.writing() as connection:
        enrolments.rebuild(connection)
    assert told(busy, zone) == before


def test_a_course_that_is_taken_anew_is_another_registration(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    revoke(busy, hr, learner, due_on=date(2026, 4, 30))
    busy.certify(learner)
    found = told(busy, zone)
    assert cmi5_rules.broken(found) == set()
    assert len({each["context"]["registration"] for each in of_verb(found, COMMITTED)}) == 2


def test_only_the_latest_cycle_is_told_unless_asked(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    revoke(busy, hr, learner, due_on=date(2026, 4, 30))
    assert of_verb(told(busy, zone, Selection()), COMMITTED) == []
    assert len(of_verb(told(busy, zone), COMMITTED)) == 1
