"""All faults of a file in one round, and the file with its faults in a column, to correct or to send back."""

import io
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from operating import Run
from people_files import ANNA, HEAD, OTTO, csv, read, with_cell, xlsx

from database import Database
from people.hr_file import cells, comparison, reader
from people.hr_file import roster as rosters
from people.hr_file.files import FileFault
from people.hr_file.plan import ImportOptions, ImportPlan

TODAY = date(2026, 3, 2)


def plan(data: bytes) -> ImportPlan:
    return comparison.plan(read(data), [], ImportOptions(TODAY))


def places(found: ImportPlan) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in found.faults]


FAULTY = [
    HEAD,
    ANNA,
    ["0011", "Otto Velký", "otto@", "Sales", "77", "", "", ""],
    ["", "Eva Nová", "", "Stock", "Nobody At All", "", "", ""],
    ["0013", "Jan Bílý", "", "Stock", "0014", "", "", "klingon"],
    ["0014", "Ivo Černý", "", "Stock", "0013", "", "", ""],
    ["0010", "Petr Nový", "", "Stock", "nobody@example.com", "", "", ""],
]


def test_unknown_managers_circles_doubles_and_cells_are_named_in_one_round() -> None:
    assert places(plan(csv(FAULTY))) == [
        (3, "E-mail"),
        (3, "Manager"),
        (4, "Employee ID"),
        (4, "Manager"),
        (5, "Language"),
        (5, "Manager"),
        (6, "Manager"),
        (7, "Employee ID"),
        (7, "Manager"),
    ]


def test_a_missing_column_does_not_hide_what_is_wrong_in_the_others() -> None:
    table = [[cell for name, cell in zip(HEAD, row, strict=True) if name != "Unit"] for row in FAULTY]
    found = places(plan(csv(table)))
    assert found[0] == (1, "")
    assert {(3, "E-mail"), (3, "Manager"), (5, "Language"), (7, "Employee ID")} <= set(found)


@pytest.mark.parametrize("written", ["Anna Malá", "anna malá", "Malá, Anna", "Malá Anna"])
def test_a_manager_may_be_meant_by_a_name_that_one_person_has(written: str) -> None:
    found = plan(csv([HEAD, ANNA, with_cell("Manager", written)]))
    assert found.faults == []
    assert [change.after.manager_key for change in found.changes if change.after] == [None, "0010"]


def test_a_name_that_two_people_have_means_nobody() -> None:
    namesake = ["0012", "Anna Malá", "", "Stock", "", "", "", ""]
    found = plan(csv([HEAD, ANNA, namesake, with_cell("Manager", "Anna Malá")]))
    assert places(found) == [(4, "Manager")]


def test_of_very_many_faults_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "MOST_FAULTS", 3)
    rows = [[str(number), "", "", "", "", "", "", ""] for number in range(10)]
    found = read(csv([HEAD, *rows]))
    assert len(found.faults) == 4
    assert dict(found.faults[-1].what.values) == {"n": 17}
    assert len(found.spoilt) == 10


# The file with its faults


def workbook(data: bytes) -> dict[str, list[list[str | None]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_the_file_comes_back_with_its_faults_in_a_column() -> None:
    data = csv([["Title"], *FAULTY])
    table, listed = workbook(reader.with_faults(data, plan(data).faults, "en")).values()
    assert table[0] == ["What is wrong", "Line", *HEAD]
    assert table[1][:4] == [None, "3", "0010", "Anna Malá"] or table[1][:4] == ["", "3", "0010", "Anna Malá"]
    assert "E-mail: " in str(table[2][0])
    assert "\nManager: " in str(table[2][0])
    assert [row[1] for row in table[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert len(listed) == 1 + len(plan(data).faults)


def test_what_comes_back_is_read_as_what_was_sent() -> None:
    for data in (csv([HEAD, ANNA, OTTO]), xlsx([HEAD, ANNA, with_cell("Start", date(2020, 1, 1))])):
        sent, back = read(data), read(reader.with_faults(data, [], "cs"))
        assert [entry[1:] for entry in back.entries] == [entry[1:] for entry in sent.entries]
        assert back.faults == []


def test_nothing_in_it_is_a_formula_or_a_link() -> None:
    hostile = ["=1+1", '=HYPERLINK("http://example.com")', "@SUM(A1)", "http://example.com", "+1", "-1"]
    data = csv([HEAD, *(with_cell("Name", text) for text in hostile)])
    book = openpyxl.load_workbook(io.BytesIO(reader.with_faults(data, plan(data).faults, "en")))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert {cell.value for cell in book.worksheets[0]["D"][1:]} == set(hostile)


def test_columns_without_a_name_and_of_one_name_are_kept_apart() -> None:
    data = csv([[*HEAD, "", "", "Note", "Note"], [*ANNA, "a", "b", "c", "d", "e"]])
    (head, row), _ = workbook(reader.with_faults(data, [FileFault(2, "", cells.NAMELESS)], "en")).values()
    assert row[-5:] == ["a", "b", "c", "d", "e"]
    assert len(set(head)) == len(head)


# On the command line


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}")
    yield opened
    opened.close()


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(str(database.engine.url), "people")


def test_the_command_writes_it_for_whoever_runs_it_alone(run: Run, tmp_path: Path) -> None:
    file, output = tmp_path / "people.csv", tmp_path / "faults.xlsx"
    file.write_bytes(csv(FAULTY))
    result = run("import", str(file), "--faults-to", str(output))
    assert result.exit_code == 1
    assert str(output) in result.output
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert len(workbook(output.read_bytes())) == 2


def test_the_command_doubts_a_code_page_and_takes_the_one_that_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(csv([HEAD, with_cell("Name", "Přemysl Šťastný", ANNA)], encoding="cp1250"))
    result = run("import", str(file))
    assert result.exit_code == 1
    assert "Přemysl Šťastný" in result.output
    assert "--encoding windows-1250" in result.output
    assert run("import", str(file), "--encoding", "windows-1250").exit_code == 0
    assert "Přemysl Šťastný" in run("list").output


def test_the_command_asks_who_has_a_new_number_and_does_as_it_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(csv([HEAD, ANNA, OTTO]))
    assert run("import", str(file)).exit_code == 0
    before = run("show", "0010").output.splitlines()[-1]
    file.write_bytes(csv([HEAD, with_cell("Employee ID", "10", ANNA), with_cell("Manager", "10")]))
    result = run("import", str(file))
    assert result.exit_code == 1
    assert "0010 Anna Malá → 10 Anna Malá" in result.output
    assert "--same-person 0010=10" in result.output
    assert run("import", str(file), "--same-person", "0010=11").exit_code == 1
    assert run("import", str(file), "--same-person", "nonsense").exit_code == 1
    assert run("import", str(file), "--same-person", "0010=10").exit_code == 0
    assert run("show", "10").output.splitlines()[-1] == before
