"""Named reads about the reports units are asked for and give. They never commit and never decide."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workflow.storage.queries import CASE, EVENT

ASKING = ("id", "state", "lifecycle", "policy", "lead_unit", "complexity", "cadence")
"""The columns of a case that tell how often it asks whom for a report."""


def cases_in(tx: Connection, states: Collection[str], units: Collection[str] | None) -> Iterable[Row[Any]]:
    """Cases of these lead units, or of any, that stand in one of these states, streamed."""
    found = select(*(CASE.c[name] for name in ASKING)).where(CASE.c.state.in_(sorted(states)))
    mine = CASE.c.lead_unit.is_not(None) if units is None else CASE.c.lead_unit.in_(sorted(units))
    # on the statement: set on the connection it would stay, and a desk that weighs still has to write
    return tx.execute(found.where(mine).execution_options(yield_per=1000))


def reports_and_leads(
    tx: Connection, kinds: Collection[str], since: datetime, until: datetime
) -> Iterable[Row[Any]]:
    """The entries of these kinds that happened after `since` and by `until`, among those that name a lead.

    Only of cases that have such an entry; case by case, in order, streamed.
    """
    reported = (
        EVENT.c.kind.in_(sorted(kinds)) & (EVENT.c.occurred_at > since) & (EVENT.c.occurred_at <= until)
    )
    of_those = EVENT.c.case_id.in_(select(EVENT.c.case_id).where(reported))
    wanted = reported | EVENT.c.payload.contains('"lead_unit":', autoescape=True)
    columns = (EVENT.c.case_id, EVENT.c.payload, reported.label("is_report"))
    found = select(*columns).where(of_those, wanted).order_by(EVENT.c.case_id, EVENT.c.seq)
    return tx.execute(found.execution_options(yield_per=1000))
