"""Entering an act on an account into the office's journal, as the last thing a transaction does."""

from sqlalchemy import Connection

from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature

DOOR = "web"


def tell(tx: Connection, office: Office, act: Act, *, by: Signature | None = None) -> None:
    """Enter it, signed by whoever did it at some door, or at the web's by the act's own actor."""
    batch = Batch(tx, office, by or Signature(None, DOOR, act.occurred_at))
    batch.note(act)
    batch.flush()
