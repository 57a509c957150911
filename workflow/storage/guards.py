"""What the database itself refuses, whoever asks: triggers that keep history, cases, and roles apart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from workflow.storage.queries import CASE, parts

REFUSALS = ("append-only", "a case changes only with its entry", "a case is never removed or replaced")
"""What the triggers of the migrations say."""

LIFTED = ("cases", "role_grants")
ON_THEM = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('cases', 'role_grants')"
)


def is_refusal(error: DBAPIError) -> bool:
    """Whether a trigger refused a change of history, or of a case without its entry."""
    return any(told in str(error.orig) for told in REFUSALS)


@contextmanager
def lifted(tx: Connection) -> Iterator[None]:
    """Let cases and roles be put back as they were kept, also what the guards refuse: cases changed without
    an entry, which `verify` tells of, and roles that came before they were kept apart.

    Asks for the owner of the tables; the guards are in force again when this ends.
    """
    if tx.dialect.name == "postgresql":
        for table in LIFTED:
            tx.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in LIFTED:
            tx.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    kept = tx.exec_driver_sql(ON_THEM).all()
    for name, _ in kept:
        tx.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, made in kept:
        tx.exec_driver_sql(made)


def versions_of(tx: Connection, case_ids: Sequence[int]) -> dict[int, int]:
    """How often each of these cases was written, of those there are."""
    versions: dict[int, int] = {}
    for part in parts(case_ids):
        found = select(CASE.c.id, CASE.c.version).where(CASE.c.id.in_(part))
        versions |= {row.id: row.version for row in tx.execute(found)}
    return versions
