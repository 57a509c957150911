"""Since when something waits that no fact of its matter dates, as its history tells."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection

from states.duties import DutyKind
from states.duties.begun import HANDED_ON, begins, moves
from states.office_time import office_day
from workflow.services.office import Office
from workflow.storage import begun


def since(
    tx: Connection, office: Office, undated: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], date]:
    """The day from which these wait, each by its kind and the number of its matter, by one statement.

    Of those whose history does not tell nothing is said.
    """
    if not undated:
        return {}
    entries = begun.last_entries(
        tx, {number for _, number in undated}, moves(office.every_lifecycle(tx)), HANDED_ON
    )
    found: dict[tuple[str, str], date] = {}
    for kind, number in undated:
        days = [at for entry, at in entries.get(number, ()) if begins(DutyKind(kind), entry)]
        found |= {(kind, number): office_day(max(days))} if days else {}
    return found
