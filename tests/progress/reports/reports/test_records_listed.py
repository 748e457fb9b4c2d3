"""Records of a report, and the curve of completions."""

from cast import DUE, TODAY, leaves
from reporting import A_DAY, ALL, NOTHING_ASSIGNED, summed
from studying import Study

from people.access import Act, Principal
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.exports import COLUMNS
from progress.reports.lists import SEPARATOR, Selection, entries, records


def test_records_come_with_the_manager_by_employee_id(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        rows = list(records(connection, hr, Act.SEE_CERTIFICATIONS, ALL, TODAY))
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
    asked = (hr, Act.SEE_CERTIFICATIONS, chosen, TODAY)
    with busy.database.reading() as connection:
        (first, *others) = records(connection, *asked)
        lines = [line for piece in lists.lines(connection, *asked, COLUMNS) for line in piece]
    told = {name: cell for name, cell in first._mapping.items() if cell is not None}
    assert told == {
        "employee_id": "2001",
        "name": "Dagmar Žižková",
        "email": "2001@example.com",
        "unit": "Provoz",
        "course": "customer-privacy",
        "status": "nothing assigned",
        "as_of": TODAY,
    }
    assert len(lines) == len(others) + 1 == len(NOTHING_ASSIGNED)
    assert dict(zip(COLUMNS, lines[0].split(SEPARATOR), strict=True)) == {
        name: str(told.get(name, "")) for name in COLUMNS
    }


def test_a_leaver_without_a_record_is_nobody_to_whom_something_should_be_assigned(
    busy: Study, hr: Principal, director: Principal, learner: Principal
) -> None:
    for who in (director, learner):
        leaves(busy.database, who)
    with_leavers = summed(busy, hr, Act.SEE_CERTIFICATIONS, Selection(leavers=True))
    assert (with_leavers.count(Status.NOTHING_ASSIGNED), with_leavers.certified) == (3, 1)


def test_a_selection_of_somebody_elses_unit_shows_a_manager_nobody(busy: Study, manager: Principal) -> None:
    with busy.database.reading() as connection:
        for selection in (
            Selection(unit="Obchod"),
            Selection(search="Olga"),
            Selection(every_cycle=True, unit="Obchod"),
        ):
            assert entries(connection, manager, Act.SEE_TEAM, selection, TODAY) == []


def test_the_curve_counts_completions_day_by_day_from_the_first_assignment(
    assigned: Study, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    assigned.later(days=2)
    assigned.certify(learner)
    assigned.later(days=1)
    assigned.certify(outsider)
    until = TODAY + 4 * A_DAY
    with assigned.database.reading() as connection:
        curve = lists.completion_by_day(connection, hr, Act.SEE_CERTIFICATIONS, ALL, until)
    assert curve == [(TODAY + n * A_DAY, count) for n, count in enumerate([0, 0, 1, 2, 2])]


def test_there_is_no_curve_where_nothing_is_assigned(study: Study, hr: Principal) -> None:
    with study.database.reading() as connection:
        assert lists.completion_by_day(connection, hr, Act.SEE_CERTIFICATIONS, ALL, TODAY) == []


def test_the_most_common_due_date_comes_first(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        assert lists.due_days(connection, hr, Act.SEE_CERTIFICATIONS, ALL, TODAY) == [DUE, TODAY - A_DAY]
