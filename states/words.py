"""Chinese names of a command's particulars, for sentences that name what is missing or wrong."""

DETAILS = {
    "title": "事项名称",
    "source": "事项来源",
    "basis": "交办依据",
    "requirement": "可量化、可考核的工作要求（销号标准）",
    "complexity": "难易程度",
    "accountable_leader": "包保领导",
    "lead_unit": "牵头单位",
    "co_units": "配合单位",
    "limit": "办结期限",
    "rule": "计算规则",
    "target": "改用的规则版本",
    "due_on": "办结日期",
    "original_due_on": "原办结日期",
    "open_ended": "长期坚持",
    "cadence": "反馈周期",
    "dispatched_on": "交办时间",
    "closed_on": "销号时间",
    "reason": "理由",
    "plan": "办理方案",
    "progress": "进展情况",
    "difficulty": "困难及需协调事项",
    "completion_rate": "完成率",
    "result": "办理结果",
    "evidence": "佐证材料",
    "verification": "核查情况",
    "opinion": "意见",
    "review_on": "复查日期",
    "surviving": "并入的事项编号",
    "state": "所处环节",
    "origin": "原台账出处",
    "accepted": "已采纳的建议",
    "cleared": "原台账不再载明的内容",
    "milestones": "阶段节点",
    "contact_name": "责任人",
    "contact_phone": "联系电话",
    "detail": "具体表现",
    "measures": "整改措施",
    "follow_up": "回头看",
    "remark": "备注",
    "serial": "序号",
    "ground": "诫勉情形（由人选定）",
    "question": "函询的具体问题",
    "judgement": "回复审核结论",
    "reply": "回复内容",
    "finding": "期满审核结论",
    "until": "暂缓到的日期",
    "answered_on": "回复日期",
    "service": "送达方式",
    "served_on": "送达日期",
    "suspended_from": "挂起前环节",
}

FREE_TEXT = frozenset(
    {
        "reason",
        "plan",
        "progress",
        "difficulty",
        "result",
        "verification",
        "opinion",
        "remark",
        "follow_up",
        "contact_name",
        "contact_phone",
        "question",
        "ground",
        "reply",
    }
)
"""Particulars that are people's own words: kept beside the entry, redactable, never in the hashed payload."""


def detail_label(name: str) -> str:
    """The Chinese name of a particular; an unknown one is shown as it was written."""
    return DETAILS.get(name, name)
