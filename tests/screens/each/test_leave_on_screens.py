"""Leave on the screen of one person."""

from datetime import timedelta

import pytest
from browsing import plain
from stage import Open, Screen
from studying import Study

from people import leave
from people.access import Principal


def opened(open_screen: Open, hr: Principal, who: Principal, language: str = "cs") -> Screen:
    return open_screen(hr, "person.py", language, id=who.person.employee_id)


def days_of(study: Study, who: Principal) -> list[tuple[object, object, str]]:
    with study.database.reading() as connection:
        noted = leave.of_people(connection, [who.key]).get(who.key, [])
    return [(each.from_on, each.until_on, each.noted_by) for each in noted]


def press(screen: Screen, key: str) -> None:
    screen.app.button(key=key).click().run()


def test_hr_notes_leave_and_ends_it(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, language: str
) -> None:
    screen = opened(open_screen, hr, learner, language)
    first = screen.app.date_input(key="leave_first").value
    press(screen, "note_leave")
    assert screen.says("The leave is noted.")
    assert screen.says("Periods of leave")
    assert days_of(assigned, learner) == [(first, None, hr.key)]
    screen.app.date_input(key="leave_ends").set_value(first)
    press(screen, "end_leave")
    assert plain(screen.words("The end of the leave is noted.")) in screen.text()
    assert days_of(assigned, learner) == [(first, first, hr.key)]


def test_days_the_wrong_way_round_are_refused(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal
) -> None:
    screen = opened(open_screen, hr, learner)
    first = screen.app.date_input(key="leave_first").value
    screen.app.date_input(key="leave_last").set_value(first - timedelta(days=1))
    press(screen, "note_leave")
    assert screen.says("The last day is before the first.")
    assert not days_of(assigned, learner)


@pytest.mark.parametrize("who", ["auditor", "hr"])
def test_auditors_note_none_and_nobody_notes_their_own(
    open_screen: Open, hr: Principal, auditor: Principal, learner: Principal, who: str
) -> None:
    screen = opened(open_screen, auditor, learner) if who == "auditor" else opened(open_screen, hr, hr)
    assert "note_leave" not in [button.key for button in screen.app.button]


def test_the_due_date_that_moves_is_said(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, language: str
) -> None:
    due_on = assigned.enrolment(learner).due_on
    screen = opened(open_screen, hr, learner, language)
    first = screen.app.date_input(key="leave_first").value
    screen.app.date_input(key="leave_last").set_value(first + timedelta(days=4))
    press(screen, "note_leave")
    moved_to = assigned.enrolment(learner).due_on
    assert moved_to > due_on
    said = screen.words(
        "{course}: the due date moves from {was} to {day}.",
        course=assigned.course.title(language),
        was=screen.words.date(due_on),
        day=screen.words.date(moved_to),
    )
    assert plain(said) in plain(screen.text())


def test_without_a_first_day_nothing_is_noted(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal
) -> None:
    screen = opened(open_screen, hr, learner)
    screen.app.date_input(key="leave_first").set_value(None)
    press(screen, "note_leave")
    assert screen.says("Give the first day of the leave.")
    assert not days_of(assigned, learner)
