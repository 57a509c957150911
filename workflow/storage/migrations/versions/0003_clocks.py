"""Clocks: the intervals of a case, who consented to and reviewed an extension, a recounting declined."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("cases", sa.Column("clocks", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("calendar_declined", sa.String(length=64), nullable=True))
    op.add_column("cases", sa.Column("extension_consented_by", sa.String(length=32), nullable=True))
    op.add_column("cases", sa.Column("extension_reviewed_by", sa.String(length=32), nullable=True))
