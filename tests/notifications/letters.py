"""The full facts of the letters people draft, each about the memorable matter or about its quarter."""

from typing import Any

from tests.notifications.fire_lane import COMMON, LATE, PRIOR

PERSON = {"name": "䶮某某", "post": "副局长", "unit": "市住房和城乡建设局"}
TO_A_PERSON = {
    **COMMON,
    "office": {**COMMON["office"], "name": "中共滨海市委组织部", "mark": "中共滨海市委组织部"},
    "addressee": "䶮某某同志",
    "copies": ["市住房和城乡建设局党组主要负责同志"],
    "person": PERSON,
}
TALK = {
    "reason": "老旧小区消防通道堵塞整治长期未落实",
    "at": "2026年11月24日9时30分",
    "place": "市政府办公楼第二会议室",
    "hosts": "分管副市长，市政府督查室负责同志",
    "persons": "市住房和城乡建设局主要负责同志、分管负责同志",
}

LETTERS: dict[str, dict[str, Any]] = {
    "supervision_order": {
        **COMMON,
        "number": "滨督单〔2026〕5号",
        "late": LATE,
        "prior": PRIOR,
        "urge": {
            "attempt": 2,
            "progress": "47处堵点已打通31处，其余涉及产权争议",
            "progress_on": "2026-11-10",
        },
        "order": {
            "level": "红色",
            "defects": "1.16处堵点尚未打通，责任人不明确；\n2.联席会议未按月召开，产权争议未提请协调",
            "measures": "1.逐处明确整改措施、责任人和完成时间；\n2.11月底前召开联席会议，协调解决产权争议",
        },
        "reply_by": "2026-11-24",
    },
    "talk_notice": {
        **COMMON,
        "number": "滨督约〔2026〕1号",
        "late": LATE,
        "prior": PRIOR,
        "talk": {
            **TALK,
            "topics": "1.听取消防通道整治情况的说明；\n2.研究16处堵点的解决办法",
            "materials": "1.整治情况书面报告；\n2.堵点清单和整改计划",
        },
    },
    "talk_minutes": {
        **COMMON,
        "number": "滨督纪〔2026〕1号",
        "date": "2026-11-25",
        "talk_notice": {"number": "滨督约〔2026〕1号", "issued_on": "2026-11-17"},
        "talk": {
            **TALK,
            "attendees": "市消防救援支队有关负责同志",
            "recorder": "督查员程某",
            "account": "整治进度滞后，16处堵点责任不清。\n要求提高认识，逐处制定方案",
            "statement": "市住房和城乡建设局说明了产权争议情况，表示诚恳接受约谈",
            "commitments": "1.11月底前明确16处堵点的责任人；\n2.12月20日前全部打通",
            "commit_by": "2026-12-20",
        },
    },
    "conclusion": {
        **COMMON,
        "number": "滨督结〔2026〕1号",
        "date": "2026-12-25",
        "government": "滨海市人民政府",
        "checks": [
            {"on": "2026-12-21", "method": "现场核查", "verdict": "不属实"},
            {"on": "2026-12-23", "method": "书面核查", "verdict": "属实"},
        ],
        "conclusion": {
            "conducted": "2026年12月21日至23日，市政府督查组采取实地检查、查阅资料等方式开展督查",
            "facts": "47处堵点中，43处已经打通。\n4处因产权争议尚未打通，未按要求提请协调",
            "evidence": "1.现场检查记录47份；\n2.市住房和城乡建设局整治台账",
            "verdict": "整治任务基本完成，但工作推进不平衡，4处堵点整改不到位",
            "rectify": "1.打通剩余4处堵点；\n2.建立巡查制度，防止反弹",
            "rectify_by": "2027-01-29",
        },
    },
    "review_decision": {
        **COMMON,
        "number": "滨督复〔2027〕1号",
        "date": "2027-01-22",
        "government": "滨海市人民政府",
        "conclusion": {"number": "滨督结〔2026〕1号", "issued_on": "2026-12-25"},
        "review": {
            "applied_on": "2027-01-04",
            "received_on": "2027-01-05",
            "grounds": "4处堵点中有1处不在整治范围内",
            "findings": "该处位于两个小区共用通道，属于整治范围",
            "decision": "维持原督查结论",
        },
    },
    "personal_reminder": {
        **TO_A_PERSON,
        "number": "组提〔2026〕1号",
        "personal": {
            "source": "日常督查",
            "aspect": "推动督办事项落实",
            "facts": "分管的消防通道整治进度滞后，对产权争议没有及时研究",
            "advice": "望对照职责认真检查，加强调度，及时改进工作",
        },
        "reply_by": "2026-12-08",
    },
    "personal_inquiry": {
        **TO_A_PERSON,
        "number": "组询〔2026〕1号",
        "personal": {
            "aspect": "履行消防通道整治职责",
            "endorser": "所在单位党组主要负责同志",
            "deliver_to": "干部监督科，市委办公楼三楼",
        },
        "question": "1.整治方案由谁研究决定，何时部署？\n2.有关部门两次提出产权争议后，采取了哪些措施？",
        "reply_working_days": 15,
        "reply_by": "2026-12-08",
    },
    "circular": {
        **{name: COMMON[name] for name in ("office", "date")},
        "number": "滨督通〔2026〕3号",
        "date": "2026-10-15",
        "addressee": "各区市人民政府，市政府各部门、各直属机构",
        "copies": ["市委办公室", "市人大常委会办公室", "市政协办公室"],
        "approved_by": "市政府",
        "period": {"since": "2026-07-01", "until": "2026-09-30", "label": "2026年第三季度"},
        "circular": {
            "scope": "市政府督办事项",
            "praise": "市交通运输局、市水利局办理的事项全部按期办结，群众评价较好",
            "criticism": "市住房和城乡建设局逾期2件，其中1件经3次催办仍未办结",
            "examples": "老旧小区消防通道堵塞整治（滨督2026-031）原定9月底完成，至今未办结",
            "demands": "逾期事项的牵头单位应当于10月底前提出整改措施。\n各单位应当对照台账逐件自查",
        },
        "totals": {
            "dispatched": 58,
            "closed": 41,
            "closed_percent": "70.7",
            "due": 44,
            "on_time": 38,
            "on_time_percent": "86.4",
            "with_date": 50,
            "overdue": 6,
            "overdue_percent": "12.0",
            "reported": 45,
            "returned": 3,
            "returned_percent": "6.7",
        },
        "ranking": [
            {
                "place": 1,
                "unit": "市交通运输局",
                "dispatched": 9,
                "closed": 9,
                "closed_percent": "100.0%",
                "due": 7,
                "on_time_percent": "100.0%",
                "overdue": 0,
            },
            {
                "place": "—",
                "unit": "市住房和城乡建设局",
                "dispatched": 6,
                "closed": 2,
                "closed_percent": "33.3%",
                "due": 0,
                "on_time_percent": "—",
                "overdue": 2,
            },
        ],
    },
}
