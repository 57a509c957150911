"""Schema versions, applied by `upgrade()`; never edited once released.

Every command asks for the version, few upgrade; so Alembic is imported only by those.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, inspect, select, table

from workflow.storage.session import reading, stand_in_line, transaction

VERSIONS = Path(__file__).parent / "versions"
VERSION = table("alembic_version", column("version_num"))


def upgrade(
    engine: Engine, *, key_id: str = "", then: Callable[[Connection, str], None] | None = None
) -> None:
    """Bring the schema to the newest version. Safe to repeat, and for several processes at once.

    `key_id` names the key of the keyed codes, for a database that does not yet say which is in force. `then`
    is called in the same transaction with the former version, if there was one and it was another.
    """
    with transaction(engine) as connection:
        stand_in_line(connection)
        former = version(connection)
        bring_to(connection, key_id=key_id)
        if then is not None and former not in (None, newest()):
            then(connection, str(former))


def bring_to(tx: Connection, revision: str = "head", *, key_id: str = "") -> None:
    """The same within a transaction that does more, up to a version.

    The views of analysts are dropped before and made again behind, at the newest version: no migration has to
    know of them. Without a migration they stay as they are, with the rights somebody gave on them.
    """
    analyst_views = import_module("workflow.storage.analyst_views")
    if version(tx) == newest() and analyst_views.are_there(tx):
        return
    analyst_views.drop(tx)
    config = _config()
    config.attributes["connection"] = tx
    config.attributes["key_id"] = key_id
    import_module("alembic.command").upgrade(config, revision)
    if version(tx) == newest():
        analyst_views.make(tx)


def current(engine: Engine) -> str | None:
    """The schema version of the database, or None when it was never migrated. Waits for no writer."""
    with reading(engine) as connection:
        return version(connection)


def newest() -> str:
    """The schema version this program needs: the last of its files."""
    return max(known())


def known() -> frozenset[str]:
    """Every schema version this program knows."""
    return frozenset(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def version(connection: Connection) -> str | None:
    """The schema version of the database at hand, or None when it was never migrated."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION)).scalar_one_or_none()


def _config() -> Any:
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", "workflow.storage:migrations")
    return config
