"""Working out anew when every case's light turns, and counting: after an upgrade, under a new calendar."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from states.errors import UNREADABLE
from states.facts import CaseFacts
from workflow.services.batch import opened
from workflow.services.lighting import rows_of, unlit
from workflow.services.office import Office
from workflow.storage import lights, queries, tallies
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.session import transaction

AT_ONCE = 1_000


def relight(office: Office, *, at: datetime) -> None:
    """The same in a transaction of its own."""
    with transaction(office.engine) as tx:
        relight_within(tx, office, at=at)


def recount(office: Office, *, at: datetime) -> list[str]:
    """The same; it tells the units whose counts were astray."""
    with transaction(office.engine) as tx:
        lights.keep_others_waiting(tx)
        found = tallies.astray(tx)
        relight_within(tx, office, at=at)
        return found


def relight_within(tx: Connection, office: Office, *, at: datetime) -> None:
    """Keep for every case when its light turns from an instant on, and count them all anew."""
    lights.keep_others_waiting(tx)
    cases = queries.each_case(tx)
    while part := list(islice(cases, AT_ONCE)):
        rows = list(rows_of(tx, office, _readable(part), at=at))
        rest = {row.id for row in part} - {row["case_id"] for row in rows}
        rows += [unlit(case_id) for case_id in sorted(rest)]
        lights.put(tx, rows, [row["case_id"] for row in rows])
    tallies.rebuild(tx)


def _readable(rows: Iterable[Read]) -> Iterator[tuple[int, CaseFacts]]:
    for row in rows:
        if isinstance(row, Unreadable):
            continue
        try:
            yield row.id, opened(row).facts
        except UNREADABLE:
            continue
