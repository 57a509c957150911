"""The owner of a database, who can take its guards away: what an auditor has to reckon with."""

from typing import Any

from sqlalchemy import Connection, text

from workflow.services.office import Office
from workflow.storage.session import transaction

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


def behind_the_application(office: Office, *statements: str, **values: Any) -> None:
    """Run SQL past the services, the guards taken away first; each statement takes the values it names."""
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        for statement in statements:
            named = {name: one for name, one in values.items() if f":{name}" in statement}
            tx.execute(text(statement), named)
