"""Certification records as XLSX: numbers, days and times as such."""

import io
import zipfile
from datetime import UTC, date, datetime

from cast import TODAY
from exporting import PRAGUE, WORKBOOK, read_csv, rows_for, sheet_of
from sqlalchemy import update
from studying import Study

from people.access import Principal
from progress.completion import enrolments
from progress.reports.columns import COLUMNS
from progress.reports.xlsx_file import write_xlsx


def test_an_xlsx_file_has_the_same_columns_and_records(certified: Study, hr: Principal) -> None:
    head, *found = sheet_of(rows_for(certified, hr)).iter_rows(values_only=True)
    assert head == COLUMNS
    assert [record[0] for record in found] == [row["employee_id"] for row in read_csv(rows_for(certified, hr))]


def test_an_xlsx_file_holds_numbers_as_numbers_days_as_days_and_moments_as_the_companys(
    certified: Study, hr: Principal
) -> None:
    head, *rows = sheet_of(rows_for(certified, hr)).iter_rows(values_only=True)
    (record,) = (dict(zip(head, row, strict=True)) for row in rows if row[0] == "2003")
    assert (record["attempts"], record["score"], record["pass_mark"]) == (2, 90, 80)
    for column, day in (
        ("due_at", date(2026, 3, 31)),
        ("valid_from", date(2026, 3, 2)),
        ("valid_until", date(2027, 3, 2)),
        ("as_of", TODAY),
    ):
        assert isinstance(record[column], datetime)
        assert record[column].date() == day
    assert record["assigned_at"] == datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - a spreadsheet knows no zones
    assert record["completed_at"] == datetime(2026, 3, 2, 10, 11, 20)  # noqa: DTZ001


def test_a_moment_in_summer_and_over_midnight_is_the_companys_too(certified: Study, hr: Principal) -> None:
    with certified.database.writing() as connection:
        late = {"completed_at": datetime(2026, 7, 31, 22, 30, tzinfo=UTC)}
        connection.execute(update(enrolments.enrolments).where(enrolments.enrolments.c.score == 90).values(late))
    head, *rows = sheet_of(rows_for(certified, hr)).iter_rows(values_only=True)
    moments = [row[head.index("completed_at")] for row in rows]
    assert datetime(2026, 8, 1, 0, 30) in moments  # noqa: DTZ001


def test_a_workbook_can_be_filtered_at_once_and_its_numbers_stay_text(certified: Study, hr: Principal) -> None:
    sheet = sheet_of(rows_for(certified, hr))
    assert sheet.title == "Osvědčení"
    assert sheet.auto_filter.ref == "A1:V4"
    assert sheet.freeze_panes == "A2"
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    widths = [sheet.column_dimensions[column].width for column in "ABC"]
    assert len(set(widths)) == 3


def test_a_workbook_that_was_only_looked_at_need_not_be_saved(certified: Study, hr: Principal) -> None:
    """Whoever presses “Save” on the way out has another file than the one that was stated."""
    file = io.BytesIO()
    write_xlsx(rows_for(certified, hr), file, WORKBOOK, PRAGUE)
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        assert b"<calcPr calcId=" in (book := package.read("xl/workbook.xml"))
        assert b"fullCalcOnLoad" not in book
