"""The facts of one memorable matter: a blocked fire lane in 滨海市, late by twelve working days."""

from typing import Any

OFFICE = {
    "name": "滨海市人民政府督查室",
    "mark": "滨海市人民政府督查室",
    "phone": "0000-12345678",
    "contact": "喆某堃",
}
CASE = {
    "number": "滨督2026-031",
    "title": "老旧小区消防通道堵塞整治",
    "source": "市政府第18次常务会议",
    "basis": "市政府第18次常务会议纪要",
    "requirement": "9月底前完成摸底，列出堵点清单。\n10月底前全部打通，建立巡查制度",
    "lead_unit": "市住房和城乡建设局",
    "co_units": ["市消防救援支队", "市城市管理局"],
    "dispatched_on": "2026-08-31",
    "due_on": "2026-10-30",
    "original_due_on": "2026-09-30",
    "complexity": "复杂",
    "accountable_leader": "分管副市长",
}
COMMON = {
    "office": OFFICE,
    "number": "滨督函〔2026〕12号",
    "date": "2026-11-17",
    "addressee": "市住房和城乡建设局",
    "copies": ["市政府办公室", "市消防救援支队"],
    "case": CASE,
    "clock": "办结",
    "link": "https://duban.binhai.example/cases/滨督2026-031",
}
LATE = {"working_days": 12, "days": 18}
PRIOR = [
    {"step": "督办单", "number": "滨督单〔2026〕3号", "issued_on": "2026-10-23"},
    {"step": "上门督导", "number": None, "issued_on": "2026-11-03"},
]
AUTHORITY = "依据《督办阶梯默认规则》第1版由督办系统自动签发"

FACTS: dict[str, dict[str, Any]] = {
    "assignment": {**COMMON, "date": "2026-08-31", "reply_by": "2026-09-07"},
    "due_soon": {
        **COMMON,
        "date": "2026-10-23",
        "number": None,
        "left": {"working_days": 5, "days": 7},
    },
    "urge": {
        **COMMON,
        "number": None,
        "copies": [],
        "late": LATE,
        "cadence": "每月",
        "reply_by": "2026-11-20",
        "reply_working_days": 3,
        "urge": {
            "attempt": 2,
            "original_due_on": "2026-09-30",
            "progress": "47处堵点已打通31处，其余涉及产权争议",
            "progress_on": "2026-11-10",
        },
    },
    "reminder": {**COMMON, "late": LATE, "reply_by": "2026-11-24", "prior": PRIOR, "authority": AUTHORITY},
    "inquiry": {
        **COMMON,
        "number": "滨督询〔2026〕2号",
        "late": LATE,
        "prior": [{"step": "reminder", "number": "滨督函〔2026〕9号", "issued_on": "2026-11-03"}],
        "reply_by": None,
        "reply_working_days": 15,
        "question": "1.消防通道为何至今未全部打通？\n2.联席会议开过几次，形成了哪些意见？",
        "approved_by": "督查室主任",
    },
    "admonition": {
        **COMMON,
        "number": "滨督诫〔2026〕1号",
        "addressee": "䶮某某同志",
        "copies": [],
        "person": {"name": "䶮某某", "post": "局长", "unit": "市住房和城乡建设局"},
        "ground": {"clause": "督查工作有关规定第十二条", "facts": "未按要求组织摸底。\n三次催办后仍未整改。"},
        "approved_by": "市委主要负责同志",
        "approved_on": "2026-11-16",
        "reply_by": None,
        "reply_working_days": 5,
    },
    "close_out": {
        **COMMON,
        "result": "全市47处堵点全部打通。",
        "closed_on": "2026-11-17",
        "verification": "2026年11月13日现场核验，47处全部通畅。",
    },
}


def with_fact(facts: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The facts with one of them changed: `with_fact(facts, "case.title", None)`."""
    name, _, rest = path.partition(".")
    return {**facts, name: with_fact(facts[name], rest, value) if rest else value}
