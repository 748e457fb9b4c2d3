"""What PostgreSQL's driver does otherwise here: rows are read as they come."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Self

import psycopg
from sqlalchemy import PoolProxiedConnection

AT_A_TIME = 500
"""Rows that are sent in one piece."""


@contextmanager
def streams(connection: PoolProxiedConnection, names: Sequence[str]) -> Iterator[None]:
    """Where a statement asks for a cursor on the server, it gets a stream. For such a cursor PostgreSQL plans as if
    only the first rows were wanted, and without working side by side. `names` are those of its columns."""
    driver: Any = connection.driver_connection
    driver.server_cursor_factory = partial(_Stream, names=names)
    try:
        yield
    finally:
        driver.server_cursor_factory = psycopg.ServerCursor


class _Stream(psycopg.Cursor[Any]):
    """Holds the connection until the last row is read, or it is closed."""

    def __init__(self, connection: Any, *, names: Sequence[str], **_: Any) -> None:
        super().__init__(connection)
        self._names = names
        self._first: list[Any] = []
        self._rows: Any = None

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        self._rows = self.stream(query, params, size=AT_A_TIME)
        self._first = list(islice(self._rows, 1))  # what is wrong with the statement is told with the first row
        return self

    @property
    def description(self) -> Any:
        """The columns as the database tells them with the first row; without a row, as the statement names them."""
        return super().description or [(name, None, None, None, None, None, None) for name in self._names]

    def fetchmany(self, size: int = 0) -> list[Any]:
        first, self._first = self._first, []
        return [*first, *islice(self._rows, size - len(first))]

    def fetchall(self) -> list[Any]:
        first, self._first = self._first, []
        return [*first, *self._rows]

    def close(self) -> None:
        if self._rows is not None:
            self._rows.close()
        super().close()
