"""Kept wordings, and the papers that were issued with each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from workflow.storage.models import Stationery
from workflow.storage.queries import CASE, DOCUMENT, table

KEPT = table(Stationery)


def wordings_of(tx: Connection, kind: str) -> Sequence[Row[Any]]:
    """Each wording a kind was issued with, newest first: `digest`, `first`, `last`, `papers`."""
    latest = func.max(DOCUMENT.c.issued_at)
    found = (
        select(
            DOCUMENT.c.stationery.label("digest"),
            func.min(DOCUMENT.c.issued_at).label("first"),
            latest.label("last"),
            func.count().label("papers"),
        )
        .where(DOCUMENT.c.kind == kind)
        .group_by(DOCUMENT.c.stationery)
        .order_by(latest.desc(), DOCUMENT.c.stationery)
    )
    return tx.execute(found).all()


def issued_with(tx: Connection, kind: str, digest: str, most: int) -> Sequence[Row[Any]]:
    """The papers of a kind with one wording, newest first: `number`, `issued_at`, `case` (None for none)."""
    found = (
        select(DOCUMENT.c.number, DOCUMENT.c.issued_at, CASE.c.number.label("case"))
        .join(CASE, CASE.c.id == DOCUMENT.c.case_id, isouter=True)
        .where(DOCUMENT.c.kind == kind, DOCUMENT.c.stationery == digest)
        .order_by(DOCUMENT.c.issued_at.desc(), DOCUMENT.c.id)
        .limit(most)
    )
    return tx.execute(found).all()


def kept_with(tx: Connection, kind: str, start: str) -> Sequence[str]:
    """The kept wordings of a kind whose hash begins so, at most two."""
    found = select(KEPT.c.source).where(KEPT.c.kind == kind, KEPT.c.digest.startswith(start, autoescape=True))
    return tx.execute(found.order_by(KEPT.c.digest).limit(2)).scalars().all()
