"""Whoever else reads a person's record stands in it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, leaves
from own_record import as_file, gathered, in_words, read_by
from studying import Study

from people.access import Principal, RefusedError, Role
from progress.completion.fold import differing
from progress.personal.erasure import erase
from progress.personal.overview import find_people
from progress.record import chains
from progress.record.chains import Kind
from quizzes.content import Content


def test_hr_and_auditors_leave_a_trace_that_the_person_sees(
    assigned: Study, learner: Principal, hr: Principal, auditor: Principal, content: Content, zone: ZoneInfo
) -> None:
    read_by(assigned, hr, learner, zone)
    assigned.later(minutes=5)
    read_by(assigned, auditor, learner, zone)
    kept = gathered(assigned, learner, zone)
    assert [each.body for each in kept.readings] == [
        {"by": auditor.key, "as": "auditor"},
        {"by": hr.key, "as": "hr"},
    ]
    rows = in_words(assigned, learner, content, zone).readings().rows
    assert [row[1:] for row in rows] == [("Aleš Čáp", "Auditor", "the record"), ("Hana Říhová", "HR", "the record")]
    assert chains.broken_at(assigned.chain(learner)) is None
    with assigned.database.reading() as connection:
        assert list(differing(connection)) == []


def test_a_reader_is_noted_once_a_day_by_the_companys_calendar(
    assigned: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    assigned.now = NOW.replace(hour=20)
    for hours in (0, 2, 2, 10):  # 21:00, 23:00 and 1:00 in Prague, and then 11:00
        assigned.later(hours=hours)
        read_by(assigned, hr, learner, zone)
    assert assigned.kinds(learner).count(Kind.READ) == 2


def test_ones_own_record_is_read_without_a_trace(assigned: Study, hr: Principal, zone: ZoneInfo) -> None:
    read_by(assigned, hr, hr, zone)
    gathered(assigned, hr, zone)
    assert assigned.kinds(hr) == []


@pytest.mark.parametrize("who", ["learner", "manager", "editor", "outsider", "limited", "gone"])
def test_nobody_else_opens_a_record_and_no_trace_is_left(
    assigned: Study, hr: Principal, learner: Principal, zone: ZoneInfo, request: pytest.FixtureRequest, who: str
) -> None:
    match who:
        case "limited":
            reader = replace(hr, units=frozenset({"Obchod"}))
        case "gone":
            reader = leaves(assigned.database, hr)
        case _:
            reader = request.getfixturevalue(who)
    before = assigned.chain(learner)
    with pytest.raises(RefusedError):
        read_by(assigned, reader, learner, zone)
    with assigned.database.reading() as connection:
        assert find_people(connection, reader, "Lenka") == []
    assert assigned.chain(learner) == before


def test_hr_of_one_unit_opens_and_finds_its_people_alone(
    assigned: Study, hr: Principal, learner: Principal, outsider: Principal, zone: ZoneInfo
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    assert read_by(assigned, limited, learner, zone).person.key == learner.key
    with assigned.database.reading() as connection:
        assert [each.key for each in find_people(connection, limited, "lenka")] == [learner.key]
        assert find_people(connection, limited, outsider.person.name) == []
        assert [each.key for each in find_people(connection, hr, "4002")] == [outsider.key]


def test_an_auditor_who_is_also_hr_of_another_unit_reads_as_an_auditor(
    assigned: Study, hr: Principal, learner: Principal, zone: ZoneInfo
) -> None:
    both = replace(hr, roles=hr.roles | {Role.AUDITOR}, units=frozenset({"Obchod"}))
    read_by(assigned, both, learner, zone)
    assert assigned.chain(learner)[-1].body["as"] == "auditor"


def test_an_overview_holds_no_answers(full: Study, hr: Principal, learner: Principal, zone: ZoneInfo) -> None:
    seen = read_by(full, hr, learner, zone)
    assert not any(each.attempt or each.checks for each in seen.enrolments)
    assert [each.score for each in seen.enrolments] == [90]


def test_a_record_is_found_by_a_name_however_it_is_typed(assigned: Study, hr: Principal, learner: Principal) -> None:
    with assigned.database.reading() as connection:
        for search in ("šťastná", "STASTNA", " Lenka\0 ", "2003"):
            assert [each.key for each in find_people(connection, hr, search)] == [learner.key], search


def test_the_record_of_somebody_erased_is_found_by_nobody(
    full: Study, hr: Principal, auditor: Principal, learner: Principal
) -> None:
    erase(full.database, learner.person.employee_id, "Case 12", "tests", full.now + timedelta(days=1))
    with full.database.reading() as connection:
        for reader in (hr, auditor):
            for search in ("Lenka", "2003", "erased"):
                assert find_people(connection, reader, search) == []


def test_a_reader_whose_name_was_erased_is_not_named(
    full: Study, hr: Principal, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    erase(full.database, hr.person.employee_id, "Case 12", "tests", full.now + timedelta(days=1))
    told = in_words(full, learner, content, zone)
    assert [row[1] for row in told.readings().rows] == ["somebody whose name was erased"]
    assert as_file(told)["readings"][0]["by"] == {"employee_id": None, "name": None}
