"""Facts of the street-light matter in every state, and complete particulars for every command."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from states import policy as policies
from states.calendar import WorkCalendar
from states.case import NO_CALENDARS, Actor, Decision, decide
from states.clocks import Clock, Pause
from states.deadlines import STATED, Limit
from states.facts import NEW, CaseFacts
from states.nodes import Node
from states.nodes.planning import Step
from states.policy import Policy
from states.tasks import REPORTED_BACK, Task, TaskState
from states.vocabulary import ClockName, LimitUnit, Role
from tests.builders import LEAD_CODE, REQUIREMENT, TITLE, at

TABLES = Path(__file__).parents[2] / "states" / "tables"
TODAY = at(2026, 7, 15)
CO_UNIT = "BH214"
DUE_ON, LATER = date(2026, 7, 22), date(2026, 8, 5)
YESTERDAY = date(2026, 7, 14)
TASK_DUE = date(2026, 7, 20)

DEFAULT = policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))
PROOF = ({"sha256": "0" * 64, "size": 12, "name": "验收单.txt"},)
NODES = tuple(
    Node(
        id=place,
        title=title,
        starts_on=starts_on,
        due_on=due_on,
        working_days=2,
        weight=weight,
        after=after,
        final_on=date(2026, 7, 20),
        planned_on=date(2026, 7, 2),
    )
    for place, title, starts_on, due_on, weight, after in (
        (1, "采购", date(2026, 7, 15), date(2026, 7, 16), 40, ()),
        (2, "安装", date(2026, 7, 17), date(2026, 7, 20), 60, (1,)),
    )
)
"""Two milestones planned back from a final date that has moved since, by two working days."""

COMPLETE: dict[str, dict[str, Any]] = {
    "open": {"title": TITLE, "source": "市长信箱"},
    "derive": {"title": TITLE, "source": "协调会议定", "parent": "滨督2026-001", "link": "coordination"},
    "take_over": {"state": "handling", "title": TITLE, "origin": "台账第5行"},
    "restate": {"state": "verifying", "origin": "台账第5行"},
    "assign": {"lead_unit": LEAD_CODE, "limit": Limit(LimitUnit.WORKING_DAYS, 15)},
    "object": {"reason": "路灯归交通局管养"},
    "begin": {"plan": "分三批抢修"},
    "report_progress": {"progress": "已修复120盏"},
    "send_back_progress": {"reason": "数字与现场不符"},
    "set_cadence": {"cadence": "每周", "reason": "进入攻坚阶段"},
    "plan_nodes": {
        "nodes": (Step(title="采购灯具", working_days=2), Step(title="安装", due_on=DUE_ON, after=(1,)))
    },
    "reach_node": {"node": 1},
    "move_node": {"node": 2, "due_on": date(2026, 7, 21), "reason": "灯具到货推迟"},
    "drop_node": {"node": 2, "reason": "并入验收"},
    "request_extension": {"due_on": LATER, "reason": "灯具到货推迟"},
    "review_extension": {"opinion": "理由充分，建议同意"},
    "refuse_extension": {"reason": "到货不影响主干道"},
    "log_urge": {"means": "phone", "spoke_with": "市城管局办公室值班员", "answer": "灯具已到货，下周装完"},
    "request_coordination": {"level": "leader", "blocker": "变压器迁改跨两个部门", "wanted": "明确迁改主体"},
    "decide_coordination": {"minutes": "由供电公司本月底前完成迁改", "evidence": PROOF},
    "decline_coordination": {"reason": "属本单位职责，自行协商"},
    "record_instruction": {"leader": "市长", "instruction": "限月底前全部复亮", "instructed_on": YESTERDAY},
    "follow_instruction": {"leader": "市长", "instructed_on": YESTERDAY, "child": "滨督2026-002"},
    "add_task": {"unit": "BH213", "task_title": "迁移占压灯杆的站牌12处", "due_on": DUE_ON},
    "acknowledge_task": {"task": 1},
    "object_task": {"task": 1, "reason": "站牌归公交集团管理"},
    "report_task": {"task": 1, "progress": "已迁移5处"},
    "complete_task": {"task": 1, "result": "12处全部迁移", "evidence": PROOF},
    "accept_task": {"task": 1},
    "return_task": {"task": 1, "reason": "仍有2处未迁移"},
    "extend_task": {"task": 1, "due_on": DUE_ON, "reason": "公交改线推迟"},
    "cancel_task": {"task": 1, "reason": "站牌已由公交集团迁走"},
    "report_completion": {"result": "312盏全部复亮", "evidence": PROOF},
    "record_verification": {"method": "document", "finding": "passed", "verification": "验收单与图纸相符"},
    "publish_result": {"channel": "政府网站", "public_until": LATER},
    "record_objection": {"objection": "三号路口仍不亮", "objector": "望海街道居民"},
    "settle_objection": {"ruling": "dismissed", "opinion": "该路口不在整改范围"},
    "schedule_lookback": {"due_on": LATER},
    "follow_up": {"method": "document", "finding": "held", "verification": "三个月用电记录正常"},
    "return_for_rework": {"reason": "抽查仍有9盏不亮"},
    "close_out": {"verification": "夜间抽查40盏均亮", "evidence": PROOF},
    "suspend": {"reason": "道路改造，暂停施工", "review_on": LATER, "evidence": PROOF},
    "resume": {"reason": "道路改造完成"},
    "withdraw": {"reason": "重复交办"},
    "merge": {"reason": "同一问题", "surviving": "滨督2026-002"},
    "reassign": {"lead_unit": "BH213", "reason": "路灯归住建部门管养"},
    "split": {"split_into": ("滨督2026-002",), "reason": "一事一单"},
    "correct": {"field": "title", "old": TITLE, "new": "望海街道312盏路灯不亮", "reason": "名称有误"},
    "reclassify": {"complexity": "complex", "reason": "涉及三个部门"},
    "retarget": {"target": DEFAULT.digest, "reason": "规则修订"},
    "adopt": {"reason": "流程增加了协办和核查"},
    "decline_recount": {"reason": "期限已告知承办单位"},
    "comment": {"text": "承办单位报的完成率与现场不符，请核查", "mentions": ("R011",)},
    "succeed": {"former_unit": CO_UNIT, "successor": "BH213", "reform": "滨编发〔2026〕3号"},
    "reopen": {"reason": "回头看又有路灯不亮", "limit": Limit(LimitUnit.DAYS, 7)},
}
"""What each command is owed, and no more; the rest is owed nothing."""

RESTS_ON: dict[str, dict[str, Any]] = {
    "publish_result": {"verdict": "passed"},
    "record_objection": {"verdict": "passed", "public_until": DUE_ON},
    "settle_objection": {"verdict": "passed", "public_until": DUE_ON, "public_objections": 1},
    "reopen": {"lookback_finding": "relapsed", "lookback_on": date(2026, 7, 14)},
}
"""Facts a command rests on that would keep others back."""


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
        progress_of="BH212-L" if state in ("registered", "handling") else None,
        reported_by="BH212-L" if state == "verifying" else None,
        suspended_from="registered" if state == "suspended" else None,
    )
    return replace(standing, **changes)


ON_A_REQUEST = frozenset({"decide_coordination", "decline_coordination", "withdraw_coordination"})
LEVELS = {Role.DIRECTOR: "office", Role.LEADER: "leader", Role.PRINCIPAL: "principal"}


def facts_for(command: str, state: str, role: Role = Role.LEADER, **changes: Any) -> CaseFacts:
    """The same with what this very command rests on; a request for coordination is at this role's level."""
    rests_on = {**RESTS_ON.get(command, {}), **GIVEN_ON.get(command, {})}
    if command in ON_A_REQUEST and state != NEW:
        rests_on |= {"coordination_by": "BH212-L", "coordination_on": date(2026, 7, 10)}
        rests_on["coordination_level"] = LEVELS.get(role, "leader")
    return facts_in(state, **{**rests_on, **changes})


def a_task(state: TaskState = TaskState.ASSIGNED, due_on: date = TASK_DUE, **changes: Any) -> Task:
    """What 市交通运输局 has to deliver for the matter, handed out on 2026-07-06."""
    clock = Clock(ClockName.TASK, 1, at(2026, 7, 6), None, False, STATED, due_on, due_on, calendar="…")
    if state is TaskState.REPORTED:
        clock = replace(clock, pauses=(Pause(at(2026, 7, 14), None, REPORTED_BACK),))
        changes = {"reported_by": "BH213-L", "reported_on": date(2026, 7, 14)} | changes
    task = Task(id=1, unit="BH213", title="迁移占压灯杆的站牌12处", state=state, clock=clock)
    return replace(task, **changes)


GIVEN_ON: dict[str, dict[str, Any]] = {
    **{command: {"tasks": (a_task(),)} for command in ("acknowledge_task", "object_task", "cancel_task")},
    **{command: {"tasks": (a_task(TaskState.WORKING),)} for command in ("report_task", "complete_task")},
    **{command: {"tasks": (a_task(TaskState.REPORTED),)} for command in ("accept_task", "return_task")},
    "extend_task": {"tasks": (a_task(TaskState.WORKING),)},
    **{command: {"nodes": NODES} for command in ("reach_node", "move_node", "drop_node", "replan_nodes")},
}
"""What must lie inside the matter before a command can be given on it."""


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
