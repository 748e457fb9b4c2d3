"""The database: the engine, and the one way to write, a transaction."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    MetaData,
    Result,
    Select,
    Text,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from words import SaidError, sentence
from words.spelling import fold, identifier, plain_letters

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

T = TypeVar("T")

ATTEMPTS_TO_WRITE = 8
PATIENCE = 10.0
"""Seconds that a writer waits: for a connection, for an SQLite database that somebody else holds, for a PostgreSQL
that fails over."""
PAUSE = 0.25
"""Seconds between two attempts to reach a server that is gone."""
SETTINGS_OF_SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # zeroes what is deleted; otherwise it stays in the file until something is written over it
)
REWRITTEN = 1
"""The `user_version` of an SQLite database that has been rewritten since deleted values are zeroed."""
PAGES = 2000
"""Of an SQLite database that are copied at a time, between which others may write."""


NOT_ANSWERED = (OperationalError, InterfaceError, InternalError, NoConnectionError)
"""Raised where the database cannot be reached, is held, full or read-only, or where no connection is left. Asked
again later, it may well answer."""


class UnknownOutcomeError(Exception):
    """The database stopped answering at the commit, or before it was read back: it may be saved, or not."""


@contextmanager
def read_back() -> Iterator[None]:
    """For what reads after its own commit. Where that fails, nobody must be told that nothing was saved."""
    try:
        yield
    except NOT_ANSWERED as error:
        raise UnknownOutcomeError from error


class UnsoundDatabaseError(SaidError):
    """The database cannot be trusted with records."""


class NotRewrittenError(SaidError):
    """Values that were deleted from the database may still be in its file."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO 8601 text with microseconds: it sorts, and it hashes alike everywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


def written(at: datetime) -> str:
    """`at` as it stands in the database: 2026-11-22T14:03:05.000000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Database:
    """One database. Reading never waits for a writer; writers of this process take turns."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.patience = patience
        self.engine = _sqlite_engine(url, patience) if self.is_sqlite else _postgresql_engine(url, patience)
        self._one_view = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        """What PostgreSQL needs to let all statements of a transaction see the same; SQLite does so by itself."""
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    def reading(self) -> AbstractContextManager[Connection]:
        """For single statements: each sees what is committed when it begins. No transaction is asked for, because
        that would cost as much as the statement."""
        return self.engine.connect()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """For statements that have to agree: all see the database as it was when the first began."""
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
                self._turn,
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
        """Says so to SQLite, whose driver does not. An event of the engine could, and would then be looked for by
        every single read as well."""
        if self.is_sqlite:
            connection.exec_driver_sql(connection.get_execution_options()["begin"])

    def write(self, work: Callable[[Connection], T], *, is_repeatable: bool = False) -> T:
        """Runs `work` in one transaction and returns its result, once it is committed.

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
        """Whether the server takes writes: a PostgreSQL that follows another one does not. Connections to one that
        does not are given up, so that the next ones look for the server that does."""
        if self.is_sqlite:
            return True
        with self.reading() as connection:
            is_read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
        if is_read_only:
            self.engine.dispose()
        return not is_read_only

    def copy_to(self, file: Path, on_progress: Callable[[int, int], None]) -> None:
        """SQLite's online backup into an empty file: as the database was at one moment, whoever writes meanwhile.
        Reports pages done and pages in all."""
        copy = Database(f"sqlite:///{file}")
        with closing(self.engine.raw_connection()) as source, closing(copy.engine.raw_connection()) as target:
            here, there = source.driver_connection, target.driver_connection
            if here is None or there is None:
                raise RuntimeError("a connection without its driver")
            here.backup(there, pages=PAGES, progress=lambda _, left, total: on_progress(total - left, total))
        copy.settle()
        copy.close()

    def empty_log(self) -> bool:
        """Moves SQLite's write-ahead log into the database and empties it, because it holds what was there before.

        Returns whether that was possible: somebody who still reads an older state can prevent it. On PostgreSQL
        there is nothing to do here.
        """
        if not self.is_sqlite:
            return True
        with self._turn, self.engine.connect() as connection:
            return self._empty_log(connection)

    @staticmethod
    def _empty_log(connection: Connection) -> bool:
        was_busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not was_busy

    def rewrite_once(self) -> None:
        """Rewrites an SQLite file that may still hold what was deleted from it before `secure_delete` was set.

        It is marked only when that is done, so that an interrupted run is repeated. Raises `NotRewrittenError`.
        """
        if self.is_rewritten():
            return
        try:
            with self._turn, self.engine.connect() as connection:
                connection.exec_driver_sql("VACUUM")
                if not self._empty_log(connection):
                    raise NotRewrittenError(sentence("Somebody is reading the database; stop Kodex and try again."))
                connection.exec_driver_sql(f"PRAGMA user_version={REWRITTEN}")
        except OperationalError as error:
            raise NotRewrittenError(
                sentence(
                    "The database could not be rewritten ({reason}): what was deleted from it earlier may still be "
                    "in its file. It needs as much room on the disk as the file has once more. Try again.",
                    reason=str(error.orig),
                )
            ) from error

    def is_rewritten(self) -> bool:
        """Whether nothing that was deleted can still be in an SQLite file."""
        if not self.is_sqlite:
            return True
        with self.reading() as connection:
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        return version >= REWRITTEN

    def settle(self) -> None:
        """Leaves an SQLite database that nobody uses as one file, safe on the disk."""
        if self.is_sqlite:
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        self.engine.dispose()


def _came_second(error: DBAPIError) -> bool:
    """Whether the write failed only because another one was faster."""
    return isinstance(error, IntegrityError) or _sqlstate(error.orig) in {"40001", "40P01"}


def _is_lost(error: DBAPIError) -> bool:
    """Whether there was no server to write to: it is gone, still starting, or only follows another one."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and _sqlstate(error.orig) is None)


_NOT_POSTGRESQL = ""


def _sqlstate(error: BaseException | None) -> str | None:
    """PostgreSQL's code of an error; none where its driver could not connect, or lost the connection."""
    code: str | None = getattr(error, "sqlstate", _NOT_POSTGRESQL)
    return code


def _sqlite_engine(url: str, patience: float) -> Engine:
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    # Parameters hold names and answers; without the option an error would take them into the log.
    engine = create_engine(url, module=_sound_sqlite(), hide_parameters=True, pool_timeout=patience)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SETTINGS_OF_SQLITE:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
        # SQLite's own knows ASCII alone, and a search for "šťastná" would miss "Šťastná".
        connection.create_function("lower", 1, _lower, deterministic=True)
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("identifier", 1, _identifier, deterministic=True)

    return engine


@contextmanager
def whatever_is_kept(connection: Connection) -> Iterator[None]:
    """Reads text whose bytes are no UTF-8, with `NO_TEXT` in their place, where SQLite's driver would fail.
    PostgreSQL keeps none."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.text_factory = _as_text
    try:
        yield
    finally:
        driver.text_factory = str


NO_TEXT = "\N{REPLACEMENT CHARACTER}"


def _as_text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _identifier(text: str | None) -> str | None:
    return None if text is None else identifier(text)


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


class folded(FunctionElement[str]):  # noqa: N801, it stands in statements like a function
    """A column of text as `fold` gives it, in the database."""

    type = Text()
    inherit_cache = True


@compiles(folded)
def _in_sqlite(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    return f"folded({compiler.process(element.clauses, **how)})"


@compiles(folded, "postgresql")
def _in_postgresql(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    accented, plain = ("".join(letters) for letters in zip(*plain_letters(), strict=True))
    return f"translate(lower({compiler.process(element.clauses, **how)}), '{accented}', '{plain}')"


class identified(FunctionElement[str]):  # noqa: N801, it stands in statements like a function
    """A column of text as `identifier` gives it, in the database."""

    type = Text()
    inherit_cache = True


@compiles(identified)
def _identified_in_sqlite(element: identified, compiler: SQLCompiler, **how: Any) -> str:
    return f"identifier({compiler.process(element.clauses, **how)})"


@compiles(identified, "postgresql")
def _identified_in_postgresql(element: identified, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    plain = f"replace(lower(normalize(trim(normalize({column}, NFKC)), NFKC)), 'ß', 'ss')"
    return f"translate({plain}, 'ı\N{COMBINING DOT ABOVE}', 'i')"


WRITERS_GONE = frozenset({"25006", "57P01", "57P02", "57P03"})
"""What a PostgreSQL answers that is read-only, is being stopped, has crashed, or is still starting
(https://www.postgresql.org/docs/15/errcodes-appendix.html)."""
NETWORK = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""How soon a silent machine counts as gone, unless the address says otherwise; by default that takes a quarter of an
hour (https://www.postgresql.org/docs/15/libpq-connect.html)."""


def _postgresql_engine(url: str, patience: float) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args=_unsaid(url),
    )

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: Any) -> None:
        # A pooler answers under a process id of its own making. Behind it the next transaction may be another
        # server process's, which does not know what was prepared on this one.
        (process_id,) = driver.execute("SELECT pg_backend_pid()").fetchone()
        driver.rollback()
        if process_id != driver.info.backend_pid:
            driver.prepare_threshold = None

    @event.listens_for(engine, "handle_error")
    def give_up(context: ExceptionContext) -> None:
        # Otherwise the pool would keep a connection to a server that was demoted: reading on it still works.
        if _sqlstate(context.original_exception) in WRITERS_GONE:
            context.is_disconnect = True

    @event.listens_for(engine, "rollback")
    def stop(connection: Connection) -> None:
        # Whoever left in the middle may still hold the rest, and a rollback would wait for it for ever. A connection
        # that was given up is not rolled back.
        if not connection.invalidated and (rest := connection.info.pop(_REST, None)):
            rest.close()

    return engine


def _unsaid(url: str) -> dict[str, str]:
    """What the address does not say of its connections. Of several servers the one that takes writes is meant."""
    asked = make_url(url)
    hosts = asked.query.get("host", "")
    is_several = not isinstance(hosts, str) or "," in hosts
    wanted = NETWORK | ({"target_session_attrs": "read-write"} if is_several else {})
    return {name: value for name, value in wanted.items() if name not in asked.query}


def streamed(connection: Connection, statement: Select[Any], size: int) -> Result[Any]:
    """Rows that come `size` at a time. Until the last one is read, the connection must not be asked for anything
    else."""
    with _as_they_come(connection, statement):
        rows = connection.execute(statement, execution_options={"yield_per": size})
    connection.info[_REST] = rows
    return rows


_REST = "rest of a stream"


def _as_they_come(connection: Connection, statement: Select[Any]) -> AbstractContextManager[None]:
    if connection.dialect.name == "sqlite":
        return nullcontext()
    # Its driver takes a third of a second to be imported, which an installation on SQLite is spared.
    names = [column.name for column in statement.selected_columns]
    streams: AbstractContextManager[None] = import_module("postgresql").streams(connection.connection, names)
    return streams


def _sound_sqlite() -> ModuleType:
    """An SQLite without the fault that can corrupt a write-ahead log (mended in 3.51.3, 3.50.7 and 3.44.6)."""
    try:
        module = import_module("pysqlite3.dbapi2")
    except ImportError:
        module = import_module("sqlite3.dbapi2")
    version = module.sqlite_version_info
    if version >= (3, 51, 3) or (version[:2] == (3, 50) and version >= (3, 50, 7)) or (3, 44, 6) <= version < (3, 45):
        return module
    raise UnsoundDatabaseError(
        sentence(
            "SQLite {version} can corrupt its write-ahead log; install the package pysqlite3 or use PostgreSQL.",
            version=module.sqlite_version,
        )
    )
