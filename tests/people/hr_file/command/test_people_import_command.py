"""`manage.py people import`: what was done, what would be, and what is refused."""

from pathlib import Path

import pytest
import width
from browsing import plain
from operating import Run
from people_command import FILE, names, person

from commands import application
from database import Database
from people import directory
from people.directory import Person

t = application.t


def test_a_file_is_brought_in_and_what_was_done_is_said(run: Run, file: Path, database: Database) -> None:
    result = run("import", str(file))
    assert result.exit_code == 0
    assert plain(t.plural("{n} person is new.", "{n} people are new.", 3)) in plain(result.output)
    assert names(database) == ["Žaneta Říhová", "Anna Ďurišová", "Otto Šťastný"]


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Run, file: Path, database: Database) -> None:
    result = run("import", str(file), "--dry-run")
    assert result.exit_code == 0
    assert "Anna Ďurišová" in result.output
    assert t("Nothing was changed.") in plain(result.output)
    assert names(database) == []


def test_every_fault_is_listed_and_nothing_is_written(run: Run, file: Path, database: Database) -> None:
    file.write_text(FILE.replace("anna@example.com;Sklad", "anna@;Sklad").replace("3;Otto", ";Otto"), "utf-8")
    result = run("import", str(file))
    assert result.exit_code == 1
    assert "line 3, e-mail: " in result.output
    assert "line 4, id: " in result.output
    nothing = t.plural("{n} fault. Nothing was changed.", "{n} faults. Nothing was changed.", 3)
    assert "line 4, manager: " in result.output
    assert plain(nothing) in plain(result.output)
    assert names(database) == []


def test_faulty_rows_are_listed_and_left_out_when_it_is_asked_for(run: Run, file: Path, database: Database) -> None:
    file.write_text(FILE.replace("otto@example.com", "otto@"), "utf-8")
    result = run("import", str(file), "--skip-bad")
    assert result.exit_code == 0
    assert "line 4, e-mail: " in result.output
    assert names(database) == ["Žaneta Říhová", "Anna Ďurišová"]


def test_who_is_not_in_the_file_loses_access_or_is_only_named(run: Run, file: Path, company: Database) -> None:
    file.write_text("".join(FILE.splitlines(keepends=True)[:3]), "utf-8")
    result = run("import", str(file), "--leavers", "report")
    assert "3 Otto Šťastný" in result.output
    assert names(company, with_left=False) == names(company)
    result = run("import", str(file))
    assert plain(t.plural("{n} person loses access.", "{n} people lose access.", 1)) in plain(result.output)
    assert names(company, with_left=False) == ["Žaneta Říhová", "Anna Ďurišová"]
    assert len(names(company)) == 3


def staff_of(number: int) -> str:
    head, boss, *_ = FILE.splitlines(keepends=True)
    return head + boss + "".join(f"{n};Člen Týmu;{n}@example.com;Sklad;1;\n" for n in range(10, 9 + number))


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    width.sample(
        [(22, 11, False), (22, 10, True), (21, 10, True), (20, 10, False), (11, 1, False), (12, 1, True)],
        (22, 11, False),
        (22, 10, True),
    ),
)
def test_a_file_that_takes_access_from_most_people_is_taken_for_the_wrong_one(
    run: Run, file: Path, database: Database, *, before: int, after: int, is_refused: bool
) -> None:
    file.write_text(staff_of(before), "utf-8")
    assert run("import", str(file)).exit_code == 0
    file.write_text(staff_of(after), "utf-8")
    warning = f"{before - after} of {before} people would lose access."
    seen = run("import", str(file), "--dry-run")
    assert seen.exit_code == 0
    assert (warning in plain(seen.output)) is is_refused
    result = run("import", str(file))
    assert (warning in plain(result.output)) is is_refused
    assert result.exit_code == is_refused
    assert len(names(database, with_left=False)) == (before if is_refused else after)
    assert run("import", str(file), "--many-leave").exit_code == 0
    assert len(names(database, with_left=False)) == after


def test_whoever_is_only_reported_missing_loses_nothing_and_is_not_counted(
    run: Run, file: Path, database: Database
) -> None:
    file.write_text(staff_of(30), "utf-8")
    run("import", str(file))
    file.write_text(staff_of(2), "utf-8")
    assert run("import", str(file), "--leavers", "report").exit_code == 0
    assert len(names(database, with_left=False)) == 30


def test_a_mapping_file_names_the_columns(run: Run, file: Path, tmp_path: Path, database: Database) -> None:
    file.write_text(FILE.replace("unit", "Kostka"), "utf-8")
    assert run("import", str(file)).exit_code == 1
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("unit: Kostka\n", "utf-8")
    assert run("import", str(file), "--mapping", str(mapping)).exit_code == 0
    assert person(database, "2").unit == "Sklad"
    mapping.write_text("colour: Kostka\n", "utf-8")
    result = run("import", str(file), "--mapping", str(mapping))
    assert result.exit_code == 1
    assert "colour" in result.output


def test_a_file_that_there_is_not_is_named(run: Run, tmp_path: Path) -> None:
    result = run("import", str(tmp_path / "nowhere.csv"))
    assert result.exit_code == 1
    assert "nowhere.csv" in plain(result.output).replace(" ", "")


def test_a_demonstration_takes_no_real_people(run: Run, file: Path, database: Database) -> None:
    invented = Person("0f", "9", "Vymyšlená", "", "Sklad", None, "cs", invented=True)
    with database.writing() as connection:
        directory.add(connection, [invented])
    for arguments in (["import", str(file)], ["add", "8", "--name", "Jan Novák", "--unit", "Sklad"]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert t("Nothing was changed.") in plain(result.output)
    assert names(database) == ["Vymyšlená"]
