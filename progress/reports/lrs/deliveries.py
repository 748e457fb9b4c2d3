"""The statements that learning record stores have acknowledged, by the stores' addresses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Table, Text, insert, select

from database import Database, Instant, metadata

delivered = Table(
    "delivered_statements",
    metadata,
    Column("store", Text, primary_key=True),
    Column("statement_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""A statement's id says nothing about anybody."""


def acknowledged(database: Database, store: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that the store at that address has acknowledged."""
    with database.reading() as connection:
        return _among(connection, store, ids)


def acknowledge(database: Database, store: str, ids: Sequence[str], at: datetime) -> None:
    def work(connection: Connection) -> None:
        # Another command may send the same at the same time: the store takes it once, and so does this table.
        known = _among(connection, store, ids)
        rows = [{"store": store, "statement_id": each, "at": at} for each in ids if each not in known]
        if rows:
            connection.execute(insert(delivered), rows)

    database.write(work)


def _among(connection: Connection, store: str, ids: Sequence[str]) -> set[str]:
    row = delivered.c
    query = select(row.statement_id).where(row.store == store, row.statement_id.in_(ids))
    return set(connection.execute(query).scalars())


def has_delivered(connection: Connection) -> bool:
    """True where anything was ever sent to a store."""
    return connection.execute(select(delivered.c.store).limit(1)).first() is not None
