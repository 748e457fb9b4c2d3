"""An SQLite database copied into one file while it is in use."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from database.transactions import Database

PAGES_PER_STEP = 2000
"""Pages copied at a time; others can write between two steps."""


def copy(database: Database, file: Path, on_progress: Callable[[int, int], None]) -> None:
    """Copy an SQLite database into an empty file by its online backup: as it was at one point in time,
    although others write meanwhile. `on_progress` is called with the pages done and the pages in all."""
    target = Database(f"sqlite:///{file}")
    with closing(database.engine.raw_connection()) as source, closing(target.engine.raw_connection()) as copied:
        reader, writer = source.driver_connection, copied.driver_connection
        if reader is None or writer is None:
            raise RuntimeError("a connection without its driver")
        reader.backup(writer, pages=PAGES_PER_STEP, progress=lambda _, left, total: on_progress(total - left, total))
    settle(target)
    target.close()


def settle(database: Database) -> None:
    """Leave an SQLite database that nobody uses as one file, safe on the disk."""
    if database.is_sqlite:
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=DELETE")
