"""A manager names a deputy for a time; the deputy sees the team in that time, and is told whose it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cast import DUE, TODAY, leaves
from stage import (  # noqa: F401 - the stage of the screens
    Open,
    installed,
    open_screen,
)
from studying import Study

from database import Database
from people import deputies
from people.access import Act, Principal, RefusedError, Role, visible
from people.deputies import Deputy, NotNamedError

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def appoint(
    database: Database, who: Principal, deputy: Principal, first: date = TODAY, last: date = TODAY + WEEK
) -> list[Deputy]:
    return deputies.appoint(database, who, Deputy(who.key, deputy.key, first, last), TODAY)


def stored(database: Database, who: Principal, day: date = TODAY) -> list[Deputy]:
    with database.reading() as connection:
        return deputies.of_manager(connection, who.key, day)


# Naming


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
        deputies.candidates(connection, deputy, "Hana", TODAY)
    with pytest.raises(RefusedError):
        deputies.appoint(database, deputy, Deputy(manager.key, hr.key, TODAY, TODAY), TODAY)


def test_nobody_names_a_deputy_for_another_managers_team(
    database: Database, manager: Principal, other_manager: Principal, hr: Principal
) -> None:
    with pytest.raises(RefusedError):
        deputies.appoint(database, other_manager, Deputy(manager.key, hr.key, TODAY, TODAY), TODAY)
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
        assert deputies.candidates(connection, manager, "Úleh", TODAY) == []


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


# Ending


@pytest.mark.parametrize("first", [TODAY, TODAY + DAY])
def test_what_has_not_been_used_is_ended_without_a_trace(
    database: Database, manager: Principal, outsider: Principal, first: date
) -> None:
    appoint(database, manager, outsider, first)
    assert deputies.dismiss(database, manager, outsider.key, first, TODAY) == []
    assert stored(database, manager) == []


def test_what_was_used_ends_at_once_and_its_past_days_stay_on_record(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    first = TODAY - WEEK
    appoint(database, manager, outsider, first)
    assert deputies.dismiss(database, manager, outsider.key, first, TODAY) == []
    assert stored(database, manager, first) == [Deputy(manager.key, outsider.key, first, TODAY - DAY)]
    with database.reading() as connection:
        assert deputies.stands_in_for(connection, outsider.key, TODAY) == frozenset()


def test_nobody_ends_what_another_manager_has_named(
    database: Database, manager: Principal, other_manager: Principal, hr: Principal
) -> None:
    named = appoint(database, manager, hr)
    deputies.dismiss(database, other_manager, hr.key, TODAY, TODAY)
    assert stored(database, manager) == named


# Finding somebody


def test_people_are_found_by_three_letters_of_their_name_whatever_the_diacritics(
    database: Database, manager: Principal, outsider: Principal
) -> None:
    with database.reading() as connection:
        for search in ("uleh", "ÚLEHLOVÁ", " olga "):
            found = deputies.candidates(connection, manager, search, TODAY)
            assert [person.key for person in found] == [outsider.key]
        for search in ("", "ú", "ol", "%%%", "___"):
            assert deputies.candidates(connection, manager, search, TODAY) == []


def test_a_manager_does_not_find_themselves(database: Database, manager: Principal) -> None:
    with database.reading() as connection:
        assert deputies.candidates(connection, manager, "Řehák", TODAY) == []


# What the deputy sees


def test_the_deputy_is_a_manager_from_the_first_day_to_the_last(
    database: Database, manager: Principal, outsider: Principal, learner: Principal
) -> None:
    appoint(database, manager, outsider)
    for day, sees in ((TODAY, True), (TODAY + WEEK, True), (TODAY + WEEK + DAY, False)):
        with database.reading() as connection:
            absent = deputies.stands_in_for(connection, outsider.key, day)
            deputy = replace(outsider, roles=outsider.roles | {Role.MANAGER}, stands_in_for=absent)
            seen = set(connection.execute(visible(deputy, Act.SEE_TEAM)).scalars())
        assert (learner.key in seen) is sees


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_screen_names_shows_and_ends_a_deputy(
    database: Database,
    open_screen: Open,
    manager: Principal,
    learner: Principal,
    outsider: Principal,
    study: Study,
) -> None:
    study.assign(learner, due_on=DUE)
    screen = open_screen(manager, "team.py", "en")
    assert screen.says("Who stands in for you")
    assert "sees the status and dates of your team" in screen.text()
    screen.app.text_input(key="deputy_search").set_value("úleh").run()
    screen.app.button(key="name_deputy").click().run()
    screen.stands()
    today = date.today()  # noqa: DTZ011 - the screen asks the real clock
    (named,) = stored(database, manager, today)
    assert named.deputy_key == outsider.key
    assert outsider.person.name in screen.text()

    deputy = open_screen(outsider, "team.py", "en")
    assert f"You stand in for {manager.person.name}" in deputy.text()
    assert not deputy.says("Who stands in for you")
    assert learner.person.name in deputy.text()

    screen = open_screen(manager, "team.py", "en")
    screen.app.button(key=f"end_deputy_{outsider.key}_{named.from_on}").click().run()
    screen.stands()
    assert stored(database, manager, today) == []
    with pytest.raises(ValueError, match="registered"):
        open_screen(outsider).app.switch_page("team.py")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_screen_says_why_somebody_cannot_be_named(
    database: Database,
    open_screen: Open,
    manager: Principal,
    outsider: Principal,  # noqa: ARG001
) -> None:
    screen = open_screen(manager, "team.py", "en")
    screen.app.text_input(key="deputy_search").set_value("úleh").run()
    screen.app.date_input(key="deputy_until").set_value(date(2020, 1, 1)).run()
    screen.app.button(key="name_deputy").click().run()
    screen.stands()
    assert screen.says("The last day is before the first.")
    assert stored(database, manager) == []
