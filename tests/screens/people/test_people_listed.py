"""People, the screen: who may look, and whom they find."""

from datetime import UTC, date, datetime, timedelta

import pytest
from browsing import plain
from sqlalchemy import update
from stage import Open, Screen

from database import Database
from people import directory
from people.access import Act, Principal, Role, visible
from people.sign_in import accounts, passwords


def shown(screen: Screen) -> list[str]:
    """The names in the list."""
    return [row[screen.words("Name")] for row in screen.listed()]


def test_hr_finds_people_by_name_number_and_address(open_screen: Open, hr: Principal, language: str) -> None:
    screen = open_screen(hr, "people.py", language)
    assert screen.title == plain(screen.words.plural("{n} person can sign in", "{n} people can sign in", 8))
    for search in ("stastna", "2003", "2003@EXAMPLE.com", "Šťastná Lenka", "  lenka   stastna", "lenka 2003"):
        screen.app.text_input(key="search").set_value(search).run()
        assert shown(screen) == ["Lenka Šťastná"]
    screen.app.text_input(key="search").set_value("nobody at all").run()
    assert not screen.listed()
    assert screen.says("Nobody matches. Change or clear a filter.")


@pytest.mark.usefixtures("production")
def test_only_who_has_a_way_in_can_sign_in(
    open_screen: Open, database: Database, hr: Principal, today: date, language: str
) -> None:
    """In production: HR has a password, and so has somebody whose last day has passed."""
    late = today - timedelta(days=1)
    with database.writing() as connection:
        for number in ("3001", "2003"):
            person = directory.by_employee_id(connection, number)
            assert person is not None
            values = {"person_key": person.key, "hash": "x", "changed_at": datetime.now(UTC)}
            connection.execute(passwords.passwords.insert().values(values))
        left = directory.people.c.employee_id == "2003"
        connection.execute(update(directory.people).where(left).values(ends_on=late))
    screen = open_screen(hr, "people.py", language)
    t = screen.words
    assert screen.title == plain(t.plural("{n} person can sign in", "{n} people can sign in", 1))
    have_none = t.plural(
        "{n} person more is in the directory, with no password yet and no single sign-on.",
        "{n} people more are in the directory, with no password yet and no single sign-on.",
        6,
    )
    assert plain(have_none) in screen.text()


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(("known_by", "expected"), [(None, 0), ("employee_id", 8), ("email", 5)])
def test_single_sign_on_is_a_way_in_for_those_whom_it_knows(
    database: Database, auditor: Principal, today: date, known_by: str | None, expected: int
) -> None:
    """By e-mail neither those without one nor those who share one."""
    column = directory.people.c.employee_id
    with database.writing() as connection:
        connection.execute(update(directory.people).where(column == "2001").values(email=""))
        connection.execute(update(directory.people).where(column.in_(["2002", "2003"])).values(email="a@example.com"))
        among = visible(auditor, Act.SEE_CERTIFICATIONS)
        assert passwords.with_a_way_in(connection, among, known_by, today) == expected


def test_who_has_left_is_listed_on_request(open_screen: Open, database: Database, hr: Principal) -> None:
    with database.writing() as connection:
        left = directory.people.c.employee_id == "2003"
        connection.execute(update(directory.people).where(left).values(active=False))
    screen = open_screen(hr, "people.py")
    assert "Lenka Šťastná" not in shown(screen)
    screen.app.checkbox(key="with_left").check().run()
    assert "Lenka Šťastná" in shown(screen)


def test_hr_of_one_unit_sees_that_unit_and_changes_nothing(
    open_screen: Open, database: Database, hr: Principal
) -> None:
    with database.writing() as connection:
        accounts.take(connection, hr.key, Role.HR)
        accounts.grant(connection, [(hr.key, Role.HR)], "Sklad")
    screen = open_screen(hr, "people.py")
    assert shown(screen) == ["Lenka Šťastná", "Milan Řehák"]
    assert not screen.app.file_uploader
    assert screen.says("You see the people of your units. HR of the whole company changes them.")
