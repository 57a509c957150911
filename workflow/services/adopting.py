"""Bringing cases that were opened under a former lifecycle table under the one in force.

A case is pinned to the table it was opened under; the commands a newer table adds exist for it only once it
has been brought there. Each case gets the command `adopt` by itself, with its own result.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from states.errors import Refusal
from states.lifecycle import Lifecycle
from workflow.services.cases import Order, perform_all
from workflow.services.office import Office, Signature
from workflow.storage import rules
from workflow.storage.session import reading

COMMAND = "adopt"


@dataclass(slots=True)
class Adopted:
    """What became of a run: the cases brought over, and those refused, each with its reason."""

    done: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def versions(office: Office) -> list[dict[str, Any]]:
    """The tables kept, the one in force last, each with the number of unarchived cases pinned to it."""
    with reading(office.engine) as tx:
        kept = [(row, office.lifecycle(tx, row.digest)) for row in rules.lifecycles_kept(tx)]
        pinned = rules.cases_by_lifecycle(tx, _states(*(table for _, table in kept)))
        return [
            {
                "lifecycle": table.reference,
                "digest": row.digest,
                "activated_at": row.activated_at.isoformat(),
                "cases": pinned.get(row.digest, 0),
            }
            for row, table in kept
        ]


def left_behind(tx: Connection, office: Office) -> list[str]:
    """The numbers of the cases that are not ended and still under a former table."""
    kept = [office.lifecycle(tx, row.digest) for row in rules.lifecycles_kept(tx)]
    return rules.cases_under_other_lifecycles(tx, office.lifecycle(tx).digest, _states(*kept))


def adopt(
    office: Office, numbers: Sequence[str] | None, *, by: Signature, at: datetime, reason: str
) -> Adopted:
    """Bring these cases (None: all left behind) under the table in force; a refused one stays as it was."""
    if numbers is None:
        with reading(office.engine) as tx:
            numbers = left_behind(tx, office)
    made = Adopted()
    for number in numbers:
        try:
            perform_all(office, [Order(COMMAND, number, {"reason": reason})], by=by, at=at)
        except Refusal as refusal:
            made.refused.append({"case": number, **refusal.as_json()})
        else:
            made.done.append(number)
    return made


def _states(*tables: Lifecycle) -> frozenset[str]:
    """The states of these tables in which a case has not ended for good."""
    return frozenset(state.id for table in tables for state in table.states if state.kind != "final")
