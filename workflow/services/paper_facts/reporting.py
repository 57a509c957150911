"""办理情况报告: what the unit did with one matter, in its own name, to the office."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.letterheads import full_name, place_of
from workflow.services.paper_facts.trail import (
    MAX_LISTED,
    Told,
    Trail,
    brief,
    day_of,
    names_of,
    said,
    shares,
)
from workflow.services.paper_values import iso
from workflow.services.papers import Desk
from workflow.services.replay import Entry
from workflow.storage import queries


def handling_report(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """办理情况报告 of the lead unit, from what it reported; problems and next steps as it last told them."""
    facts, trail = case.facts, Trail.of(desk, case)
    unit, reported = desk.unit(facts.lead_unit), trail.since("reopened").last("completion_reported")
    begun = trail.last("begun")
    report = {
        "unit": full_name(unit.name, place_of(queries.units(desk.work.tx))),
        "signer": unit.head_name,
        "contact": unit.liaison_name,
        "phone": unit.phone,
        "acknowledged_on": _day(trail.last("acknowledged")),
        "begun_on": _day(begun),
        "plan": said(begun, "plan"),
        "progress": [*_progress(trail)],
        "tasks": shares(desk, facts),
        "result": said(reported, "result"),
        "reported_on": _day(reported),
        "latest": facts.progress,
        "latest_on": iso(facts.progress_on),
        "rate": facts.completion_rate,
        "problems": facts.difficulty,
        "evidence": names_of(reported.details.evidence) if reported else [],
    }
    return {"report": report, "addressee": desk.letterhead("office").name}


def _progress(trail: Trail) -> Iterator[Told]:
    """The last reports of progress that had words, oldest first."""
    worded = [(one, _words(one)) for one in trail.every("progress_reported")]
    for one, words in [pair for pair in worded if pair[1]][-MAX_LISTED:]:
        yield {"on": day_of(one), "words": brief(words)}


def _words(report: Entry) -> str | None:
    """What a report said; one that waited for its signature has the words among its particulars."""
    told = report.words.get("set", {}).get("progress") or report.words.get("details", {}).get("progress")
    return str(told) if told else None


def _day(entry: Entry | None) -> str | None:
    return day_of(entry) if entry else None
