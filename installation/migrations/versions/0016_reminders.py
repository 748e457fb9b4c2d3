"""Reminders: the ledger of letters, and the days on which they were looked for"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("settled_at", sa.Text()),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", "kind", "course_id", "cycle", "day", name=op.f("pk_reminders")),
    )
    op.create_index("ix_reminders_state", "reminders", ["state"])
    op.create_table(
        "reminder_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reminder_days")),
    )
