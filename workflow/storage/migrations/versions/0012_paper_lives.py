"""Where each paper stands, from its draft to the file; those there are get their place from their history."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

OFFICE = timezone(timedelta(hours=8))
LIVING = ("issued", "served", "archived")
CODES = {
    "replaces": 32, "stationery": 64, "content_sha256": 64, "signed_sha256": 64, "drafted_by": 32,
    "reviewed_by": 32, "signed_by": 32, "service": 16,
}  # fmt: skip
DAYS = (
    "drafted_on", "reviewed_on", "signed_on", "issued_on", "served_on", "archived_on", "voided_on",
)  # fmt: skip
LIVES = sa.table(
    "paper_lives", *map(sa.column, ("id", "case_id", "kind", "state", "units", "signed_by", "service")),
    *(sa.column(name, sa.Date()) for name in DAYS),
)  # fmt: skip
KINDS = ("acknowledged", "archived", "escalation_served", "escalation_withdrawn")

Columns = dict[str, Any]


def upgrade() -> None:
    op.create_table(
        "paper_lives",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("units", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("matters", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("facts", sa.Text(), nullable=True),
        *(sa.Column(name, sa.String(length=length), nullable=True) for name, length in CODES.items()),
        *(sa.Column(name, sa.Date(), nullable=True) for name in DAYS),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("case_id", "state"):
        op.create_index(f"ix_paper_lives_{name}", "paper_lives", [name], unique=False)
    _fill()


def _fill() -> None:
    """A row for each numbered paper. Where its entry does not say who signed it, that stays unknown."""
    kinds = {row.id: row.kind for row in op.get_bind().execute(
        sa.text("SELECT id, kind FROM documents WHERE number IS NOT NULL"))}  # fmt: skip
    if not kinds:
        return
    for case_id, entries in groupby(_entries(), key=lambda row: row.case_id):
        lives = _lives(entries, kinds)
        rows = [{"id": id, "case_id": case_id, "units": "[]", **one} for id, one in lives.items()]
        if rows:
            op.get_bind().execute(sa.insert(LIVES), rows)


def _entries() -> Iterator[Any]:
    names = ", ".join(f"'{kind}'" for kind in KINDS)
    found = op.get_bind().execute(sa.text(
        "SELECT case_id, payload FROM events WHERE case_id <> 0 AND "  # noqa: S608
        f"(kind IN ({names}) OR payload LIKE '%\"facts_sha256\"%') ORDER BY case_id, seq"
    ))  # fmt: skip
    yield from found


def _lives(entries: Iterator[Any], kinds: dict[str, str]) -> dict[str, Columns]:
    lives: dict[str, Columns] = {}
    numbers: dict[str, str] = {}
    papers: dict[str, str] = {}
    for row in entries:
        entry = json.loads(row.payload)
        details, day = entry["details"], _day(entry["occurred_at"])
        id = details.get("document")
        if details.get("facts_sha256") and id in kinds:
            former = numbers.get(details.get("replaces") or "")
            before = [one for one in lives if one == former or kinds[one] == kinds[id] == "assignment"]
            _move(lives, before, LIVING, state="voided", voided_on=day)
            lives[id] = {"kind": kinds[id], "state": "issued", "service": None} | dict.fromkeys(DAYS)
            lives[id]["issued_on"], lives[id]["signed_by"] = day, details.get("signed_by")
            lives[id]["signed_on"] = day if lives[id]["signed_by"] else None
            numbers[details["document_number"]] = id
            papers[details.get("escalation") or ""] = id
        elif entry["kind"] == "escalation_served":
            served_on = date.fromisoformat(details["served_on"]) if details.get("served_on") else None
            reached = {"state": "served", "service": details.get("service"), "served_on": served_on}
            _move(lives, [papers.get(details.get("escalation"))], ("issued",), **reached)
        elif entry["kind"] == "escalation_withdrawn":
            gone = [papers.get(details.get("escalation"))]
            _move(lives, gone, LIVING, state="voided", voided_on=day)
        elif entry["kind"] == "acknowledged":
            notices = [one for one in lives if kinds[one] == "assignment"]
            _move(lives, notices, ("issued",), state="served", service="signed", served_on=day)
        elif entry["kind"] == "archived":
            _move(lives, list(lives), ("issued", "served"), state="archived", archived_on=day)
    return lives


def _move(lives: dict[str, Columns], ids: list[Any], source: tuple[str, ...], **columns: Any) -> None:
    for id in ids:
        if id in lives and lives[id]["state"] in source:
            lives[id] |= columns


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(OFFICE).date()
