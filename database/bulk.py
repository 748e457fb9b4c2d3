"""Bulk insertion past SQLAlchemy, which takes four times as long for its parameters as SQLite for the rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    import psycopg  # at run time it would take a third of a second, which an installation on SQLite is spared


def insert_stored(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of values exactly as stored, in the order of the table's columns."""
    columns = ", ".join(table.c.keys())
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(table.c))
        statement = f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])
        return
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
