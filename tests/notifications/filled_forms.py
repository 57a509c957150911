"""The facts of the forms people fill in, over the same matter as the notices, with every place filled."""

from typing import Any

QUESTIONS = ["消防通道为何至今未全部打通？", "联席会议开过几次，形成了哪些意见？"]
PERSON = {"name": "䶮某某", "post": "局长", "unit": "市住房和城乡建设局"}
GROUND = {"clause": "督查工作有关规定第十二条", "facts": "未按要求组织摸底。\n三次催办后仍未整改。"}
TASKS = [
    {"unit": "市消防救援支队", "title": "逐处核实堵点", "due_on": "2026-10-15", "state": "已办结"},
    {"unit": "市城市管理局", "title": "拆除违章搭建9处", "due_on": "2026-10-20", "state": "办理中"},
]


def opinion(words: str, by: str, on: str) -> dict[str, str]:
    """An opinion with the full name and date of whoever gave it."""
    return {"words": words, "by": by, "on": on}


def filled_forms(common: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The facts of each form over a matter."""
    plain = {**common, "copies": []}
    organization = {**plain, "office": {**common["office"], "name": "中共滨海市委组织部"}}
    return {
        "dispatch_slip": {**plain, "date": "2026-08-31", "number": "滨督交单〔2026〕31号", "slip": SLIP},
        "inquiry_reply": {
            **plain,
            "addressee": "滨海市人民政府督查室",
            "number": "滨督回〔2026〕2号",
            "reply": REPLY,
        },
        "personal_inquiry_reply": {
            **organization,
            "addressee": "中共滨海市委组织部",
            "number": "滨组回〔2026〕1号",
            "person": PERSON,
            "reply": REPLY | {"number": "滨组询〔2026〕1号"},
        },
        "admonition_record": {
            **organization,
            "addressee": None,
            "number": "滨组谈〔2026〕1号",
            "person": PERSON,
            "ground": GROUND,
            "record": RECORD,
        },
        "extension_form": {**plain, "number": "滨督延〔2026〕4号", "extension": EXTENSION},
        "closing_form": {**plain, "number": "滨督销审〔2026〕7号", "closing": CLOSING},
        "handling_report": {
            **plain,
            "number": "滨督报〔2026〕3号",
            "addressee": "滨海市人民政府督查室",
            "report": REPORT,
        },
    }


SLIP = {
    "urgency": "加急",
    "instructions": [
        {"leader": "分管副市长", "on": "2026-08-28", "words": "请住建局牵头限期打通，办结后报我。"},
    ],
    "proposal": opinion("提出拟办。", "吕喆", "2026-08-29"),
    "approval": opinion("同意交办。", "卞知远", "2026-08-31"),
    "plan_by": "2026-09-14",
    "acknowledge_by": "2026-09-02",
    "cadence": "每月",
    "tasks": TASKS,
    "liaison": {"name": "盛某某", "post": "办公室主任", "phone": "0000-87654321"},
    "receipt": {"by": "盛某某", "on": "2026-09-01"},
    "conditions": "3.本单所列信息仅供办理本事项使用",
}
REPLY = {
    "number": "滨督询〔2026〕2号",
    "issued_on": "2026-11-17",
    "reply_by": "2026-12-08",
    "questions": QUESTIONS,
    "answers": ["16处涉及产权争议，需先行协商。", "共开过3次，议定分类处置的意见。"],
    "words": "拟于12月底前全部打通",
    "evidence": ["联席会议纪要.pdf", "产权争议情况表.xlsx"],
    "signed": {"by": "宋某某", "on": "2026-12-04"},
    "endorsement": opinion("情况属实。", "宋某某", "2026-12-04"),
    "received": {"by": "吕喆", "on": "2026-12-07"},
}
RECORD = {
    "number": "滨组诫〔2026〕1号",
    "issued_on": "2026-11-16",
    "held_at": "2026年11月18日9时30分至10时20分",
    "place": "市委组织部302会议室",
    "talkers": [
        {"name": "言某某", "unit": "市委组织部", "post": "副部长"},
        {"name": "佟某某", "unit": "市委组织部", "post": "干部监督科科长"},
    ],
    "recorder": {"name": "柏某某", "unit": "市委组织部", "post": "干部监督科干部"},
    "reason": "未按要求组织摸底，三次催办后仍未整改",
    "exchanges": [
        {"ask": "对《诫勉书》所列情形有无不同意见？", "answer": "没有，情况属实。"},
        {"ask": "未能整改的主要原因是什么？", "answer": "重视不够，把产权争议当作理由，没有及时提请协调。"},
    ],
    "statement": "诚恳接受组织的诫勉，认真反思",
    "corrections": "12月底前打通其余16处堵点。\n每半月向督查室报告一次进展",
    "checked": opinion("以上记录已看过，与所谈一致。", "䶮某某", "2026-11-18"),
}
EXTENSION = {
    "to": "2026-12-31",
    "times_now": 2,
    "reason": "16处堵点涉及产权争议，需先行协商",
    "reason_class": "须上级或多方协调",
    "rate": 66,
    "progress": "47处堵点已打通31处",
    "remaining": "其余16处逐处协商、拆除",
    "open": [{"title": "完成产权协商", "due_on": "2026-11-30"}],
    "safeguards": "成立专班，每周调度",
    "earlier": [
        {
            "asked_on": "2026-09-21",
            "to": "2026-10-30",
            "reason": "汛期影响施工",
            "is_granted": True,
            "until": "2026-10-30",
            "words": None,
            "by": "卞知远",
            "on": "2026-09-24",
        }
    ],
    "ask_by": "2026-10-27",
    "consent": opinion("同意申请延期。", "宋某某", "2026-10-21"),
    "review": opinion("理由属实，建议同意。", "吕喆", "2026-10-22"),
    "decision": opinion("请抓紧协商。", "舒景行", "2026-10-23") | {"is_granted": True, "until": "2026-12-31"},
    "former_due_on": "2026-10-30",
}
CLOSING = {
    "problem": "47处消防通道被堵塞",
    "measures": "逐小区摸底，分类拆除、划线、设桩",
    "nodes": [
        {"title": "完成摸底", "due_on": "2026-09-30", "reached_on": "2026-09-28"},
        {"title": "全部打通", "due_on": "2026-10-30", "reached_on": None},
    ],
    "result": "全市47处堵点全部打通",
    "reported": {"by": "盛某某", "on": "2026-11-10"},
    "tasks": TASKS,
    "evidence": ["47处堵点销号清单.xlsx", "巡查制度.pdf"],
    "evidence_before": ["整改前照片.zip"],
    "evidence_after": ["整改后照片.zip"],
    "self_check": "逐处自查，均已畅通",
    "head": opinion("情况属实，申请销号。", "宋某某", "2026-11-10"),
    "notice": {
        "channel": "市政府门户网站",
        "from": "2026-11-13",
        "until": "2026-11-20",
        "objections": 2,
        "upheld": 0,
        "dismissed": 2,
        "is_over": True,
    },
    "sector": opinion("符合消防技术标准。", "市消防救援支队", "2026-11-11")
    | {"verdict": "属实", "method": "行业部门核查"},
    "on_site": opinion("47处全部通畅。", "滨海市某评估所", "2026-11-12")
    | {"verdict": "属实", "method": "第三方评估"},
    "leader": opinion("同意。", "分管副市长", "2026-11-21"),
    "office_opinion": opinion("核查结论：属实。", "吕喆", "2026-11-12"),
    "approval": opinion("请归档。", "卞知远", "2026-11-23"),
    "closed_on": "2026-11-23",
    "outcome": "逾期办结",
    "urges": 2,
    "extensions": 1,
    "returns": 0,
}
REPORT = {
    "unit": "滨海市住房和城乡建设局",
    "number": "滨住建〔2026〕45号",
    "signer": "宋某某",
    "contact": "盛某某",
    "phone": "0000-87654321",
    "acknowledged_on": "2026-09-01",
    "begun_on": "2026-09-03",
    "plan": "分三批打通，先老旧小区后背街小巷",
    "progress": [{"on": "2026-10-10", "words": "已打通31处"}],
    "tasks": TASKS,
    "result": "47处堵点全部打通，巡查制度已印发",
    "reported_on": "2026-11-10",
    "latest": "已打通31处",
    "latest_on": "2026-10-10",
    "rate": 66,
    "problems": "个别小区停车位不足，仍有占用风险",
    "next_steps": "落实日常巡查，每月抽查一次",
    "evidence": ["47处堵点销号清单", "巡查制度"],
}

OFFICE = ("office.contact", "office.phone", "link")
BASIS = ("case.source", "case.basis")
OF_THE_MATTER = ("case.accountable_leader", "case.co_units", "case.original_due_on")


def _every(group: str, facts: dict[str, Any]) -> tuple[str, ...]:
    """Each fact of a form, part by part, but those it cannot do without."""
    paths = (f"{group}.{name}" for name, value in facts.items() if not isinstance(value, dict))
    parts = (
        f"{group}.{name}.{part}" for name, value in facts.items() if isinstance(value, dict) for part in value
    )
    return tuple(path for path in (*paths, *parts) if path not in NEEDED)


NEEDED = (
    *("reply.number", "reply.issued_on"),
    *("closing.urges", "closing.extensions", "closing.returns"),
    *("closing.notice.from", "closing.notice.until", "closing.notice.channel", "closing.notice.upheld"),
    *("closing.notice.dismissed", "closing.sector.method", "closing.on_site.method"),
    *("extension.decision.until",),
    *("report.unit", "report.number", "report.signer", "report.next_steps", "report.result"),
)
"""What the office must know where it knows anything of the kind: without it a form cannot be issued."""

FORM_GAPS: dict[str, tuple[str, ...]] = {
    "dispatch_slip": (*OFFICE, *BASIS, "case.accountable_leader", "case.complexity", *_every("slip", SLIP)),
    "inquiry_reply": (*OFFICE, "number", "reply_working_days", *_every("reply", REPLY)),
    "personal_inquiry_reply": (
        *OFFICE,
        "number",
        "person.post",
        *(path for path in _every("reply", REPLY) if path != "reply.questions"),
    ),
    "admonition_record": (*OFFICE, "number", "person.post", *_every("record", RECORD)),
    "extension_form": (
        *OFFICE,
        *OF_THE_MATTER,
        "number",
        "case.dispatched_on",
        *_every("extension", EXTENSION),
    ),
    "closing_form": (*OFFICE, *OF_THE_MATTER, "number", "case.dispatched_on", *_every("closing", CLOSING)),
    "handling_report": (
        *OFFICE,
        "case.co_units",
        "case.dispatched_on",
        *_every("report", REPORT),
    ),
}
"""What each form reads well without, and keeps room for."""
