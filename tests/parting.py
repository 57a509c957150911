"""A database parted among roles, and logins that are their members: all of them are dropped afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from tests.builders import OPENED, signed
from workflow.services.installation import install
from workflow.services.office import Office
from workflow.storage import roles
from workflow.storage.session import open_engine, reading, transaction


def part(office: Office) -> None:
    """Run `duban migrate --roles` as the owner."""
    install(office.settings, by=signed(None, OPENED), with_roles=True).engine.dispose()


@contextmanager
def logged_in(office: Office, role: str) -> Iterator[URL]:
    """The database's URL for a login role that is a member of `<database>_<role>`."""
    url = make_url(office.settings.database_url)
    name, password = f"{url.database}_{role}_login", secrets.token_hex(8)
    with transaction(office.engine) as tx:
        tx.exec_driver_sql(
            f'CREATE ROLE "{name}" LOGIN PASSWORD \'{password}\' IN ROLE "{url.database}_{role}"'
        )
    try:
        yield url.set(username=name, password=password)
    finally:
        forget(office, name)


@contextmanager
def working_as(office: Office, role: str) -> Iterator[Office]:
    """The office as a process sees it that logs in under a role."""
    with logged_in(office, role) as url:
        theirs = url.render_as_string(hide_password=False)
        settings = office.settings.model_copy(update={"database_url": theirs})
        engine = open_engine(theirs)
        try:
            yield replace(office, engine=engine, settings=settings)
        finally:
            engine.dispose()


def forget(office: Office, *names: str) -> None:
    """Drop roles with all their rights."""
    with transaction(office.engine) as tx:
        for name in names:
            tx.exec_driver_sql(f'DROP OWNED BY "{name}"')
            tx.exec_driver_sql(f'DROP ROLE "{name}"')


def forget_all(office: Office) -> None:
    """Drop the roles of the database, as far as they are there."""
    with reading(office.engine) as tx:
        made = set(roles.names(tx)) - set(roles.missing(tx))
        made |= {roles.analyst(tx)} if roles.has_analyst(tx) else set()
    forget(office, *made)


@contextmanager
def a_role_that_only_reads(office: Office) -> Iterator[str]:
    """A role of the server for the time of a test; whoever gives it up does so on a connection of his own."""
    role, own = f"duban_reads_{secrets.token_hex(6)}", open_engine(office.settings.database_url)
    with transaction(own) as tx:
        tx.exec_driver_sql(f"CREATE ROLE {role}")
        tx.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    try:
        yield role
    finally:
        with transaction(own) as tx:
            tx.exec_driver_sql(f"DROP OWNED BY {role}")
            tx.exec_driver_sql(f"DROP ROLE {role}")
        own.dispose()
