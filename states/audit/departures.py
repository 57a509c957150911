"""Where a person set a rule aside or departed from what would have been without him, and why (例外情况).

`OF_A_CASE` and `OF_THE_OFFICE` name the kinds of entries that are such, one line each. What a machine did by
its rules is none; whoever acted in another's place is always one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.audit.recorded import Recorded
from states.audit.standing import Standing
from states.clocks import Clock
from states.clocks.clockwork import SUSPENDED
from states.corrections import field_of, told_move
from states.errors import Refusal
from states.office_time import office_day
from states.redaction import REDACTED, taken_away
from states.retention import CLASSIFIED, SEALED, UNSEALED
from states.vocabulary import ClockName, Labelled, RetentionClass


class DepartureKind(Labelled):
    """What a departure is of."""

    CORRECTION = "correction", "更正记载"
    DEADLINE = "deadline", "另定期限"
    EXTENSION = "extension", "延期"
    RULES = "rules", "改用规则或流程"
    CAP = "cap", "超过反馈次数上限"
    CADENCE = "cadence", "另定反馈周期"
    PAUSE = "pause", "挂起与恢复"
    SENT_BACK = "sent_back", "退回"
    HANDED_ON = "handed_on", "改派与拆分"
    ENDED = "ended", "撤销与合并"
    REOPENED = "reopened", "重启"
    PLAN = "plan", "调整节点与协办"
    UNSETTLED = "unsettled", "带着未结事项报结"
    LOOKBACK = "lookback", "回头看改期"
    MEASURE = "measure", "督办措施"
    DOCUMENT = "document", "文书作废"
    RECUSAL = "recusal", "回避"
    DEPUTY = "deputy", "代理行使职责"
    IMPORT = "import", "导入时采纳建议"
    SWEEP = "sweep", "巡查"
    AUTHORITY = "authority", "授权自动签发"
    EVIDENCE = "evidence", "存证的更换"
    FILING = "filing", "保管与封存"
    REDACTION = "redaction", "隐去文字"
    RESTORED = "restored", "恢复备份"
    ROLES = "roles", "数据库角色"


@dataclass(frozen=True, slots=True)
class Departure:
    """A departure an entry tells of. `reason` None: none was given; `joined` are others who agreed to it."""

    kind: DepartureKind
    what: str
    reason: str | None = None
    withheld: bool = False
    joined: tuple[tuple[str, str], ...] = ()


Finder = Callable[[Standing, Recorded], Iterator[Departure]]
REASONS = ("reason", "opinion")
PARTS = {"entry": "历史条目", "task": "协办任务", "node": "节点"}


def departures(entry: Recorded, before: Standing) -> Iterator[Departure]:
    """The departures an entry of a case tells of; `before` is how the case stood just before it."""
    for finder in OF_A_CASE.get(entry.kind, ()):
        yield from finder(before, entry)
    if entry.said("over_cap"):
        yield _departure(entry, DepartureKind.CAP, "所要求的反馈次数超过单位每月上限")
    if entry.acting_for is not None:
        yield Departure(DepartureKind.DEPUTY, "代他人办理")


def departures_of_the_office(entry: Recorded) -> Iterator[Departure]:
    """Those an entry of the office's journal tells of; `what` is left to the journal's own words."""
    kind = OF_THE_OFFICE.get(entry.kind)
    if kind is not None:
        yield _departure(entry, kind, "")


def _departure(entry: Recorded, kind: DepartureKind, what: str, *reasons: str) -> Departure:
    """One with the reason the entry holds under the first of these names."""
    said = (entry.said(name) for name in (*reasons, *REASONS))
    reason = next((str(one).strip() for one in said if one), None)
    return Departure(kind, what, reason, withheld=reason is None and entry.withheld)


def _plain(kind: DepartureKind, what: str, *reasons: str) -> Finder:
    """A departure that is told in the same words every time, and the dates it moved."""

    def find(before: Standing, entry: Recorded) -> Iterator[Departure]:
        yield _departure(entry, kind, f"{what}{_moved(entry)}", *reasons)

    return find


def _moved(entry: Recorded) -> str:
    moved = entry.details.get("moved") or {}
    told = [told_move(name, old, new) for name, (old, new) in moved.items()]
    return f"（{'，'.join(told)}）" if told else ""


def _corrected(before: Standing, entry: Recorded) -> Iterator[Departure]:
    try:
        field = field_of(dict(entry.details)).label
    except Refusal:
        field = str(entry.details.get("field"))
    old, new = (_value(entry, name) for name in ("old", "new"))
    where = "".join(
        f"{label}{entry.details[name]}的" for name, label in PARTS.items() if name in entry.details
    )
    yield _departure(entry, DepartureKind.CORRECTION, f"{where}{field}：{old}→{new}{_moved(entry)}")


def _value(entry: Recorded, name: str) -> str:
    value = entry.said(name)
    if value is None:
        return "（已隐去）" if entry.withheld else "（空）"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _date_given(before: Standing, entry: Recorded) -> Iterator[Departure]:
    """A date or a term somebody gave where the policy would have given its own."""
    for clock in _handling_clocks(entry):
        if clock.is_open and not clock.by_policy:
            term = f"{clock.limit.amount}{clock.limit.unit.label}" if clock.limit else "按指定日期"
            original = f"，原定{was}" if (was := before.values.get("original_due_on")) else ""
            yield _departure(entry, DepartureKind.DEADLINE, f"期限{clock.due_on}（{term}{original}）")
            return
    if entry.sets.get("open_ended"):
        yield _departure(entry, DepartureKind.DEADLINE, "定为长期坚持，不设办结期限")


def _handling_clocks(entry: Recorded) -> Iterator[Clock]:
    """The clock of the date, where an entry sets it anew."""
    if "due_on" in entry.sets and entry.sets["due_on"] is not None:
        for clock in entry.clocks:
            if clock.name in (ClockName.HANDLE, ClockName.PLAN):
                yield clock


def _extended(before: Standing, entry: Recorded) -> Iterator[Departure]:
    """More time, with the reason it was asked for, and who agreed and looked at it."""
    was, asked = before.values.get("due_on"), before.values.get("extension_to")
    granted = entry.sets.get("due_on", was)
    times = entry.sets.get("extensions", "?")
    other = "" if granted == asked else f"，申请延至{asked}"
    reason = before.asked.said("reason") if before.asked else None
    withheld = reason is None and before.asked is not None and before.asked.withheld
    opinion = entry.said("opinion")
    told = [f"申请：{reason}"] if reason else []
    told += [f"批准意见：{opinion}"] if opinion else []
    joined = (("单位同意", "extension_consented_by"), ("审核", "extension_reviewed_by"))
    yield Departure(
        DepartureKind.EXTENSION,
        f"第{times}次延期：{was}→{granted}{other}",
        "；".join(told) or None,
        withheld and not told,
        tuple((label, before.values[name]) for label, name in joined if before.values.get(name)),
    )


def _coordinated(before: Standing, entry: Recorded) -> Iterator[Departure]:
    if "due_on" in entry.sets:
        dates = f"{before.values.get('due_on')}→{entry.sets['due_on']}"
        yield _departure(entry, DepartureKind.DEADLINE, f"协调议定改期：{dates}", "minutes")


def _resumed(before: Standing, entry: Recorded) -> Iterator[Departure]:
    """A suspension that ends, with whether its review was overdue and its ceiling used up."""
    review_on, day = before.values.get("review_on"), office_day(entry.occurred_at).isoformat()
    told = [f"复查日期{review_on}以后才恢复"] if review_on and day > review_on else []
    ends = [one.pauses[-1].end for one in entry.clocks if one.pauses and one.pauses[-1].cause == SUSPENDED]
    if any(end is not None and end < entry.occurred_at for end in ends):
        told.append("挂起超过上限，超出的时间计入期限")
    note = f"（{'，'.join(told)}）" if told else ""
    yield _departure(entry, DepartureKind.PAUSE, f"恢复办理{note}{_moved(entry)}")


def _suspended(before: Standing, entry: Recorded) -> Iterator[Departure]:
    yield _departure(entry, DepartureKind.PAUSE, f"挂起，复查日期{entry.said('review_on')}")


def _unsettled(before: Standing, entry: Recorded) -> Iterator[Departure]:
    if entry.said("open_tasks_reason") or (entry.withheld and _has_open_tasks(before)):
        yield _departure(entry, DepartureKind.UNSETTLED, "协办任务未结即报结", "open_tasks_reason")


def _has_open_tasks(before: Standing) -> bool:
    return any(one.is_under_way for one in before.facts.tasks)


def _postponed(before: Standing, entry: Recorded) -> Iterator[Departure]:
    was = before.values.get("lookback_due_on")
    if was is not None:
        yield _departure(entry, DepartureKind.LOOKBACK, f"{was}→{entry.said('due_on')}")


def _accepted(before: Standing, entry: Recorded) -> Iterator[Departure]:
    accepted = entry.said("accepted")
    if accepted:
        told = "、".join(map(_suggestion, accepted)) if isinstance(accepted, list) else str(accepted)
        yield _departure(entry, DepartureKind.IMPORT, told)


def _suggestion(accepted: Any) -> str:
    """What was taken of a proposal, and the code of the problem it was made for."""
    if not isinstance(accepted, Mapping):
        return str(accepted)
    return f"{accepted.get('suggestion')}（{accepted.get('code')}）"


def _measure(what: str, kind: DepartureKind = DepartureKind.MEASURE, *reasons: str) -> Finder:
    """Something a person did with a measure that the ladder would not have done by itself."""

    def find(before: Standing, entry: Recorded) -> Iterator[Departure]:
        if not entry.is_machine:
            until = entry.details.get("snoozed_until")
            told = f"{what}至{until}" if until else what
            yield _departure(entry, kind, told, *reasons)

    return find


def _refused_service(before: Standing, entry: Recorded) -> Iterator[Departure]:
    if entry.details.get("service") == "refused":
        yield _departure(entry, DepartureKind.MEASURE, "拒收，留置送达")


def _shortened(before: Standing, entry: Recorded) -> Iterator[Departure]:
    """A term that ends earlier than the one set before; a longer one takes nothing away."""
    former, new = entry.details.get("former", {}).get("retention"), entry.sets.get("retention")
    if former and new:
        was, now = RetentionClass(former), RetentionClass(new)
        if now.is_shorter_than(was):
            yield _departure(entry, DepartureKind.FILING, f"保管期限由{was.label}缩短为{now.label}")


def _redacted(before: Standing, entry: Recorded) -> Iterator[Departure]:
    yield _departure(entry, DepartureKind.REDACTION, taken_away(entry.details))


Kind = DepartureKind
OF_A_CASE: Mapping[str, tuple[Finder, ...]] = {
    "corrected": (_corrected,),
    "assigned": (_date_given,),
    "reassigned": (_plain(Kind.HANDED_ON, "改派牵头单位"), _date_given),
    "split": (_plain(Kind.HANDED_ON, "拆分"),),
    "cadence_set": (_plain(Kind.CADENCE, "调整反馈周期"),),
    "extension_granted": (_extended,),
    "coordination_decided": (_coordinated,),
    "coordination_declined": (_plain(Kind.SENT_BACK, "不予协调"),),
    "reclassified": (_plain(Kind.RULES, "调整类别，期限按新类别计算"),),
    "retargeted": (_plain(Kind.RULES, "改用另一版督办规则"),),
    "lifecycle_adopted": (_plain(Kind.RULES, "改用现行流程表"),),
    "recounted": (_plain(Kind.DEADLINE, "按新日历重算期限"),),
    "recount_declined": (_plain(Kind.DEADLINE, "维持原计算，不按新日历重算"),),
    "suspended": (_suspended,),
    "resumed": (_resumed,),
    "objected": (_plain(Kind.SENT_BACK, "承办单位提出异议，退回"),),
    "returned_for_rework": (_plain(Kind.SENT_BACK, "退回重办"),),
    "progress_sent_back": (_plain(Kind.SENT_BACK, "退回反馈"),),
    "task_returned": (_plain(Kind.SENT_BACK, "退回协办"),),
    "task_objected": (_plain(Kind.SENT_BACK, "协办单位提出异议，退回"),),
    "withdrawn": (_plain(Kind.ENDED, "撤销"),),
    "merged": (_plain(Kind.ENDED, "并入其他事项"),),
    "reopened": (_plain(Kind.REOPENED, "重新启动"), _date_given),
    "node_moved": (_plain(Kind.PLAN, "调整节点日期"),),
    "node_dropped": (_plain(Kind.PLAN, "取消节点"),),
    "task_extended": (_plain(Kind.PLAN, "调整协办期限"),),
    "task_cancelled": (_plain(Kind.PLAN, "撤销协办"),),
    "completion_reported": (_unsettled,),
    "lookback_scheduled": (_postponed,),
    "taken_over": (_accepted,),
    "restated": (_accepted,),
    "escalation_rejected": (_measure("不批准"),),
    "escalation_snoozed": (_measure("暂缓"),),
    "escalation_recused": (_measure("声明回避", Kind.RECUSAL),),
    "escalation_withdrawn": (_measure("撤回"),),
    "escalation_concluded": (_measure("由人了结"),),
    "escalation_asked_again": (_measure("再次函询", Kind.MEASURE, "question"),),
    "escalation_served": (_refused_service,),
    "document_served": (_refused_service,),
    "document_voided": (_plain(Kind.DOCUMENT, "文书作废"),),
    CLASSIFIED: (_shortened,),
    SEALED: (_plain(Kind.FILING, "封存事项"),),
    UNSEALED: (_plain(Kind.FILING, "启封事项"),),
    REDACTED: (_redacted,),
}
"""The kinds of entries of a case that are departures, by the event; a table's own events may be added."""

OF_THE_OFFICE: Mapping[str, DepartureKind] = {
    "plan_applied": Kind.SWEEP,
    "hold_released": Kind.SWEEP,
    "case_set_aside": Kind.SWEEP,
    "case_retried": Kind.SWEEP,
    "policy_authorised": Kind.AUTHORITY,
    "policy_revoked": Kind.AUTHORITY,
    "policy_retargeted": Kind.RULES,
    "deputy_appointed": Kind.DEPUTY,
    "deputy_revoked": Kind.DEPUTY,
    "digest_switched": Kind.EVIDENCE,
    "key_rotated": Kind.EVIDENCE,
    "signing_key_rotated": Kind.EVIDENCE,
    "backup_restored": Kind.RESTORED,
    "branch_left": Kind.RESTORED,
    "database_roles_separated": Kind.ROLES,
    REDACTED: Kind.REDACTION,
    "document_voided": Kind.DOCUMENT,
}
"""The kinds of the journal's entries that are departures; the journal itself tells what each was about."""
