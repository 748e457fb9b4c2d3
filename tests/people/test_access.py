"""Who may see and do what."""

from dataclasses import fields, replace
from itertools import product

import pytest
from conftest import TODAY, Study, keys, leaves, move

from database import Database
from people.access import (
    OPERATOR,
    Act,
    Principal,
    RefusedError,
    Role,
    may,
    require,
    sees,
    sees_certificate_of,
    visible,
)
from people.directory import Person, reporting_line, units
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.columns import TEAM_COLUMNS
from progress.reports.lists import Entry
from progress.reports.rows import records
from progress.reports.selection import Selection

MAY = {
    Role.EMPLOYEE: {Act.LEARN},
    Role.MANAGER: {Act.SEE_TEAM, Act.NAME_DEPUTY},
    Role.HR: {
        Act.SEE_CERTIFICATIONS,
        Act.SEE_CONTENT,
        Act.SEE_PEOPLE,
        Act.SEE_RECORD,
        Act.CORRECT,
        Act.CHANGE_PEOPLE,
        Act.VERIFY,
        Act.SEAL,
        Act.TAKE_EVIDENCE,
    },
    Role.AUDITOR: {Act.SEE_CERTIFICATIONS, Act.SEE_CONTENT, Act.SEE_RECORD, Act.VERIFY, Act.TAKE_EVIDENCE},
    Role.EDITOR: {Act.SEE_CONTENT},
}


def seen(database: Database, who: Principal, act: Act) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(visible(who, act)).scalars())


@pytest.mark.parametrize(("role", "act"), list(product(Role, Act)))
def test_a_role_may_do_its_own_acts_and_no_other(role: Role, act: Act) -> None:
    person = Person("0f", "1", "", "", "", None, "cs")
    principal = Principal(person, frozenset({role}))
    assert may(principal, act) is (act in MAY[role])
    assert not may(Principal(replace(person, active=False), principal.roles), act)


def test_what_is_not_allowed_is_refused(learner: Principal) -> None:
    require(learner, Act.LEARN)
    with pytest.raises(RefusedError, match="see team"):
        require(learner, Act.SEE_TEAM)


def test_a_learner_sees_only_themselves(database: Database, learner: Principal) -> None:
    assert seen(database, learner, Act.LEARN) == {learner.key}
    for act in set(Act) - {Act.LEARN}:
        assert seen(database, learner, act) == set()


def test_a_manager_sees_their_reports_and_not_themselves(
    database: Database, manager: Principal, learner: Principal
) -> None:
    assert seen(database, manager, Act.SEE_TEAM) == {learner.key}


def test_a_managers_manager_sees_the_whole_line_to_any_depth(
    database: Database, director: Principal, manager: Principal, learner: Principal, outsider: Principal
) -> None:
    assert seen(database, director, Act.SEE_TEAM) == keys([manager, learner])
    move(database, outsider, learner)
    assert seen(database, director, Act.SEE_TEAM) == keys([manager, learner, outsider])


def test_a_manager_sees_nobody_in_another_reporting_line(
    database: Database, other_manager: Principal, outsider: Principal
) -> None:
    assert seen(database, other_manager, Act.SEE_TEAM) == {outsider.key}
    assert seen(database, other_manager, Act.SEE_CERTIFICATIONS) == set()


@pytest.mark.parametrize("units", [None, frozenset({"Sklad", "Personální oddělení"})])
def test_hr_corrects_everybodys_record_but_their_own(
    database: Database, hr: Principal, learner: Principal, manager: Principal, units: frozenset[str] | None
) -> None:
    may_be_corrected = seen(database, replace(hr, units=units), Act.CORRECT)
    assert keys([learner, manager]) <= may_be_corrected
    assert hr.key not in may_be_corrected


def test_somebody_who_moves_is_seen_by_their_new_line_alone(
    database: Database, learner: Principal, manager: Principal, other_manager: Principal
) -> None:
    move(database, learner, other_manager)
    assert learner.key not in seen(database, manager, Act.SEE_TEAM)
    assert learner.key in seen(database, other_manager, Act.SEE_TEAM)


def test_a_reporting_line_that_leads_back_to_itself_comes_to_an_end(
    database: Database, director: Principal, manager: Principal, learner: Principal
) -> None:
    move(database, director, learner)
    with database.reading() as connection:
        line = set(connection.execute(reporting_line({director.key})).scalars())
    assert keys([manager, learner]) <= line


@pytest.mark.parametrize("who", ["hr", "auditor"])
def test_hr_and_auditors_see_everybody(database: Database, who: str, request: pytest.FixtureRequest) -> None:
    principal: Principal = request.getfixturevalue(who)
    everybody: tuple[Person, ...] = request.getfixturevalue("everybody")
    assert seen(database, principal, Act.SEE_CERTIFICATIONS) == {person.key for person in everybody}
    assert seen(database, principal, Act.SEE_TEAM) == set()


@pytest.mark.parametrize("who", ["editor", "learner", "manager", "outsider"])
def test_nobody_else_sees_certifications(database: Database, who: str, request: pytest.FixtureRequest) -> None:
    assert seen(database, request.getfixturevalue(who), Act.SEE_CERTIFICATIONS) == set()


def test_somebody_who_has_left_sees_nothing(database: Database, hr: Principal, director: Principal) -> None:
    for who, act in ((hr, Act.SEE_CERTIFICATIONS), (director, Act.SEE_TEAM), (director, Act.LEARN)):
        assert seen(database, leaves(database, who), act) == set()


def test_the_operator_reads_what_an_auditor_reads(database: Database, auditor: Principal) -> None:
    assert seen(database, OPERATOR, Act.SEE_CERTIFICATIONS) == seen(database, auditor, Act.SEE_CERTIFICATIONS)
    assert not may(OPERATOR, Act.LEARN)


def test_a_certificate_is_seen_by_its_holder_hr_and_auditors(
    database: Database,
    learner: Principal,
    manager: Principal,
    hr: Principal,
    auditor: Principal,
    editor: Principal,
    outsider: Principal,
) -> None:
    with database.reading() as connection:
        for who in (learner, hr, auditor):
            assert sees_certificate_of(connection, who, learner.key)
        for who in (manager, editor, outsider):
            assert not sees_certificate_of(connection, who, learner.key)


def test_hr_of_some_units_sees_those_and_changes_nobody(
    database: Database, hr: Principal, learner: Principal
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    for act in (Act.SEE_CERTIFICATIONS, Act.SEE_PEOPLE, Act.SEE_RECORD):
        shown = seen(database, limited, act)
        assert learner.key in shown
        assert len(shown) == 2
    assert not may(limited, Act.CHANGE_PEOPLE)
    assert seen(database, limited, Act.CHANGE_PEOPLE) == set()


@pytest.mark.parametrize("act", [Act.VERIFY, Act.SEAL, Act.TAKE_EVIDENCE])
def test_what_is_about_the_whole_record_is_not_for_hr_of_some_units(
    database: Database, hr: Principal, auditor: Principal, act: Act
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    assert may(hr, act)
    assert not may(limited, act)
    assert seen(database, limited, act) == set()
    assert may(replace(limited, roles=limited.roles | auditor.roles), act) is may(auditor, act)


def test_an_auditor_sees_everybody_whatever_hrs_role_is_limited_to(database: Database, hr: Principal) -> None:
    both = replace(hr, roles=hr.roles | {Role.AUDITOR}, units=frozenset({"Sklad"}))
    assert len(seen(database, both, Act.SEE_CERTIFICATIONS)) == 8
    assert len(seen(database, both, Act.SEE_PEOPLE)) == 2


def test_a_deputy_sees_the_team_of_the_one_they_stand_in_for(
    database: Database, outsider: Principal, manager: Principal, learner: Principal
) -> None:
    deputy = replace(outsider, roles=outsider.roles | {Role.MANAGER}, stands_in_for=frozenset({manager.key}))
    assert learner.key in seen(database, deputy, Act.SEE_TEAM)
    assert learner.key not in seen(database, deputy, Act.NAME_DEPUTY)
    assert seen(database, manager, Act.NAME_DEPUTY) == {learner.key}


def test_whoever_sees_one_person_sees_no_other_by_that(
    database: Database, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    """Asked about one person, the answer is about that one, not about whether there is anybody to be seen."""
    limited = replace(hr, units=frozenset({"Sklad"}))
    with database.reading() as connection:
        assert sees(connection, limited, Act.SEE_RECORD, learner.key)
        assert not sees(connection, limited, Act.SEE_RECORD, outsider.key)
        assert not sees(connection, limited, Act.SEE_RECORD, "nobody")
        assert not sees_certificate_of(connection, limited, outsider.key)


def test_a_units_list_names_only_units_one_may_see(
    database: Database, manager: Principal, director: Principal, hr: Principal
) -> None:
    with database.reading() as connection:
        assert units(connection, visible(manager, Act.SEE_TEAM)) == ["Sklad"]
        assert units(connection, visible(director, Act.SEE_TEAM)) == ["Sklad"]
        assert len(units(connection, visible(hr, Act.SEE_CERTIFICATIONS))) == 6


# Every report asks


REPORTS = (lists.summary, lists.completion_by_day, lists.due_days, lists.entries, records)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_every_report_is_empty_for_whoever_may_not_see_it(
    assigned: Study, report: object, learner: Principal, editor: Principal
) -> None:
    assert callable(report)
    for who in (learner, editor):
        for act in (Act.SEE_TEAM, Act.SEE_CERTIFICATIONS):
            with assigned.database.reading() as connection:
                found = report(View(connection, who, act, TODAY), Selection())
                assert (found.people if isinstance(found, lists.Summary) else len(list(found))) == 0


def test_a_manager_never_sees_answers(assigned: Study, manager: Principal, learner: Principal) -> None:
    """Neither in a list nor in what is downloaded, nor in the rows that both are made of."""
    assigned.certify(learner)
    answers = {"state", "responses", "checks", "attempt", "met", "seed"}
    assert answers.isdisjoint(field.name for field in fields(Entry))
    assert answers.isdisjoint(TEAM_COLUMNS)
    with assigned.database.reading() as connection:
        (row,) = records(View(connection, manager, Act.SEE_TEAM, TODAY), Selection(), TEAM_COLUMNS)
    assert answers.isdisjoint(row._fields)


def test_the_team_download_holds_who_it_is_status_and_dates_and_no_score() -> None:
    assert set(TEAM_COLUMNS) == {
        "employee_id",
        "name",
        "email",
        "unit",
        "manager_id",
        "course",
        "status",
        "due_at",
        "completed_at",
        "valid_until",
        "as_of",
    }
