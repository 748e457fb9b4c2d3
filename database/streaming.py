"""Many rows read as they come, without holding all of them in memory."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select


def streamed(connection: Connection, query: Select[Any], size: int) -> Iterator[Sequence[Row[Any]]]:
    """The rows of `query` in lists of `size`."""
    if connection.dialect.name == "postgresql":
        # Rows come through a cursor on the server, for which it otherwise plans as if only the first rows were read.
        connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1")
    return connection.execute(query, execution_options={"yield_per": size}).partitions()
