"""How often somebody may try to sign in: counted for each account and each address, in the database."""

from sqlalchemy import Column, Integer, Table, Text

from database import Instant, metadata

throttles = Table(
    "throttles",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)
"""`subject` is a keyed hash of an account name or an address."""
