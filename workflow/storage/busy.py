"""Telling a database that only asks to try again from one that is broken."""

from sqlalchemy.exc import DBAPIError

TRANSIENT = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available. The transaction left nothing behind."""

SQLITE_BUSY, SQLITE_LOCKED, PRIMARY = 5, 6, 0xFF


def is_transient(error: Exception) -> bool:
    """Whether the database only asks to try again, because others were writing."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY
    return code in (SQLITE_BUSY, SQLITE_LOCKED) or getattr(error.orig, "sqlstate", None) in TRANSIENT
