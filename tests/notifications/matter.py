"""The full facts of each kind of paper, about one memorable matter."""

from typing import Any

from tests.notifications.filled_forms import filled_forms
from tests.notifications.fire_lane import AUTHORITY, COMMON, LATE, PRIOR
from tests.notifications.letters import LETTERS

FACTS: dict[str, dict[str, Any]] = {
    "assignment": {
        **COMMON,
        "date": "2026-08-31",
        "reply_by": "2026-09-07",
        "cadence": "每月",
        "instructions": [
            {"entry": 2, "leader": "分管副市长", "on": "2026-08-28", "words": "请住建局限期打通，“先急后缓”"},
        ],
    },
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
            "log": [
                {
                    "attempt": 1,
                    "on": "2026-11-03",
                    "means": "电话",
                    "spoke_with": "盛某某",
                    "answer": "正在协商产权",
                    "promised_on": "2026-11-10",
                }
            ],
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
        "copies": ["市住房和城乡建设局党组主要负责同志"],
        "person": {"name": "䶮某某", "post": "局长", "unit": "市住房和城乡建设局"},
        "ground": {"clause": "督查工作有关规定第十二条", "facts": "未按要求组织摸底。\n三次催办后仍未整改。"},
        "approved_by": "市委主要负责同志",
        "approved_on": "2026-11-16",
        "reply_by": None,
        "reply_working_days": 5,
        "effect_months": 6,
    },
    "close_out": {
        **COMMON,
        "result": "全市47处堵点全部打通。",
        "closed_on": "2026-11-17",
        "verification": "2026年11月13日现场核验，47处全部通畅。",
    },
    **filled_forms(COMMON),
    **LETTERS,
}


def with_fact(facts: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The facts with one of them changed: `with_fact(facts, "case.title", None)`."""
    name, _, rest = path.partition(".")
    return {**facts, name: with_fact(facts.get(name) or {}, rest, value) if rest else value}
