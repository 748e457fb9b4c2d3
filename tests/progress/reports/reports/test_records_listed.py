"""Records of a report, and the curve of completions."""

from dataclasses import replace
from datetime import date

from cast import DUE, TODAY, leaves
from reporting import A_DAY, ALL, NOTHING_ASSIGNED, summed
from sqlalchemy import update
from studying import Study

from people.access import Act, Principal
from progress.completion import assignments
from progress.completion.assignments import Assignment
from progress.completion.enrolments import enrolments
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import entries
from progress.reports.rows import records
from progress.reports.selection import Selection


def test_records_come_with_the_manager_by_employee_id(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        rows = list(records(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL))
    assert [(row.employee_id, row.manager_id) for row in rows] == [
        ("2001", None),
        ("2002", "2001"),
        ("2003", "2002"),
        ("3001", None),
        ("3002", None),
        ("3003", None),
        ("4001", None),
        ("4002", "4001"),
    ]


def test_who_has_nothing_assigned_has_a_record_with_the_course_and_no_dates(busy: Study, hr: Principal) -> None:
    chosen = Selection(course_id="customer-privacy", status=Status.NOTHING_ASSIGNED)
    with busy.database.reading() as connection:
        (first, *others) = records(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), chosen)
    told = {name: cell for name, cell in first._mapping.items() if cell is not None}
    assert told == {
        "employee_id": "2001",
        "name": "Dagmar Žižková",
        "email": "2001@example.com",
        "unit": "Provoz",
        "course": "customer-privacy",
        "status": "nothing assigned",
        "as_of": TODAY.isoformat(),
    }
    assert len(others) + 1 == len(NOTHING_ASSIGNED)


def test_a_leaver_without_a_record_is_nobody_to_whom_something_should_be_assigned(
    busy: Study, hr: Principal, director: Principal, learner: Principal
) -> None:
    for who in (director, learner):
        leaves(busy.database, who)
    with_leavers = summed(busy, hr, Act.SEE_CERTIFICATIONS, Selection(leavers=True))
    assert (with_leavers.count(Status.NOTHING_ASSIGNED), with_leavers.certified) == (3, 1)


def test_whoever_has_several_courses_counts_once_where_they_stand_worst(
    busy: Study, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    """The learner is certified in one course and overdue in another, the outsider exempt in that one."""
    another = replace(busy.course, entry=busy.course.entry.model_copy(update={"id": "another"}))
    whom = [learner.key, outsider.key]
    assignments.assign(busy.database, Assignment(another, TODAY - A_DAY, "tests"), whom, busy.now)
    theirs = (enrolments.c.course_id == "another", enrolments.c.person_key == outsider.key)
    with busy.database.writing() as connection:
        connection.execute(update(enrolments).where(*theirs).values(exempted_at=busy.now))
    with busy.database.reading() as connection:
        asked = (View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL)
        of_people, of_enrolments = lists.summary_of_people(*asked), lists.summary(*asked)
    assert of_people.by_status == {
        Status.OVERDUE: 2,
        Status.NOTHING_ASSIGNED: 4,
        Status.NOT_STARTED: 1,
        Status.IN_PROGRESS: 1,
    }
    assert (of_people.people, of_people.certified, of_enrolments.people) == (8, 0, 10)
    assert sum(unit.people for unit in of_people.units) == 8
    with busy.database.reading() as connection:
        of_one = (View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), Selection(course_id="customer-privacy"))
        assert lists.summary_of_people(*of_one) == lists.summary(*of_one)


def test_nobody_is_certified_in_all_their_courses_who_is_missing_in_one() -> None:
    assert set(lists.WORST_FIRST) == set(Status)
    assert lists.WORST_FIRST[-3:] == (Status.EXPIRING, Status.CERTIFIED, Status.EXEMPT)


def test_a_selection_of_somebody_elses_unit_shows_a_manager_nobody(busy: Study, manager: Principal) -> None:
    with busy.database.reading() as connection:
        for selection in (
            Selection(unit="Obchod"),
            Selection(search="Olga"),
            Selection(every_cycle=True, unit="Obchod"),
        ):
            assert entries(View(connection, manager, Act.SEE_TEAM, TODAY), selection) == []


def test_the_curve_counts_completions_day_by_day_from_the_first_assignment(
    assigned: Study, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    assigned.later(days=2)
    assigned.certify(learner)
    assigned.later(days=1)
    assigned.certify(outsider)
    until = TODAY + 4 * A_DAY
    with assigned.database.reading() as connection:
        curve = lists.completion_by_day(View(connection, hr, Act.SEE_CERTIFICATIONS, until), ALL)
    assert curve == [(TODAY + n * A_DAY, count) for n, count in enumerate([0, 0, 1, 2, 2])]


def test_the_curve_falls_again_where_certificates_run_out(assigned: Study, hr: Principal, learner: Principal) -> None:
    assigned.certify(learner)
    last = date(2027, 3, 2)
    for until, certified in ((last, 1), (last + A_DAY, 0)):
        with assigned.database.reading() as connection:
            curve = lists.completion_by_day(View(connection, hr, Act.SEE_CERTIFICATIONS, until), ALL)
        assert curve[-1] == (until, certified)
        assert certified == summed(assigned, hr, Act.SEE_CERTIFICATIONS, today=until).certified


def test_there_is_no_curve_where_nothing_is_assigned(study: Study, hr: Principal) -> None:
    with study.database.reading() as connection:
        assert lists.completion_by_day(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL) == []


def test_the_most_common_due_date_comes_first(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        assert lists.due_days(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL) == [DUE, TODAY - A_DAY]
