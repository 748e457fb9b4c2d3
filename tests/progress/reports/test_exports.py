"""Certification records written out: complete, right in a Czech spreadsheet, and nothing in them runs."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import TODAY, Study
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Row, update

from people import directory
from people.access import Act, Principal
from people.directory import Person
from progress.completion import enrolments
from progress.reports import export_words
from progress.reports.as_of import View
from progress.reports.columns import COLUMNS, TEAM_COLUMNS, InWords
from progress.reports.csv_file import DELIMITER, DELIMITERS, as_text, write_csv
from progress.reports.json_file import as_fields, entries_in, json_end, write_json
from progress.reports.rows import records
from progress.reports.selection import Selection
from progress.reports.tables import FIELDS, Layout, Record, Written
from progress.reports.xlsx_file import Workbook, write_xlsx
from words import LANGUAGES, Words

PRAGUE = ZoneInfo("Europe/Prague")
AGREED = (
    "employee_id, name, email, unit, manager_id, course, course_version, content_sha256, language, assigned_at, "
    "due_at, started_at, completed_at, attempts, score, pass_mark, result, certificate_no, valid_from, valid_until, "
    "status, as_of"
)
FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)"),
    *("\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u3000=1+1"),
    *("＝1+1", "＋1+1", "－1+1", "＠SUM(1)", " ＝1+1"),
    *('=HYPERLINK("https://example.com";"x")', "=cmd|' /C calc'!A0"),
]


@pytest.fixture
def certified(assigned: Study, learner: Principal) -> Study:
    """The learner failed once, passed with 90 % and signed in English."""
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assigned.attempt(learner, right=9)
    assigned.sign(learner, "en")
    return assigned


@pytest.fixture
def infested(study: Study, learner: Principal) -> Study:
    """Everything that the directory says of its people is a formula."""
    persons = [
        Person(f"{n:032x}", text, text, text, text, None, "cs", invented=True) for n, text in enumerate(FORMULAS)
    ]
    with study.database.writing() as connection:
        directory.add(connection, persons)
    study.assign(*(Principal(person, learner.roles) for person in persons))
    return study


ASSIGNED = Selection(due_from=date(2000, 1, 1))
"""Nobody who has nothing assigned."""


def rows_for(
    study: Study, who: Principal, act: Act = Act.SEE_CERTIFICATIONS, columns: Sequence[str] = COLUMNS
) -> list[Row[Any]]:
    with study.database.reading() as connection:
        return list(records(View(connection, who, act, TODAY), ASSIGNED, columns))


def as_csv(rows: Sequence[Record], columns: tuple[str, ...] = COLUMNS, delimiter: str = DELIMITER) -> str:
    file = io.BytesIO()
    written = write_csv(rows, file, Layout(columns, columns), delimiter)
    assert written == Written(len(rows), hashlib.sha256(file.getvalue()).hexdigest())
    return file.getvalue().decode()


def read_csv(
    rows: Sequence[Record], columns: tuple[str, ...] = COLUMNS, delimiter: str = DELIMITER
) -> list[dict[str, str]]:
    """As a spreadsheet reads it."""
    text = as_csv(rows, columns, delimiter).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


WORKBOOK = Workbook("Osvědčení", "O souboru", [("Položka", "Obsah"), ("Export", "Osvědčení")])


def sheet_of(rows: list[Row[Any]], layout: Layout = FIELDS, zone: ZoneInfo = PRAGUE) -> Worksheet:
    file = io.BytesIO()
    written = write_xlsx(rows, file, WORKBOOK, zone, layout)
    assert written == Written(len(rows), hashlib.sha256(file.getvalue()).hexdigest())
    sheet = load_workbook(file).active
    assert isinstance(sheet, Worksheet)
    return sheet


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
        "completed_at": "2026-03-02T09:11:00.000000Z",
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


def test_a_formula_arrives_in_csv_as_text(infested: Study, hr: Principal) -> None:
    found = read_csv(rows_for(infested, hr))
    assert len(found) == len(FORMULAS)
    for record in found:
        for column in ("employee_id", "name", "email", "unit"):
            assert record[column].startswith("'")
            assert record[column][1:] in FORMULAS


def test_a_formula_arrives_in_xlsx_as_text(infested: Study, hr: Principal) -> None:
    cells = [cell for row in sheet_of(rows_for(infested, hr)) for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    written = {cell.value for cell in cells}
    assert {text for text in FORMULAS if text.isprintable()} <= written


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = as_text(text)
    assert cell in {text, f"'{text}"}
    assert not cell.strip().startswith(tuple("=+-@＝＋－＠"))


@given(
    st.lists(st.tuples(st.text(), st.text(alphabet=" \t\r\n\0\"';=+-@＝a"), st.none() | st.integers()), min_size=1)
)
def test_every_cell_of_a_csv_file_is_written_as_text(cells: list[tuple[str, str, int | None]]) -> None:
    columns = ("first", "second", "third")
    for delimiter in DELIMITERS.values():
        text = as_csv(cells, columns, delimiter)
        _, *written = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
        assert written == [
            [as_text(first), as_text(second), "" if n is None else str(n)] for first, second, n in cells
        ]


@pytest.mark.parametrize("text", ["Žofie", "a=b", "1+1", "x@example.com", "", "’=1", "KX-1"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert as_text(text) == text


def test_separators_quotes_and_line_ends_in_a_cell_stay_in_their_cell(study: Study, hr: Principal) -> None:
    odd = 'Řehoř; "Óda"\r\n,\'Új'
    person = Person("f" * 32, "9", odd, "o@example.com", odd, None, "cs")
    with study.database.writing() as connection:
        directory.add(connection, [person])
    study.assign(Principal(person, hr.roles))
    (record,) = read_csv(rows_for(study, hr))
    assert (record["name"], record["unit"], record["status"]) == (odd, odd, "not started")


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
    assert record["completed_at"] == datetime(2026, 3, 2, 10, 11)  # noqa: DTZ001


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_in_words_have_courses_and_statuses_in_words_beside_the_codes(
    certified: Study, hr: Principal, language: str
) -> None:
    t = Words.of(language)
    layout = export_words.layout(t, COLUMNS, "Europe/Prague")
    assert len(set(layout.heads)) == len(layout.heads)
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
            "completed_at": "2026-03-02T09:11:00.000000Z",
            "valid_until": "2027-03-02",
            "as_of": "2026-03-02",
        }
    ]


def test_an_export_of_nobody_still_has_its_columns(study: Study, hr: Principal) -> None:
    assert as_csv(rows_for(study, hr)) == "\ufeff" + ";".join(COLUMNS) + "\r\n"
    assert list(sheet_of([]).iter_rows(min_row=1, max_row=1, values_only=True)) == [COLUMNS]


# JSON


def as_json(rows: list[Row[Any]]) -> bytes:
    file = io.BytesIO()
    written = write_json(as_fields(rows), file)
    assert written == Written(len(rows), hashlib.sha256(file.getvalue()).hexdigest())
    file.write(json_end("the statement\n"))
    return file.getvalue()


def read_json(rows: list[Row[Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(as_json(rows))["records"]
    return found


def test_json_holds_what_the_csv_holds(certified: Study, hr: Principal) -> None:
    rows = rows_for(certified, hr)
    found = read_json(rows)
    assert [tuple(record) for record in found] == [COLUMNS] * 3
    as_cells = [{name: "" if cell is None else str(cell) for name, cell in record.items()} for record in found]
    assert as_cells == read_csv(rows_for(certified, hr))


def test_json_has_numbers_days_and_nothing_as_such(certified: Study, hr: Principal) -> None:
    found = {record["employee_id"]: record for record in read_json(rows_for(certified, hr))}
    done, waiting = found["2003"], found["4002"]
    assert (done["score"], done["attempts"], done["valid_until"]) == (90, 2, "2027-03-02")
    assert done["completed_at"] == "2026-03-02T09:11:00.000000Z"
    assert (waiting["score"], waiting["certificate_no"]) == (None, None)


def test_a_formula_is_plain_text_in_json(infested: Study, hr: Principal) -> None:
    assert {record["name"] for record in read_json(rows_for(infested, hr))} == set(FORMULAS)


def test_json_says_what_it_is_and_ends_with_its_statement(certified: Study, hr: Principal) -> None:
    whole = json.loads(as_json(rows_for(certified, hr)))
    assert list(whole) == ["format", "records", "statement"]
    assert whole["format"] == "kodex certifications 1"
    assert whole["statement"] == "the statement\n"
    assert json.loads(as_json([]))["records"] == []


def test_a_long_json_file_loses_no_record(certified: Study, hr: Principal) -> None:
    written = as_json(rows_for(certified, hr) * 600)
    assert list(entries_in(io.BytesIO(written))) == json.loads(written)["records"]
    assert len(json.loads(written)["records"]) == 3 * 600
