"""A deputy sees the team in that time, and is told whose it is."""

from dataclasses import replace
from datetime import date

import pytest
from cast import DUE, TODAY
from stage import (
    Open,
)
from standing_in import DAY, WEEK, appoint, stored
from studying import Study

from database import Database
from people import deputies
from people.access import Act, Principal, Role, visible


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
