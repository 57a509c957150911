"""The words of a proposal's draft: what somebody wrote into it last, kept beside its entry."""

import json
from typing import Any

from sqlalchemy import Connection

from workflow.storage import queries

DRAFTED = "escalation_drafted"


def drafted_words(tx: Connection, case_id: int, escalation_id: str) -> dict[str, Any]:
    """What the last draft says: the question, or the ground with clause and facts; empty without a draft."""
    entries = queries.events_about(tx, case_id, DRAFTED, escalation_id)
    words: dict[str, Any] = {}
    for entry in entries:
        words |= json.loads(entry.personal)["details"] if entry.personal else {}
    return words
