"""Reading and writing: every write is one transaction, repeated where another writer was faster."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from database import postgresql, sqlite
from database.postgresql import sqlstate

T = TypeVar("T")

ATTEMPTS_TO_WRITE = 8
PATIENCE = 10.0
"""Seconds that a writer waits: for a connection, for an SQLite database that somebody else has locked, for a
PostgreSQL that fails over."""
PAUSE = 0.25
"""Seconds between two attempts to reach a server that is gone."""
NOT_ANSWERED = (OperationalError, InterfaceError, InternalError, NoConnectionError)
"""Raised where the database cannot be reached, is locked, full or read-only, or where no connection is left. A later
attempt may well succeed."""


class UnknownOutcomeError(Exception):
    """The database stopped answering during the commit, or before the result was read back: it may be saved or
    not."""


@contextmanager
def read_back() -> Iterator[None]:
    """For reads after a commit of one's own. Where they fail, nobody must be told that nothing was saved."""
    try:
        yield
    except NOT_ANSWERED as error:
        raise UnknownOutcomeError from error


class Database:
    """One database. Reading never waits for a writer; writers of this process take turns."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.patience = patience
        engine_of = sqlite.engine_of if self.is_sqlite else postgresql.engine_of
        self.engine = engine_of(url, patience)
        self.turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        """Held by the one writer of this process."""
        self._one_view = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        """Options with which PostgreSQL shows all statements of a transaction the same data. SQLite needs none."""

    def reading(self) -> AbstractContextManager[Connection]:
        """For single statements: each sees what is committed when it begins. No transaction is opened, because that
        would cost as much as the statement."""
        return self.engine.connect()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """For statements that have to agree: all see the database as it was when the first began. It is rolled back
        at the end."""
        with self.engine.connect().execution_options(begin="BEGIN", **self._one_view) as connection:
            self._begin(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. Raises `UnknownOutcomeError`
        where the connection breaks in the middle of the commit."""
        is_committing = False
        try:
            with (
                self.turn,
                self.engine.connect().execution_options(begin="BEGIN IMMEDIATE", **self._one_view) as connection,
                connection.begin(),
            ):
                self._begin(connection)
                yield connection
                is_committing = True
        except DBAPIError as error:
            if is_committing and error.connection_invalidated:
                raise UnknownOutcomeError from error
            raise

    def _begin(self, connection: Connection) -> None:
        """Send BEGIN explicitly: the SQLite driver does not. An engine event would run on every read, too."""
        if self.is_sqlite:
            connection.exec_driver_sql(connection.get_execution_options()["begin"])

    def write(self, work: Callable[[Connection], T], *, is_repeatable: bool = False) -> T:
        """Run `work` in one transaction and return its result once it is committed.

        Where another writer came first (the same key, a busy database), or the server was lost before the commit,
        `work` runs again from the start and finds what the other left; it has to read all it builds on through its
        connection. Where the server was lost during the commit, only work that `is_repeatable`, because it finds
        its own traces and leaves them alone, runs again; otherwise `UnknownOutcomeError` is raised.
        """
        attempts_left = ATTEMPTS_TO_WRITE
        until = time.monotonic() + self.patience
        while True:
            attempts_left -= 1
            try:
                with self.writing() as connection:
                    return work(connection)
            except DBAPIError as error:
                if _came_second(error) and attempts_left:
                    continue
                if not _is_lost(error) or time.monotonic() > until:
                    raise
            except UnknownOutcomeError:
                if not is_repeatable or time.monotonic() > until:
                    raise
            time.sleep(PAUSE)

    def is_writable(self) -> bool:
        """False for a PostgreSQL standby. Connections to one are closed, so that the next ones look for the server
        that accepts writes."""
        if self.is_sqlite:
            return True
        with self.reading() as connection:
            is_read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
        if is_read_only:
            self.engine.dispose()
        return not is_read_only

    def close(self) -> None:
        self.engine.dispose()


def _came_second(error: DBAPIError) -> bool:
    """True where the write failed only because another one was faster."""
    return isinstance(error, IntegrityError) or sqlstate(error.orig) in {"40001", "40P01"}


def _is_lost(error: DBAPIError) -> bool:
    """True where there was no server to write to: it is gone, still starting, or a standby."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and sqlstate(error.orig) is None)
