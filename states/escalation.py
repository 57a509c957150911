"""The life of one escalation: proposed, issued, served, answered; or rejected, or withdrawn.

An automatic rung is raised as issued in the machine's name; one on approval is raised as proposed and waits
for its approver, who is neither its drafter nor its object. A rung counts only when it was issued, and an
inquiry's reply term starts with its recorded service (送达), not with sending.
"""

from collections.abc import Callable, Mapping
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
DESK = frozenset({Role.OFFICER, Role.CLERK, Role.DIRECTOR})
JUDGEMENTS = ("sufficient", "insufficient")
GROUND = ("clause", "facts")


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command on an escalation. Without `roles` the rung names who may give it."""

    label: str
    source: tuple[str, ...]
    to: str
    roles: frozenset[Role] = frozenset()
    needs: tuple[str, ...] = ()


COMMANDS = {
    "approve": CommandRow("批准", ("proposed",), "issued"),
    "reject": CommandRow("不批准", ("proposed",), "rejected", needs=("reason",)),
    "serve": CommandRow("登记送达", ("issued",), "served", DESK),
    "answer": CommandRow("登记回复", ("served",), "answered", DESK, ("judgement",)),
    "withdraw": CommandRow(
        "撤回", ("proposed", "issued", "served"), "withdrawn", frozenset({Role.DIRECTOR}), ("reason",)
    ),
}


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """What is known of one escalation. `objects` are the people it concerns, who must stand back."""

    state: str
    rung: Rung
    drafter: str
    raised_on: date
    objects: frozenset[str] = frozenset()
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class EscalationDecision:
    """The state an escalation comes to, and the facts set with it."""

    command: str
    event: str
    after: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Question:
    """Everything a rule here may look at."""

    facts: EscalationFacts
    row: CommandRow
    actor: Actor
    day: date
    details: Mapping[str, Any]
    calendar: WorkCalendar


class _Walker:
    def __init__(self, state: str) -> None:
        self.state = state


@cache
def machine() -> Machine:
    """The escalation machine, built once, without a model."""
    arrows = [{"trigger": name, "source": list(row.source), "dest": row.to} for name, row in COMMANDS.items()]
    return Machine(
        model=None, states=list(STATES), initial="proposed", auto_transitions=False, transitions=arrows
    )


def decide(
    facts: EscalationFacts, command: str, actor: Actor, day: date, *, calendar: WorkCalendar, **details: Any
) -> EscalationDecision:
    """The decision of a command on an escalation, given on the office day `day`.

    Raises `TransitionRefused`, `NotPermitted`, `FactMissing` or `FactInvalid` like a case's decision.
    """
    row = COMMANDS.get(command)
    if row is None:
        raise TransitionRefused(f"没有“{command}”这个命令。", code="unknown_command", command=command)
    after = _walked(facts, command, row)
    question = _Question(facts, row, actor, day, details, calendar)
    _is_permitted(question)
    _owes_nothing(question)
    return EscalationDecision(command, f"escalation_{after}", after, EFFECTS[command](question))


def _walked(facts: EscalationFacts, command: str, row: CommandRow) -> str:
    walker = _Walker(facts.state)
    try:
        machine().events[command].trigger(walker)
    except MachineError as error:
        standing = f"“{facts.rung.label}”{STATES[facts.state]}，不能{row.label}。"
        raise TransitionRefused(standing, state=facts.state, command=command) from error
    return walker.state


def _is_permitted(question: _Question) -> None:
    """Who decides is named by the rung, and is neither the drafter nor one it concerns."""
    row, facts, person = question.row, question.facts, question.actor.person
    roles = row.roles or frozenset(facts.rung.approvers)
    if not question.actor.roles & roles:
        who = "、".join(sorted(role.label for role in roles))
        raise NotPermitted(f"“{facts.rung.label}”的{row.label}只能由{who}办理。", person=person)
    if not row.roles and person in {facts.drafter, *facts.objects}:
        raise NotPermitted(
            "拟办人和被采取措施的单位负责人、当事人不得审批，请由其他有权人员办理。",
            code="recusal",
            person=person,
        )


def _owes_nothing(question: _Question) -> None:
    needs = question.facts.rung.needs if question.row.to == "issued" else question.row.needs
    for name in needs:
        if not _given(question.details.get(name), name):
            raise FactMissing(
                f"缺少{detail_label(name)}，请补充后再办。", code=f"{name}_missing", missing=name
            )
    if question.day < question.facts.raised_on:
        raise FactInvalid(
            f"办理日期{question.day}早于提出日期{question.facts.raised_on}，请更正。", code="before_raised"
        )


def _given(value: Any, name: str) -> bool:
    """A ground is a clause and the facts that fall under it; anything else is simply there."""
    if name == "ground":
        return isinstance(value, Mapping) and all(value.get(part) for part in GROUND)
    return bool(value)


def _approve(question: _Question) -> dict[str, Any]:
    return {"issued_on": question.day, "decided_by": question.actor.person}


def _reject(question: _Question) -> dict[str, Any]:
    return {"decided_by": question.actor.person}


def _serve(question: _Question) -> dict[str, Any]:
    """The reply term runs from receipt, the day of receipt not counted (函询: 15 working days)."""
    served_on, issued_on = question.details.get("served_on", question.day), question.facts.issued_on
    if issued_on is not None and served_on < issued_on:
        raise FactInvalid(
            f"送达日期{served_on}早于发出日期{issued_on}，请更正。", code="served_before_issued"
        )
    if served_on > question.day:
        raise FactInvalid(f"送达日期{served_on}还没有到，请更正。", code="served_in_future")
    term = question.facts.rung.reply_working_days
    due_on = question.calendar.add_working_days(served_on, term) if term else None
    return {"served_on": served_on, "reply_due_on": due_on}


def _answer(question: _Question) -> dict[str, Any]:
    judgement = question.details["judgement"]
    if judgement not in JUDGEMENTS:
        raise FactInvalid(
            "回复审核结论只能是sufficient（符合要求）或insufficient（不符合要求）。", code="judgement_invalid"
        )
    return {"judgement": judgement, **({"reply_due_on": question.day} if judgement == "insufficient" else {})}


def _withdraw(question: _Question) -> dict[str, Any]:
    return {}


EFFECTS: Mapping[str, Callable[[_Question], dict[str, Any]]] = {
    "approve": _approve,
    "reject": _reject,
    "serve": _serve,
    "answer": _answer,
    "withdraw": _withdraw,
}
