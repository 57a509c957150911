"""What a meeting agreed of a matter that came out of it (协调议定): which unit is to lead, and by when.

It stands in the history of the matter that was decided on. The director, who hands out what a leader or the
principal decided, is shown it and reminded of it; an order that says otherwise is his to give.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from states.case import Decision
from states.deadlines import Limit
from states.facts import CaseFacts
from states.vocabulary import LinkKind
from workflow.storage import queries

if TYPE_CHECKING:
    from workflow.services.batch import OpenCase
    from workflow.services.register import View
    from workflow.services.work import Work

DECIDED = "coordination_decided"


@dataclass(frozen=True, slots=True)
class Agreed:
    """The unit, by code, and the term or the day as the minutes have it; `parent` is where they stand."""

    parent: str
    lead_unit: str | None
    term: str | None

    def words(self, names: Mapping[str, str]) -> str:
        """会议议定：牵头单位市水务局，时限10个工作日."""
        return f"会议议定：{_told(self.lead_unit and names.get(self.lead_unit, self.lead_unit), self.term)}"


def told_agreement(facts: CaseFacts, seen: View) -> dict[str, Any] | None:
    """What was agreed of a case, as it is shown; None where no meeting named a unit or a term."""
    found = _agreed(seen.tx, facts, seen.as_of)
    if found is None:
        return None
    lead = seen.names.get(found.lead_unit or "", found.lead_unit)
    return {"in": found.parent, "lead_unit": lead, "term": found.term, "words": found.words(seen.names)}


def reminded(work: Work, case: OpenCase, decision: Decision) -> Decision:
    """The decision to hand a matter out, with a word on what was agreed, and on what is ordered otherwise."""
    found = _agreed(work.tx, case.facts) if decision.event == "assigned" else None
    if found is None:
        return decision
    names = {row.code: row.name for row in queries.units(work.tx)}
    return replace(
        decision, doubts=(*decision.doubts, f"{found.words(names)}{_otherwise(found, decision, names)}。")
    )


def said_term(term: Limit | date) -> str:
    """A term or a day in words: 10个工作日, 2026-07-31."""
    return term.isoformat() if isinstance(term, date) else f"{term.amount}{term.unit.label}"


def _agreed(tx: Connection, facts: CaseFacts, until: datetime | None = None) -> Agreed | None:
    if facts.link != LinkKind.COORDINATION or facts.parent is None:
        return None
    row = queries.case_by_number(tx, facts.parent)
    entries = queries.events_of_kind(tx, row.id, DECIDED, until) if row else []
    children = (one for entry in entries for one in json.loads(entry.payload)["details"].get("children", ()))
    found: dict[str, Any] = next((one for one in children if one["number"] == facts.number), {})
    lead, term = found.get("lead_unit"), found.get("term")
    return Agreed(facts.parent, lead, term) if lead or term else None


def _otherwise(found: Agreed, decision: Decision, names: Mapping[str, str]) -> str:
    """What the order says in the place of what was agreed; nothing where it says the same."""
    lead, due_on = decision.changes.get("lead_unit"), decision.changes.get("due_on")
    given = {said_term(one) for one in (decision.details.get("limit"), due_on) if one is not None}
    same_lead = found.lead_unit in (None, lead, decision.changes.get("lead_group"))
    if same_lead and (found.term is None or found.term in given):
        return ""
    return f"；本次交办：{_told(names.get(str(lead), lead), said_term(due_on) if due_on else '长期')}，请核对"


def _told(lead: str | None, term: str | None) -> str:
    return "，".join(filter(None, (lead and f"牵头单位{lead}", term and f"时限{term}")))
