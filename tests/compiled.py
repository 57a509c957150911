"""One memory of compiled statements a worker.

SQLAlchemy keeps one for each engine, and every test has an engine of its own, if not several: left alone, a
worker would compile the same statements some ten thousand times. A server has one engine for months.
"""

from functools import partial

from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from workflow.storage import session

MOST = 5_000
"""Statements: more than all pages, commands and programs of an office ask."""


def compile_statements_once() -> None:
    """Let all engines opened from now on share what they compile, each kind of database by itself."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    session.create_engine = partial(create_engine, execution_options={"compiled_cache": LRUCache(MOST)})
