"""Schema versions, applied by `upgrade()`; never edited once released."""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from workflow.storage.session import reading, stand_in_line, transaction


def upgrade(
    engine: Engine, *, key_id: str = "", then: Callable[[Connection, str], None] | None = None
) -> None:
    """Bring the schema to the newest version. Safe to repeat, and for several processes at once.

    `key_id` names the key of the keyed codes, for a database that does not yet say which is in force. `then`
    is called in the same transaction with the former version, if there was one and it was another.
    """
    with transaction(engine) as connection:
        stand_in_line(connection)
        former = MigrationContext.configure(connection).get_current_revision()
        config = _config()
        config.attributes["connection"] = connection
        config.attributes["key_id"] = key_id
        command.upgrade(config, "head")
        if then is not None and former not in (None, newest()):
            then(connection, str(former))


def current(engine: Engine) -> str | None:
    """The schema version of the database, or None when it was never migrated. Waits for no writer."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The schema version this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "workflow.storage:migrations")
    return config
