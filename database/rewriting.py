"""Deleted values removed from SQLite's files, not only from its tables. PostgreSQL needs nothing of this."""

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from database.transactions import Database
from words import SaidError, sentence

REWRITTEN = 1
"""The `user_version` of an SQLite database that was rewritten after `secure_delete` was set."""


class NotRewrittenError(SaidError):
    """Values that were deleted from the database may still be in its file."""


def empty_log(database: Database) -> bool:
    """Move SQLite's write-ahead log into the database and empty it, because it has the values from before.

    Returns False where somebody who still reads an older state prevents it.
    """
    if not database.is_sqlite:
        return True
    with database.turn, database.engine.connect() as connection:
        return _empty_log(connection)


def _empty_log(connection: Connection) -> bool:
    was_busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not was_busy


def rewrite_once(database: Database) -> None:
    """Rewrite an SQLite file that may still have what was deleted from it before `secure_delete` was set.

    It is marked only when that is done, so that an interrupted run is repeated. Raises `NotRewrittenError`.
    """
    if is_rewritten(database):
        return
    try:
        with database.turn, database.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            if not _empty_log(connection):
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


def is_rewritten(database: Database) -> bool:
    """True where nothing that was deleted can still be in an SQLite file."""
    if not database.is_sqlite:
        return True
    with database.reading() as connection:
        version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return version >= REWRITTEN
