"""The ladder: the whole life of an escalation, deputies, holds, sweep records, plain mails and digests."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Column = sa.Column[Any]
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add("escalations", _of_an_escalation())
    op.create_index("escalations_by_day", "escalations", ["raised_on"], unique=False)
    _add("rule_versions", (_instant("revoked_at", nullable=True), _code("revoked_by", nullable=True)))
    with op.batch_alter_table("documents") as documents:
        documents.alter_column("number", existing_type=sa.String(length=64), nullable=True)
    _make_people()
    _make_sweeps()
    _make_digests()


def _add(table: str, columns: Iterable[Column]) -> None:
    for column in columns:
        op.add_column(table, column)


def _of_an_escalation() -> Iterable[Column]:
    for name in (
        "reached_on", "snoozed_until", "decided_on", "answered_on", "judge_by", "judged_on", "effect_until",
        "review_on", "concluded_on",
    ):  # fmt: skip
        yield sa.Column(name, sa.Date(), nullable=True)
    yield _code("drafted_by", nullable=True)
    yield sa.Column("service", sa.String(length=16), nullable=True)
    yield sa.Column("finding", sa.String(length=16), nullable=True)
    yield sa.Column("asked_again", sa.Integer(), nullable=False, server_default="0")


def _make_people() -> None:
    op.create_table(
        "recusals",
        _code("escalation_id"),
        _code("person"),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", "person"),
    )
    op.create_table(
        "deputies",
        *(_code(name) for name in ("id", "person", "deputy", "role", "unit")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _code("appointed_by"),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("person", "deputy"):
        op.create_index(op.f(f"ix_deputies_{name}"), "deputies", [name], unique=False)


def _make_sweeps() -> None:
    op.create_table(
        "sweep_runs",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        *(_instant(name) for name in ("started_at", "finished_at", "as_of")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("runs", "cases_due", "issued", "proposed", "held")
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sweep_runs_finished_at"), "sweep_runs", ["finished_at"], unique=False)
    op.create_table(
        "holds",
        _code("id"),
        _code("reason"),
        sa.Column("told", sa.Text(), nullable=False),
        _instant("since"),
        _instant("released_at", nullable=True),
        _code("released_by", nullable=True),
        sa.Column("covers", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "set_asides",
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        _instant("last_at"),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )


def _make_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("addressee", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        _code("document_id"),
        sa.PrimaryKeyConstraint("addressee", "day"),
    )


def _code(name: str, *, nullable: bool = False) -> Column:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
