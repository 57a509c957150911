"""The global log: the order of all entries, how far it is sealed, its checkpoints, the digest in force."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Column = sa.Column[Any]
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the log is append-only"
APPENDED = {
    "log": "position = NEW.position OR event_id = NEW.event_id",
    "checkpoints": "number = NEW.number",
}
"""The tables nothing is changed in, and when a new row would stand in the place of another."""


def upgrade() -> None:
    _make_log()
    _make_evidence()
    if op.get_bind().dialect.name == "postgresql":
        _refuse_changes_on_postgresql()
        _wait_for_writers_on_postgresql()
    else:
        _refuse_changes_on_sqlite()


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("position", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("event_id"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    _make_row(
        "sealer",
        (
            sa.Column("size", sa.BigInteger(), nullable=False),
            sa.Column("peaks", sa.Text(), nullable=False),
            sa.Column("last_event_id", sa.BigInteger(), nullable=False),
        ),
        {"size": 0, "peaks": "", "last_event_id": 0},
    )


def _make_evidence() -> None:
    """SHA-256 and the present key: what every entry so far was written with."""
    config = op.get_context().config
    key_id = config.attributes.get("key_id", "") if config else ""
    _make_row(
        "evidence",
        (
            sa.Column("algorithm", sa.String(length=16), nullable=False),
            sa.Column("key_id", sa.String(length=16), nullable=False),
            sa.Column("epoch", sa.Integer(), nullable=False),
            sa.Column("first", sa.BigInteger(), nullable=False),
        ),
        {"algorithm": "sha256", "key_id": key_id, "epoch": 1, "first": 0},
    )


def _make_row(name: str, columns: Iterable[Column], values: dict[str, object]) -> None:
    """A table of one row, id 0."""
    key = sa.Column("id", BIG_ID, autoincrement=False, nullable=False)
    made = op.create_table(name, key, *columns, sa.PrimaryKeyConstraint("id"))
    op.bulk_insert(made, [{"id": 0, **values}])


def _refuse_changes_on_sqlite() -> None:
    for table, same in APPENDED.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # INSERT OR REPLACE deletes without firing the delete trigger
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _refuse_changes_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION duban_refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION duban_refuse_log_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION duban_refuse_log_change()"
        )


def _wait_for_writers_on_postgresql() -> None:
    """The last entry of which nobody writes an earlier one any more.

    By the owner's right, so that whoever may only insert entries may still wait for those who do.
    """
    op.execute(
        "CREATE FUNCTION duban_last_settled_event() RETURNS bigint LANGUAGE plpgsql "
        "SECURITY DEFINER SET search_path FROM CURRENT AS "
        "$$ BEGIN LOCK TABLE events IN SHARE MODE; RETURN (SELECT max(id) FROM events); END $$"
    )
