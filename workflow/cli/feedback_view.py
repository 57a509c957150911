"""What `case show` prints of a matter's reports."""

from typing import Any

from workflow.cli.output import screen


def say_feedback(document: dict[str, Any]) -> None:
    """One line on how often and when; one for a report that waits, one for 难以按期."""
    told = document["feedback"]
    lines = (_rhythm(told), _waiting(told), _hard_to_meet(told))
    for line in filter(None, lines):
        screen.print(f"  {line}", soft_wrap=True)


def _rhythm(told: dict[str, Any]) -> str:
    by_category = "（按类别）" if told["cadence"] and told["by_category"] else ""
    late = "（已逾期）" if told["overdue"] else ""
    parts = (
        f"{told['cadence']}{by_category}" if told["cadence"] else "",
        f"下次{told['next_on']}前{late}" if told["next_on"] else "",
        f"上次{told['last_on']}" if told["last_on"] else "",
    )
    words = "，".join(filter(None, parts))
    return f"反馈：{words}" if words else ""


def _waiting(told: dict[str, Any]) -> str:
    if not told["waits_for_signature"]:
        return ""
    rate = "" if told["waiting_rate"] is None else f"（完成率{told['waiting_rate']}%）"
    return f"反馈待会签：{told['reported_by_name']}{told['last_on']}所报{rate}，待单位主要负责人会签"


def _hard_to_meet(told: dict[str, Any]) -> str:
    if not told["hard_to_meet"]:
        return ""
    return f"难以按期：预计{told['expected_on']}完成" if told["expected_on"] else "难以按期"
