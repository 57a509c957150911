"""A demonstration as it stands once its story is over: for visitors, who go on from there.

It goes by a clock of its own. So what the pages show does not age, and it is office hours, in which mails
leave, whenever somebody looks.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from workflow.demo.catcher import MailCatcher
from workflow.demo.play import settings_of
from workflow.services.office import Office, open_office


@contextmanager
def standing(out: Path) -> Iterator[Office]:
    """The office of a story played into `out`, its mails caught as before, until the end of the block."""
    with MailCatcher(out / "mails") as catcher:
        office = open_office(settings_of(out, catcher.url))
        try:
            yield office
        finally:
            office.engine.dispose()


def clock_from(played_until: datetime) -> Callable[[], datetime]:
    """A clock that says this instant now and goes on from it; it is never set back."""
    begun = time.monotonic()
    return lambda: played_until + timedelta(seconds=time.monotonic() - begun)
