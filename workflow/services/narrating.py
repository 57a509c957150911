"""A measure told in sentences: what was decided, sent, served, answered, judged, and what it waits for."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from states import office_time
from states.escalation import FINDINGS, JUDGEMENTS, SERVICES, approvers
from states.policy import Rung

Columns = Mapping[str, Any]


def narrate(columns: Columns, rung: Rung | None, names: Mapping[str, str], day: date) -> list[str]:
    """The course of one measure up to a day, oldest first, and last what it waits for.

    `rung` is that of the policy it was raised under, None for one that is no longer known.
    """
    told = (*_deciding(columns, names), *_going_out(columns), *_replying(columns), *_ending(columns))
    awaited = _awaited(columns, rung, day)
    return [*told, awaited] if awaited else list(told)


def _deciding(columns: Columns, names: Mapping[str, str]) -> Iterator[str]:
    if columns["raised_on"]:
        how = "自动发出" if columns["mode"] == "automatic" else "提请审批"
        yield f"{day_in_words(columns['raised_on'])}{how}"
    if columns["drafted_by"]:
        yield f"由{_name(columns['drafted_by'], names)}拟写内容"
    if columns["decided_on"]:
        verdict = "不予批准" if columns["state"] == "rejected" else "批准"
        yield f"{day_in_words(columns['decided_on'])}由{_name(columns['decided_by'], names)}{verdict}"


def _going_out(columns: Columns) -> Iterator[str]:
    if columns["issued_on"] and columns["mode"] != "automatic":
        yield f"{day_in_words(columns['issued_on'])}发出"
    if columns["served_on"]:
        how = SERVICES.get(columns["service"] or "", "方式未载明")
        yield f"{day_in_words(columns['served_on'])}送达（{how}）"
    if columns["reply_due_on"]:
        yield f"回复期限{day_in_words(columns['reply_due_on'])}"


def _replying(columns: Columns) -> Iterator[str]:
    if columns["asked_again"]:
        yield f"再次函询{columns['asked_again']}次"
    if columns["answered_on"]:
        yield f"{day_in_words(columns['answered_on'])}回复"
    if columns["judgement"]:
        judged = f"{day_in_words(columns['judged_on'])}" if columns["judged_on"] else ""
        yield f"{judged}认定回复{JUDGEMENTS.get(columns['judgement'], columns['judgement'])}"
    if columns["state"] == "lapsed":
        yield "逾期未复"


def _ending(columns: Columns) -> Iterator[str]:
    if columns["effect_until"]:
        yield f"影响期至{day_in_words(columns['effect_until'])}"
    if columns["finding"]:
        yield f"期满审核：{FINDINGS.get(columns['finding'], columns['finding'])}"
    if columns["concluded_on"]:
        yield f"{day_in_words(columns['concluded_on'])}了结"
    if columns["state"] == "withdrawn":
        yield "已撤回"


def _awaited(columns: Columns, rung: Rung | None, day: date) -> str | None:
    """What the measure waits for now."""
    state = columns["state"]
    if state == "proposed":
        who = "、".join(sorted(role.label for role in approvers(rung))) if rung else "审批人"
        quiet = columns["snoozed_until"]
        return f"待{who}审批" + (f"（暂缓提醒至{day_in_words(quiet)}）" if quiet and quiet > day else "")
    if state == "issued":
        return "待送达" if rung is None or rung.is_numbered else None
    if state in ("served", "lapsed") and columns["reply_due_on"]:
        return "待回复"
    if state == "answered" and columns["judgement"] is None:
        by = columns["judge_by"]
        return f"待认定回复是否符合要求（{day_in_words(by)}前）" if by else "待认定回复是否符合要求"
    if columns["review_on"] and not columns["finding"] and state not in ("concluded", "withdrawn"):
        return f"待{day_in_words(columns['review_on'])}期满审核"
    return None


def _name(code: str | None, names: Mapping[str, str]) -> str:
    return names.get(code or "", code or "")


def day_in_words(day: date | None) -> str:
    """2026年7月1日; 未定 where there is none."""
    return office_time.day_in_words(day) if day else "未定"
