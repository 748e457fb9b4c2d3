"""Every report asks who may see it."""

from dataclasses import fields

import pytest
from studying import Study

from people.access import (
    Act,
    Principal,
)
from progress.reports import exports, lists
from progress.reports.lists import Entry, Selection

REPORTS = (lists.summary, lists.completion_by_day, lists.due_days, lists.entries, lists.records)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_every_report_is_empty_for_whoever_may_not_see_it(
    assigned: Study, report: object, learner: Principal, editor: Principal, today: object
) -> None:
    assert callable(report)
    for who in (learner, editor):
        for act in (Act.SEE_TEAM, Act.SEE_CERTIFICATIONS):
            with assigned.database.reading() as connection:
                found = report(connection, who, act, Selection(), today)
                assert (found.people if isinstance(found, lists.Summary) else len(list(found))) == 0


def test_a_manager_never_sees_answers(assigned: Study, manager: Principal, learner: Principal, today: object) -> None:
    """Neither in a list nor in what is downloaded, nor in the rows that both are made of."""
    assigned.certify(learner)
    answers = {"state", "responses", "checks", "attempt", "met", "seed"}
    assert answers.isdisjoint(field.name for field in fields(Entry))
    assert answers.isdisjoint(exports.TEAM_COLUMNS)
    with assigned.database.reading() as connection:
        (row,) = lists.records(connection, manager, Act.SEE_TEAM, Selection(), today)
    assert answers.isdisjoint(row._fields)


def test_the_team_download_holds_who_it_is_status_and_dates_and_no_score() -> None:
    assert set(exports.TEAM_COLUMNS) == {
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
