"""Who has read which case on which day; and the journal's entries by kind, for what was told last."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_reads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day", "reader", "case_id"),
    )
    of_the_journal = sa.text("case_id = 0")
    op.create_index(
        "events_of_the_journal", "events", ["kind", "seq"],
        sqlite_where=of_the_journal, postgresql_where=of_the_journal,
    )  # fmt: skip
