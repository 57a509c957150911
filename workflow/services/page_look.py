"""One consistent read for a page, with what nearly every part of a page asks for read ahead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from states.office_time import office_day
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.storage import gathering
from workflow.storage.gathering import NAMING, Beside
from workflow.storage.look import Look
from workflow.storage.session import one_look


@contextmanager
def page_look(
    office: Office, by: Onlooker, *, directory: bool = False, register: bool = False
) -> Iterator[Look]:
    """What somebody is shown on a page, as `Office.one_look`: who he is, the rules and the names are known;
    with `directory` besides who holds which role, of which deciding on a measure asks. The page of the
    `register`, which tells of nobody but him, has what units are called and how he keeps it in their place.

    What is written meanwhile, even from within, is not seen.
    """
    with one_look(office.engine) as look:
        beside = Beside.DIRECTORY if directory else Beside.REGISTER if register else Beside.NAMES
        _read_ahead(look, by.person, office_day(by.at), beside)
        yield look


def _read_ahead(look: Look, person: str, day: date, beside: Beside) -> None:
    """Who looks and what is to be known beside, with one statement where neither was asked for before."""
    known, named, is_naming = ("known ahead", person, day), "names known ahead", beside in NAMING
    if look.known(known) is None:
        gathering.who(look, person, day, Beside.NOTHING if is_naming and look.known(named) else beside)
        look.keep(known, True)
        if is_naming:
            look.keep(named, True)
    if is_naming and look.known(named) is None:
        gathering.directory(look, day) if beside is Beside.DIRECTORY else gathering.names(look)
        look.keep(named, True)
