"""The wall chart at any size: what is counted of each case, and the counts by unit and instant."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INSTANT = sa.DateTime(timezone=True)
INSTANTS = ("overdue_at", "missed_at", "opened_in", "closed_in", "lapsed_in", "settled_in")


def upgrade() -> None:
    op.add_column("case_lights", sa.Column("unit", sa.String(length=32), nullable=True))
    for name in INSTANTS:
        op.add_column("case_lights", sa.Column(name, INSTANT, nullable=True))
    op.create_index("case_lights_overdue", "case_lights", ["overdue_at", "case_id"])
    op.create_index("case_lights_missed", "case_lights", ["missed_at", "case_id"])
    op.create_table(
        "tallies",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "kind", "at"),
    )
    op.create_index("tallies_by_kind", "tallies", ["kind", "at", "unit", "count"])
    # nothing of what is kept is counted yet: `migrate` works all of it out anew
    op.execute(sa.text("DELETE FROM case_lights"))
    op.execute(sa.text("DELETE FROM relighting"))
