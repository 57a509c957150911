"""A bound on how long the database looks for something: a page that is too long in coming comes to nobody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""


class TooLong(Exception):
    """It was not found in time; the transaction can ask for nothing more."""


@contextmanager
def at_most(tx: Connection, seconds: float) -> Iterator[None]:
    """What is asked for within is given up after so many seconds, PostgreSQL's statements each by itself.

    Raises `TooLong`.
    """
    try:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            yield
        else:
            with _watched(tx, time.monotonic() + seconds):
                yield
    except OperationalError as error:
        if _was_given_up(error):
            raise TooLong from error
        raise


@contextmanager
def _watched(tx: Connection, end: float) -> Iterator[None]:
    driver: Any = tx.connection.dbapi_connection
    driver.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, STEPS)


def _was_given_up(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "57014" or str(error.orig) == "interrupted"
