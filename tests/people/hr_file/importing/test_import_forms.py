"""HR's file in every form that it comes in."""

from datetime import date

import pytest
from roster import ANNA, BOSS, COMPANY, HEAD, csv, places, roster, xlsx


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(delimiter: str, encoding: str) -> None:
    found = roster(csv(COMPANY, delimiter, encoding))
    assert found.faults == []
    assert [entry.name for entry in found.entries] == ["Žaneta Říhová", "Anna Ďurišová", "Otto Šťastný"]
    assert [entry.unit for entry in found.entries] == ["Vedení", "Sklad", "Sklad"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_byte_order(encoding: str) -> None:
    data = "\ufeff".encode(encoding) + csv(COMPANY, encoding=encoding)
    assert roster(data).entries == roster(COMPANY).entries


def test_xlsx_says_the_same_as_csv() -> None:
    as_workbook, as_text = roster(xlsx(COMPANY)), roster(COMPANY)
    assert (as_workbook.entries, as_workbook.columns) == (as_text.entries, as_text.columns)


def test_numbers_and_dates_of_excel_are_what_they_look_like() -> None:
    row = [1001, "Jan", "Novák", "", "Sklad", "", date(2020, 2, 29), 46387, "cs"]
    (entry,) = roster(xlsx([HEAD, row])).entries
    assert entry.employee_id == "1001"
    assert entry.starts_on == date(2020, 2, 29)
    assert entry.ends_on == date(2026, 12, 31)


def test_a_number_in_excel_and_the_same_in_text_are_one_person() -> None:
    rows = [[1, *BOSS[1:]], ["2", *ANNA[1:5], 1, *ANNA[6:]]]
    found = roster(xlsx([HEAD, *rows]))
    assert [(entry.employee_id, entry.manager) for entry in found.entries] == [("1", ""), ("2", "1")]


def test_line_numbers_of_excel_count_empty_rows_and_leave_them_out() -> None:
    found = roster(xlsx([[], HEAD, BOSS, [], ["2", "Jan", "", "", "", ""]]))
    assert places(found) == [(5, "Příjmení"), (5, "Útvar")] or places(found) == [(5, "Útvar")]
    assert [entry.line for entry in found.entries] == [3]


def test_line_numbers_count_lines_within_quotation_marks_and_empty_ones() -> None:
    data = b'sep=,\r\n\r\nid,name,e-mail,unit\r\n1,"A\r\nB",,U\r\n\r\n2,,,U\r\n'
    assert places(roster(data)) == [(4, "name"), (7, "name")]


def test_cells_may_hold_the_delimiter_in_quotation_marks() -> None:
    (entry,) = roster('id;name;e-mail;unit\n1;"Novák; Jan";;"Sklad ""A"""\n'.encode()).entries
    assert (entry.name, entry.unit) == ("Novák; Jan", 'Sklad "A"')
