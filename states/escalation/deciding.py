"""Deciding a command on an escalation: facts in, a frozen decision out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from transitions import MachineError

from states import particulars
from states.calendar import WorkCalendar
from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.escalation.effects import EFFECTS
from states.escalation.question import EscalationFacts, Question
from states.escalation.table import COMMANDS, STATES, machine, roles_for
from states.vocabulary import ActorKind
from states.words import detail_label

GROUND = ("clause", "facts")
RECUSAL = "拟办人、被采取措施的当事人、该单位的人员以及已声明回避的人应当回避，请由其他有权人员办理。"


@dataclass(frozen=True, slots=True)
class EscalationDecision:
    """The state an escalation comes to, and the facts set with it; `acting_for` whom a deputy acted for."""

    command: str
    event: str
    after: str
    changes: Mapping[str, Any]
    acting_for: str | None = None


class _Walker:
    """The throw-away object the machine moves."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.state = question.facts.state

    def leads_to(self, dest: str) -> bool:
        """A reply found sufficient ends a measure, unless it takes effect for months and is reviewed then."""
        to, rung = self.question.row.to, self.question.facts.rung
        return len(to) < 2 or dest == (to[1] if rung.effect_months else to[0])


def decide(
    facts: EscalationFacts, command: str, actor: Actor, day: date, *, calendar: WorkCalendar, **details: Any
) -> EscalationDecision:
    """The decision of a command on an escalation, given on the office day `day`.

    Raises `TransitionRefused`, `NotPermitted`, `FactMissing` or `FactInvalid` like a case's decision.
    """
    row = COMMANDS.get(command)
    if row is None:
        raise TransitionRefused(f"没有“{command}”这个命令。", code="unknown_command", command=command)
    question = Question(facts, row, actor, day, details, calendar)
    after = _walked(question, command)
    acting_for = _permitted(question)
    _owes_nothing(question)
    changes = {"state": after, **EFFECTS[command](question)}
    return EscalationDecision(command, f"escalation_{row.event}", after, changes, acting_for)


@cache
def raised_state(*, automatic: bool) -> str:
    """The state an escalation is in once it was raised: issued by the machine, or proposed."""
    name = "issue" if automatic else "propose"
    return str(machine().get_transitions(name, source="reached")[0].dest)


def may_decide(facts: EscalationFacts, actor: Actor) -> bool:
    """Whether this person may approve or reject the proposal."""
    question = Question(facts, COMMANDS["approve"], actor, facts.raised_on, {}, WorkCalendar("", frozenset()))
    try:
        _permitted(question)
    except NotPermitted:
        return False
    return facts.state == "proposed"


def _walked(question: Question, command: str) -> str:
    walker, facts = _Walker(question), question.facts
    try:
        machine().events[command].trigger(walker, walker)
    except MachineError as error:
        standing = f"“{facts.rung.label}”{STATES[facts.state]}，不能{question.row.label}。"
        raise TransitionRefused(standing, state=facts.state, command=command) from error
    return walker.state


def _permitted(question: Question) -> str | None:
    """Whom the actor acts for, None for himself. Raises `NotPermitted`.

    Who decides is named by the rung, and is neither the drafter nor one it concerns; nor may a deputy step in
    for such a person.
    """
    row, facts, actor = question.row, question.facts, question.actor
    if row.by == "machine":
        _only_the_machine(question)
        return None
    roles = roles_for(row, facts.rung)
    if row.by == "unit" and facts.rung.addressee == "person":
        _in_person(question)
    if not actor.holds(roles):
        who = "、".join(sorted(role.label for role in roles))
        raise NotPermitted(f"“{facts.rung.label}”的{row.label}只能由{who}办理。", person=actor.person)
    return _not_his_own(question, actor.acting_for(roles, besides=_standing_back(question)))


def _in_person(question: Question) -> None:
    """A paper to a person is signed for by that person, not by whoever stands in for him."""
    actor, facts = question.actor, question.facts
    if actor.person not in facts.objects or not actor.roles & roles_for(question.row, facts.rung):
        raise NotPermitted(f"“{facts.rung.label}”只能由本人签收，不得代签。", code="not_in_person")


def _standing_back(question: Question) -> frozenset[str]:
    """Who may not give this command: nobody decides on what he drafted, nor handles what concerns himself."""
    row, facts = question.row, question.facts
    if row.by == "unit" or row.event == "recused":
        return frozenset()
    return facts.standing_back if row.by == "approver" else facts.objects


def _not_his_own(question: Question, acting_for: str | None) -> str | None:
    """Whom the actor acts for, provided neither of the two has to stand back."""
    person, standing_back = question.actor.person, _standing_back(question)
    if person in standing_back:
        raise NotPermitted(RECUSAL, code="recusal", person=person)
    if acting_for in standing_back:
        raise NotPermitted(RECUSAL, code="recusal", person=person, acting_for=acting_for)
    return acting_for


def _only_the_machine(question: Question) -> None:
    if question.actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted(
            f"“{question.row.label}”由系统按规则办理，不能由人办理。", person=question.actor.person
        )


def _owes_nothing(question: Question) -> None:
    for name, value in question.details.items():
        if value is not None:
            particulars.check(name, value)
    stated = {name: value for name, value in question.details.items() if value is not None}
    given = {**question.facts.drafted, **stated}
    _leaves_the_draft(question)
    for name in _needed(question):
        if not _given(given.get(name), name):
            raise FactMissing(
                f"缺少{detail_label(name)}，请补充后再办。", code=f"{name}_missing", missing=name
            )
    undone = question.row.by == "machine" or question.row.event == "withdrawn"
    if not undone and question.day < question.facts.raised_on:
        raise FactInvalid(
            f"办理日期{question.day}早于提出日期{question.facts.raised_on}，请更正。", code="before_raised"
        )


def _leaves_the_draft(question: Question) -> None:
    """Who approves does not write: he may fill in what nobody drafted, and rejects what he would not sign."""
    if question.row.event != "approved":
        return
    for name in ("question", "ground"):
        if question.facts.drafted.get(name) and question.details.get(name) is not None:
            raise FactInvalid(
                f"{detail_label(name)}已有拟稿，审批时不能另写；不同意的请不批准，或者由拟稿人改写后再批。",
                code="drafted_already",
                particular=name,
            )


def _needed(question: Question) -> tuple[str, ...]:
    """What must be known; an approval owes what the rung needs, in the draft or with it."""
    return question.facts.rung.needs if question.row.event == "approved" else question.row.needs


def _given(value: Any, name: str) -> bool:
    """A ground is a clause and the facts that fall under it; anything else is simply there."""
    if name == "ground":
        return isinstance(value, Mapping) and all(str(value.get(part) or "").strip() for part in GROUND)
    return bool(value.strip() if isinstance(value, str) else value)
