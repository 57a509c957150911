"""The fields of a case's record in Chinese: what each is called, and its value as people say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from states.corrections import EMPTY
from states.deadlines import Limit
from states.differences import CASE, CLOCKS, NODES, TASKS, Place
from states.escalation import FINDINGS, JUDGEMENTS, SERVICES
from states.escalation import STATES as MEASURE_STATES
from states.office_time import office_minute
from states.papers.life import STATES as PAPER_STATES
from states.tasks import TaskState, clock_label
from states.vocabulary import (
    ClockName,
    CoordinationLevel,
    IssueMode,
    Labelled,
    LimitUnit,
    LinkKind,
    LookbackFinding,
    Outcome,
    RetentionClass,
    Verdict,
)
from states.words import DETAILS

LIMITS, MEASURES, PAPERS = "limits", "escalations", "documents"
"""The parts of a record beside the facts of the case."""

PARTS = {CASE: "事项", TASKS: "协办任务", NODES: "节点", CLOCKS: "时钟"}
PARTS |= {LIMITS: "期限", MEASURES: "督办措施", PAPERS: "文书"}

CLOCK_FIELDS = {
    "epoch": "轮次", "started_at": "起算时间", "limit": "时限", "by_policy": "时限出自规则",
    "rule": "计算规则", "stated_on": "指定日期", "due_on": "期限", "due_at": "到期时刻",
    "calendar": "日历版本", "provisional": "期限暂定", "pauses": "停计时段", "stopped_at": "停止时间",
    "stated_at": "重新指定日期的时间", "suspended_before": "此前已挂起的工作日",
}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, str]] = {
    CASE: DETAILS | {
        "number": "编号", "lifecycle": "办理流程表", "policy": "督办规则", "due_on": "办结期限",
        "original_due_on": "原定期限", "provisional": "期限暂定", "due_for_plan": "期限为报送方案的期限",
        "epoch": "办结期限轮次", "calendar_declined": "不予重算的日历版本", "witnessed": "本系统内有人办理",
        "paused_on": "停计起始日", "extension_to": "申请延期至", "extension_consented_by": "延期同意人",
        "extension_reviewed_by": "延期审核人", "extensions": "延期次数", "returns": "退回次数",
        "reported_by": "报结人", "closed_by": "销号人", "merged_into": "并入的事项", "progress": "进展情况",
        "progress_on": "最近反馈日期", "progress_of": "待会签反馈的报送人",
        "rate_waiting": "待会签反馈的完成率", "urges": "催办次数",
        "coordination_level": "提请协调层级", "coordination_by": "提请协调人",
        "coordination_on": "提请协调日期", "verdict": "核查结论", "verified_by": "核查人",
        "verified_on": "核查日期", "public_objections": "待处理异议（件）",
        "lookback_due_on": "回头看期限", "lookback_campaign": "回头看批次", "lookback_on": "最近回头看",
        "lookback_finding": "回头看结论", "lookbacks": "回头看次数", "relapses": "反弹次数",
    },
    TASKS: {
        "unit": "协办单位", "title": "任务内容", "state": "状态", "completion_rate": "完成率",
        "progress_on": "最近反馈日期", "reported_by": "报结人", "reported_on": "报结日期",
        "returns": "退回次数",
    },
    NODES: {
        "title": "名称", "due_on": "应完成日期", "starts_on": "最迟开始日期", "weight": "权重",
        "final_on": "排定时的办结期限", "planned_on": "排定日期", "working_days": "所需工作日",
        "after": "前置节点", "reached_on": "完成日期", "late": "迟延工作日", "dropped_on": "取消日期",
    },
    CLOCKS: CLOCK_FIELDS,
    LIMITS: {"due_on": "期限", "epoch": "轮次"},
    MEASURES: {
        "state": "状态", "clock": "所属时钟", "epoch": "轮次", "step": "措施", "mode": "发出方式",
        "policy": "督办规则", "unit": "单位", "due_on": "所据期限", "reached_on": "到达日期",
        "raised_on": "提出日期", "reason": "事由", "asked_again": "再次函询次数", "drafted_by": "拟写人",
        "snoozed_until": "暂缓提醒至", "decided_by": "审批人", "decided_on": "审批日期",
        "issued_on": "发出日期", "service": "送达方式", "served_on": "送达日期", "reply_due_on": "回复期限",
        "answered_on": "回复日期", "judge_by": "认定期限", "judged_on": "认定日期", "judgement": "回复认定",
        "effect_until": "影响期至", "review_on": "期满审核日期", "finding": "期满审核结论",
        "concluded_on": "了结日期", "document_id": "文书标识",
    },
    PAPERS: {
        "kind": "种类", "number": "文号", "issued_at": "印发时间", "sha256": "成稿哈希",
        "sent_at": "邮件发出时间", "state": "状态", "drafted_by": "拟稿人", "drafted_on": "拟稿日期",
        "reviewed_by": "核稿人", "reviewed_on": "核稿日期", "signed_by": "签发人", "signed_on": "签发日期",
        "service": "送达方式", "served_on": "送达日期", "archived_on": "归档日期", "voided_on": "作废日期",
        "content_sha256": "文稿哈希",
    },
}  # fmt: skip
"""What each field is called, by the part it stands in."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What codes and identifiers are called where a case lives."""

    names: Mapping[str, str]
    states: Mapping[str, str]
    categories: Mapping[str, str]
    steps: Mapping[str, str]
    papers: Callable[[str], str] = str

    def value(self, place: Place, value: Any) -> str:
        """A value as people say it; what nobody has a word for stays as it is."""
        if value in (None, "", [], ()):
            return EMPTY
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(self._listed(place, one) for one in value)
        return self._one(place, value)

    def _listed(self, place: Place, one: Any) -> str:
        if place.name != "pauses":
            return self._one(place, one)
        start, end, _ = one
        return f"{_minute(start)}至{_minute(end) if end else '今'}"

    def _one(self, place: Place, value: Any) -> str:
        if place.name in ("state", "suspended_from") and place.part == CASE:
            return self.states.get(value, value)
        if place.name in ("complexity", "step"):
            return (self.categories if place.name == "complexity" else self.steps).get(value, value)
        if (place.part, place.name) == (PAPERS, "kind"):
            return self.papers(value)
        if (place.part, place.name) in _WORDS:
            return _WORDS[place.part, place.name](value)
        return self.names.get(str(value), str(value)) if place.name in NAMED else str(value)


NAMED = frozenset(
    {"lead_unit", "lead_group", "co_units", "unit", "extension_consented_by", "extension_reviewed_by"}
    | {"reported_by", "closed_by", "progress_of", "coordination_by", "verified_by", "drafted_by"}
    | {"decided_by", "accountable_leader", "reviewed_by", "signed_by"}
)
"""Fields that name units or people by their codes."""


def called(place: Place, whose: str = "") -> str:
    """What a field is called, with whose it is; `whose` is what a measure or paper is called."""
    own = FIELDS[place.part].get(place.name, place.name)
    if place.part == CASE:
        return own
    if place.part == CLOCKS:
        return f"{clock_label(place.whose)}时钟：{own}"
    if place.part == LIMITS:
        clock, _, seq = place.whose.partition("/")
        return f"{clock_label(clock)}期限（第{seq}条所定）：{own}"
    return f"{whose or PARTS[place.part] + place.whose}：{own}"


def _said(words: type[Labelled]) -> Callable[[Any], str]:
    return lambda value: words(value).label


def _from(labels: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: labels.get(value, value)


def _limit(value: Mapping[str, Any]) -> str:
    return Limit(LimitUnit(value["unit"]), value["amount"]).label


def _minute(instant: str) -> str:
    return office_minute(datetime.fromisoformat(instant))


_WORDS: Mapping[tuple[str, str], Callable[[Any], str]] = {
    (CASE, "outcome"): _said(Outcome),
    (CASE, "verdict"): _said(Verdict),
    (CASE, "link"): _said(LinkKind),
    (CASE, "lookback_finding"): _said(LookbackFinding),
    (CASE, "retention"): _said(RetentionClass),
    (CASE, "coordination_level"): _said(CoordinationLevel),
    (TASKS, "state"): _said(TaskState),
    (CLOCKS, "limit"): _limit,
    **{(CLOCKS, name): _minute for name in ("started_at", "due_at", "stopped_at", "stated_at")},
    (MEASURES, "state"): _from(MEASURE_STATES),
    (MEASURES, "clock"): _said(ClockName),
    (MEASURES, "mode"): _said(IssueMode),
    (MEASURES, "service"): _from(SERVICES),
    (MEASURES, "judgement"): _from(JUDGEMENTS),
    (MEASURES, "finding"): _from(FINDINGS),
    (PAPERS, "state"): _from(PAPER_STATES),
    (PAPERS, "service"): _from(SERVICES),
    **{(PAPERS, name): _minute for name in ("issued_at", "sent_at")},
}
