"""Whom HR, auditors and deputies see."""

from dataclasses import replace

import pytest
from cast import leaves
from seeing import seen

from database import Database
from people.access import (
    OPERATOR,
    Act,
    Principal,
    Role,
    may,
    sees,
    sees_certificate_of,
    visible,
)
from people.directory import Person, units


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
