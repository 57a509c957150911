"""What a command on one matter means for others: what is merged into them, what came out of it, who led it.

Matters that are entered into beside the one a command is given on are locked with it, in the same order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from states.case import Decision
from states.facts import CaseFacts
from workflow.services.batch import OpenCase
from workflow.services.entries import SYSTEM, Act
from workflow.services.papers import Desk
from workflow.services.plain_mails import post
from workflow.services.reissuing import newest
from workflow.services.work import Work
from workflow.storage import queries

ALIVE = ("open", "side")


def numbers(tx: Connection, orders: Iterable[tuple[str | None, Mapping[str, Any]]]) -> set[str]:
    """The matters that orders, given as number and particulars, will enter something into as well."""
    merging = [(number, str(details["surviving"])) for number, details in orders if details.get("surviving")]
    children = (row.number for number, _ in merging if number for row in queries.children_of(tx, number))
    return {*(survivor for _, survivor in merging), *children}


def told_of_merger(
    work: Work, cases: Mapping[str, OpenCase], merged: OpenCase, decision: Decision, by: str
) -> None:
    """Enter a merger into the matter that survives, and into those that came out of the one that ends."""
    survivor = cases[decision.details["surviving"]]
    absorbed = {"absorbed": merged.number, "absorbed_title": merged.facts.title}
    _enter(work, survivor, Act("absorbed", work.at, by, absorbed, acting_for=decision.acting_for))
    for child in cases.values():
        if child.facts.parent == merged.number and child is not survivor and _is_alive(work, child):
            went = {"parent": merged.number, "surviving": survivor.number}
            _enter(work, child, Act("parent_merged", work.at, SYSTEM, went))


def told_former_unit(work: Work, desk: Desk, case: OpenCase, former: CaseFacts) -> None:
    """A plain mail to the unit that no longer leads, where it has an address; its notice is void."""
    desk.know([case, OpenCase(case.id, former)])
    recipients, unit = desk.liaison(former.lead_unit), desk.unit(former.lead_unit)
    if not recipients:
        return
    notice = newest(queries.documents_of(work.tx, case.id, "assignment"))
    facts = {
        "addressee": unit.name,
        "case": {
            "number": case.number,
            "title": case.facts.title,
            "lead_unit": desk.unit(case.facts.lead_unit).name,
            "co_units": [desk.unit(code).name for code in case.facts.co_units],
        },
        "replaces": {"number": notice.number} if notice else None,
    }
    issued = post(work, "reassigned", facts, recipients, case)
    _enter(work, case, Act("unit_told", work.at, SYSTEM, {"kind": "reassigned", **issued.as_details()}))


def ended_where(tx: Connection, cases: Mapping[str, OpenCase], number: str) -> Sequence[str]:
    """The matters a matter was merged into, one after the other; none for one that was not."""
    way: list[str] = []
    while (into := _merged_into(tx, cases, number)) and into not in way:
        way.append(into)
        number = into
    return way


def _merged_into(tx: Connection, cases: Mapping[str, OpenCase], number: str) -> str | None:
    if number in cases:
        return cases[number].facts.merged_into
    row = queries.case_by_number(tx, number)
    return row.merged_into if row else None


def _is_alive(work: Work, case: OpenCase) -> bool:
    return work.lifecycle_of(case).state_rows[case.facts.state].kind in ALIVE


def _enter(work: Work, case: OpenCase, act: Act) -> None:
    """Enter an act that leaves a matter in its state."""
    state = case.facts.state
    work.batch.enter(case, replace(act, before=state, after=state))
