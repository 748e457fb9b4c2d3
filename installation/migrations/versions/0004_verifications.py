"""When the record was verified on its screen, and what came of it"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    counts = ("events", "people", "certificates", "checkpoints", "elsewhere", "findings")
    op.create_table(
        "verifications",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_verifications")),
    )
