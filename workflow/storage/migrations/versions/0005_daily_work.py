"""The daily work inside a case: tasks, milestones, reports, verification, 回头看, links between cases."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Column = sa.Column[Any]
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAYS = (
    "progress_on", "expected_on", "promised_on", "coordination_on", "verified_on", "public_until",
    "lookback_due_on", "lookback_on",
)  # fmt: skip
CODES = {
    "lead_group": 32, "parent": 64, "link": 16, "progress_of": 32, "coordination_level": 16,
    "coordination_by": 32, "verdict": 16, "verified_by": 32, "lookback_campaign": 64, "lookback_finding": 16,
    "closed_by": 32,
}  # fmt: skip
COUNTS = ("urges", "public_objections", "lookbacks", "relapses")


def upgrade() -> None:
    for column in _of_a_case():
        op.add_column("cases", column)
    for name in ("parent", "lookback_campaign"):
        op.create_index(f"ix_cases_{name}", "cases", [name], unique=False)
    op.add_column("units", sa.Column("owner", sa.String(length=32), nullable=True))
    _make_successions()
    _make_mentions()
    _make_campaigns()


def _of_a_case() -> Iterable[Column]:
    for name, length in CODES.items():
        yield sa.Column(name, sa.String(length=length), nullable=True)
    for name in ("tasks", "nodes"):
        yield sa.Column(name, sa.Text(), nullable=False, server_default="[]")
    for name in DAYS:
        yield sa.Column(name, sa.Date(), nullable=True)
    for name in COUNTS:
        yield sa.Column(name, sa.Integer(), nullable=False, server_default="0")
    yield sa.Column("hard_to_meet", sa.Boolean(), nullable=False, server_default=sa.false())


def _make_successions() -> None:
    op.create_table(
        "unit_successions",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("successor", sa.String(length=32), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "successor"),
    )


def _make_mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("mentioned_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "seq", "person"),
    )
    op.create_index("ix_mentions_person", "mentions", ["person"], unique=False)


def _make_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
