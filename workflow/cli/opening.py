"""The installation a command works on, and who stands before it."""

import getpass

from workflow.cli.logs import log_to_files
from workflow.cli.output import at_the_end, now
from workflow.services.office import Office, Signature, open_office
from workflow.services.seeing import Onlooker
from workflow.settings import load_settings


def open_installation() -> Office:
    """The installation of this environment, open until the command ends. Raises `ConfigurationError`."""
    settings = load_settings()
    log_to_files(settings)
    office = open_office(settings)
    at_the_end.callback(office.engine.dispose)
    return office


def signature(person: str | None) -> Signature:
    """An entry's signature: the person named, the command line, the account of the operating system."""
    return Signature(person, "cli", now(), _account(), clock=now)


def onlooker(person: str | None) -> Onlooker | None:
    """Whoever a view is shown to now; nobody named is the operator of the machine."""
    return None if person is None else Onlooker(person, now())


def _account() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no account database, as in some containers
        return None
