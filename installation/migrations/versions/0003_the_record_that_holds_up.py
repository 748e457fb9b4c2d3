"""The record that holds up: checkpoints, corrections, frozen certificates, the directory's past"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "sealed_heads",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_sealed_heads")),
        sa.UniqueConstraint("person_key", "seq", name=op.f("uq_sealed_heads_person_key")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("subtrees", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "restorations",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_restorations")),
    )
    op.create_table(
        "people_history",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("manager_key", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_people_history_person_key")),
        sa.PrimaryKeyConstraint("person_key", "from_at", name=op.f("pk_people_history")),
    )
    # What is known of the time before is how it is now.
    op.execute(
        "INSERT INTO people_history (person_key, from_at, unit, manager_key, active) "
        "SELECT person_key, '0001-01-01T00:00:00.000000Z', unit, manager_key, active FROM people "
        "WHERE erased_at IS NULL"
    )
    op.add_column("enrolments", sa.Column("exempted_as", sa.Text(), nullable=True))
    op.add_column("enrolments", sa.Column("exempted_until", sa.Date(), nullable=True))
    op.add_column("enrolments", sa.Column("revoked_at", sa.Text(), nullable=True))
    # None: from before the words of a certificate were kept with it; it is drawn in the words of today.
    op.add_column("certificates", sa.Column("template", sa.Text(), nullable=True))
    op.add_column("certificates", sa.Column("printed", sa.Text(), nullable=True))
