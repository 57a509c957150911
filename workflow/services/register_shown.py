"""The register as a list for somebody: the matters that are his, as its page shows them."""

from dataclasses import replace
from datetime import datetime

from states.visibility import sees_no_case
from workflow.services.office import Office
from workflow.services.register import Listing, list_cases
from workflow.services.seeing import Eyes, Onlooker, sees_none
from workflow.storage.session import reading


def list_shown(
    office: Office, *, today: datetime, as_of: datetime | None = None, by: Onlooker | None = None
) -> Listing:
    """The same as `list_cases` to an onlooker; nobody named is who operates the machine.

    Whoever does not see the whole is shown the matters that are his today, and no level, for a measure may
    concern a person. Raises `NotPermitted` (`not_yours`) for one of the three administrators.
    """
    if by is None:
        return list_cases(office, today=today, as_of=as_of)
    with reading(office.engine) as tx:
        eyes = Eyes(tx, by)
        if sees_no_case(eyes.roles):
            raise sees_none(eyes.person.name)
        if eyes.see_everything:
            return list_cases(office, today=today, as_of=as_of)
        now = list_cases(office, today=today)
        his = {one.facts.number for one in now if eyes.see(one.facts)}
    then = now if as_of is None else list_cases(office, today=today, as_of=as_of)
    return Listing(replace(one, level=None) for one in then if one.facts.number in his)
