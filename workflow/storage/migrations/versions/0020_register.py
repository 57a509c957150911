"""The register at any size: when lights turn, the views people keep, and the orders of its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_lights",
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("yellow_at", INSTANT, nullable=True),
        sa.Column("red_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("case_lights_red", "case_lights", ["red_at", "case_id"])
    op.create_index("case_lights_yellow", "case_lights", ["yellow_at", "case_id"])
    op.create_table(
        "register_views",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name"),
    )
    op.create_index("cases_by_due_date", "cases", ["due_on", "id"])
    op.create_index("cases_by_change", "cases", ["recorded_at", "id"])
