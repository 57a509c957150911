"""Tokens of the interface, and addresses of calendars, end with what ends sessions: another password, a
reset, a disabled account, which ends the tokens of the machines he answers for as well."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from states.accounts.sessions import Ending
from workflow.storage import api_tokens, feeds


def end_tokens(tx: Connection, reason: Ending, *, at: datetime, person: str | None = None) -> dict[str, Any]:
    """End a person's tokens, or every one there is, within a transaction whose entry tells of it: what that
    tells of them, nothing where there were none."""
    feeds.revoke_all(tx, at, person)
    ended = api_tokens.end_all(
        tx, reason.value, at, person=person, with_machines=reason in (Ending.DISABLED, Ending.RESTORED)
    )
    return {"tokens": list(ended)} if ended else {}
