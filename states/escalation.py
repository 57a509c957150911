"""The life of one escalation: proposed, issued, served, answered; or rejected, or withdrawn.

An automatic rung is raised as issued in the machine's name; one on approval is raised as proposed and waits
for its approver, who is neither its drafter nor its object. A rung counts only when it was issued, and an
inquiry's reply term starts with its recorded service (送达), not with sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from transitions import Machine, MachineError

from states.calendar import WorkCalendar
from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.policy import Rung
from states.vocabulary import Role
from states.words import detail_label

STATES = {
    "proposed": "待审批",
    "issued": "已发出",
    "served": "已送达",
    "answered": "已回复",
    "rejected": "不予采取",
    "withdrawn": "已撤回",
}
COMMANDS = {
    "approve": ("批准", ("proposed",), "issued"),
    "reject": ("不批准", ("proposed",), "rejected"),
    "serve": ("登记送达", ("issued",), "served"),
    "answer": ("登记回复", ("served",), "answered"),
    "withdraw": ("撤回", ("proposed", "issued", "served"), "withdrawn"),
}
LIVE = ("proposed", "issued", "served")
DESK = (Role.OFFICER, Role.CLERK, Role.DIRECTOR)
JUDGEMENTS = ("sufficient", "insufficient")


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """What is known of one escalation. `object_person` is the person it concerns, if it concerns one."""

    state: str
    rung: Rung
    drafter: str
    object_person: str | None = None
    issued_on: date | None = None
    served_on: date | None = None


@dataclass(frozen=True, slots=True)
class EscalationDecision:
    """The state an escalation comes to, and the facts set with it."""

    command: str
    event: str
    after: str
    changes: Mapping[str, Any]


class _Walker:
    def __init__(self, state: str) -> None:
        self.state = state


@cache
def machine() -> Machine:
    """The escalation machine, built once, without a model."""
    return Machine(
        model=None,
        states=list(STATES),
        initial="proposed",
        auto_transitions=False,
        transitions=[
            {"trigger": name, "source": list(sources), "dest": dest}
            for name, (_, sources, dest) in COMMANDS.items()
        ],
    )


def decide(
    facts: EscalationFacts, command: str, actor: Actor, day: date, *, calendar: WorkCalendar, **details: Any
) -> EscalationDecision:
    """The decision of a command on an escalation, given on the office day `day`.

    Raises `TransitionRefused`, `NotPermitted`, `FactMissing` or `FactInvalid` like a case's decision.
    """
    walker = _Walker(facts.state)
    if command not in COMMANDS:
        raise TransitionRefused(f"没有“{command}”这个命令。", code="unknown_command", command=command)
    try:
        machine().events[command].trigger(walker)
    except MachineError as error:
        raise TransitionRefused(
            f"“{facts.rung.label}”{STATES[facts.state]}，不能{COMMANDS[command][0]}。",
            state=facts.state,
            command=command,
        ) from error
    RULES[command](facts, actor, day, details)
    changes = CHANGES[command](facts, day, details, calendar)
    return EscalationDecision(command, f"escalation_{walker.state}", walker.state, changes)


def _may_decide(facts: EscalationFacts, actor: Actor) -> None:
    """Approver is a named role, and neither drafter nor object."""
    if not actor.roles & set(facts.rung.approvers):
        who = "、".join(role.label for role in facts.rung.approvers)
        raise NotPermitted(
            f"“{facts.rung.label}”只能由{who}审批。", person=actor.person, step=facts.rung.step
        )
    if actor.person in (facts.drafter, facts.object_person):
        raise NotPermitted(
            "拟办人和被采取措施的人不得审批，请由其他有权人员办理。", code="recusal", person=actor.person
        )


def _owes(details: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if not details.get(name):
            raise FactMissing(
                f"缺少{detail_label(name)}，请补充后再办。", code=f"{name}_missing", missing=name
            )


def _approve(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    _may_decide(facts, actor)
    _owes(details, *facts.rung.needs)


def _reject(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    _may_decide(facts, actor)
    _owes(details, "reason")


def _at_the_desk(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    if not actor.roles & set(DESK):
        raise NotPermitted("只能由督查室人员登记。", person=actor.person, step=facts.rung.step)


def _serve(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    _at_the_desk(facts, actor, day, details)
    served_on = details.get("served_on", day)
    if facts.issued_on is not None and served_on < facts.issued_on:
        raise FactInvalid(
            f"送达日期{served_on}早于发出日期{facts.issued_on}，请更正。", code="served_before_issued"
        )
    if served_on > day:
        raise FactInvalid(f"送达日期{served_on}还没有到，请在送达后登记。", code="served_in_future")


def _answer(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    _at_the_desk(facts, actor, day, details)
    _owes(details, "judgement")
    if details["judgement"] not in JUDGEMENTS:
        raise FactInvalid(
            "回复审核结论只能是sufficient（符合要求）或insufficient（不符合要求）。", code="judgement_invalid"
        )


def _withdraw(facts: EscalationFacts, actor: Actor, day: date, details: Mapping[str, Any]) -> None:
    if Role.DIRECTOR not in actor.roles:
        raise NotPermitted("只能由督查室主任撤回。", person=actor.person, step=facts.rung.step)
    _owes(details, "reason")


def _issued(
    facts: EscalationFacts, day: date, details: Mapping[str, Any], calendar: WorkCalendar
) -> dict[str, Any]:
    return {"issued_on": day}


def _served(
    facts: EscalationFacts, day: date, details: Mapping[str, Any], calendar: WorkCalendar
) -> dict[str, Any]:
    """The reply term runs from receipt, the day of receipt not counted (函询: 15 working days)."""
    served_on = details.get("served_on", day)
    term = facts.rung.reply_working_days
    return {
        "served_on": served_on,
        "reply_due_on": calendar.add_working_days(served_on, term) if term else None,
    }


def _answered(
    facts: EscalationFacts, day: date, details: Mapping[str, Any], calendar: WorkCalendar
) -> dict[str, Any]:
    changes: dict[str, Any] = {"judgement": details["judgement"]}
    if details["judgement"] == "insufficient":
        changes["reply_due_on"] = day
    return changes


def _nothing(
    facts: EscalationFacts, day: date, details: Mapping[str, Any], calendar: WorkCalendar
) -> dict[str, Any]:
    return {}


RULES = {"approve": _approve, "reject": _reject, "serve": _serve, "answer": _answer, "withdraw": _withdraw}
CHANGES = {
    "approve": _issued,
    "reject": _nothing,
    "serve": _served,
    "answer": _answered,
    "withdraw": _nothing,
}
