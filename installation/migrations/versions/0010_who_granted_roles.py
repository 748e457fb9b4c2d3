"""When a role was granted, and by whom"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("granted_at", "granted_by"):
        op.add_column("role_grants", sa.Column(name, sa.Text()))
