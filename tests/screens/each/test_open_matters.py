"""What is open among those whom somebody looks after."""

from browsing import plain
from open_matters import alone
from stage import (
    PATIENCE,
    Open,
    titles,
)
from streamlit.testing.v1 import AppTest
from studying import Study

from database import Database
from people.access import Principal, Role
from people.sign_in import accounts
from words import Words


def open_matters(t: Words, missing: int, people: int, where: str) -> str:
    one = "{n} {of_total} people {where} has no valid certificate"
    many = "{n} {of_total} people {where} have no valid certificate"
    return plain(t.plural(one, many, missing, of_total=t.out_of(people), where=t(where)))


def test_home_says_what_is_open_among_those_who_are_looked_after(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    director: Principal,
    hr: Principal,
    auditor: Principal,
    language: str,
) -> None:
    assigned.certify(learner)
    t = Words.of(language)
    screen = open_screen(director, language=language)
    assert open_matters(t, 1, 2, "in your team") in screen.text()
    assert screen.links()[0] == plain(t("Go to your team"))
    for who in (hr, auditor):
        screen = open_screen(who, language=language)
        assert open_matters(t, 7, 8, "in the company") in screen.text()
        assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 5)) in screen.text()
        assert screen.links()[0] == plain(t("Go to the certification records"))
    screen = open_screen(learner, language=language)
    assert plain(t("in the company")) not in screen.text()


def test_home_of_hr_of_units_speaks_of_those_units(
    open_screen: Open, assigned: Study, database: Database, outsider: Principal
) -> None:
    with database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], "Sklad")
    screen = open_screen(outsider)
    assert open_matters(screen.words, 2, 2, "in your units") in screen.text()
    assert assigned.course.id


def test_at_the_address_of_a_screen_of_others_one_is_told_so(
    open_screen: Open, learner: Principal, language: str
) -> None:
    """That it stands at each of them is held over a raw WebSocket, for every role."""
    open_screen(learner, language=language)
    app = AppTest.from_function(alone, default_timeout=PATIENCE, kwargs={"name": "refused.py"}).run()
    assert titles(app) == [Words.of(language)("This screen is not yours")]
