"""Passwords of local accounts, and the one-time links by which they are set."""

from sqlalchemy import Column, ForeignKey, Table, Text

from database import Instant, metadata

passwords = Table(
    "passwords",
    metadata,
    Column("person_key", Text, ForeignKey("people.person_key"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_key", Text, ForeignKey("people.person_key"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
