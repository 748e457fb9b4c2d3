"""Learners' notes for themselves: what they resolved, and what moved them"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text()),
        sa.Column("edition", sa.Text()),
        sa.Column("said", sa.Text()),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", "course_id", "cycle", "about", name=op.f("pk_notes")),
    )
