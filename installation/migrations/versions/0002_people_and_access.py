"""People and access: leaving dates, limited roles, deputies, local accounts, single sign-on"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("people", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("external_id", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("erased_at", sa.Text(), nullable=True))
    op.create_index("ix_people_email", "people", ["email"], unique=False)
    # Who is signed in signs in once more; a session from before has no name that its owner could end it by.
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_sessions_person_key")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.UniqueConstraint("session_id", name=op.f("uq_sessions_session_id")),
    )
    op.create_index(op.f("ix_sessions_person_key"), "sessions", ["person_key"], unique=False)
    op.execute("CREATE TEMPORARY TABLE granted AS SELECT person_key, role FROM role_grants")
    op.drop_table("role_grants")
    op.create_table(
        "role_grants",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_role_grants_person_key")),
        sa.PrimaryKeyConstraint("person_key", "role", "unit", name=op.f("pk_role_grants")),
    )
    op.execute("INSERT INTO role_grants (person_key, role, unit) SELECT person_key, role, '' FROM granted")
    op.execute("DROP TABLE granted")
    op.create_table(
        "deputies",
        sa.Column("manager_key", sa.Text(), nullable=False),
        sa.Column("deputy_key", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["deputy_key"], ["people.person_key"], name=op.f("fk_deputies_deputy_key")),
        sa.ForeignKeyConstraint(["manager_key"], ["people.person_key"], name=op.f("fk_deputies_manager_key")),
        sa.PrimaryKeyConstraint("manager_key", "deputy_key", "from_on", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_deputy_key"), "deputies", ["deputy_key"], unique=False)
    op.create_table(
        "passwords",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_passwords_person_key")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_passwords")),
    )
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("mailed_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_one_time_links_person_key")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
    )
    op.create_index(op.f("ix_one_time_links_person_key"), "one_time_links", ["person_key"], unique=False)
    op.create_table(
        "pending_sign_ins",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_pending_sign_ins")),
    )
    op.create_table(
        "provisioned_people",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("folded_user_name", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("email_type", sa.Text(), nullable=False),
        sa.Column("email_is_primary", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["person_key"], ["people.person_key"], name=op.f("fk_provisioned_people_person_key")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_provisioned_people")),
        sa.UniqueConstraint("folded_user_name", name=op.f("uq_provisioned_people_folded_user_name")),
    )
    op.create_table(
        "throttles",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_throttles")),
    )
