"""Family names, by which people are put in order"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("people", sa.Column("family_name", sa.Text(), nullable=False, server_default=sa.text("''")))
