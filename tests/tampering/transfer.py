"""Moving an office to another database: every row of every table, as whoever changes servers does."""

from sqlalchemy import Connection, Engine, insert, select, text

from workflow.storage import migrations
from workflow.storage.models import Case
from workflow.storage.session import open_engine, reading, transaction

TABLES = sorted(Case.metadata.sorted_tables, key=lambda one: one.name != "events")
"""Entries come first: the database takes no case without its own."""

SERIAL = ("events", "sweep_runs")
CHUNK = 1_000


def transfer(source: Engine, url: str) -> None:
    """Fill an empty database with everything another holds."""
    target = open_engine(url)
    migrations.upgrade(target)
    with reading(source) as old, transaction(target) as new:
        for table in TABLES:
            new.execute(table.delete())  # what the migrations themselves put in
            rows = [row._asdict() for row in old.execute(select(table))]
            for start in range(0, len(rows), CHUNK):
                new.execute(insert(table), rows[start : start + CHUNK])
        _go_on_counting(new)
    target.dispose()


def _go_on_counting(tx: Connection) -> None:
    """PostgreSQL's own counters know nothing of ids that were put in."""
    for name in SERIAL if tx.dialect.name == "postgresql" else ():
        tx.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))
