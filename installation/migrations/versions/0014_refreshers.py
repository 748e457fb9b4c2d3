"""Answers in refreshers: an index of them alone, so that to count them reads no other events"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    where = sa.text("kind = 'refreshed'")
    op.create_index("ix_events_refreshed", "events", ["person_key"], sqlite_where=where, postgresql_where=where)
