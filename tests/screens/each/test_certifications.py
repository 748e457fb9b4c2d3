"""The certifications' screen: records found and counted."""

import re
from datetime import date, timedelta

import pytest
from browsing import plain
from cast import PEOPLE
from stage import (
    Open,
)
from studying import Study

from people.access import Principal, Role
from progress.completion.rules import Status
from progress.reports.lists import Summary
from screens.parts import statuses
from words import Words


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_records_are_found_by_name_status_unit_and_day(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    learner: Principal,
    manager: Principal,
    outsider: Principal,
    other_manager: Principal,
    today: date,
    role: Role,
) -> None:
    number = assigned.certify(learner).certificate_no
    screen = open_screen(anybody[role], "certifications.py")
    app, t = screen.app, screen.words

    def found() -> set[str]:
        screen.stands()
        return {row[t("Name")] for row in screen.listed()}

    assert found() == {each.name for each in PEOPLE}
    app.text_input[0].set_value(number).run()
    assert found() == {learner.person.name}
    app.text_input[0].set_value("").run()
    app.selectbox(key="status").set_value(Status.CERTIFIED).run()
    assert found() == {learner.person.name}
    app.selectbox(key="status").set_value(None).run()
    app.selectbox(key="unit").set_value(outsider.person.unit).run()
    assert found() == {outsider.person.name, other_manager.person.name}
    app.selectbox(key="unit").set_value(None).run()
    app.selectbox(key="status").set_value(Status.NOT_STARTED).run()
    assert found() == {manager.person.name, outsider.person.name}
    app.selectbox(key="status").set_value(Status.NOTHING_ASSIGNED).run()
    assert len(found()) == len(PEOPLE) - 3
    app.selectbox(key="status").set_value(None).run()
    completed_from = next(each for each in app.date_input if each.label == t("Completed from"))
    completed_from.set_value(today + timedelta(days=1)).run()
    assert found() == set()
    assert screen.says("Nobody matches. Change or clear a filter.")
    assert f"completed_from={today + timedelta(days=1)}" in screen.text()


def test_before_the_first_assignment_everybody_is_listed_with_nothing_assigned(
    open_screen: Open, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "certifications.py", language)
    t = screen.words
    assert screen.title == plain(
        t.plural("{n} person, with no course yet", "{n} people, none with a course yet", len(PEOPLE))
    )
    assert [row[t("Status")] for row in screen.listed()] == [t("nothing assigned")] * len(PEOPLE)
    assert "/export/certifications.csv" in screen.text()


def test_title_and_text_do_not_say_the_same(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, language: str
) -> None:
    assigned.certify(learner)
    screen = open_screen(hr, "certifications.py", language)
    t = screen.words
    one, many = "{n} {of_total} is certified", "{n} {of_total} are certified"
    assert screen.title == plain(t.plural(one, many, 1, of_total=t.out_of(len(PEOPLE))))
    assert plain(t.plural("{n} has nothing assigned", "{n} have nothing assigned", 5)) in screen.text()
    assert plain(t.percent(100 / len(PEOPLE))) not in screen.text()


def test_figures_have_the_readers_separators(language: str) -> None:
    t = Words.of(language)
    found = Summary({Status.CERTIFIED: 14_882, Status.OVERDUE: 5_117}, ())
    said = statuses.counted(t, found) + statuses.certified(t, found)
    assert t.number(14_882) in said
    assert not re.search(r"\d{4}", said)
