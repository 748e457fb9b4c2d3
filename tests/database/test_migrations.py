"""The schema comes from migrations alone, and an interrupted one leaves the old schema."""

import os
import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Date, Text, inspect, select, text

from database import Database, metadata
from installation import schema
from people.directory import people
from progress.completion import certificates

HALF_WAY = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {newest!r}


def upgrade():
    op.create_table("half_way", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("people", sa.Column("nickname", sa.Text()))
    op.execute("UPDATE people SET name = 'nobody'")
    {then}
"""


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the next migration is written: the bundled ones are beside it."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder / "versions" / "9999_half_way.py"


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def columns_of_people(database: Database) -> set[str]:
    with database.reading() as connection:
        return {column["name"] for column in inspect(connection).get_columns("people")}


def test_the_migrated_schema_is_the_one_that_the_code_means(bare_database: Database) -> None:
    schema.bring_up_to_date(bare_database)
    with bare_database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrated_schema_has_the_keys_that_the_code_means(bare_database: Database) -> None:
    """What Alembic does not compare."""
    schema.bring_up_to_date(bare_database)
    with bare_database.reading() as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]


def test_a_database_without_tables_is_not_the_newest(bare_database: Database) -> None:
    assert not schema.is_newest(bare_database)
    schema.bring_up_to_date(bare_database)
    assert schema.is_newest(bare_database)


def test_migrating_again_changes_nothing(database: Database, everybody: object) -> None:  # noqa: ARG001
    before = tables(database)
    schema.bring_up_to_date(database)
    assert tables(database) == before
    with database.reading() as connection:
        assert len(connection.execute(select(people)).all()) == 8


def test_an_interrupted_migration_leaves_the_old_schema(bare_database: Database, next_migration: Path) -> None:
    schema.bring_up_to_date(bare_database)
    before, columns = tables(bare_database), columns_of_people(bare_database)
    next_migration.write_text(HALF_WAY.format(newest=schema.newest(), then="raise RuntimeError('the power went')"))
    with pytest.raises(RuntimeError, match="the power went"):
        schema.bring_up_to_date(bare_database)
    assert tables(bare_database) == before
    assert columns_of_people(bare_database) == columns
    assert not schema.is_newest(bare_database)


def test_an_interrupted_first_migration_leaves_no_table(bare_database: Database, next_migration: Path) -> None:
    next_migration.write_text(HALF_WAY.format(newest=schema.newest(), then="raise RuntimeError('the power went')"))
    with pytest.raises(RuntimeError, match="the power went"):
        schema.bring_up_to_date(bare_database)
    assert tables(bare_database) == set()


def test_a_migration_is_taken_up_where_it_was_interrupted(bare_database: Database, next_migration: Path) -> None:
    schema.bring_up_to_date(bare_database)
    next_migration.write_text(HALF_WAY.format(newest=schema.newest(), then="raise RuntimeError('the power went')"))
    with pytest.raises(RuntimeError, match="the power went"):
        schema.bring_up_to_date(bare_database)
    next_migration.write_text(next_migration.read_text().replace("raise RuntimeError('the power went')", ""))
    schema.bring_up_to_date(bare_database)
    assert "half_way" in tables(bare_database)
    assert schema.is_newest(bare_database)


def test_certificates_that_there_are_get_a_place_in_a_status_list(bare_database: Database) -> None:
    """Each its own, at random, and noted as given."""
    with bare_database.writing() as connection:
        config = alembic_at(connection)
        command.upgrade(config, BEFORE_STATUS_LISTS)
        columns = inspect(connection).get_columns("certificates")
        for number in range(300):
            values = {each["name"]: "1" if isinstance(each["type"], Text) else number for each in columns}
            values |= {"number": f"KX-{number}", "person_key": f"{number}", "printed": None, "template": None}
            values |= {each["name"]: "2026-03-02" for each in columns if isinstance(each["type"], Date)}
            names = ", ".join(values)
            connection.execute(text(f"INSERT INTO certificates ({names}) VALUES (:{', :'.join(values)})"), values)
        command.upgrade(config, "head")
    with bare_database.reading() as connection:
        row = certificates.certificates.c
        given = list(connection.execute(select(row.status_index).order_by(row.number)).scalars())
        kept = set(connection.execute(select(certificates.status_indexes.c.status_index)).scalars())
    assert len(set(given)) == 300
    assert set(given) == kept
    assert all(0 <= place < certificates.STATUS_LIST for place in given)
    assert max(given) > 10_000
    assert given != sorted(given)


BEFORE_STATUS_LISTS = "0005"


def alembic_at(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def test_a_new_sqlite_file_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE people (name TEXT)"))
            files = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert files == dict.fromkeys(("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), 0o600)
