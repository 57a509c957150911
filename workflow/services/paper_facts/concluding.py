"""督查结论 and 复核决定: what was checked of the matter, and the conclusion a review is about."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.services import checks
from workflow.services.batch import OpenCase
from workflow.services.paper_facts.citing import last_issued
from workflow.services.papers import Desk
from workflow.services.replay import readable


def conclusion(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """The verifications that still count, oldest first; people's words about them stay in the history."""
    return {"checks": list(verifications(desk, case))}


def review_decision(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """The number and day of the conclusion that is reviewed."""
    return {"conclusion": last_issued(desk, case, "conclusion")}


def verifications(desk: Desk, case: OpenCase) -> Iterator[dict[str, Any]]:
    """Each verification of the completion as it was last reported: day, method and verdict."""
    for one in checks.told(case.facts, readable(desk.work.batch.history_of(case))):
        if one["kind"] == "verification_recorded" and not one["lapsed"]:
            yield {"on": one["on"], "method": one["method_label"], "verdict": one["finding_label"]}
