"""The screen on which HR assigns courses by rules."""

from datetime import timedelta
from typing import Any

import pytest
from browsing import plain
from cast import PRAGUE, TODAY
from stage import Open, Screen
from studying import Study

from people.access import Principal, Role
from progress.assigning import applying, rules
from progress.assigning.applying import Moment
from progress.assigning.audience import Audience
from progress.assigning.rules import AssignmentRule, WantedRule
from progress.assigning.terms import Anchor, Recurrence, Terms
from quizzes.content import Content

COURSE = "customer-privacy"
LOOK, MAKE = "look_at_rule", "make_rule"


def open_rules(study: Study) -> list[AssignmentRule]:
    with study.database.reading() as connection:
        return rules.open_ones(connection)


def begun(study: Study, number: int) -> int:
    with study.database.reading() as connection:
        return applying.begun_by(connection, number)


def press(screen: Screen, key: str) -> None:
    screen.app.button(key=key).click().run()


def settle(screen: Screen) -> None:
    """Draw the screen until the background job has ended."""
    for _ in range(50):
        if "assigning_job" not in screen.app.session_state:
            return
        screen.app.run()
    raise TimeoutError


EVERYBODY = Audience(everybody=True)


def a_rule(
    study: Study, who: Principal, within: int = 30, audience: Audience = EVERYBODY, **terms: Any
) -> AssignmentRule:
    wanted = WantedRule(COURSE, audience, Terms(starts_on=TODAY, within_days=within, **terms))
    return study.database.write(lambda connection: rules.add(connection, wanted, who.key, study.now))


def test_before_the_first_rule_the_screen_says_so(open_screen: Open, hr: Principal, language: str) -> None:
    screen = open_screen(hr, "assigning.py", language)
    assert screen.title == plain(screen.words("No course is assigned by a rule yet"))
    assert screen.app.selectbox(key="rule_course").value


def test_a_preview_writes_nothing_and_a_confirmed_rule_assigns_the_course(
    open_screen: Open, study: Study, hr: Principal
) -> None:
    screen = open_screen(hr, "assigning.py")
    screen.app.selectbox(key="rule_course").set_value(COURSE).run()
    press(screen, LOOK)
    assert screen.says("Whom it reaches")
    assert not open_rules(study)
    press(screen, MAKE)
    settle(screen)
    (rule,) = open_rules(study)
    assert rule.made_by == hr.key
    assert begun(study, rule.number) > 1
    said = screen.words("Rule {number} is made. People who got the course: {n}.", number=1, n=begun(study, 1))
    assert plain(said) in plain(screen.text())


def test_a_preview_of_another_form_cannot_be_confirmed(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "assigning.py")
    press(screen, LOOK)
    screen.app.number_input(key="rule_within").set_value(10).run()
    assert screen.says("The form has changed since. Look again.")
    assert MAKE not in [button.key for button in screen.app.button]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("numbers", "no-such", "There is nobody with the employee number {id}."),
        ("numbers", "", "The rule does not say whom it is for."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    open_screen: Open, study: Study, hr: Principal, field: str, value: str, complaint: str
) -> None:
    screen = open_screen(hr, "assigning.py")
    screen.app.session_state["rule_whom"] = "people"
    screen.app.run()
    screen.app.text_area(key=f"rule_{field}").set_value(value).run()
    press(screen, LOOK)
    assert plain(screen.words(complaint, id=value)) in plain(screen.text())
    assert not open_rules(study)


def test_a_due_date_in_the_past_is_refused(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "assigning.py")
    screen.app.session_state["rule_due"] = "on"
    screen.app.session_state["rule_due_on"] = TODAY - timedelta(days=1)
    screen.app.run()
    press(screen, LOOK)
    day = screen.words.date(TODAY - timedelta(days=1))
    assert plain(screen.words("The due date, {day}, is in the past.", day=day)) in plain(screen.text())


def test_people_whom_another_rule_reaches_are_named(open_screen: Open, study: Study, hr: Principal) -> None:
    a_rule(study, hr)
    screen = open_screen(hr, "assigning.py")
    screen.app.selectbox(key="rule_course").set_value(COURSE).run()
    press(screen, LOOK)
    with study.database.snapshot() as connection:
        wanted = WantedRule(COURSE, EVERYBODY, Terms(starts_on=TODAY, within_days=30))
        found = applying.preview(connection, wanted, TODAY).of_other_rules
    one, many = (
        "{n} person is reached by another rule of this course too; the first rule that assigns it counts.",
        "{n} people are reached by another rule of this course too; the first rule that assigns it counts.",
    )
    assert plain(screen.words.plural(one, many, len(found))) in plain(screen.text())
    assert found[0].person.name in screen.text()


def test_the_end_of_a_rule_is_asked_first_and_what_it_assigned_stays(
    open_screen: Open, study: Study, content: Content, hr: Principal
) -> None:
    rule = a_rule(study, hr)
    list(applying.apply(study.database, content, Moment(study.now, PRAGUE), rule.number))
    before = begun(study, rule.number)
    screen = open_screen(hr, "assigning.py")
    press(screen, f"end_{rule.number}")
    assert open_rules(study)
    press(screen, "end_confirmed")
    assert not open_rules(study)
    assert begun(study, rule.number) == before
    assert plain(screen.words("Rule {number} has ended; it assigns nothing any more.", number=1)) in plain(
        screen.text()
    )


def test_a_changed_rule_takes_the_place_of_the_first(open_screen: Open, study: Study, hr: Principal) -> None:
    rule = a_rule(study, hr, within=20)
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    assert screen.app.number_input(key="rule_within").value == 20
    screen.app.number_input(key="rule_within").set_value(40).run()
    press(screen, LOOK)
    assert "jiné pravidlo" not in screen.text()
    press(screen, MAKE)
    settle(screen)
    (left,) = open_rules(study)
    assert (left.number, left.terms.within_days) == (2, 40)


@pytest.mark.parametrize("again", [None, Recurrence(anchor=Anchor.COMPLETION)])
def test_who_is_certified_is_promised_another_round_only_by_a_rule_that_recurs(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, again: Recurrence | None
) -> None:
    assigned.certify(learner)
    rule = a_rule(assigned, hr, recurrence=again)
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    press(screen, LOOK)
    assert screen.says("have a valid certificate; they get it again as the rule says") is (again is not None)
    assert screen.says("have a valid certificate; they do not get it again") is (again is None)


def test_all_of_a_rule_stands_in_the_form_that_changes_it(open_screen: Open, study: Study, hr: Principal) -> None:
    each_year = Recurrence(anchor=Anchor.DAY, opens_before=45, day=(6, 15))
    audience = Audience(roles=(Role.HR, Role.AUDITOR), languages=("cs",), except_units=("Sklad",), starters_within=90)
    rule = a_rule(study, hr, audience=audience, grace_days=21, recurrence=each_year)
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    press(screen, LOOK)
    press(screen, MAKE)
    settle(screen)
    (left,) = open_rules(study)
    assert left.audience == audience
    assert left.terms.model_dump(exclude={"starts_on"}) == rule.terms.model_dump(exclude={"starts_on"})


def test_a_rule_that_names_people_in_several_ways_is_not_changed_into_one_that_names_fewer(
    open_screen: Open, study: Study, hr: Principal, learner: Principal
) -> None:
    rule = a_rule(study, hr, audience=Audience(units=("Sklad",), people=(learner.key,)))
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    assert "assigning_replaces" not in screen.app.session_state
    said = screen.words(
        "Rule {number} names people in several ways at once, which the form cannot show. End it, and "
        "make a rule for each of them.",
        number=rule.number,
    )
    assert plain(said) in plain(screen.text())
    assert open_rules(study) == [rule]


def test_a_unit_that_is_gone_stays_in_the_form_and_is_complained_of(
    open_screen: Open, study: Study, hr: Principal
) -> None:
    rule = a_rule(study, hr, audience=Audience(units=("Zrušený útvar",)))
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    press(screen, LOOK)
    said = screen.words("There is no unit “{unit}” in the directory.", unit="Zrušený útvar")
    assert plain(said) in plain(screen.text())


def test_a_change_says_who_keeps_the_course_by_the_rule(
    open_screen: Open, study: Study, content: Content, hr: Principal
) -> None:
    rule = a_rule(study, hr)
    list(applying.apply(study.database, content, Moment(study.now, PRAGUE), rule.number))
    screen = open_screen(hr, "assigning.py")
    press(screen, f"change_{rule.number}")
    screen.app.number_input(key="rule_within").set_value(40).run()
    press(screen, LOOK)
    said = screen.words.plural(
        "Rule {number} ends and this one takes its place. {n} person has the course by it and keeps it, with "
        "its due date.",
        "Rule {number} ends and this one takes its place. {n} people have the course by it and keep it, with "
        "its due dates.",
        begun(study, rule.number),
        number=rule.number,
    )
    assert plain(said) in plain(screen.text())
