"""An item and what was sent after it, as they were kept; and who may look through them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor
from states.errors import NotPermitted
from states.intake import DESK, Applicant, Arrival, IntakeState
from states.office_time import office_day
from workflow.canonical import canonical_text
from workflow.errors import NotFound
from workflow.services.office import Office, Signature
from workflow.services.people import Actors, check_no_machine
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import rules

INSTANTS, TEXTS = ("occurred_at", "received_at"), ("title", "text", "category", "region", "unit")


@dataclass(frozen=True, slots=True)
class Item:
    """An item that came in. `files` are as entries name them, `number` is that of its matter."""

    id: str
    source: str
    state: IntakeState
    arrival: Arrival
    files: tuple[Mapping[str, Any], ...]
    arrived_at: datetime
    case_id: int | None
    number: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def external_id(self) -> str:
        return self.arrival.external_id


@dataclass(frozen=True, slots=True)
class Supplement:
    """Another body that came under an item's name; `seen_at` is when somebody took note of it."""

    number: int
    arrival: Arrival
    files: tuple[Mapping[str, Any], ...]
    arrived_at: datetime
    seen_by: str | None
    seen_at: datetime | None


def item_of(row: Row[Any]) -> Item:
    """An item of its row, with the number of its matter where that was asked for."""
    return Item(
        row.id, row.source, IntakeState(row.state), arrival_of(row, row.external_id), files_of(row),
        row.arrived_at, row.case_id, getattr(row, "case_number", None), row.decided_by, row.decided_at,
        row.reason,
    )  # fmt: skip


def supplement_of(row: Row[Any], external_id: str) -> Supplement:
    """A supplement of its row."""
    arrival = arrival_of(row, external_id)
    return Supplement(row.number, arrival, files_of(row), row.arrived_at, row.seen_by, row.seen_at)


def written(arrival: Arrival) -> str:
    """What an item says as it is kept and hashed."""
    return canonical_text(arrival.content)


def applicant_of(arrival: Arrival) -> str | None:
    """Whoever turned to the platform, as he is kept."""
    return None if arrival.applicant is None else canonical_text(arrival.applicant.as_json)


def files_of(row: Row[Any]) -> tuple[Mapping[str, Any], ...]:
    """The attachments that came with a row."""
    return tuple(json.loads(row.files))


def arrival_of(row: Row[Any], external_id: str) -> Arrival:
    """What a row says."""
    told = json.loads(row.content)
    instants: dict[str, Any] = {name: told[name] and datetime.fromisoformat(told[name]) for name in INSTANTS}
    wished = told["wished_by"] and date.fromisoformat(told["wished_by"])
    applicant = Applicant(**json.loads(row.applicant)) if row.applicant else None
    texts: dict[str, Any] = {name: told[name] for name in TEXTS}
    call_back = bool(told["call_back"])
    return Arrival(
        external_id, **texts, **instants, wished_by=wished, call_back=call_back, applicant=applicant
    )


def dealer(tx: Connection, by: Signature, at: datetime) -> Actor:
    """Whoever deals with what came in, an officer or his deputy.

    Raises `NotPermitted` (`intake_not_permitted`, `machine_not_allowed`), or as `find_person`.
    """
    check_no_machine(by)
    actor = Actors(tx, by.person, office_day(at)).towards(None)
    if not actor.holds(DESK):
        raise _not_his()
    return actor


def check_may_look(tx: Connection, by: Onlooker | None) -> None:
    """Raises `NotPermitted` (`intake_not_permitted`) for whoever does not deal with it; nobody named is who
    operates the machine."""
    if by is not None and DESK.isdisjoint(Eyes(tx, by).roles):
        raise _not_his()


def states_of(tx: Connection, office: Office, *kinds: str) -> frozenset[str]:
    """The states of these kinds, of whatever table a matter may be under."""
    tables = (office.lifecycle(tx, digest) for digest in rules.rule_digests(tx, "lifecycle"))
    return frozenset(row.id for one in tables for row in one.states if row.kind in kinds)


def unknown() -> NotFound:
    """The refusal of an item there is not."""
    return NotFound("没有这个来件，请从收件箱进入。", code="intake_unknown")


def _not_his() -> NotPermitted:
    return NotPermitted("来件由督查员办理，请交其登记、并入或者退回。", code="intake_not_permitted")
