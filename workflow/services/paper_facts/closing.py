"""Papers about the end of a matter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from notifications.term import cn_date
from workflow.services.batch import OpenCase
from workflow.services.paper_facts.concluding import verifications
from workflow.services.paper_facts.trail import Trail, said
from workflow.services.paper_values import iso
from workflow.services.papers import Desk


def close_out(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """销号通知: what was reported, how it was verified, and since when it is struck off.

    What was said of the verification on closing comes before what a check found.
    """
    closed_on, checks = case.facts.closed_on, list(verifications(desk, case))
    on_closing = said(Trail.of(desk, case).last("closed_out"), "verification")
    return {
        "result": case.facts.progress,
        "closed_on": iso(closed_on),
        "verification": on_closing or (_verification(checks[-1]) if checks else None),
    }


def _verification(check: Mapping[str, Any]) -> str:
    day = cn_date(date.fromisoformat(check["on"]))
    return f"{day}，{check['method']}，核查结论为{check['verdict']}。"
