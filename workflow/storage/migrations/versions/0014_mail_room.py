"""The whole life of a message; addresses nothing is sent to, and how the relay does."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

STOPPED = "文书已作废，邮件不再发出"
STILL_TO_LEAVE = sa.text("state IN ('queued', 'leased', 'uncertain', 'retry')")
FIRST = ("admonition", "inquiry", "reminder", "assignment", "supervision_order")
LAST = ("digest", "checkpoint")


def upgrade() -> None:
    _add_columns()
    _sort()
    op.drop_index("outbox_due", "outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("next_attempt_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["priority", "next_attempt_at", "id"],
        sqlite_where=STILL_TO_LEAVE,
        postgresql_where=STILL_TO_LEAVE,
    )
    op.create_index("outbox_by_state", "outbox", ["state", "next_attempt_at"])
    op.create_index("outbox_sent", "outbox", ["sent_at"])
    _add_tables()


def _add_columns() -> None:
    for column in (
        sa.Column("channel", sa.String(length=32), nullable=False, server_default="mail"),
        sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="5"),
        sa.Column("tried_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_for", sa.String(length=16), nullable=True),
        sa.Column("redirected_from", sa.String(length=32), nullable=True),
    ):
        op.add_column("outbox", column)


def _sort() -> None:
    """What failed untried was held for want of a paper, or cancelled with it."""
    for sentence in (
        f"UPDATE outbox SET state = 'cancelled' WHERE state = 'failed' AND last_answer = '{STOPPED}'",  # noqa: S608
        "UPDATE outbox SET state = 'held', held_for = 'paper' WHERE state = 'failed' AND attempts = 0",
        "UPDATE outbox SET next_attempt_at = dated WHERE next_attempt_at IS NULL",
        "UPDATE outbox SET tried_since = dated WHERE attempts > 0",
        f"UPDATE outbox SET priority = 1 WHERE kind IN {FIRST}",  # noqa: S608
        f"UPDATE outbox SET priority = 9 WHERE kind IN {LAST}",  # noqa: S608
    ):
        op.execute(sa.text(sentence))


def _add_tables() -> None:
    op.create_table(
        "suppressions",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_table(
        "relays",
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
