"""`manage.py migrate`: the newest schema, once."""

import pytest
from browsing import plain
from commanding import names, t
from operating import Run

from database import Database
from installation import schema


def test_migrate_brings_a_new_database_to_the_newest_schema(run: Run, database: Database) -> None:
    result = run("migrate")
    assert result.exit_code == 0
    assert schema.is_newest(database)
    assert str(schema.newest()) in result.output


def test_migrate_changes_nothing_the_second_time(run: Run, company: Database) -> None:
    before = names(company)
    assert run("migrate").exit_code == 0
    assert names(company) == before


@pytest.mark.parametrize(
    "command", [["demo"], ["export", "certifications", "--output", "x.csv"], ["enrolments", "rebuild"]]
)
def test_a_database_with_an_older_schema_is_to_be_migrated_first(run: Run, command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 1
    assert plain(t("The database has an older schema; run “manage.py migrate” first.")) in plain(result.output)


@pytest.mark.parametrize("command", [["migrate"], ["demo"], ["enrolments", "rebuild"]])
def test_wrong_settings_are_named_all_of_them(run: Run, command: list[str]) -> None:
    result = run(*command, KODEX_MODE="nonsense", KODEX_TIME_ZONE="Nowhere/Land", KODEX_COLOUR="red")
    assert result.exit_code == 1
    for name in ("KODEX_MODE", "KODEX_TIME_ZONE", "KODEX_COLOUR"):
        assert name in result.output
