"""What a program asked for under a key, and what it was answered, beside the form it was carried out as."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("done_forms", sa.Column("asked", sa.String(length=64), nullable=True))
    op.add_column("done_forms", sa.Column("answer", sa.Text(), nullable=True))
