"""One consistent read for a page, with what nearly every part of a page asks for read ahead."""

from collections.abc import Iterator
from contextlib import contextmanager

from states.office_time import office_day
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.storage import gathering
from workflow.storage.look import Look
from workflow.storage.session import one_look


@contextmanager
def page_look(office: Office, by: Onlooker, *, directory: bool = False, names: bool = True) -> Iterator[Look]:
    """What somebody is shown on a page, as `Office.one_look`: who he is, the rules and the names are known;
    with `directory` besides who holds which role, of which deciding on a measure asks. A page that tells of
    nobody but him does without the `names`.

    What is written meanwhile, even from within, is not seen.
    """
    with one_look(office.engine) as look:
        day = office_day(by.at)
        look.kept(("known ahead", by.person, day), lambda: gathering.who(look, by.person, day))
        if directory:
            look.kept("names known ahead", lambda: gathering.directory(look, day))
        if names:
            look.kept("names known ahead", lambda: gathering.names(look))
        yield look
