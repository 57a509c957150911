"""What is known of a case: now, as its rows have it, or at an instant, as its history told it by then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.facts import CaseFacts
from workflow.services.batch import opened
from workflow.services.replay import escalations_of, facts_of, issued_in, laid_out_in, read
from workflow.storage import queries

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a case, and its limits, escalations and papers by their columns."""

    facts: CaseFacts
    limits: tuple[Columns, ...]
    escalations: tuple[Columns, ...]
    documents: tuple[Columns, ...]


def known_now(tx: Connection, row: Row[Any]) -> Known:
    """The case as its rows have it."""
    return Known(
        opened(row).facts,
        tuple(one._asdict() for one in queries.limits_of(tx, row.id)),
        tuple(one._asdict() for one in queries.escalations_of(tx, [row.id])),
        tuple(one._asdict() for one in queries.documents_of(tx, row.id)),
    )


def known_by(tx: Connection, row: Row[Any], instant: datetime) -> Known:
    """The case as it was recorded by an instant; its facts have no number if it was not there yet."""
    entries = [read(event) for event in queries.events_of(tx, row.id, instant)]
    now, recorded, raised = known_now(tx, row), {entry.seq for entry in entries}, escalations_of(entries)
    issued, laid_out = issued_in(entries), laid_out_in(entries)
    return Known(
        facts_of(entries),
        tuple(one for one in now.limits if one["seq"] in recorded),
        tuple({**one, **raised[one["id"]]} for one in now.escalations if one["id"] in raised),
        tuple({**one, "sha256": laid_out.get(one["id"])} for one in now.documents if one["id"] in issued),
    )
