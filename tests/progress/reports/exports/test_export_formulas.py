"""Nothing in an export runs: formulas, separators and quotes are text."""

import csv
import io

import pytest
from exporting import FORMULAS, as_csv, lines_for, read_csv, rows_for, sheet_of
from hypothesis import given
from hypothesis import strategies as st
from studying import Study

from people import directory
from people.access import Principal
from people.directory import Person
from progress.reports.exports import (
    as_text,
)
from progress.reports.lists import SEPARATOR


def test_a_formula_arrives_in_csv_as_text(infested: Study, hr: Principal) -> None:
    found = read_csv(lines_for(infested, hr))
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
    lines = [SEPARATOR.join([first, second, "" if n is None else str(n)]) for first, second, n in cells]
    text = as_csv([lines], columns)
    _, *written = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    wanted = [[as_text(cell) for cell in line.split(SEPARATOR)] for line in lines]
    assert written == wanted


@pytest.mark.parametrize("text", ["Žofie", "a=b", "1+1", "x@example.com", "", "’=1", "KX-1"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert as_text(text) == text


def test_separators_quotes_and_line_ends_in_a_cell_stay_in_their_cell(study: Study, hr: Principal) -> None:
    odd = 'Řehoř; "Óda"\r\n,\'Új'
    person = Person("f" * 32, "9", odd, "o@example.com", odd, None, "cs")
    with study.database.writing() as connection:
        directory.add(connection, [person])
    study.assign(Principal(person, hr.roles))
    (record,) = read_csv(lines_for(study, hr))
    assert (record["name"], record["unit"], record["status"]) == (odd, odd, "not started")
