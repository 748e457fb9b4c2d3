"""The team's screen: where a manager's people are."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from browsing import plain
from sqlalchemy import update
from stage import (
    IN_A_WEEK,
    Open,
    cells,
)
from studying import Study

from people import directory
from people.access import Principal, Role
from people.directory import Person
from progress.completion.enrolments import enrolments
from progress.completion.rules import Status
from quizzes.content import Course
from words import Words


def test_a_manager_sees_where_each_of_their_people_stands_and_nobody_else(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, outsider: Principal, language: str
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=9)
    screen = open_screen(manager, "team.py", language)
    t = screen.words
    (row,) = screen.listed()
    assert row[t("Name")] == learner.person.name
    assert row[t("Status")] == plain(t("passed, commitment not signed"))
    assert plain(t.percent(90)) not in screen.text()
    assert outsider.person.name not in screen.text()
    assert "/export/team.csv" in screen.text()


@pytest.mark.usefixtures("assigned")
def test_a_director_sees_the_whole_line_below_them(
    open_screen: Open, learner: Principal, manager: Principal, director: Principal
) -> None:
    screen = open_screen(director, "team.py")
    assert {row[screen.words("Name")] for row in screen.listed()} == {learner.person.name, manager.person.name}


def test_a_manager_sees_nobodys_answers(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, course: Course
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    screen = open_screen(manager, "team.py")
    sent = screen.text()
    for question in course.questions.values():
        for said in question.texts.values():
            assert plain(said.title) not in sent
            assert not [option.text for option in said.options if plain(option.text) in sent]
    assert plain(screen.words.percent(50)) not in sent


def test_a_manager_narrows_the_list(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    manager: Principal,
    director: Principal,
    course: Course,
    today: date,
) -> None:
    assigned.cards(learner)
    screen = open_screen(director, "team.py")
    names = screen.words("Name")
    screen.app.text_input[0].set_value("Šťast").run()
    assert [row[names] for row in screen.listed()] == [learner.person.name]
    screen.app.text_input[0].set_value("").run()
    screen.app.selectbox(key="status").set_value(Status.NOT_STARTED).run()
    assert [row[names] for row in screen.listed()] == [manager.person.name]
    address = re.search(r"/export/team\.csv\?([^\"\\]*)", screen.text())
    assert address
    chosen = {"course": [course.id], "status": ["not started"], "as_of": [str(today)], "headers": ["local"]}
    assert parse_qs(address[1].replace("&amp;", "&")) == {**chosen, "statement": ["beside"]}
    screen.app.checkbox(key="with_statement").set_value(False).run()
    address = re.search(r"/export/team\.csv\?([^\"\\]*)", screen.text())
    assert address
    assert parse_qs(address[1].replace("&amp;", "&")) == chosen
    screen.app.text_input[0].set_value("Nikdo Takový").run()
    assert screen.says("Nobody matches. Change or clear a filter.")


@pytest.mark.usefixtures("manager")
def test_a_curve_does_not_show_single_people(
    open_screen: Open, assigned: Study, learner: Principal, director: Principal
) -> None:
    assigned.certify(learner)
    screen = open_screen(director, "team.py")
    assert screen.says("The curve appears once five people are certified; before that, it would show individuals.")


def test_a_team_without_a_course_is_told_so(open_screen: Open, director: Principal, language: str) -> None:
    screen = open_screen(director, "team.py", language)
    t = screen.words
    assert screen.title == plain(t("Nobody in your team has a course yet"))
    assert [row[t("Status")] for row in screen.listed()] == [t("nothing assigned")] * 2


def test_a_title_never_leaves_out_who_has_nothing_assigned(
    open_screen: Open, study: Study, learner: Principal, director: Principal, today: date, language: str
) -> None:
    """The learner is certified; their manager is in the team too, with nothing assigned."""
    study.assign(learner, due_on=today + IN_A_WEEK)
    study.certify(learner)
    screen = open_screen(director, "team.py", language)
    t = screen.words
    still = t.plural(
        "{n} person still to go by {day}", "{n} people still to go by {day}", 1, day=t.day(today + IN_A_WEEK)
    )
    assert screen.title == plain(still)
    assert plain(t.out_of(2)) in screen.text()
    assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 1)) in screen.text()
    assert {row[t("Status")] for row in screen.listed()} == {t("certified"), t("nothing assigned")}


def test_a_team_of_one_is_told_in_a_sentence_with_the_name(
    open_screen: Open, assigned: Study, learner: Principal, manager: Principal, today: date, language: str
) -> None:
    screen = open_screen(manager, "team.py", language)
    t = screen.words
    assert screen.title == plain(t("{name}: {status}", name=learner.person.name, status=t("not started")))
    assert screen.says("Due on {day}.", day=t.date(today + IN_A_WEEK))
    assert [each.label for each in screen.app.selectbox] == [t("Course")]
    assert not screen.says("Name or employee number")
    assert "/export/team.csv" in screen.text()
    assert assigned.enrolment(learner).score is None


def in_unit(study: Study, unit: str, people: int, done: int, manager: Principal, due_on: date) -> None:
    """So many people of a unit, so many of them certified."""
    persons = [
        Person(f"{unit} {n}", f"{unit} {n}", f"Osoba {n}", "", unit, manager.key, "cs", invented=True)
        for n in range(people)
    ]
    with study.database.writing() as connection:
        directory.add(connection, persons)
    who = [Principal(each, frozenset({Role.EMPLOYEE})) for each in persons]
    study.assign(*who, due_on=due_on)
    for each in who[:done]:
        study.certify(each)


def test_the_unit_that_is_named_is_the_one_with_the_most_people_missing(
    open_screen: Open, study: Study, other_manager: Principal, today: date, language: str
) -> None:
    """Not a unit of one person whose share is the smallest: small units are one row."""
    for unit, people, done in (("Doprava", 6, 1), ("Finance", 5, 4), ("Vedení", 1, 0), ("Recepce", 2, 0)):
        in_unit(study, unit, people, done, other_manager, today + IN_A_WEEK)
    screen = open_screen(other_manager, "team.py", language)
    t = screen.words
    heading = t("{unit}: {n} {of_total} missing certificates", unit="Doprava", n=5, of_total=t.out_of(10))
    assert plain(heading) in screen.text()
    (bars,) = [html.body for html in screen.elements("html") if "kodex-bars" in html.body]
    _, *rows = (cells(row) for row in re.findall("<tr[^>]*>(.*?)</tr>", bars))
    smaller = t.plural("{n} smaller unit", "{n} smaller units", 3)
    assert [row[0] for row in rows] == ["Doprava", "Finance", plain(smaller), plain(t("Together"))]
    assert [row[2] for row in rows] == ["5", "1", "4", "10"]
    assert '<tr class=finding><th scope="row">Doprava' in bars


def test_a_forecast_is_of_those_of_whom_a_certificate_is_wanted(
    open_screen: Open, study: Study, other_manager: Principal, today: date, language: str
) -> None:
    """Six of thirteen are certified, three a week; who is exempt will not be missing on the due date."""
    study.now -= timedelta(days=25)
    in_unit(study, "Doprava", 12, 0, other_manager, today + IN_A_WEEK)
    open_ones = [Principal(_person(study, f"Doprava {n}"), frozenset({Role.EMPLOYEE})) for n in range(12)]
    for n in range(6):
        study.now = datetime.now(UTC) - timedelta(days=13 - 2 * n)
        study.certify(open_ones[n])
    t = Words.of(language)
    day = t.day(today + IN_A_WEEK)
    slow = t("At this pace, at most {share} of the team will be certified by {day}", share=t.percent(69), day=day)
    assert open_screen(other_manager, "team.py", language).title == plain(slow)
    exempt = [each.key for each in open_ones[6:11]]
    with study.database.writing() as connection:
        theirs = enrolments.c.person_key.in_(exempt)
        connection.execute(update(enrolments).where(theirs).values(exempted_at=study.now))
    still = t.plural("{n} person still to go by {day}", "{n} people still to go by {day}", 2, day=day)
    screen = open_screen(other_manager, "team.py", language)
    assert screen.title == plain(still)
    assert not screen.says("At this pace, not everybody will be certified by {day}", day=day)


def _person(study: Study, employee_id: str) -> Person:
    with study.database.reading() as connection:
        found = directory.by_employee_id(connection, employee_id)
    assert found is not None
    return found
