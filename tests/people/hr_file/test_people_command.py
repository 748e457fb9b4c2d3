"""The operator's commands over the directory: a file brought in, one person, roles."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from browsing import plain
from operating import Run
from sqlalchemy import select, update

from commands import application
from database import Database
from people import directory
from people.access import Role
from people.directory import Person
from people.sign_in import accounts

t = application.t

FILE = """id;name;e-mail;unit;manager;end
1;Žaneta Říhová;zaneta@example.com;Vedení;;
2;Anna Ďurišová;anna@example.com;Sklad;1;
3;Otto Šťastný;otto@example.com;Sklad;anna@example.com;
"""


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """The one that the commands run over, as this test sees it."""
    opened = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}")
    yield opened
    opened.close()


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(str(database.engine.url), "people")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(FILE, "utf-8")
    return file


@pytest.fixture
def company(run: Run, file: Path, database: Database) -> Database:
    assert run("import", str(file)).exit_code == 0
    return database


def names(database: Database, *, with_left: bool = True) -> list[str]:
    asked = select(directory.people.c.name).order_by(directory.people.c.employee_id)
    with database.reading() as connection:
        return list(connection.execute(asked if with_left else asked.where(directory.people.c.active)).scalars())


def person(database: Database, employee_id: str) -> Person:
    with database.reading() as connection:
        found = directory.by_employee_id(connection, employee_id)
    assert found is not None
    return found


def roles(database: Database, employee_id: str) -> set[str]:
    key = person(database, employee_id).key
    with database.reading() as connection:
        asked = select(accounts.grants.c.role).where(accounts.grants.c.person_key == key)
        return set(connection.execute(asked).scalars())


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
    [(22, 11, False), (22, 10, True), (21, 10, True), (20, 10, False), (11, 1, False), (12, 1, True)],
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


def test_one_person_is_added_by_the_same_rules_as_in_a_file(run: Run, company: Database) -> None:
    given = ["--name", "Eva Malá", "--unit", "Obchod", "--manager", "anna@example.com", "--end", "31. 12. 2099"]
    result = run("add", "4", *given)
    assert result.exit_code == 0
    assert "Eva Malá" in result.output
    assert person(company, "4").manager_key == person(company, "2").key
    assert names(company, with_left=False) == names(company)
    refused = run("add", "5", "--name", "Eva\u202e", "--unit", "Obchod", "--manager", "99", "--email", "eva@")
    assert refused.exit_code == 1
    assert all(f"{column}: " in refused.output for column in ("name", "email"))
    assert "5" not in {person(company, each).employee_id for each in "1234"}


def test_who_is_added_again_keeps_what_was_not_given(run: Run, company: Database) -> None:
    before = person(company, "3")
    assert run("add", "3", "--name", "Otto Jiný", "--unit", "Obchod").exit_code == 0
    after = person(company, "3")
    assert (after.key, after.name, after.unit) == (before.key, "Otto Jiný", "Obchod")
    assert after.manager_key == before.manager_key


def test_a_person_is_shown_with_all_that_the_directory_knows(run: Run, company: Database) -> None:
    run("grant", "2", "hr", "--unit", "Sklad")
    result = run("show", "2")
    assert result.exit_code == 0
    for said in ("Anna Ďurišová", "anna@example.com", "1 Žaneta Říhová", "hr (Sklad)", person(company, "2").key):
        assert said in result.output
    assert run("show", "77").exit_code == 1


def test_everybody_is_listed_and_who_has_left_on_request(company: Database, run: Run, file: Path) -> None:
    file.write_text("".join(FILE.splitlines(keepends=True)[:3]), "utf-8")
    run("import", str(file))
    assert [line.split("\t")[0] for line in run("list").output.splitlines()] == ["1", "2"]
    assert len(run("list", "--all").output.splitlines()) == 3
    with company.writing() as connection:
        theirs = directory.people.c.employee_id == "2"
        connection.execute(update(directory.people).where(theirs).values(ends_on=date(2026, 3, 1)))
    assert [line.split("\t")[0] for line in run("list").output.splitlines()] == ["1"]
    assert "2" in [line.split("\t")[0] for line in run("list", "--all").output.splitlines() if "has left" in line]
    assert "Žaneta" not in run("list", "--unit", "Sklad").output
    assert run("list", "--unit", "Nowhere").exit_code == 1


def test_a_role_is_taken_and_sessions_end_with_it(run: Run, company: Database) -> None:
    assert run("grant", "2", "hr").exit_code == 0
    secret = b"only-for-tests-only-for-tests-only-for-tests"
    accounts.sign_in(company, person(company, "2").key, secret, datetime.now(UTC))
    assert roles(company, "2") == {Role.HR}
    assert run("take", "2", "hr").exit_code == 0
    assert roles(company, "2") == set()
    with company.reading() as connection:
        assert connection.execute(select(accounts.sessions)).all() == []
    again = run("take", "2", "hr")
    assert again.exit_code == 1
    assert "Anna Ďurišová" in again.output


@pytest.mark.parametrize("arguments", [["2", "manager"], ["2", "auditor", "--unit", "Sklad"], ["77", "hr"]])
@pytest.mark.usefixtures("company")
def test_a_role_that_cannot_be_given_cannot_be_taken_either(run: Run, arguments: list[str]) -> None:
    for command in ("grant", "take"):
        assert run(command, *arguments).exit_code == 1
