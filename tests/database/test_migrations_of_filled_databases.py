"""Every migration takes a filled database of the release before it, loses no row, and needs few statements."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, event, func, insert, select
from sqlalchemy.types import Boolean, Date, Integer, LargeBinary, TypeEngine

from database import Database
from installation import schema

ROWS = 200
"""In each table of the release before."""
MOST_STATEMENTS = 100
"""In one migration. Fewer than the rows of a table: a migration never takes them one by one."""
NOT_DATA = {"alembic_version"}
EMPTIED = {"0002": {"sessions"}}
"""Tables that a migration empties on purpose: with the new kind of session, everybody signs in again."""


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    return config


REVISIONS = [each.revision for each in ScriptDirectory.from_config(scripts()).walk_revisions()][::-1]


def upgrade(connection: Connection, revision: str) -> None:
    config = scripts()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def value(kind: TypeEngine[Any], n: int) -> object:
    match kind:
        case Boolean():
            return n % 2 == 0
        case Integer():
            return n
        case Date():
            return date(2026, 3, 2)
        case LargeBinary():
            return b"%d" % n
    return str(n)


def cell(column: Column[Any], table: Table, n: int) -> object:
    """Rows with the same number belong together. A row that could refer to its own table refers to nothing."""
    if any(key.column.table is table for key in column.foreign_keys):
        return None
    return value(column.type, n)


def fill(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        if table.name not in NOT_DATA:
            rows = [{each.name: cell(each, table, n) for each in table.c} for n in range(1, ROWS + 1)]
            connection.execute(insert(table), rows)
    return counted(connection)


def counted(connection: Connection) -> dict[str, int]:
    tables = MetaData()
    tables.reflect(connection)
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables.sorted_tables
        if table.name not in NOT_DATA
    }


@pytest.mark.parametrize(("before", "after"), list(pairwise(REVISIONS)))
def test_a_filled_database_is_migrated_whole_in_few_statements(
    bare_database: Database, before: str, after: str
) -> None:
    statements: list[str] = []
    with bare_database.writing() as connection:
        upgrade(connection, before)
        filled = fill(connection)
    with bare_database.writing() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: statements.append(said[2]))
        upgrade(connection, after)
    with bare_database.reading() as connection:
        left = counted(connection)
    lost = {name for name, rows in filled.items() if left[name] != rows}
    assert lost == EMPTIED.get(after, set())
    assert len(statements) <= MOST_STATEMENTS


def test_a_filled_database_of_the_first_release_becomes_the_newest(bare_database: Database) -> None:
    with bare_database.writing() as connection:
        upgrade(connection, REVISIONS[0])
        fill(connection)
    schema.bring_up_to_date(bare_database)
    assert schema.is_newest(bare_database)
