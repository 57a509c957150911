"""延期申请单: what was asked for and why, how far the matter is, and what was said to the request."""

from collections.abc import Mapping
from typing import Any

from states.nodes import still_open
from workflow.services.batch import OpenCase
from workflow.services.paper_facts.trail import MAX_LISTED, Told, Trail, brief, day_of, said
from workflow.services.paper_values import iso
from workflow.services.papers import Desk
from workflow.services.replay import Entry, facts_of

REQUESTED, GRANTED, REFUSED = "extension_requested", "extension_granted", "extension_refused"
STEPS: Mapping[str, str] = {
    REQUESTED: "request",
    "extension_consented": "consent",
    "extension_reviewed": "review",
    GRANTED: "decision",
    REFUSED: "decision",
}
"""The entries of a request, and what each is on the form."""

CONSENT = "同意申请延期。"

Request = dict[str, Entry]


def extension_form(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """延期申请单: of the request that is pending, else of the one decided last, else to be filled in."""
    facts, trail = case.facts, Trail.of(desk, case)
    requests = _requests(trail.since("reopened"))
    now = requests[-1] if requests and (facts.extension_to or "decision" in requests[-1]) else None
    earlier = [_settled(trail, one) for one in requests if one is not now and "decision" in one]
    extension: Told = {
        "times": facts.extensions,
        "earlier": earlier[-MAX_LISTED:],
        "progress": facts.progress,
        "progress_on": iso(facts.progress_on),
        "rate": facts.completion_rate,
        "difficulty": facts.difficulty,
        "ask_by": _last_day_to_ask(desk, case),
        "open": [{"title": one.title, "due_on": iso(one.due_on)} for one in still_open(facts.nodes)],
    }
    return {"extension": extension | (_told(trail, now) if now else {"times_now": facts.extensions + 1})}


def _last_day_to_ask(desk: Desk, case: OpenCase) -> str | None:
    """The last day on which more time may be asked for; none while the date itself is 暂定."""
    due_on, ahead = case.facts.due_on, desk.work.policy_of(case).extension.ask_before_working_days
    if due_on is None or case.facts.provisional:
        return None
    return iso(desk.work.calendar.add_working_days(due_on, -ahead))


def _requests(trail: Trail) -> list[Request]:
    """Every request with what was said to it; one that replaces another takes nothing of that over."""
    found: list[Request] = []
    for one in trail.every(*STEPS):
        if one.kind == REQUESTED:
            found.append({"request": one})
        elif found:
            found[-1][STEPS[one.kind]] = one
    return found


def _told(trail: Trail, now: Request) -> Told:
    asked, decision = now["request"], now.get("decision")
    before = facts_of(one for one in trail.entries if one.seq < (decision or asked).seq)
    return {
        "to": asked.sets.get("extension_to") or iso(before.extension_to),
        "reason": said(asked, "reason"),
        "asked": trail.signed(asked),
        "times_now": before.extensions + 1,
        "former_due_on": iso(before.due_on) if decision else None,
        "consent": _consent(trail, now),
        "review": trail.signed(now.get("review"), said(now.get("review"), "opinion")),
        "decision": _decision(trail, decision),
    }


def _consent(trail: Trail, now: Request) -> Told:
    """The consent of the unit's principal; where he asked himself it was given with the request."""
    asked = now["request"] if now["request"].sets.get("extension_consented_by") else None
    given = now.get("consent", asked)
    return trail.signed(given, said(given, "opinion") or CONSENT)


def _decision(trail: Trail, decision: Entry | None) -> Told:
    if decision is None:
        return {}
    if decision.kind == REFUSED:
        return trail.signed(decision, said(decision, "reason")) | {"is_granted": False}
    until = decision.sets.get("due_on")
    return trail.signed(decision, said(decision, "opinion")) | {"is_granted": True, "until": until}


def _settled(trail: Trail, one: Request) -> Told:
    """A request that was decided before, as a line of the form."""
    decision = one["decision"]
    return {
        "asked_on": day_of(one["request"]),
        "to": one["request"].sets.get("extension_to"),
        "reason": brief(said(one["request"], "reason")),
        **_decision(trail, decision),
    }
