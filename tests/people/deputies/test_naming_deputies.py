"""A manager names a deputy for a time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cast import TODAY, leaves
from standing_in import DAY, WEEK, appoint, asker, stored

from database import Database
from people import deputies
from people.access import Principal, RefusedError, Role
from people.deputies import Deputy, NotNamedError


def test_a_manager_names_a_deputy_and_gets_back_what_is_stored(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    named = appoint(database, manager, outsider)
    assert named == [Deputy(manager.key, outsider.key, TODAY, TODAY + WEEK)] == stored(database, manager)
    assert appoint(database, manager, outsider) == named, "a second press changes nothing"


@pytest.mark.parametrize("who", ["learner", "hr", "auditor", "editor"])
def test_whoever_leads_nobody_names_no_deputy(
    database: Database, outsider: Principal, who: str, request: pytest.FixtureRequest
) -> None:
    principal: Principal = request.getfixturevalue(who)
    with pytest.raises(RefusedError):
        appoint(database, principal, outsider)
    assert stored(database, principal) == []


def test_a_deputy_hands_the_team_on_to_nobody(
    database: Database, manager: Principal, outsider: Principal, hr: Principal
) -> None:
    appoint(database, manager, outsider)
    deputy = replace(outsider, roles=outsider.roles | {Role.MANAGER}, stands_in_for=frozenset({manager.key}))
    with pytest.raises(RefusedError):
        appoint(database, deputy, hr)
    with database.reading() as connection, pytest.raises(RefusedError):
        deputies.candidates(connection, asker(deputy), "Hana")
    with pytest.raises(RefusedError):
        deputies.appoint(database, asker(deputy), Deputy(manager.key, hr.key, TODAY, TODAY))


def test_nobody_names_a_deputy_for_another_managers_team(
    database: Database, manager: Principal, other_manager: Principal, hr: Principal
) -> None:
    with pytest.raises(RefusedError):
        deputies.appoint(database, asker(other_manager), Deputy(manager.key, hr.key, TODAY, TODAY))
    assert stored(database, manager) == []


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (TODAY + WEEK, TODAY, "before the first"),
        (TODAY - WEEK, TODAY - DAY, "has passed"),
        (TODAY, TODAY + timedelta(days=366), "a year at most"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_in_words(
    database: Database, manager: Principal, outsider: Principal, first: date, last: date, why: str
) -> None:
    with pytest.raises(NotNamedError, match=why):
        appoint(database, manager, outsider, first, last)
    assert stored(database, manager) == []


def test_a_whole_year_is_possible(database: Database, manager: Principal, outsider: Principal) -> None:
    assert appoint(database, manager, outsider, TODAY, TODAY + timedelta(days=365))


def test_nobody_is_their_own_deputy(database: Database, manager: Principal) -> None:
    with pytest.raises(NotNamedError, match="own deputy"):
        appoint(database, manager, manager)


def test_somebody_who_has_left_is_nobodys_deputy(database: Database, manager: Principal, outsider: Principal) -> None:
    leaves(database, outsider)
    with pytest.raises(NotNamedError, match="does not work here"):
        appoint(database, manager, outsider)
    with database.reading() as connection:
        assert deputies.candidates(connection, asker(manager), "Úleh") == []


def test_somebody_nobody_knows_is_nobodys_deputy(database: Database, manager: Principal, outsider: Principal) -> None:
    unknown = Principal(replace(outsider.person, key="f" * 32), outsider.roles)
    with pytest.raises(NotNamedError, match="does not work here"):
        appoint(database, manager, unknown)


def test_one_person_is_not_named_twice_for_the_same_days(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    appoint(database, manager, outsider)
    with pytest.raises(NotNamedError, match="already"):
        appoint(database, manager, outsider, TODAY + WEEK, TODAY + 2 * WEEK)
    assert len(appoint(database, manager, outsider, TODAY + WEEK + DAY, TODAY + 2 * WEEK)) == 2
