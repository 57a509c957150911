"""The words of a proposal's draft, kept beside its entries, and who wrote them."""

import json
from typing import Any

from sqlalchemy import Connection

from workflow.storage import queries

DRAFTED = "escalation_drafted"


def drafted_words(tx: Connection, case_id: int, escalation_id: str) -> dict[str, Any]:
    """What was drafted: the question, or the ground with clause and facts, each as it was written last."""
    entries = queries.events_about(tx, case_id, DRAFTED, escalation_id)
    words: dict[str, Any] = {}
    for entry in entries:
        words |= json.loads(entry.personal)["details"] if entry.personal else {}
    return words


def drafters_of(tx: Connection, case_id: int, escalation_id: str) -> frozenset[str]:
    """Everybody who wrote into the draft."""
    entries = queries.events_about(tx, case_id, DRAFTED, escalation_id)
    return frozenset(entry.actor for entry in entries)
