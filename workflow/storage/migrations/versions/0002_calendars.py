"""Calendars as versions: one row each, with source, date known, hash and content, never changed afterwards.

The two tables before held only the packaged calendar, which `duban migrate` puts in again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

REFUSAL = "calendars are append-only"


def upgrade() -> None:
    op.drop_table("calendar_days")
    op.drop_table("calendar_years")
    op.create_table(
        "calendars",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_since", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=32), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_index(op.f("ix_calendars_digest"), "calendars", ["digest"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _refuse_changes_on_postgresql()
    else:
        _refuse_changes_on_sqlite()


def _refuse_changes_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER calendars_no_{verb.lower()} BEFORE {verb} ON calendars "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE deletes without firing the delete trigger
    op.execute(
        "CREATE TRIGGER calendars_no_replace BEFORE INSERT ON calendars WHEN EXISTS "
        "(SELECT 1 FROM calendars WHERE version = NEW.version) "
        "BEGIN SELECT RAISE(ABORT, 'calendars are append-only'); END"
    )


def _refuse_changes_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION duban_refuse_calendar_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER calendars_no_change BEFORE UPDATE OR DELETE ON calendars "
        "FOR EACH ROW EXECUTE FUNCTION duban_refuse_calendar_change()"
    )
    op.execute(
        "CREATE TRIGGER calendars_no_truncate BEFORE TRUNCATE ON calendars "
        "FOR EACH STATEMENT EXECUTE FUNCTION duban_refuse_calendar_change()"
    )
