"""A body for every request that takes one, as the description shows it; each fits its schema."""

from collections.abc import Mapping
from typing import Any

BASIS, ADDRESS, TEXTS = "滨编发〔2026〕3号", "office@binhai.example", {"notice": "…", "subject": "…"}
SEEN = "9f86d081884c7d65"
CASE = "滨督2026-063"
PLACE = {"seen": "17", "kind": "measure", "id": "5f1c0d8e9a7b6c34"}
HOOK = "https://hook.example/in"
DRAFT = {"title": "修复望海街道路灯", "source": "会议纪要", "basis": "市政府常务会议纪要一、"}
URGE = {"command": "log_urge", "details": {"means": "phone", "spoke_with": "盛宁远", "answer": "下周完成"}}
REFORM = {"kind": "rename", "to": "市城市运行局", "on": "2026-12-01", "basis": BASIS, "dry_run": True}

BODIES: Mapping[str, dict[str, Any]] = {
    "open_case": {"command": "open", "details": {"title": "海港大道积水点整治", "source": "市长信箱"}},
    "give_case_transition": URGE,
    "give_case_transitions": {"items": [{"number": CASE, "seen": 17, **URGE}]},
    "give_measure_transition": {"command": "snooze", "details": {"reason": "正在现场核查"}},
    "decide_one": {"command": "approve", "seen": "17", "details": {"opinion": "同意"}},
    "decide_several": {"items": [PLACE], "opinion": "同意"},
    "hand_in": {"external_id": "RX20261127-00318", "title": "学府路雨后积水", "text": "逢雨积水约三十厘米。"},
    "register_inbox_item": {"title": "整治学府路积水", "source": "热线", "seen": 0},
    "join_inbox_item": {"number": CASE, "seen": 0},
    "return_inbox_item": {"reason": "不属督办范围，请转行业主管部门", "seen": 0},
    "note_inbox_item": {"seen": 1},
    "redact_inbox_item": {"reason": "写有居民的家庭住址"},
    "read_minutes": {"text": "一、由市城市管理局牵头，于7月31日前修复望海街道路灯。"},
    "open_minutes_drafts": {"drafts": [DRAFT], "text": SEEN * 4},
    "propose_webhook": {"name": "12345热线平台", "url": HOOK, "types": ["matter.closed"], "whole": True},
    "propose_call_back": {"source": "12345热线", "url": HOOK},
    "give_webhook_transition": {"command": "repeat", "since": "2026-07-01T09:00:00+08:00"},
    "ask_register_export": {"form": "xlsx", "asked": {"light": "red"}},
    "keep_register_view": {"name": "本月到期", "asked": {"light": "yellow"}},
    "drop_register_view": {"name": "本月到期"},
    "choose_register_columns": {"columns": ["title", "unit", "due"]},
    "make_calendar": {"unit": "BH212"},
    "revoke_calendar": {"unit": "BH212"},
    "add_unit": {"code": "BH240", "name": "市数据局", "parent": "BH213"},
    "amend_unit": {"seen": SEEN, "phone": "0999-1234567"},
    "reform_unit": {"reform": REFORM},
    "amend_person": {"seen": SEEN, "email": ADDRESS},
    "load_calendar": {"name": "2027.csv", "content": "MjAyNy0wMS0wMSzlhYPml6YK", "dry_run": True},
    "settle_calendar_impact": {"decision": "decline", "cases": [CASE], "reason": "已向社会承诺"},
    "examine_policy": {"source": "version = 2\n…", "simulate": True},
    "activate_policy": {"source": "version = 2\n…", "authorises": True},
    "decide_policy_authority": {"decision": "revoke", "reason": "机构调整"},
    "try_mail": {"address": ADDRESS},
    "silence_address": {"address": ADDRESS, "reason": "已调离", "until": "2026-12-31"},
    "lift_silence": {"address": ADDRESS, "reason": "已更正"},
    "give_mail_transition": {"command": "retry", "to": ADDRESS, "reason": "原地址有误"},
    "read_wording": {"texts": TEXTS},
    "check_wording": {"texts": TEXTS},
    "save_wording": {"texts": TEXTS, "seen": SEEN},
    "restore_wording": {"seen": SEEN},
    "hand_import_in": {"name": "台账.xlsx", "content": "UEsDBBQ…"},
    "set_import_columns": {"columns": {"2": "title"}, "mapping": "市长热线"},
    "use_import_mapping": {"name": "市长热线"},
    "set_import_options": {"source": "国办发明电〔2026〕7号", "year": 2027},
    "correct_import": {"lines": {"3": {"cells": {"2": "海港大道积水点整治"}, "accepted": True}}},
    "start_import": {"version": SEEN},
    "ask_verification": {"checkpoint": None},
    "ask_export": {"form": "jsonl", "case": CASE, "reason": "年度审计"},
    "ask_audit_report": {"first": "2026-07-01", "last": "2026-09-30"},
    "compare_checkpoint": {"text": "duban-checkpoint/1\n…"},
}
"""By operation."""
