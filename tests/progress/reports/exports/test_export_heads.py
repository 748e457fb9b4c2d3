"""Heads of an export in words, and what a manager takes along."""

import pytest
from cast import TODAY
from exporting import as_csv, read_csv, rows_for, sheet_of
from studying import Study

from people.access import Act, Principal
from progress.reports import export_words
from progress.reports.as_of import View
from progress.reports.columns import COLUMNS, TEAM_COLUMNS, InWords
from progress.reports.rows import records
from progress.reports.selection import Selection
from words import LANGUAGES, NO_BREAK, Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_in_words_have_courses_and_statuses_in_words_beside_the_codes(
    certified: Study, hr: Principal, language: str
) -> None:
    t = Words.of(language)
    layout = export_words.layout(t, COLUMNS, "Europe/Prague")
    assert len(set(layout.heads)) == len(layout.heads)
    assert not any(NO_BREAK in each for each in (*layout.heads, *export_words.statuses(t).values()))
    assert [column for column in layout.columns if column in COLUMNS] == list(COLUMNS)
    in_words = InWords({"customer-privacy": certified.course.title(language)}, export_words.statuses(t))
    with certified.database.reading() as connection:
        view = View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY)
        rows = list(records(view, Selection(), layout.columns, in_words))
    head, *found = sheet_of(rows, layout).iter_rows(values_only=True)
    assert head == layout.heads
    assert any("Europe/Prague" in each for each in head)
    (record,) = (dict(zip(layout.columns, row, strict=True)) for row in found if row[0] == "2003")
    assert (record["course"], record["course_title"]) == ("customer-privacy", certified.course.title(language))
    assert (record["status"], record["status_in_words"]) == ("certified", t("certified"))
    told = {row["employee_id"]: row for row in read_csv(rows, layout.columns)}
    assert told["2003"]["course_title"] == record["course_title"]
    assert told["2003"]["status_in_words"] == record["status_in_words"]


def test_a_manager_takes_along_status_and_dates_and_no_score(certified: Study, manager: Principal) -> None:
    assert read_csv(rows_for(certified, manager, Act.SEE_TEAM, TEAM_COLUMNS), TEAM_COLUMNS) == [
        {
            "employee_id": "2003",
            "name": "Lenka Šťastná",
            "email": "2003@example.com",
            "unit": "Sklad",
            "manager_id": "2002",
            "course": "customer-privacy",
            "status": "certified",
            "due_at": "2026-03-31",
            "completed_at": "2026-03-02T09:11:20.000000Z",
            "valid_until": "2027-03-02",
            "as_of": "2026-03-02",
        }
    ]


def test_an_export_of_nobody_still_has_its_columns(study: Study, hr: Principal) -> None:
    assert as_csv(rows_for(study, hr)) == "\ufeff" + ";".join(COLUMNS) + "\r\n"
    assert list(sheet_of([]).iter_rows(min_row=1, max_row=1, values_only=True)) == [COLUMNS]
