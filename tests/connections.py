"""Fails whatever takes a second connection while it holds one: when all do so at once, each waits for the others."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

HOLDER = "thread that holds it"


class SecondConnectionError(AssertionError):
    """One thread holds a connection of a pool, and asks the same pool for another."""


_held: defaultdict[int, set[Pool]] = defaultdict(set)
"""By thread: the pools of which it holds a connection."""
_allowed: set[int] = set()
"""Threads of tests that hold several on purpose."""


@contextmanager
def several() -> Iterator[None]:
    """Lets a test hold several connections at once."""
    _allowed.add(threading.get_ident())
    try:
        yield
    finally:
        _allowed.remove(threading.get_ident())


def _taken(_driver: Any, entry: ConnectionPoolEntry, taken: PoolProxiedConnection) -> None:
    pool: Any = taken._pool  # type: ignore[attr-defined]  # an event of the pool does not say which pool it is of
    here = threading.get_ident()
    if pool in _held[here] and here not in _allowed:
        raise SecondConnectionError("a second connection is asked for while the first is held")
    _held[here].add(pool)
    entry.info[HOLDER] = here, pool


def _given_back(_driver: Any, entry: ConnectionPoolEntry) -> None:
    if holder := entry.info.pop(HOLDER, None):
        here, pool = holder
        _held[here].discard(pool)


@pytest.fixture(scope="session", autouse=True)
def one_connection_a_thread() -> Iterator[None]:
    event.listen(Pool, "checkout", _taken)
    event.listen(Pool, "checkin", _given_back)
    yield
    event.remove(Pool, "checkout", _taken)
    event.remove(Pool, "checkin", _given_back)
