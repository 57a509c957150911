"""One thing that somebody owes, and whom it is asked of."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from states.lifecycle import CommandRow
from states.vocabulary import Labelled, Role


class DutyKind(Labelled):
    """What is owed. The first group is a unit's, the second the office's own."""

    ACKNOWLEDGE = "acknowledge", "待签收"
    BEGIN = "begin", "待报方案"
    HANDLE = "handle", "待办结"
    REWORK = "rework", "待重办"
    FEEDBACK = "feedback", "待反馈"
    COSIGN = "cosign", "待会签反馈"
    SIGN = "sign", "待签收文书"
    REPLY = "reply", "待回复"
    CONSENT = "consent", "待同意延期申请"
    ACKNOWLEDGE_TASK = "acknowledge_task", "待签收协办"
    TASK = "task", "待办结协办"
    REWORK_TASK = "rework_task", "待重办协办"
    ACCEPT_TASK = "accept_task", "待认定协办"
    SETTLE_TASK = "settle_task", "待处理协办异议"
    NODE = "node", "待完成节点"
    REPLAN = "replan", "待重新倒排节点（办结期限已变）"

    ADVANCE = "advance", "待办理"
    DRAFT = "draft", "待拟稿"
    APPROVE = "approve", "待审批"
    SERVE = "serve", "待登记送达"
    JUDGE = "judge", "待审核回复"
    FOLLOW_UP = "follow_up", "待作进一步处理"
    REVIEW_EXTENSION = "review_extension", "待审核延期"
    DECIDE_EXTENSION = "decide_extension", "待审批延期"
    FOLLOW_PROMISE = "follow_promise", "待跟进催办承诺"
    COORDINATE = "coordinate", "待协调议定"
    VERIFY = "verify", "待核查"
    STUDY = "study", "待研究"
    PUBLISH = "publish", "待公示"
    OBJECTION = "objection", "待处理异议"
    CLOSE = "close", "待销号"
    LOOK_BACK = "look_back", "待回头看"
    REOPEN = "reopen", "待重启"
    RESUME = "resume", "待复查"
    SELF_CRITICISM = "self_criticism", "待收书面检查"
    EFFECT_REVIEW = "effect_review", "待期满审核"
    NODE_MISSED = "node_missed", "待督促逾期节点"
    SET_ASIDE = "set_aside", "待处理巡查异常"
    UNDELIVERED = "undelivered", "待处理未送出的邮件"
    LATE_TASK = "late_task", "待督促逾期协办"
    MENTION = "mention", "提及我"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom something is asked of: everybody in these roles, at a unit or in the office.

    `otherwise` are the roles behind them, for as long as nobody in the first can be written to. What is asked
    of one `person` is his alone, for as long as he works in the office.
    """

    roles: tuple[Role, ...]
    otherwise: tuple[Role, ...] = ()
    unit: str | None = None
    person: str | None = None


OFFICER = Whose((Role.OFFICER,), (Role.DIRECTOR,))
DIRECTOR = Whose((Role.DIRECTOR,), (Role.OFFICER,))


@dataclass(frozen=True, slots=True)
class OnMeasure:
    """The command on a measure that does what is owed on it, and the roles it is asked of."""

    id: str
    label: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody owes on a day.

    `due_on` None means that no rule sets a date; `since` is the day it has waited from. A confidential one
    concerns a person: it names neither the matter nor the paper, and whoever owes it is told only that it is
    there. `acting_for` is the person a deputy stands in for; `task` is the co-unit's task it is about, `node`
    the milestone. `answers` are the commands that do what is owed and exist where the matter stands, each
    with the roles it is asked of here; `on_measure` is the one on its measure. `unit` leads the matter;
    `matter_late` are the working days the matter itself is late, told of what has no date of its own.
    """

    kind: DutyKind
    label: str
    whose: Whose
    due_on: date | None = None
    since: date | None = None
    overdue: bool = False
    working_days_late: int = 0
    number: str | None = None
    title: str | None = None
    escalation: str | None = None
    step: str | None = None
    confidential: bool = False
    acting_for: str | None = None
    task: int | None = None
    node: int | None = None
    answers: tuple[CommandRow, ...] = ()
    on_measure: OnMeasure | None = None
    unit: str | None = None
    matter_late: int = 0

    @property
    def gist(self) -> tuple[Any, ...]:
        """What must change for a list to be news; days that only count up are none."""
        named = () if self.task is None else (self.task,)
        told = (self.kind, self.number, self.escalation, self.due_on, self.overdue, self.acting_for)
        return (*told, *named)


def worst_first(duty: Duty) -> tuple[Any, ...]:
    """The order of a list: overdue ones by how long, then what has no date of its own by how late its matter
    is, then the others by their next day."""
    day = duty.due_on or duty.since or date.max
    return (not duty.overdue, -duty.matter_late, day, duty.number or "", duty.kind, duty.escalation or "")
