"""What a directory would have stand of a person or a unit, until the proposal of it is decided."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "asked_values",
        sa.Column[str]("request", sa.String(length=32), primary_key=True),
        sa.Column[str]("person", sa.String(length=32), nullable=True),
        sa.Column[str]("unit", sa.String(length=32), nullable=True),
        sa.Column[str]("name", sa.String(length=128), nullable=True),
        sa.Column[str]("short_name", sa.String(length=64), nullable=True),
        sa.Column[str]("aliases", sa.Text(), nullable=True),
        sa.Column[str]("email", sa.String(length=254), nullable=True),
        sa.Column[str]("head_name", sa.String(length=64), nullable=True),
    )
