"""What may be brought in from a file on the pages, and by whom.

The services decide once more when it is brought in; this says what is offered to whom.
"""

from collections.abc import Collection

from states.accounts.administrators import IMPORTING
from states.vocabulary import Labelled, Role


class Kind(Labelled):
    """What a file is."""

    REGISTER = "register", "台账"
    DIRECTORY = "directory", "单位名录"
    CALENDAR = "calendar", "放假通知"


IMPORTERS = {
    Kind.REGISTER: frozenset({Role.OFFICER}),
    Kind.DIRECTORY: IMPORTING,
    Kind.CALENDAR: frozenset({Role.OFFICER, Role.DIRECTOR}),
}
"""接续登记 is an officer's act, a notice is loaded by him or the director, a directory by those who may once
the three administrators are in office."""


def importable(roles: Collection[Role]) -> frozenset[Kind]:
    """The kinds of file somebody with these roles may bring in."""
    return frozenset(kind for kind, those in IMPORTERS.items() if not those.isdisjoint(roles))
