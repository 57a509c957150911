"""Calendars by a secret address: one a person, one a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

INSTANT = sa.DateTime(timezone=True)
OF_A_PERSON, OF_A_UNIT = "revoked_at IS NULL AND unit = ''", "revoked_at IS NULL AND unit <> ''"


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _one_each("calendar_feeds_of_a_person", "person", OF_A_PERSON)
    _one_each("calendar_feeds_of_a_unit", "unit", OF_A_UNIT)


def _one_each(name: str, column: str, which: str) -> None:
    only = sa.text(which)
    op.create_index(name, "calendar_feeds", [column], unique=True, sqlite_where=only, postgresql_where=only)
