"""Why a checkpoint was made, and the directory's past under it"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("checkpoints", sa.Column("reason", sa.Text()))
    op.add_column("checkpoints", sa.Column("directory", sa.Text()))
    op.add_column("people_history", sa.Column("salt", sa.Text()))
    op.create_table(
        "sealed_history",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_sealed_history")),
        sa.UniqueConstraint("person_key", "from_at", name=op.f("uq_sealed_history_person_key")),
    )
