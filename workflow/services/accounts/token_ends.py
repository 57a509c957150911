"""Tokens of the interface end with what ends sessions: another password, a reset, a disabled account."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from states.accounts.sessions import Ending
from workflow.storage import api_tokens


def end_tokens(tx: Connection, reason: Ending, *, at: datetime, person: str | None = None) -> dict[str, Any]:
    """End a person's tokens, or every one there is, within a transaction whose entry tells of it: what that
    tells of them, nothing where there were none."""
    ended = api_tokens.end_all(tx, reason.value, at, person=person)
    return {"tokens": list(ended)} if ended else {}
