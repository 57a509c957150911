"""Working out anew when every case's light turns: after an upgrade, and under another calendar."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from states.errors import UNREADABLE
from states.facts import CaseFacts
from workflow.services.batch import opened
from workflow.services.lighting import rows_of
from workflow.services.office import Office
from workflow.storage import lights, queries
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.session import transaction

AT_ONCE = 1_000


def relight(office: Office, *, at: datetime) -> None:
    """The same in a transaction of its own."""
    with transaction(office.engine) as tx:
        relight_within(tx, office, at=at)


def relight_within(tx: Connection, office: Office, *, at: datetime) -> None:
    """Keep for every case when its light turns from an instant on."""
    cases = queries.each_case(tx)
    while part := list(islice(cases, AT_ONCE)):
        rows = list(rows_of(tx, office, _readable(part), at=at))
        rest = {row.id for row in part} - {row["case_id"] for row in rows}
        rows += [{"case_id": case_id, "yellow_at": None, "red_at": None} for case_id in sorted(rest)]
        lights.put(tx, rows, [row["case_id"] for row in rows])


def _readable(rows: Iterable[Read]) -> Iterator[tuple[int, CaseFacts]]:
    for row in rows:
        if isinstance(row, Unreadable):
            continue
        try:
            yield row.id, opened(row).facts
        except UNREADABLE:
            continue
