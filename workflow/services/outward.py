"""Telling other programs of entries, with the entries: what a batch puts into the outbox for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

from workflow.services.hands import Hand
from workflow.services.office import Office

if TYPE_CHECKING:
    from workflow.services.batch import OpenCase


def told(
    tx: Connection,
    office: Office,
    hand: Hand | None,
    events: Sequence[Mapping[str, Any]],
    cases: Mapping[int, OpenCase],
) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
    """The rows of what is told of these entries, written in that hand; none where nobody is told anything."""
    if hand is None or not hand.tells:
        return
    from workflow.services.webhooks import telling  # noqa: PLC0415 - it rests on batches itself

    facts = {case.id: case.facts for case in cases.values()}
    yield from telling.rows(tx, office, events, facts)
