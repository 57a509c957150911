"""The owner of a database, who can take its guards away: what an auditor has to reckon with."""

from sqlalchemy import Connection

TABLES = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def take_guards_away(tx: Connection) -> None:
    """Every trigger of every table; on PostgreSQL a database that is lent again gets them back."""
    if tx.dialect.name == "postgresql":
        for table in tx.exec_driver_sql(TABLES).scalars().all():
            tx.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    else:
        for name in tx.exec_driver_sql(TRIGGERS).scalars().all():
            tx.exec_driver_sql(f"DROP TRIGGER {name}")
