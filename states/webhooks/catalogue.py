"""The catalogue of events: which entries of a history other programs are told of, and with what facts.

What is not here never leaves: nothing of a measure or a paper before it is issued, nothing about a person,
nothing the office says among itself, no mail and no delivery. Facts are codes, days, numbers and marks; words
are none of them, and are fetched with a token of one's own sight.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LABELS: Mapping[str, str] = {
    "lead_unit": "牵头单位（编码）",
    "co_units": "配合单位（编码）",
    "unit": "单位（编码）",
    "dispatched_on": "交办日期",
    "due_on": "办结期限",
    "original_due_on": "原定期限",
    "open_ended": "长期坚持",
    "cadence": "反馈周期",
    "complexity": "难易程度（类别）",
    "parent": "所出自的事项",
    "link": "与原事项的关系",
    "merged_into": "并入的事项",
    "completion_rate": "完成率",
    "hard_to_meet": "难以按期",
    "expected_on": "预计完成日期",
    "extension_to": "申请延至",
    "task": "协办任务序号",
    "node": "节点序号",
    "means": "催办方式",
    "promised_on": "承诺日期",
    "coordination_level": "协调层级",
    "reported_on": "报结日期",
    "returns": "退回重办次数",
    "verdict": "核查结论",
    "verified_on": "核查日期",
    "closed_on": "销号日期",
    "outcome": "办结结果",
    "review_on": "复查日期",
    "lookback_due_on": "回头看期限",
    "lookback_on": "回头看日期",
    "lookback_finding": "回头看结论",
    "field": "更正的内容",
    "escalation": "督办措施编号",
    "step": "督办措施",
    "document_number": "文号",
    "reply_due_on": "答复期限",
    "service": "送达方式",
    "served_on": "送达日期",
    "answered_on": "答复日期",
    "judge_by": "审核期限",
    "judgement": "答复认定",
    "judged_on": "认定日期",
    "concluded_on": "了结日期",
}
"""The facts there are, by name. None of them holds words."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event: what it is called outside, what people call it, the entry it tells of, its facts.

    A fact is told where the entry sets or names it.
    """

    name: str
    label: str
    entry: str
    facts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """It as the catalogue is served."""
        facts = [{"name": one, "label": LABELS[one]} for one in self.facts]
        return {"type": self.name, "label": self.label, "facts": facts}


_DISPATCH = ("lead_unit", "co_units", "dispatched_on", "due_on", "original_due_on", "open_ended", "cadence")
_MEASURE = ("escalation", "step")

CATALOGUE: tuple[EventType, ...] = (
    EventType("matter.opened", "拟办", "opened", ("complexity",)),
    EventType("matter.derived", "分出立项", "derived", ("complexity", "parent", "link")),
    EventType("matter.taken_over", "接续登记", "taken_over", (*_DISPATCH, "complexity", "closed_on")),
    EventType("matter.restated", "接续更新", "restated", (*_DISPATCH, "complexity", "closed_on")),
    EventType("matter.assigned", "交办", "assigned", (*_DISPATCH, "complexity")),
    EventType("matter.objected", "退回异议", "objected"),
    EventType("matter.acknowledged", "签收", "acknowledged", ("due_on",)),
    EventType("matter.begun", "承办", "begun", ("due_on",)),
    EventType("matter.progress_reported", "反馈", "progress_reported",
              ("completion_rate", "hard_to_meet", "expected_on")),
    EventType("matter.cadence_set", "调整反馈周期", "cadence_set", ("cadence",)),
    EventType("matter.urged", "催办", "urged", ("means", "promised_on")),
    EventType("matter.completion_reported", "报结", "completion_reported", ("reported_on",)),
    EventType("matter.returned", "退回重办", "returned_for_rework", ("returns",)),
    EventType("matter.verified", "核查", "verification_recorded", ("verdict", "verified_on")),
    EventType("matter.closed", "销号", "closed_out", ("closed_on", "outcome")),
    EventType("matter.suspended", "挂起", "suspended", ("review_on",)),
    EventType("matter.resumed", "恢复", "resumed", ("due_on",)),
    EventType("matter.reassigned", "改派", "reassigned", _DISPATCH),
    EventType("matter.succeeded", "机构承继", "succeeded", ("lead_unit", "co_units", "due_on")),
    EventType("matter.split", "拆分", "split"),
    EventType("matter.corrected", "更正", "corrected", ("field", "due_on", "lead_unit", "co_units")),
    EventType("matter.reclassified", "调整类别", "reclassified", ("complexity", "due_on")),
    EventType("matter.retargeted", "改用规则", "retargeted", ("due_on",)),
    EventType("matter.recounted", "重算期限", "recounted", ("due_on",)),
    EventType("matter.withdrawn", "撤销", "withdrawn", ("outcome",)),
    EventType("matter.merged", "合并", "merged", ("merged_into",)),
    EventType("matter.reopened", "重启", "reopened", ("due_on",)),
    EventType("matter.archived", "归档", "archived"),
    EventType("node.planned", "倒排节点", "nodes_planned"),
    EventType("node.replanned", "重新倒排", "nodes_replanned"),
    EventType("node.reached", "完成节点", "node_reached", ("node",)),
    EventType("node.moved", "调整节点", "node_moved", ("node",)),
    EventType("node.dropped", "取消节点", "node_dropped", ("node",)),
    EventType("extension.requested", "申请延期", "extension_requested", ("extension_to",)),
    EventType("extension.granted", "同意延期", "extension_granted", ("due_on",)),
    EventType("extension.refused", "不同意延期", "extension_refused"),
    EventType("task.added", "分解协办", "task_added", ("unit", "task")),
    EventType("task.acknowledged", "签收协办", "task_acknowledged", ("task",)),
    EventType("task.objected", "协办异议", "task_objected", ("task",)),
    EventType("task.progress_reported", "协办反馈", "task_progress_reported", ("task", "completion_rate")),
    EventType("task.completion_reported", "协办报结", "task_completion_reported", ("task",)),
    EventType("task.accepted", "认定协办", "task_accepted", ("task",)),
    EventType("task.returned", "退回协办", "task_returned", ("task",)),
    EventType("task.extended", "调整协办期限", "task_extended", ("task", "due_on")),
    EventType("task.cancelled", "撤销协办", "task_cancelled", ("task",)),
    EventType("coordination.requested", "提请协调", "coordination_requested", ("coordination_level",)),
    EventType("coordination.decided", "协调议定", "coordination_decided"),
    EventType("coordination.declined", "不予协调", "coordination_declined"),
    EventType("coordination.withdrawn", "撤回协调申请", "coordination_withdrawn"),
    EventType("lookback.scheduled", "安排回头看", "lookback_scheduled", ("lookback_due_on",)),
    EventType("lookback.done", "回头看", "followed_up", ("lookback_on", "lookback_finding")),
    EventType("measure.issued", "发出督办文书", "escalation_issued",
              (*_MEASURE, "unit", "document_number", "reply_due_on")),
    EventType("measure.served", "督办文书送达", "escalation_served",
              (*_MEASURE, "service", "served_on", "reply_due_on")),
    EventType("measure.answered", "登记回复", "escalation_answered", (*_MEASURE, "answered_on", "judge_by")),
    EventType("measure.accepted", "认定回复符合要求", "escalation_accepted",
              (*_MEASURE, "judgement", "judged_on")),
    EventType("measure.faulted", "认定回复不符合要求", "escalation_faulted",
              (*_MEASURE, "judgement", "judged_on")),
    EventType("measure.asked_again", "再次函询", "escalation_asked_again", (*_MEASURE, "reply_due_on")),
    EventType("measure.lapsed", "逾期未复", "escalation_lapsed", (*_MEASURE, "reply_due_on")),
    EventType("measure.concluded", "督办措施了结", "escalation_concluded", (*_MEASURE, "concluded_on")),
)  # fmt: skip
"""Every kind of event there is, in the order in which it is documented."""

BY_ENTRY: Mapping[str, EventType] = {one.entry: one for one in CATALOGUE}
BY_NAME: Mapping[str, EventType] = {one.name: one for one in CATALOGUE}
TRIAL = "webhook.trial"
"""What a trial is called: it tells of no matter and stands in no catalogue one can ask for."""
