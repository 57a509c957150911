"""Facts of the street-light matter in every state, and complete particulars for every command."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from states import policy as policies
from states.calendar import WorkCalendar
from states.case import NO_CALENDARS, Actor, Decision, decide
from states.clocks import Clock
from states.deadlines import STATED, Limit
from states.facts import NEW, CaseFacts
from states.policy import Policy
from states.vocabulary import ClockName, LimitUnit, Role
from tests.builders import LEAD_CODE, REQUIREMENT, TITLE, at

TABLES = Path(__file__).parents[2] / "states" / "tables"
TODAY = at(2026, 7, 15)
CO_UNIT = "BH214"
DUE_ON, LATER = date(2026, 7, 22), date(2026, 8, 5)

DEFAULT = policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))
PROOF = ({"sha256": "0" * 64, "size": 12, "name": "验收单.txt"},)
COMPLETE: dict[str, dict[str, Any]] = {
    "open": {"title": TITLE, "source": "市长信箱"},
    "derive": {"title": TITLE, "source": "协调会议定", "parent": "滨督2026-001", "link": "coordination"},
    "take_over": {"state": "handling", "title": TITLE, "origin": "台账第5行"},
    "restate": {"state": "verifying", "origin": "台账第5行"},
    "assign": {"lead_unit": LEAD_CODE, "limit": Limit(LimitUnit.WORKING_DAYS, 15)},
    "object": {"reason": "路灯归交通局管养"},
    "begin": {"plan": "分三批抢修"},
    "report_progress": {"progress": "已修复120盏"},
    "request_extension": {"due_on": LATER, "reason": "灯具到货推迟"},
    "review_extension": {"opinion": "理由充分，建议同意"},
    "refuse_extension": {"reason": "到货不影响主干道"},
    "report_completion": {"result": "312盏全部复亮", "evidence": PROOF},
    "return_for_rework": {"reason": "抽查仍有9盏不亮"},
    "close_out": {"verification": "夜间抽查40盏均亮", "evidence": PROOF},
    "suspend": {"reason": "道路改造，暂停施工", "review_on": LATER, "evidence": PROOF},
    "resume": {"reason": "道路改造完成"},
    "withdraw": {"reason": "重复交办"},
    "merge": {"reason": "同一问题", "surviving": "滨督2026-002"},
    "reclassify": {"complexity": "complex", "reason": "涉及三个部门"},
    "retarget": {"target": DEFAULT.digest, "reason": "规则修订"},
    "decline_recount": {"reason": "期限已告知承办单位"},
    "succeed": {"former_unit": CO_UNIT, "successor": "BH213", "reform": "滨编发〔2026〕3号"},
    "reopen": {"reason": "回头看又有路灯不亮", "limit": Limit(LimitUnit.DAYS, 7)},
}
"""What each command is owed, and no more; the rest is owed nothing."""


def facts_in(state: str, **changes: Any) -> CaseFacts:
    """The matter standing in a state with every fact a command may rest on."""
    if state == NEW:
        return replace(CaseFacts(), **changes)
    standing = CaseFacts(
        number="滨督2026-001",
        state=state,
        title=TITLE,
        requirement=REQUIREMENT,
        lead_unit=None if state == "draft" else LEAD_CODE,
        co_units=(CO_UNIT,),
        dispatched_on=None if state == "draft" else date(2026, 7, 1),
        due_on=None if state == "draft" else DUE_ON,
        epoch=0 if state == "draft" else 1,
        policy="0" * 64,
        complexity="ordinary",
        clocks=() if state == "draft" else (_provisional(),),
        extension_to=date(2026, 7, 29),
        extension_consented_by="BH212-H",
        extension_reviewed_by="R011",
        reported_by="BH212-L" if state == "verifying" else None,
        suspended_from="registered" if state == "suspended" else None,
    )
    return replace(standing, **changes)


def running(due_on: date = DUE_ON, **changes: Any) -> Clock:
    """The handling clock of the matter: dispatched on 2026-07-01 for a date somebody set."""
    clock = Clock(ClockName.HANDLE, 1, at(2026, 7, 1), None, False, STATED, due_on, due_on, calendar="…")
    return replace(clock, **changes)


def _provisional() -> Clock:
    """The same, still marked as resting on a year that has been announced since."""
    return running(provisional=True)


def holding(*roles: Role, person: str = "R010") -> Actor:
    return Actor(person, frozenset(roles))


EVERY_ROLE = holding(*Role)


def decided(
    lifecycle,
    calendar,
    facts: CaseFacts,
    command: str,
    *,
    actor=EVERY_ROLE,
    when=TODAY,
    policy: Policy = DEFAULT,
    former: Mapping[str, WorkCalendar] = NO_CALENDARS,
    **details,
):
    """The decision of a complete command, with these particulars changed (None: left out)."""
    given = {**COMPLETE.get(command, {}), **details}
    rules = {"lifecycle": lifecycle, "policy": policy, "calendar": calendar, "former": former}
    decision: Decision = decide(facts, command, actor, when, **rules, **given)
    return decision
