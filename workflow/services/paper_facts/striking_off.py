"""销号申请（审批）表: what was done against what was asked, how it was checked, who agreed."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.facts import CaseFacts
from states.guards.verifying import NAMED_METHODS
from states.nodes import in_plan
from states.vocabulary import CheckMethod, Outcome, Ruling, Verdict
from workflow.services.batch import OpenCase
from workflow.services.paper_facts.trail import Told, Trail, day_of, names_of, said, shares, told
from workflow.services.paper_values import iso
from workflow.services.papers import Desk
from workflow.services.replay import Entry

AGAIN = ("returned_for_rework", "reopened")
"""After these what was reported and checked before counts no more."""


def closing_form(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """销号申请（审批）表: filled in from the last report of completion, blank where nobody has spoken yet."""
    facts, trail = case.facts, Trail.of(desk, case)
    now = trail.since(*AGAIN)
    reported, closed = now.last("completion_reported"), now.last("closed_out")
    checks = now.every("verification_recorded")
    closing = {
        "problem": facts.detail,
        "measures": facts.measures or said(trail.last("begun"), "plan"),
        "result": said(reported, "result") or facts.progress,
        "reported": now.signed(reported),
        "evidence": names_of(reported.details.evidence) if reported else [],
        "evidence_before": [name for one in checks for name in names_of(one.details.evidence_before)],
        "evidence_after": [name for one in checks for name in names_of(one.details.evidence_after)],
        "tasks": shares(desk, facts),
        "nodes": [*_nodes(facts)],
        "notice": _notice(now, desk.work.day.isoformat()),
        "sector": _check(now, checks, CheckMethod.SECTOR),
        "on_site": _check(now, checks, CheckMethod.ON_SITE, CheckMethod.THIRD_PARTY),
        "office_opinion": _office_opinion(now, checks),
        "approval": now.signed(closed, said(closed, "verification")),
        "closed_on": iso(facts.closed_on),
        "outcome": Outcome(facts.outcome).label if facts.outcome else None,
        "urges": facts.urges,
        "extensions": facts.extensions,
        "returns": facts.returns,
    }
    return {"closing": closing}


def _check(trail: Trail, checks: list[Entry], *methods: CheckMethod) -> Told:
    """The last verification done in one of these ways, as an opinion."""
    one = next((one for one in reversed(checks) if told(one, "method") in methods), None)
    if one is None:
        return {}
    return trail.signed(one, said(one, "verification")) | {
        "method": CheckMethod(told(one, "method")).label,
        "verdict": Verdict(told(one, "finding")).label,
        **_checked_by(one),
    }


def _checked_by(check: Entry) -> Told:
    """Whoever did the checking; where somebody outside did it, the officer only entered it."""
    if told(check, "method") not in NAMED_METHODS:
        return {}
    return {"by": said(check, "verified_by_name")}


def _office_opinion(trail: Trail, checks: list[Entry]) -> Told:
    """What the office found at last; its own words only where it looked at the papers alone."""
    if not checks:
        return {}
    found = f"核查结论：{Verdict(told(checks[-1], 'finding')).label}。"
    on_paper = told(checks[-1], "method") == CheckMethod.DOCUMENT
    words = said(checks[-1], "verification") if on_paper else None
    return trail.signed(checks[-1], "\n".join(filter(None, (words, found))))


def _notice(trail: Trail, today: str) -> Told:
    """The public notice of the result and what came of it; empty where there was none."""
    published = trail.last("result_published")
    if published is None:
        return {}
    until = published.sets.get("public_until")
    settled = [told(one, "ruling") for one in trail.every("objection_settled")]
    return {
        "channel": told(published, "channel"),
        "from": day_of(published),
        "until": until,
        "is_over": until is not None and until < today,
        "objections": len(trail.every("objection_recorded")),
        "upheld": settled.count(Ruling.UPHELD.value),
        "dismissed": settled.count(Ruling.DISMISSED.value),
    }


def _nodes(facts: CaseFacts) -> Iterator[Told]:
    for one in in_plan(facts.nodes):
        yield {"title": one.title, "due_on": iso(one.due_on), "reached_on": iso(one.reached_on)}
