"""Accounts of the identity system that wait for their employee number, and when it sent each"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "incomplete_accounts",
        sa.Column("account_key", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("folded_user_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_type", sa.Text(), nullable=False),
        sa.Column("email_is_primary", sa.Boolean(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("manager_key", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_key"], ["people.person_key"], name=op.f("fk_incomplete_accounts_manager_key")
        ),
        sa.PrimaryKeyConstraint("account_key", name=op.f("pk_incomplete_accounts")),
        sa.UniqueConstraint("folded_user_name", name=op.f("uq_incomplete_accounts_folded_user_name")),
    )
    op.add_column("provisioned_people", sa.Column("since", sa.Text(), nullable=True))
    op.add_column("provisioned_people", sa.Column("changed_at", sa.Text(), nullable=True))
