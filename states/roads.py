"""By which road a stated fact is put right that `correct` does not reach: the commands, in their order.

A road names its commands in brackets, as they are written on the command line.
"""

from collections.abc import Mapping

ROADS: Mapping[str, str] = {
    "lead_unit": "改派（reassign）；尚未在系统中办理的，接续更新（restate）",
    "lead_group": "改派（reassign）",
    "unit": "撤销协办（cancel-task）后另行分解（add-task）",
    "cadence": "调整反馈周期（set-cadence）",
    "over_cap": "调整反馈周期（set-cadence）",
    "policy": "改用规则（retarget）",
    "target": "改用规则（retarget）",
    "limit": "更正办结期限（correct）",
    "rule": "更正办结期限（correct）",
    "extension_to": "申请延期（request-extension）",
    "review_on": "恢复（resume）后重新挂起（suspend）",
    "suspended_from": "恢复（resume）后，尚未在系统中办理的接续更新（restate）",
    "merged_into": "另行拟办（open），写明原编号",
    "surviving": "另行拟办（open），写明原编号",
    "state": "尚未在系统中办理的，接续更新（restate）；已办理的，该环节的办理命令",
    "origin": "接续更新（restate）",
    "accepted": "接续更新（restate）",
    "cleared": "接续更新（restate）",
    "parent": "撤销（withdraw）后重新分出立项（derive）",
    "link": "撤销（withdraw）后重新分出立项（derive）",
    "outcome": "更正报结日期、销号时间或办结期限（correct）",
    "open_ended": "签收前退回异议（object）后重新交办（assign）；其后撤销（withdraw）、另行拟办（open）",
    "tasks": "写明任务序号更正任务名称、协办期限、完成率（correct），其余见协办任务各项命令",
    "nodes": (
        "写明节点编号更正节点名称、应完成日期、权重、完成日期（correct），"
        "其余重新倒排（plan-nodes）、调整节点（move-node）、取消节点（drop-node）"
    ),
    "working_days": "重新倒排节点（plan-nodes）",
    "after": "重新倒排节点（plan-nodes）",
    "dropped_on": "重新倒排节点（plan-nodes）",
    "hard_to_meet": "重新反馈（report-progress）",
    "as_before": "重新反馈（report-progress）",
    "result": "更正进展情况（correct）",
    "open_tasks_reason": "退回重办（return-for-rework）后重新报结（report-completion）",
    "missing": "重新报结（report-completion）后再次退回（return-for-rework）",
    "finding": "重新核查（record-verification），销号后重新回头看（follow-up）",
    "ruling": (
        "再登记异议（record-objection）并处理（settle-objection）；"
        "已认定成立的，重新核查（record-verification）"
    ),
    "public_until": "重新核查（record-verification）后重新公示（publish-result）",
    "campaign": "重新安排回头看（schedule-lookback）",
    "level": "撤回协调申请（withdraw-coordination）后重新提请（request-coordination）",
    "blocker": "撤回协调申请（withdraw-coordination）后重新提请（request-coordination）",
    "wanted": "撤回协调申请（withdraw-coordination）后重新提请（request-coordination）",
    "children": "在子事项上更正（correct）",
    "split_into": "在分出的事项上更正（correct）",
    "child": "在另行交办的事项上更正（correct）",
    "former_unit": "改派（reassign），或更正配合单位（correct）",
    "successor": "改派（reassign），或更正配合单位（correct）",
    "text": "再作一次批注（comment）",
    "mentions": "再作一次批注（comment）",
    "evidence": "以批注附上正确的材料（comment）",
    "evidence_before": "重新核查（record-verification），销号后重新回头看（follow-up）",
    "evidence_after": "重新核查（record-verification），销号后重新回头看（follow-up）",
}
"""A particular, or a fact that comes of several, wherever it is given: the road that puts it right."""

_TASK, _AGAIN, _ASK = (
    "写明任务序号更正（correct）",
    "在反馈中说明（report-progress）",
    "重新申请延期（request-extension）",
)
_ANEW = "另行拟办（open），写明原编号"
OF_COMMAND: Mapping[tuple[str, str], str] = {
    ("object", "reason"): "由督查员批注说明（comment）",
    ("cosign_progress", "opinion"): _AGAIN,
    ("send_back_progress", "reason"): _AGAIN,
    ("consent_extension", "opinion"): _AGAIN,
    ("reach_node", "opinion"): _AGAIN,
    ("withdraw_coordination", "reason"): _AGAIN,
    ("request_extension", "due_on"): _ASK,
    ("request_extension", "reason"): _ASK,
    ("move_node", "due_on"): "写明节点编号更正（correct）",
    ("schedule_lookback", "due_on"): "重新安排回头看（schedule-lookback）",
    **{("add_task", name): _TASK for name in ("task_title", "due_on", "limit", "rule")},
    ("extend_task", "due_on"): _TASK,
    ("report_task", "completion_rate"): _TASK,
    ("report_task", "progress"): "重新反馈（report-task）",
    ("report_task", "difficulty"): "重新反馈（report-task）",
    ("complete_task", "result"): "退回协办（return-task）后重新报结（complete-task）",
    ("object_task", "reason"): "退回协办（return-task）后重新提出异议（object-task）",
    ("withdraw", "reason"): _ANEW,
    ("merge", "reason"): _ANEW,
}
"""Where a particular means something else than elsewhere, or is said by people who do not correct."""

NO_FACTS = frozenset({"task", "node", "entry", "field", "old", "new", "reissue"})
"""Particulars that state nothing: what a command is given on, and how."""


def road_of(command: str, particular: str) -> str | None:
    """The road that puts right what was given with a command; None where `correct` does it by the name."""
    return OF_COMMAND.get((command, particular), ROADS.get(particular))
