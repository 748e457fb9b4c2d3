"""`manage.py demo`: an invented company of any size, and where it is refused."""

import shutil
from pathlib import Path

import pytest
from browsing import plain
from commanding import EMPLOYEES, names, t
from operating import Run
from sqlalchemy import Connection, Engine, event

from database import Database
from people import directory


@pytest.fixture
def empty(file: Path, migrated_sqlite: Path, database: Database) -> Database:
    """Migrated, without a row."""
    shutil.copy(migrated_sqlite, file)
    return database


# demo


def test_a_demonstration_has_as_many_people_as_asked_for(run: Run, empty: Database) -> None:
    result = run("demo", "--employees", str(EMPLOYEES), "--seed", "7")
    assert result.exit_code == 0
    assert len(names(empty)) == EMPLOYEES
    assert str(EMPLOYEES) in result.output


def test_the_same_seed_invents_the_same_people_and_another_others(
    run: Run, empty: Database, company: Database, migrated_sqlite: Path, file: Path
) -> None:
    seed_one = names(company)
    company.close()
    found = []
    for seed in ("1", "2"):
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        shutil.copy(migrated_sqlite, file)
        assert run("demo", "--employees", str(EMPLOYEES), "--seed", seed).exit_code == 0
        found.append(names(empty))
        empty.close()
    assert found[0] == seed_one
    assert found[1] != seed_one


def test_a_demonstration_that_has_to_wait_too_long_for_another_writer_says_so(run: Run, empty: Database) -> None:
    def wait_shortly(connection: Connection) -> None:
        connection.connection.cursor().execute("PRAGMA busy_timeout=50")

    event.listen(Engine, "engine_connect", wait_shortly)
    try:
        with empty.writing() as another:
            another.execute(directory.people.delete())
            result = run("demo", "--employees", str(EMPLOYEES))
    finally:
        event.remove(Engine, "engine_connect", wait_shortly)
    assert result.exit_code == 1
    (line,) = result.output.strip().splitlines()
    assert "database is locked" in line


def test_a_demonstration_is_not_made_where_there_are_people(run: Run, company: Database) -> None:
    before = names(company)
    result = run("demo")
    assert result.exit_code == 1
    said = t("The database already holds people; a demonstration is made in an empty one. Nothing was changed.")
    assert plain(said) in plain(result.output)
    assert names(company) == before


def test_a_demonstration_is_not_made_in_production(run: Run, empty: Database) -> None:
    result = run("demo", KODEX_MODE="production", KODEX_PUBLIC_URL="https://kodex.example.com")
    assert result.exit_code == 1
    assert names(empty) == []


def test_a_demonstration_is_not_smaller_than_its_cast(run: Run, empty: Database) -> None:
    assert run("demo", "--employees", "3").exit_code == 2
    assert names(empty) == []
