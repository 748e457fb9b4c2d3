"""Sign-ins that are under way at a provider: what each was begun with, to be met once and never again."""

from sqlalchemy import Column, Table, Text

from database import Instant, metadata

pending = Table(
    "pending_sign_ins",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
