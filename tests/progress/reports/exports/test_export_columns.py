"""Certification records written out: complete, and right in a Czech spreadsheet."""

import pytest
from exporting import as_csv, read_csv, rows_for
from studying import Study

from people.access import Principal
from progress.reports.columns import COLUMNS

AGREED = (
    "employee_id, name, email, unit, manager_id, course, course_version, content_sha256, language, assigned_at, "
    "due_at, started_at, completed_at, attempts, score, pass_mark, result, certificate_no, valid_from, valid_until, "
    "status, as_of"
)


def test_the_columns_are_exactly_those_agreed() -> None:
    assert list(COLUMNS) == AGREED.split(", ")


def test_a_csv_file_opens_right_in_a_czech_excel(certified: Study, hr: Principal) -> None:
    text = as_csv(rows_for(certified, hr))
    assert text.encode()[:3] == b"\xef\xbb\xbf"
    assert text.removeprefix("\ufeff").splitlines()[0] == ";".join(COLUMNS)
    assert text.count("\r\n") == text.count("\n") == 4


def test_a_long_csv_file_loses_and_repeats_no_line(certified: Study, hr: Principal) -> None:
    assert len(as_csv(rows_for(certified, hr) * 600).splitlines()) == 1 + 3 * 600


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_are_separated_as_the_reader_wants_it(certified: Study, hr: Principal, delimiter: str) -> None:
    lines = rows_for(certified, hr)
    assert read_csv(lines, delimiter=delimiter) == read_csv(lines)


def test_a_record_says_all_that_an_auditor_asks(certified: Study, hr: Principal, learner: Principal) -> None:
    (record,) = (row for row in read_csv(rows_for(certified, hr)) if row["employee_id"] == "2003")
    assert record == {
        "employee_id": "2003",
        "name": "Lenka Šťastná",
        "email": "2003@example.com",
        "unit": "Sklad",
        "manager_id": "2002",
        "course": "customer-privacy",
        "course_version": certified.course.entry.version,
        "content_sha256": certified.course.sha256,
        "language": "en",
        "assigned_at": "2026-03-02T09:00:00.000000Z",
        "due_at": "2026-03-31",
        "started_at": "2026-03-02T09:00:20.000000Z",
        "completed_at": "2026-03-02T09:11:20.000000Z",
        "attempts": "2",
        "score": "90",
        "pass_mark": "80",
        "result": "passed",
        "certificate_no": certified.enrolment(learner).certificate_no,
        "valid_from": "2026-03-02",
        "valid_until": "2027-03-02",
        "status": "certified",
        "as_of": "2026-03-02",
    }


def test_what_has_not_happened_is_an_empty_cell(certified: Study, hr: Principal) -> None:
    (record,) = (row for row in read_csv(rows_for(certified, hr)) if row["employee_id"] == "4002")
    assert {name for name, value in record.items() if value == ""} == {
        *("course_version", "content_sha256", "language", "started_at", "completed_at"),
        *("score", "pass_mark", "result", "certificate_no", "valid_from", "valid_until"),
    }
    assert (record["attempts"], record["status"]) == ("0", "not started")


def result_of(study: Study, who: Principal, hr: Principal) -> str:
    return next(
        row["result"] for row in read_csv(rows_for(study, hr)) if row["employee_id"] == who.person.employee_id
    )


def test_a_failed_attempt_is_recorded_as_not_passed(assigned: Study, hr: Principal, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=7)
    assert result_of(assigned, learner, hr) == "not passed"


def test_an_attempt_that_goes_on_has_no_result_yet(assigned: Study, hr: Principal, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    assert result_of(assigned, learner, hr) == ""
