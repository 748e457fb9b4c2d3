"""Every report asks who may see it."""

from dataclasses import fields

import pytest
from cast import TODAY
from studying import Study

from people.access import Act, Principal
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.columns import TEAM_COLUMNS
from progress.reports.lists import ListEntry
from progress.reports.rows import records
from progress.reports.selection import Selection

REPORTS = (lists.summary, lists.summary_of_people, lists.completion_by_day, lists.due_days, lists.entries, records)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_every_report_is_empty_for_whoever_may_not_see_it(
    assigned: Study, report: object, learner: Principal, editor: Principal
) -> None:
    assert callable(report)
    for who in (learner, editor):
        for act in (Act.SEE_TEAM, Act.SEE_CERTIFICATIONS):
            with assigned.database.reading() as connection:
                found = report(View(connection, who, act, TODAY), Selection())
                assert (found.people if isinstance(found, lists.Summary) else len(list(found))) == 0


def test_a_manager_never_sees_answers(assigned: Study, manager: Principal, learner: Principal) -> None:
    """Neither in a list nor in what is downloaded, nor in the rows that both are made of."""
    assigned.certify(learner)
    answers = {"state", "responses", "checks", "attempt", "met", "seed"}
    assert answers.isdisjoint(field.name for field in fields(ListEntry))
    assert answers.isdisjoint(TEAM_COLUMNS)
    with assigned.database.reading() as connection:
        (row,) = records(View(connection, manager, Act.SEE_TEAM, TODAY), Selection(), TEAM_COLUMNS)
    assert answers.isdisjoint(row._fields)


def test_the_team_download_holds_who_it_is_status_and_dates_and_no_score() -> None:
    assert set(TEAM_COLUMNS) == {
        "employee_id",
        "name",
        "email",
        "unit",
        "manager_id",
        "course",
        "status",
        "due_at",
        "completed_at",
        "valid_until",
        "as_of",
    }
