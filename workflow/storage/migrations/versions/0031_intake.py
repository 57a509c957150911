"""What comes in from elsewhere: items, what was sent after them, and files that were taken."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "intake_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("calls_back", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("follows", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "external_id"),
    )
    op.create_index("intake_items_by_state", "intake_items", ["state", "arrived_at"])
    op.create_index("intake_items_by_external_id", "intake_items", ["external_id"])
    op.create_index("ix_intake_items_case_id", "intake_items", ["case_id"])
    op.create_index("ix_intake_items_follows", "intake_items", ["follows"])
    op.create_table(
        "intake_supplements",
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("seen_by", sa.String(length=32), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("item", "number"),
    )
    op.create_table(
        "intake_sources",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("webhook", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "intake_pulls",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
