"""The register of a unit and of a leader at any size; how far lights have been worked out anew."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

PART = 1_000


def upgrade() -> None:
    op.create_index(
        "cases_by_leader",
        "cases",
        ["accountable_leader", "id"],
        sqlite_where=sa.text("accountable_leader IS NOT NULL"),
        postgresql_where=sa.text("accountable_leader IS NOT NULL"),
    )
    # nearly all have none: by an index of those as well, SQLite took it for as costly as walking all cases
    op.drop_index("ix_cases_parent", table_name="cases")
    op.create_index(
        "cases_by_parent",
        "cases",
        ["parent"],
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_index("cases_by_state_and_due_date", "cases", ["state", "due_on", "id"])
    op.create_table(
        "relighting",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("is_of_all", sa.Boolean(), nullable=False),
        sa.Column("done_until", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _tell_all_parts()


def _tell_all_parts() -> None:
    """Enter the units that have a task alone, and the groups units lead through, beside the others."""
    tx = op.get_bind()
    parts = sa.table("case_units", *(sa.column(name) for name in ("case_id", "unit", "part")))
    told = list(_told(tx))
    for start in range(0, len(told), PART):
        tx.execute(parts.insert(), told[start : start + PART])


def _told(tx: sa.Connection) -> Iterator[dict[str, Any]]:
    """A co-unit that is a group as well keeps the part it was entered with until its case goes on."""
    named = ("id", "lead_unit", "lead_group", "co_units", "tasks")
    cases = sa.table("cases", *(sa.column(name) for name in named))
    more = sa.or_(cases.c.lead_group.is_not(None), cases.c.tasks != "[]")
    for row in tx.execute(sa.select(cases).where(more)):
        units = [(one["unit"], "task") for one in _read(row.tasks)] + [(row.lead_group, "group")]
        entered = {row.lead_unit, *_read(row.co_units), None}
        for unit, part in dict(units).items():
            if unit not in entered:
                yield {"case_id": row.id, "unit": unit, "part": part}


def _read(text: str) -> list[Any]:
    """What a damaged row holds is for the verification to tell."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []
