"""Cells of a workbook that could not be read: none of them is ever taken for an empty one."""

from datetime import date, datetime, time

import pytest
from people_files import ANNA, DAY, HEAD, OTTO, changed, csv, faults, ods, read, said, with_cell, xlsx

from words import LANGUAGES

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("column", HEAD)
@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_is_a_fault_in_any_column(column: str, error: str) -> None:
    found = read(xlsx([HEAD, ANNA, with_cell(column, error)]))
    assert (3, column) in faults(found)
    assert any(error in sentence and "People" in sentence for sentence in said(found))
    assert [entry.employee_id for entry in found.entries] == ["0010"]


@pytest.mark.parametrize("column", HEAD)
def test_a_formula_without_a_result_is_a_fault_in_any_column(column: str) -> None:
    found = read(xlsx([HEAD, ANNA, with_cell(column, "=A1")]))
    assert (3, column) in faults(found)


def test_a_formula_that_results_in_no_text_is_an_empty_cell() -> None:
    """As Excel saves `=IF(…, "")`."""
    data = xlsx([HEAD, ANNA, with_cell("End", "=A1")])
    empty = changed(data, SHEET, '<c r="G3"><f>A1</f><v></v></c>', '<c r="G3" t="str"><f>A1</f><v></v></c>')
    found = read(empty)
    assert (found.faults, found.entries[1].ends_on) == ([], None)


def test_a_formula_with_a_result_is_its_result() -> None:
    data = xlsx([HEAD, ANNA, with_cell("Unit", "=A1")])
    done = changed(data, SHEET, '<c r="D3"><f>A1</f><v></v></c>', '<c r="D3" t="str"><f>A1</f><v>Lager</v></c>')
    assert read(done).entries[1].unit == "Lager"


@pytest.mark.parametrize("column", ["Employee ID", "Name", "E-mail", "Unit", "Manager"])
@pytest.mark.parametrize("cell", [DAY, True, time(9, 30), 10.5])
def test_what_is_no_text_is_a_fault_where_text_belongs(column: str, cell: object) -> None:
    assert (3, column) in faults(read(xlsx([HEAD, ANNA, with_cell(column, cell)])))


@pytest.mark.parametrize("cell", [True, time(9, 30)])
@pytest.mark.parametrize("column", ["Start", "End", "Language"])
def test_what_is_no_day_and_no_language_is_a_fault(column: str, cell: object) -> None:
    assert faults(read(xlsx([HEAD, ANNA, with_cell(column, cell)]))) == [(3, column)]


@pytest.mark.parametrize(
    "text", ["#N/A", "#REF!", "#NENÍ_K_DISPOZICI", "#ODKAZ!", "#NV", "#¡VALOR!", "#ERROR!", "Err:502", "###"]
)
@pytest.mark.parametrize("column", HEAD)
def test_an_error_that_was_saved_as_text_is_one_too(column: str, text: str) -> None:
    assert (3, column) in faults(read(csv([HEAD, ANNA, with_cell(column, text)])))


@pytest.mark.parametrize("text", ["2026-03-01", "1. 3. 2026", "03/01/2026", "TRUE", "PRAVDA", "nan", "NULL", "<NA>"])
@pytest.mark.parametrize("column", ["Employee ID", "Name", "Unit"])
def test_what_is_no_text_is_a_fault_where_it_was_saved_as_one(column: str, text: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell(column, text)]))) == [(3, column)]


@pytest.mark.parametrize("name", ["0", "2026", "-", "P?emysl Novák", "Otto ?astný", "P\ufffdemysl Novák"])
def test_a_name_that_has_lost_its_letters_is_a_fault(name: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell("Name", name)]))) == [(3, "Name")]
    assert faults(read(xlsx([HEAD, ANNA, with_cell("Name", name)]))) == [(3, "Name")]


@pytest.mark.parametrize("name", ["Nan Goldin", "Truelove", "Null", "Ema ‘Err’ Malá", "Š", "王伟"])
def test_a_name_that_only_looks_strange_is_kept(name: str) -> None:
    table = [["Employee ID", "First name", "Last name", "E-mail", "Unit"], ["1", "Jan", name, "", "#1 Team"]]
    assert [entry.name for entry in read(csv(table)).entries] == [f"Jan {name}"]


CELL = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
FORMULA = 'table:formula="of:=A1"'


@pytest.mark.parametrize(
    "cell",
    [
        CELL.format(
            f'{FORMULA} office:value-type="string" office:string-value="" calcext:value-type="error"', "#N/A"
        ),
        CELL.format(f'{FORMULA} office:value-type="float" office:value="0"', "Err:508"),
        CELL.format(f'{FORMULA} office:value-type="string" office:string-value=""', "#REF!"),
        f"<table:table-cell {FORMULA}/>",
        CELL.format('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        CELL.format('office:value-type="time" office:time-value="PT09H30M00S"', "9:30"),
    ],
)
@pytest.mark.parametrize("column", ["Unit", "Manager", "E-mail", "End"])
def test_what_opendocument_cannot_say_is_a_fault(column: str, cell: str) -> None:
    assert (3, column) in faults(read(ods([HEAD, ANNA, with_cell(column, cell)])))


def test_opendocument_says_the_same_as_a_workbook_of_excel() -> None:
    assert read(ods([HEAD, ANNA, OTTO])).entries == read(xlsx([HEAD, ANNA, OTTO])).entries


def test_a_column_that_means_nothing_may_hold_anything() -> None:
    found = read(xlsx([[*HEAD, "Pay"], [*ANNA, "#N/A"], [*OTTO, "=A1"]]))
    assert (found.faults, len(found.entries)) == ([], 2)


@pytest.mark.parametrize("serial", [42369, 42369.0])
def test_numbers_of_days_count_from_1904_where_the_workbook_says_so(serial: float) -> None:
    data = xlsx([HEAD, with_cell("Start", serial, ANNA)])
    of_1904 = changed(data, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>')
    assert read(of_1904).entries[0].starts_on == date(2020, 1, 1)
    assert read(data).entries[0].starts_on == date(2015, 12, 31)


@pytest.mark.parametrize(
    "moment",
    ["2027-06-29T22:00:00Z", "2027-06-30T00:00:00Z", "2027-06-29T22:00:00.000Z", "2027-06-30T00:00:00+02:00",
     "2027-06-30Z", "2027-06-30 00:00:00 +02:00", "2027-06-30T00:00+0200"],
)  # fmt: skip
def test_a_moment_in_a_time_zone_is_no_day(moment: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell("End", moment)]))) == [(3, "End")]


@pytest.mark.parametrize("moment", ["2027-06-29T22:00:00", "2027-06-29 23:00", "2027-06-29T20:30:00.000"])
def test_a_moment_that_may_be_midnight_elsewhere_is_no_day(moment: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell("End", moment)]))) == [(3, "End")]
    assert faults(read(xlsx([HEAD, ANNA, with_cell("End", datetime.fromisoformat(moment))]))) == [(3, "End")]


@pytest.mark.parametrize("moment", ["2027-06-30T00:00:00", "2027-06-30 12:00:00", "2027-06-30T23:59:59.999"])
def test_a_moment_of_a_day_is_that_day(moment: str) -> None:
    of_text = read(csv([HEAD, with_cell("End", moment, ANNA)]))
    of_workbook = read(xlsx([HEAD, with_cell("End", datetime.fromisoformat(moment), ANNA)]))
    assert [found.entries[0].ends_on for found in (of_text, of_workbook)] == [date(2027, 6, 30)] * 2


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("20261231", date(2026, 12, 31)),
        (20261231, date(2026, 12, 31)),
        ("20240229", date(2024, 2, 29)),
        ("99991231", date(9999, 12, 31)),
    ],
)
def test_a_day_may_be_written_in_eight_digits(cell: object, day: date) -> None:
    of_text, of_workbook = csv([HEAD, with_cell("End", cell, ANNA)]), xlsx([HEAD, with_cell("End", cell, ANNA)])
    assert [read(each).entries[0].ends_on for each in (of_text, of_workbook)] == [day, day]


@pytest.mark.parametrize(
    "digits", ["00000000", "20261301", "20230229", "31122026", "12312026", "18991231", "2026123"]
)
def test_eight_digits_that_are_no_likely_day_are_a_fault(digits: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell("End", digits)]))) == [(3, "End")]


@pytest.mark.parametrize(
    "text",
    [
        "30 June 2027",
        "30. června 2027",
        "30-Jun-2027",
        "30. červen 2027",
        "30 Jun 2027",
        "'30. 6. 2027",
        '="30.6.2027"',
    ],
)
def test_a_day_may_name_its_month_and_be_kept_as_text(text: str) -> None:
    assert read(csv([HEAD, with_cell("End", text, ANNA)])).entries[0].ends_on == date(2027, 6, 30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_names_sheet_row_column_and_what_the_cell_shows(language: str) -> None:
    assert said(read(xlsx([HEAD, ANNA, with_cell("End", "#N/A")], sheet="Lidé")), language) == [
        {
            "en": "sheet “Lidé”, line 3, End: the cell shows the error #N/A; correct its formula",
            "cs": "list „Lidé“, řádek 3, End: buňka ukazuje chybu #N/A; opravte její vzorec",
        }[language]
    ]
