"""The matters a case has to do with, as it is shown: its parent, its children, what was merged into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from states.facts import CaseFacts
from states.vocabulary import LinkKind
from workflow.services.batch import opened
from workflow.services.replay import facts_of, read
from workflow.storage import queries

if TYPE_CHECKING:
    from workflow.services.register import View


def parent(facts: CaseFacts, seen: View) -> dict[str, Any] | None:
    """The matter it came out of, and where that went if it was merged since."""
    row = queries.case_by_number(seen.tx, facts.parent) if facts.parent else None
    if row is None:
        return None
    link = LinkKind(facts.link or LinkKind.SPLIT)
    known = _facts(row, seen)
    told = {"link": link.value, "link_label": link.label, "merged_into": known.merged_into}
    return {**_named(known, row), **told}


def children(facts: CaseFacts, seen: View) -> list[dict[str, Any]]:
    """The matters that came out of it, by number."""
    rows = queries.children_of(seen.tx, facts.number or "")
    found = ((_facts(row, seen), row) for row in rows)
    return [_child(one, row, seen) for one, row in found if one.number is not None]


def absorbed(facts: CaseFacts, seen: View) -> list[dict[str, Any]]:
    """The matters that were merged into it, oldest first."""
    row = queries.case_by_number(seen.tx, facts.number or "")
    entries = queries.events_of_kind(seen.tx, row.id, "absorbed", seen.as_of) if row else []
    told = (json.loads(entry.payload)["details"] for entry in entries)
    return [{"number": one["absorbed"], "title": one["absorbed_title"]} for one in told]


def _child(facts: CaseFacts, row: Row[Any], seen: View) -> dict[str, Any]:
    return {
        **_named(facts, row),
        "state": facts.state,
        "state_label": seen.office.lifecycle(seen.tx, facts.lifecycle).label(facts.state),
        "lead_unit": seen.names.get(facts.lead_unit or "", facts.lead_unit),
        "link": facts.link,
        "link_label": LinkKind(facts.link).label if facts.link else None,
    }


def _named(facts: CaseFacts, row: Row[Any]) -> dict[str, Any]:
    """A sealed matter by its number alone."""
    return {"number": facts.number, "title": facts.title if row.sealed_on is None else None}


def _facts(row: Row[Any], seen: View) -> CaseFacts:
    """The facts of another matter, as of the same instant as what is shown."""
    if seen.as_of is None:
        return opened(row).facts
    return facts_of(read(event) for event in queries.events_of(seen.tx, row.id, seen.as_of))
