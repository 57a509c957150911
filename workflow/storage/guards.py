"""What the database itself refuses, whoever asks: triggers that keep history and the cases that follow it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from workflow.storage.queries import CASE, parts

REFUSALS = ("append-only", "a case changes only with its entry", "a case is never removed or replaced")
"""What the triggers of the migrations say."""


def is_refusal(error: DBAPIError) -> bool:
    """Whether a trigger refused a change of history, or of a case without its entry."""
    return any(told in str(error.orig) for told in REFUSALS)


def versions_of(tx: Connection, case_ids: Sequence[int]) -> dict[int, int]:
    """How often each of these cases was written, of those there are."""
    versions: dict[int, int] = {}
    for part in parts(case_ids):
        found = select(CASE.c.id, CASE.c.version).where(CASE.c.id.in_(part))
        versions |= {row.id: row.version for row in tx.execute(found)}
    return versions
