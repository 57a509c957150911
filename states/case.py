"""Deciding a command on a case: facts in, a frozen `Decision` out.

`decide()` walks the case's lifecycle with a throw-away object. It performs nothing: the desk
(`workflow.services`) writes what a decision says, in one transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from transitions import MachineError

from states import particulars
from states.calendar import WorkCalendar
from states.clocks import Clock
from states.deadlines import Deadline
from states.earlier import EarlierEntry, Turn
from states.effects import EFFECTS
from states.effects.extending import overtaken
from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.facts import NEW, CaseFacts, amended
from states.guards import GUARDS
from states.guards.coordinating import decided_at_its_level
from states.guards.extending import decided_by_the_right_hand
from states.guards.tasks import named_task
from states.lapsing import lapsed, told_to_the_giver
from states.lifecycle import SAME, STATED, SUSPENDED_FROM, CommandRow, Lifecycle
from states.lights import outlasts, tasks_after_final_date
from states.nodes.moving import has_moved
from states.office_time import office_day, office_minute
from states.policy import Policy
from states.question import Question
from states.swift import made_swiftly
from states.tasks import clock_label
from states.vocabulary import UNIT_ROLES, ActorKind, CoordinationLevel, Role
from states.words import detail_label

SYSTEM = "system"
NO_CALENDARS: Mapping[str, WorkCalendar] = {}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the roles he holds towards this very case.

    `deputising` names, by role, those he stands in for on the day.
    """

    person: str
    roles: frozenset[Role] = frozenset()
    kind: ActorKind = ActorKind.HUMAN
    deputising: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, roles: Iterable[Role]) -> bool:
        """Whether he holds one of these roles, in his own right or as a deputy."""
        return any(role in self.roles or role in self.deputising for role in roles)

    def acting_for(self, roles: Iterable[Role], *, besides: frozenset[str] = frozenset()) -> str | None:
        """Whom he acts for when one of these roles is asked for; None where one is his own.

        Somebody who is not among `besides` goes before somebody who is.
        """
        asked = frozenset(roles)
        if asked & self.roles:
            return None
        found = [one for role in sorted(asked & self.deputising.keys()) for one in self.deputising[role]]
        return next((one for one in found if one not in besides), found[0] if found else None)


@made_swiftly
@dataclass(frozen=True, slots=True)
class Decision:
    """What a command does to a case: the event, the state before and after, and the facts it sets.

    `deadlines` are the due dates it sets or counts anew, by clock; `moved` names those of running clocks that
    came out otherwise, with the date before and after. `doubts` are sentences on what was given
    and may be a slip, `follows` on what has to be done now. `acting_for` is whom a deputy acted for.
    """

    command: str
    event: str
    before: str
    after: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    moved: Mapping[str, list[str]] = field(default_factory=dict)
    acting_for: str | None = None
    doubts: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever gave the command should know of what he gave, of the dates it set, of what follows."""
        rest_days = (
            f"{clock_label(name)}期限{deadline.due_on}为休息日（{deadline.rest_day}），按指定日期不顺延。"
            for name, deadline in self.deadlines.items()
            if deadline.rest_day is not None
        )
        return (*self.doubts, *rest_days, *self.follows)


class _Walker:
    """The throw-away object the machine moves. It answers the machine's conditions by asking the rules."""

    def __init__(self, row: CommandRow, question: Question) -> None:
        self.row = row
        self.question = question
        self.state = question.facts.state

    def passes(self, name: str, dest: str) -> bool:
        if name == "leads_here":
            return _leads_to(self.row, self.question) in (None, dest)
        if name == "owes_nothing":
            return _owes_nothing(self.row, self.question)
        if name == "is_permitted":
            return _is_permitted(self.row, self.question)
        GUARDS[name](self.question)
        return True


def decide(
    facts: CaseFacts,
    command: str,
    actor: Actor,
    at: datetime,
    *,
    lifecycle: Lifecycle,
    policy: Policy,
    calendar: WorkCalendar,
    former: Mapping[str, WorkCalendar] = NO_CALENDARS,
    earlier: EarlierEntry | None = None,
    past: tuple[Turn, ...] = (),
    **details: Any,
) -> Decision:
    """The decision of `command`, given by `actor` at instant `at`, on a case with these facts.

    `policy` is the one the case is pinned to, or for a command that pins it anew the one it will be under.
    `former` are calendars its clocks were counted by that are no longer in force, by version. `earlier` is
    the entry of its history the command names by `entry`, None where there is none of that number; `past` are
    the turns the matter took, oldest first, which a corrected day has to keep to.
    `details` are the command's particulars as its row in the table names them; dates are `date` values.
    Raises `TransitionRefused` when the command does not exist here, `NotPermitted` when the actor may not
    give it, `FactMissing` when something it is owed is absent, `FactInvalid` when something cannot be true.
    """
    row = _row(lifecycle, facts, command)
    _check_state(lifecycle, facts)
    given = {name: value for name, value in details.items() if value or value not in (None, "", (), [])}
    day, roles = office_day(at), roles_asked(row, facts.coordination_level, policy)
    rules = (lifecycle, calendar, policy, former)
    question = Question(facts, actor, at, day, given, *rules, roles, earlier, past)
    check_order(row, question)
    return _decision(row, question, _led_to(row, question))


def available_commands(facts: CaseFacts, actor: Actor, lifecycle: Lifecycle) -> tuple[CommandRow, ...]:
    """The commands this actor may give in this state, in the table's order: the buttons of a page."""
    return tuple(row for row in lifecycle.commands_from(facts.state) if actor.holds(row.roles))


def roles_asked(row: CommandRow, coordination_level: str | None, policy: Policy) -> tuple[Role, ...]:
    """The roles a command is asked of.

    On more time the one the policy names, if it names the leader; on coordination that of the level asked.
    """
    if coordination_level is not None and decided_at_its_level.__name__ in row.guards:
        return (CoordinationLevel(coordination_level).decider,)
    if decided_by_the_right_hand.__name__ in row.guards and Role(policy.extension.decider) is Role.LEADER:
        return (Role.LEADER,)
    return row.roles


def unit_asked(row: CommandRow, facts: CaseFacts, details: Mapping[str, Any]) -> str | None:
    """The unit whose people may give a command: the lead unit, or that of the task it names."""
    if row.part == "lead":
        return facts.lead_unit
    return next((one.unit for one in facts.tasks if one.id == details.get("task")), None)


def _led_to(row: CommandRow, question: Question) -> str:
    """The state the machine leads the matter to, which asks the rules on the way."""
    walker, lifecycle = _Walker(row, question), question.lifecycle
    try:
        moved = lifecycle.machine.events[row.id].trigger(walker, walker)
    except MachineError as error:
        raise _no_such_step(lifecycle, question.facts, row) from error
    if not moved:
        raise _no_such_step(lifecycle, question.facts, row)
    return str(walker.state)


def _decision(row: CommandRow, question: Question, after: str) -> Decision:
    changes = dict(EFFECTS[row.effect](question)) if row.effect else {}
    deadlines, moved = changes.pop("deadlines", {}), changes.pop("moved", {})
    doubts, follows = changes.pop("doubts", ()), changes.pop("follows", ())
    told = {**question.details, **changes.pop("told", {})}
    changes |= overtaken(question.facts, changes)
    changes |= {"state": after, "witnessed": question.facts.witnessed or _is_handling(row)}
    if question.facts.state == NEW:
        changes["lifecycle"] = question.lifecycle.digest
    # getattr, because a misspelt fact must fail here and not in the archive
    set_ = {name: value for name, value in changes.items() if getattr(question.facts, name) != value}
    is_moved = "due_on" in set_ and question.facts.state != NEW
    moved_to = amended(question.facts, set_) if is_moved else None
    gone = [] if moved_to is None else [*lapsed(question.facts, moved_to, row.effect)]
    told |= {"lapsed": gone} if gone else {}
    return Decision(
        row.id,
        row.event,
        question.facts.state,
        after,
        set_,
        told,
        deadlines,
        moved,
        question.acting_for,
        doubts,
        (*told_to_the_giver(question.facts, gone), *_follows(question.facts, moved_to), *follows),
    )


def _follows(facts: CaseFacts, after: CaseFacts | None) -> Iterator[str]:
    """A date that moves takes no milestone and no task with it; somebody has to. None: none has moved."""
    if after is None:
        return
    if has_moved(after.nodes, after.due_on):
        yield f"办结期限由{facts.due_on or '无'}变为{after.due_on}，节点未随之变动，请重新倒排节点。"
    for task in tasks_after_final_date(after):
        yield f"{outlasts(task, after.due_on)}。"


def _is_handling(row: CommandRow) -> bool:
    """Whether a person acts on the matter by it, and not only states or notes something of it."""
    return row.to != STATED and not row.only_notes


def _row(lifecycle: Lifecycle, facts: CaseFacts, command: str) -> CommandRow:
    row = lifecycle.command_rows.get(command)
    if row is None:
        raise TransitionRefused(
            f"没有“{command}”这个命令。",
            code="unknown_command",
            command=command,
            known=list(lifecycle.command_rows),
        )
    return row


def _check_state(lifecycle: Lifecycle, facts: CaseFacts) -> None:
    """A matter may stand in a state that only its former table has."""
    if facts.state != NEW and facts.state not in lifecycle.state_rows:
        raise TransitionRefused(
            f"现行流程没有该事项所处的环节“{facts.state}”，请按原流程办到共有的环节后再改用。",
            code="state_not_in_lifecycle",
            state=facts.state,
        )


def _no_such_step(lifecycle: Lifecycle, facts: CaseFacts, row: CommandRow) -> TransitionRefused:
    if facts.merged_into is not None:
        return TransitionRefused(
            f"事项{facts.number}已并入{facts.merged_into}，不能{row.label}，请在{facts.merged_into}办理。",
            state=facts.state,
            command=row.id,
            allowed=[],
            merged_into=facts.merged_into,
        )
    where = lifecycle.called(facts.state)
    allowed = lifecycle.commands_from(facts.state)
    offer = "、".join(one.label for one in allowed) or "无"
    return TransitionRefused(
        f"事项当前为“{where}”，不能{row.label}；此时可以：{offer}。",
        state=facts.state,
        command=row.id,
        allowed=[one.id for one in allowed],
    )


def check_order(row: CommandRow, question: Question) -> None:
    """No act before a clock of the case was started, paused or stopped: it could not have happened then.

    What an old register states is not witnessed, and may be stated in any order. Raises `FactInvalid`
    (`before_last_act`).
    """
    clocks = (*question.facts.clocks, *_task_clocks(row, question))
    last = max((moment for clock in clocks for moment in clock.moments), default=None)
    if row.to == STATED or last is None or question.at >= last:
        return
    raise FactInvalid(
        f"“{row.label}”的时间早于事项{question.facts.number}上一次计时变动（{office_minute(last)}），"
        "请核对发生时间。",
        code="before_last_act",
        number=question.facts.number,
        command=row.id,
        last=last.isoformat(),
    )


def _task_clocks(row: CommandRow, question: Question) -> Iterator[Clock]:
    """That of the task a command names; those of all tasks where it changes whether the case's time runs.

    What happened to one task may be entered after something that happened later to another.
    """
    facts, lifecycle = question.facts, question.lifecycle
    for one in facts.tasks:
        if row.to == SAME:
            winds = one is question.task
        else:
            winds = row.to not in lifecycle.state_rows or lifecycle.clock(row.to) != lifecycle.clock(
                facts.state
            )
        if winds:
            yield one.clock


def _leads_to(row: CommandRow, question: Question) -> str | None:
    """The one destination where the table leaves it open, or None where the arrow itself says it."""
    if row.to == STATED:
        return str(question.details.get("state", ""))
    if row.to == SUSPENDED_FROM:
        return question.facts.suspended_from or ""
    return question.facts.state if row.to == SAME else None


def whose(row: CommandRow, roles: Iterable[Role]) -> str:
    """Whom a command is asked of; of a unit's people only those of this very unit will do."""
    unit = "任务所属单位的" if row.part == "task" else "牵头单位的"
    return "、".join((unit if role in UNIT_ROLES else "") + role.label for role in roles)


def _is_permitted(row: CommandRow, question: Question) -> bool:
    if question.actor.holds(row.roles) or (row.machine and question.actor.kind is ActorKind.SYSTEM):
        return True
    if row.part == "task":
        named_task(question)  # whose command it is hangs on the task
    raise NotPermitted(
        f"“{row.label}”只能由{whose(row, row.roles)}办理，请换有此职责的人员。",
        command=row.id,
        person=question.actor.person,
        roles=[role.value for role in row.roles],
    )


def _owes_nothing(row: CommandRow, question: Question) -> bool:
    known = {*row.needs, *row.accepts}
    known |= {"lead_group"} if "lead_unit" in known else set()
    for name in question.details:
        if name not in known:
            raise FactInvalid(
                f"“{row.label}”不接受“{detail_label(name)}”。",
                code="detail_unknown",
                command=row.id,
                detail=name,
            )
        particulars.check(name, question.details[name])
    for name in row.needs:
        if name not in question.details:
            raise FactMissing(
                f"“{row.label}”缺少{detail_label(name)}，请补充后再办。",
                code=f"{name}_missing",
                command=row.id,
                missing=name,
            )
    return True
