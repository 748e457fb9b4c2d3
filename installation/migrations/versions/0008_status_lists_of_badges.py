"""Status lists of badges: a place of its own for each certificate, drawn at random"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LIST = 131_072
"""Places of a list; the next one begins when half of them are taken."""


def upgrade() -> None:
    op.add_column("certificates", sa.Column("status_index", sa.Integer(), nullable=True))
    op.create_table(
        "status_indexes",
        sa.Column("status_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("status_index", name=op.f("pk_status_indexes")),
    )
    _give_places()
    op.create_index(op.f("ix_certificates_status_index"), "certificates", ["status_index"])
    # Who was ever revoked is asked by anybody who checks a badge.
    op.create_index("ix_events_revoked", "events", ["person_key"], **_where("kind = 'revoked'"))
    op.create_index("ix_enrolments_revoked", "enrolments", ["person_key"], **_where("revoked_at IS NOT NULL"))


def _give_places() -> None:
    """To the certificates that there are."""
    connection = op.get_bind()
    numbers = list(connection.execute(sa.text("SELECT number FROM certificates")).scalars())
    chance = secrets.SystemRandom()
    chance.shuffle(numbers)
    for start in range(0, len(numbers), LIST // 2):
        part = numbers[start : start + LIST // 2]
        places = chance.sample(range(LIST), len(part))
        first = start // (LIST // 2) * LIST
        given = [{"number": number, "place": first + place} for number, place in zip(part, places, strict=True)]
        connection.execute(sa.text("UPDATE certificates SET status_index = :place WHERE number = :number"), given)
        connection.execute(sa.text("INSERT INTO status_indexes (status_index) VALUES (:place)"), given)


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
