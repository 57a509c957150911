"""The planner: what the ladder does for a case on a day, and when to look again. Pure and total.

The sweep, the dry run and `explain` all ask `plan()`; nothing else decides about escalations. One plan names
at most one step, the highest that is reached and whose gates are open; lower ones that were passed over are
named in its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from states.calendar import WorkCalendar
from states.policy import After, Policy, Rung
from states.vocabulary import IssueMode


@dataclass(frozen=True, slots=True)
class Raised:
    """An escalation raised before. Dates are office days; `judgement` is None until a reply was judged."""

    step: str
    clock: str
    epoch: int
    state: str
    issued_on: date | None = None
    reply_due_on: date | None = None
    judgement: str | None = None

    def unanswered_since(self) -> date | None:
        """The day from which the paper counts as unanswered: reply lapsed, or judged insufficient."""
        if self.judgement == "insufficient" or (self.state == "served" and self.judgement is None):
            return self.reply_due_on
        return None


@dataclass(frozen=True, slots=True)
class OnLadder:
    """What the planner looks at: the clock of one case and the escalations raised before."""

    running: bool
    due_on: date | None
    epoch: int
    raised: Sequence[Raised] = ()
    extension_pending: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One escalation to raise. `days_late` are working days after the due day (negative: still left)."""

    rung: Rung
    epoch: int
    due_on: date
    reached_on: date
    days_late: int
    passed_over: tuple[str, ...] = ()

    @property
    def automatic(self) -> bool:
        return self.rung.mode is IssueMode.AUTOMATIC

    @property
    def reason(self) -> str:
        """Why, in a sentence for people."""
        when = f"逾期{self.days_late}个工作日" if self.days_late > 0 else f"距期限{-self.days_late}个工作日"
        passed = f"；此前未发{'、'.join(self.passed_over)}" if self.passed_over else ""
        return f"办结期限{self.due_on}，{when}，已于{self.reached_on}达到“{self.rung.label}”{passed}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps to take now, and the day to look again (None: only a new fact can change anything)."""

    steps: tuple[Step, ...] = ()
    next_on: date | None = None


NOTHING = Plan()


def plan(case: OnLadder, policy: Policy, calendar: WorkCalendar, as_of: date) -> Plan:
    """What the policy asks for this case on the day `as_of`. Never raises on well-typed facts."""
    if not case.running or case.due_on is None:
        return NOTHING
    steps: list[Step] = []
    waiting: list[date] = []
    passed_over: list[str] = []
    for rung in _still_ahead(case, policy):
        reached_on = _reached_on(case, case.due_on, rung, calendar)
        if reached_on is None:
            continue
        if rung.lapses and as_of > case.due_on:
            passed_over.append(rung.label)
        elif reached_on <= as_of and not (case.extension_pending and rung.offset > 0):
            late = calendar.working_days_between(case.due_on, as_of)
            steps.append(Step(rung, case.epoch, case.due_on, reached_on, late))
        elif reached_on > as_of:
            waiting.append(reached_on)
    return Plan(_highest(steps, passed_over), min(waiting, default=None))


def forecast(case: OnLadder, policy: Policy, calendar: WorkCalendar) -> list[tuple[Rung, date | None, str]]:
    """Each rung still ahead, the day it would be reached, and what it waits for if no day can be told."""
    return [
        (rung, _reached_on(case, case.due_on, rung, calendar), _waits_for(rung, policy))
        for rung in _still_ahead(case, policy)
        if case.due_on is not None
    ]


def _still_ahead(case: OnLadder, policy: Policy) -> tuple[Rung, ...]:
    """The rungs above the highest one raised in this epoch: a ladder is only climbed upwards."""
    raised = [place for place, rung in enumerate(policy.rungs) if _raised(case, rung.step)]
    return policy.rungs[max(raised, default=-1) + 1 :]


def _highest(steps: list[Step], passed_over: list[str]) -> tuple[Step, ...]:
    if not steps:
        return ()
    top = steps[-1]
    lower = tuple(passed_over) + tuple(step.rung.label for step in steps[:-1])
    return (Step(top.rung, top.epoch, top.due_on, top.reached_on, top.days_late, lower),)


def _reached_on(case: OnLadder, due_on: date, rung: Rung, calendar: WorkCalendar) -> date | None:
    """The day a rung is reached, or None while what must go before it has not happened."""
    by_clock = calendar.add_working_days(due_on, rung.offset)
    if rung.after is None:
        return by_clock
    since = _since(case, rung.after)
    return None if since is None else max(by_clock, calendar.add_working_days(since, rung.after.working_days))


def _since(case: OnLadder, after: After) -> date | None:
    before = _raised(case, after.step)
    if before is None:
        return None
    if after.fact == "issued":
        return before.issued_on
    return before.unanswered_since()


def _raised(case: OnLadder, step: str) -> Raised | None:
    for one in case.raised:
        if one.step == step and one.epoch == case.epoch:
            return one
    return None


def _waits_for(rung: Rung, policy: Policy) -> str:
    if rung.after is None:
        return ""
    before = policy.rung_of[rung.after.step].label
    if rung.after.fact == "issued":
        return f"“{before}”发出满{rung.after.working_days}个工作日"
    return f"“{before}”送达后逾期未复或回复不符合要求"
