"""Invitations and names at a provider that wait until a second administrator has admitted them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column[str]("purpose", sa.String(length=16), nullable=False, server_default="invited"),
        sa.Column[bool]("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column[str]("admitted_by", sa.String(length=32), nullable=True),
        sa.Column("admitted_at", INSTANT, nullable=True),
        sa.Column[str]("code", sa.String(length=128), nullable=True),
        sa.Column[int]("wrong_codes", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("invitations", column)
    for column in (
        sa.Column[str]("offered_external", sa.String(length=255), nullable=True),
        sa.Column[str]("offered_by", sa.String(length=32), nullable=True),
        sa.Column("offered_at", INSTANT, nullable=True),
    ):
        op.add_column("accounts", column)
