"""Employee numbers as spreadsheets keep them, show them and spoil them."""

import pytest
from people_files import ANNA, HEAD, OTTO, changed, csv, faults, ods, read, with_cell, xlsx


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("0000", "0010"),
        ("000000", "000010"),
        ('"CZ"0000', "CZ0010"),
        ("00-00", "00-10"),
        ("0000;-0000", "0010"),
        ("[Red]0000", "0010"),
        (r"\E0000", "E0010"),
        ("General", "10"),
        ("0", "10"),
        ("#,##0", "10"),
        ("@", "10"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(code: str, shown: str) -> None:
    data = xlsx(
        [HEAD, with_cell("Employee ID", 10, ANNA), with_cell("Manager", 10)], formats={"A2": code, "E3": code}
    )
    found = read(data)
    assert (found.faults, found.entries[0].employee_id, found.entries[1].manager) == ([], shown, shown)


def test_a_format_that_no_spreadsheet_would_take_costs_no_time() -> None:
    data = xlsx([HEAD, with_cell("Employee ID", 10, ANNA)], formats={"A2": "0000"})
    endless = changed(data, "xl/styles.xml", 'formatCode="0000"', f'formatCode="{"[x" * 200_000}"')
    assert read(endless).entries[0].employee_id == "10"


def test_a_format_may_be_of_some_rows_only() -> None:
    rows = [[number, f"Osoba {number}", "", "Sales", "", "", "", ""] for number in range(10, 22)]
    found = read(xlsx([HEAD, *rows], formats={f"A{line}": "0000" for line in range(2, 7)}))
    assert [entry.employee_id for entry in found.entries] == [
        *("0010", "0011", "0012", "0013", "0014"),
        *map(str, range(15, 22)),
    ]


def test_opendocument_shows_numbers_too() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="10"><text:p>0010</text:p></table:table-cell>'
    assert read(ods([HEAD, with_cell("Employee ID", cell, ANNA)])).entries[0].employee_id == "0010"


@pytest.mark.parametrize("written", ['="0010"', "'0010", "\t0010", " 0010 ", "0010", "'0010'", "’0010", '"""0010"""'])
def test_what_keeps_a_number_from_being_changed_is_no_part_of_it(written: str) -> None:
    found = read(csv([HEAD, with_cell("Employee ID", written, ANNA), with_cell("Manager", written)]))
    assert (found.faults, found.entries[0].employee_id, found.entries[1].manager) == ([], "0010", "0010")


def test_a_name_keeps_its_apostrophe() -> None:
    assert read(csv([HEAD, with_cell("Name", "'t Hooft", ANNA)])).entries[0].name == "'t Hooft"


@pytest.mark.parametrize("column", ["Employee ID", "Manager"])
@pytest.mark.parametrize(
    "spoilt",
    [
        "1.23457E+11",
        "1,23457E+11",
        "10.0",
        "10,00",
        "2026-01-10",
        "10. 1. 2026",
        "=A1+1",
        "1.23457E11",
        "1/10/2026",
        "10-Jan",
        "Jan-10",
        "TRUE",
        "nan",
    ],
)
def test_a_number_that_a_program_has_spoilt_is_named(column: str, spoilt: str) -> None:
    assert faults(read(csv([HEAD, ANNA, with_cell(column, spoilt)]))) == [(3, column)]


@pytest.mark.parametrize("sound", ["12E3", "E10", "A-10", "10/2", "K.10", "1-10", "JAN-10", "20260101"])
def test_a_code_that_only_looks_like_a_number_is_kept(sound: str) -> None:
    assert read(csv([HEAD, with_cell("Employee ID", sound, ANNA)])).entries[0].employee_id == sound


def test_a_number_of_which_the_spreadsheet_has_lost_digits_is_named() -> None:
    assert faults(read(xlsx([HEAD, with_cell("Employee ID", 1234567890123456789, ANNA)]))) == [(2, "Employee ID")]
    assert read(xlsx([HEAD, with_cell("Employee ID", 123457000000, ANNA)])).entries[0].employee_id == "123457000000"


def test_an_address_loses_what_keeps_a_number_from_being_changed() -> None:
    assert read(csv([HEAD, with_cell("E-mail", "'anna@example.com", ANNA)])).entries[0].email == "anna@example.com"


@pytest.mark.parametrize("other", ["A77", "ａ７７", "Ａ77"])
def test_of_numbers_that_differ_in_their_spelling_alone_the_second_is_refused(other: str) -> None:
    rows = [with_cell("Employee ID", "a77", ANNA), with_cell("Employee ID", other), with_cell("Name", "Jan", OTTO)]
    rows[1][4] = ""
    rows[2][2], rows[2][4] = "jan@example.com", ""
    found = read(csv([HEAD, *rows]))
    assert faults(found) == [(3, "Employee ID")]
    assert [entry.employee_id for entry in found.entries] == ["0011"]
