"""People who write at the same moment, and what is stored of it."""

from collections.abc import Iterator

import pytest

from database import Database


@pytest.fixture
def replica(database_url: str) -> Iterator[Database]:
    """Another process's way to the same database: with connections, and a lock, of its own."""
    opened = Database(database_url)
    yield opened
    opened.close()
