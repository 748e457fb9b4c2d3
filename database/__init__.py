"""The database: the engine, and the one way to write, a transaction."""

from database.letters import folded, identified
from database.rewriting import NotRewrittenError
from database.sqlite import NO_TEXT, UnsoundDatabaseError, whatever_is_kept
from database.streaming import streamed
from database.tables import metadata
from database.timestamps import Instant, written
from database.transactions import ATTEMPTS_TO_WRITE, NOT_ANSWERED, Database, UnknownOutcomeError, read_back

__all__ = [
    "ATTEMPTS_TO_WRITE",
    "NOT_ANSWERED",
    "NO_TEXT",
    "Database",
    "Instant",
    "NotRewrittenError",
    "UnknownOutcomeError",
    "UnsoundDatabaseError",
    "folded",
    "identified",
    "metadata",
    "read_back",
    "streamed",
    "whatever_is_kept",
    "written",
]
