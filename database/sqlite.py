"""SQLite: its driver, its settings, and the functions that it lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from words import SaidError, sentence
from words.spelling import fold, identifier

SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # zeroes deleted values; otherwise they stay in the file until something overwrites them
)
NO_TEXT = "\N{REPLACEMENT CHARACTER}"


class UnsoundDatabaseError(SaidError):
    """The database cannot be trusted with records."""


def engine_of(url: str, patience: float) -> Engine:
    """An engine whose connections wait up to `patience` seconds for a database that somebody else has locked."""
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    # Parameters include names and answers, which without `hide_parameters` an error would write to the log.
    engine = create_engine(url, module=_sound_module(), hide_parameters=True, pool_timeout=patience)

    @event.listens_for(engine, "do_connect")
    def keep_to_the_owner(*_: Any) -> None:
        if not file.exists():
            file.touch(0o600)  # there will be people in it, and SQLite gives its log the same mode

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SETTINGS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
        # SQLite's own `lower` knows ASCII alone: a search for "šťastná" would miss "Šťastná".
        connection.create_function(
            "lower", 1, lambda text: None if text is None else text.lower(), deterministic=True
        )
        connection.create_function("folded", 1, lambda text: None if text is None else fold(text), deterministic=True)
        connection.create_function(
            "identifier", 1, lambda text: None if text is None else identifier(text), deterministic=True
        )

    return engine


@contextmanager
def whatever_is_kept(connection: Connection) -> Iterator[None]:
    """Read text that is not valid UTF-8 with `NO_TEXT` in place of the invalid bytes, where SQLite's driver would
    raise. PostgreSQL stores no such text."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield
    finally:
        driver.text_factory = before


def _sound_module() -> ModuleType:
    """An SQLite driver without the bug that can corrupt a write-ahead log (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
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
