"""Other rules over a recorded past: what the ladder would have done, issuing nothing.

The past comes as stretches of days on which nothing about the case changed, and as the course each measure
took: whether it was approved, how many working days its service, reply and judgement took. Where the other
rules take the same measure on another day, its course moves with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from states.calendar import WorkCalendar
from states.clocks import Clock
from states.deadlines import Limit
from states.facts import CaseFacts
from states.ladder.facts import OnLadder, Raised
from states.ladder.forward import as_issued, as_served, run
from states.ladder.planner import Step
from states.policy import Policy
from states.policy.limits import LimitRule
from states.vocabulary import ClockName

HANDLE, PLAN = ClockName.HANDLE, ClockName.PLAN
OTHER = {HANDLE: PLAN, PLAN: HANDLE}
"""Which clock measures a matter when the category has no limit for this one."""

Calendars = Mapping[str, WorkCalendar]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, on which nothing about a case changed, and the policy it is seen under."""

    since: date
    until: date
    case: OnLadder
    policy: Policy


@dataclass(frozen=True, slots=True)
class Course:
    """How a measure went in reality, in working days from one stage to the next; None: never came to it."""

    approved: bool = False
    rejected: bool = False
    served_after: int | None = None
    answered_after: int | None = None
    judged_after: int | None = None
    judgement: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A measure as the simulated ladder takes it; `issued`: the paper goes out, else it stays a proposal.

    Two that differ in what they are called alone are the same.
    """

    step: str
    label: str = field(compare=False)
    clock: str
    epoch: int
    on: date
    issued: bool


UNKNOWN = Course()
Courses = Mapping[tuple[str, int], Course]


def play(stretches: Iterable[Stretch], calendar: WorkCalendar, courses: Courses) -> tuple[Notice, ...]:
    """The measures daily sweeps would have taken over these stretches, in their order.

    `courses` are by step and epoch; where an epoch has none, the step's last one stands for it.
    """
    raised: Sequence[Raised] = ()
    notices: list[Notice] = []
    following = _Following(calendar, courses)
    for one in stretches:
        case = replace(one.case, raised=raised)
        for taken in run(case, one.policy, calendar, one.since, one.until, follow=following):
            raised = taken.case.raised
            notices.append(_notice(taken.step, taken.on, raised[-1]))
    return tuple(notices)


def under(facts: CaseFacts, policy: Policy, calendars: Calendars, current: WorkCalendar) -> CaseFacts:
    """The facts of a case if another policy had given its limits: same intervals, other terms.

    Dates and limits a person set stand. A clock for which the policy has no limit does not run; where it has
    a plan first, or no longer has, the one clock takes over from the other.
    """
    by_name = {
        found.name: found
        for clock in facts.clocks
        if (found := _under(clock, facts, policy, calendars.get(clock.calendar, current))) is not None
    }
    clocks = tuple(by_name[name] for name in ClockName if name in by_name)
    return replace(facts, clocks=clocks, **_headline(facts, by_name))


class _Following:
    """What becomes of a measure once it is taken: the course it took in reality, from the day it is taken."""

    def __init__(self, calendar: WorkCalendar, courses: Courses) -> None:
        self.calendar, self.courses = calendar, courses
        self.last = {step: course for (step, _), course in sorted(courses.items(), key=lambda one: one[0])}

    def __call__(self, step: Step, on: date) -> Raised:
        course = self.courses.get((step.rung.step, step.epoch)) or self.last.get(step.rung.step, UNKNOWN)
        raised = as_issued(step, on, self.calendar)
        if raised.state == "proposed" and not course.approved:
            return replace(raised, state="rejected") if course.rejected else raised
        raised = replace(raised, state="issued", issued_on=on)
        if course.served_after is None:
            return raised
        served_on = self.calendar.add_working_days(on, course.served_after)
        return self._replied(as_served(raised, step.rung, on, served_on, self.calendar), course, served_on)

    def _replied(self, raised: Raised, course: Course, served_on: date) -> Raised:
        """A reply in time is judged as it was; one that comes too late, or never, has lapsed."""
        if course.answered_after is None:
            return raised
        answered_on = self.calendar.add_working_days(served_on, course.answered_after)
        if raised.reply_due_on is not None and answered_on > raised.reply_due_on:
            return raised
        judged_on = None
        if course.judged_after is not None:
            judged_on = self.calendar.add_working_days(answered_on, course.judged_after)
        return replace(raised, state="answered", judged_on=judged_on, judgement=course.judgement)


def _notice(step: Step, on: date, raised: Raised) -> Notice:
    rung = step.rung
    return Notice(rung.step, rung.label, rung.clock.value, step.epoch, on, raised.issued_on is not None)


def _under(clock: Clock, facts: CaseFacts, policy: Policy, calendar: WorkCalendar) -> Clock | None:
    if not clock.by_policy or not clock.is_open:
        return clock
    began = clock.started_at.astimezone(calendar.zone).date()
    row = policy.limit_for(facts.complexity, clock.name, began)
    if row is not None:
        return _counted(clock, row, policy, calendar)
    other = OTHER.get(clock.name)
    if other is None or any(one.name is other and one.is_open for one in facts.clocks):
        return None
    row = policy.limit_for(facts.complexity, other, began)
    return _counted(replace(clock, name=other), row, policy, calendar) if row is not None else None


def _counted(clock: Clock, row: LimitRule, policy: Policy, calendar: WorkCalendar) -> Clock:
    """The clock by this limit; one that has it already stands as it was counted."""
    limit = Limit(row.unit, row.amount)
    if (clock.limit, clock.rule) == (limit, row.rule):
        return clock
    changed = replace(clock, limit=limit, rule=row.rule)
    return changed.due_by(changed.counted(calendar, policy.counting_rule(row.rule)))


def _headline(facts: CaseFacts, clocks: Mapping[ClockName, Clock]) -> dict[str, Any]:
    """The due date of a case is its handling clock's, or the plan's where that comes first.

    One without any such clock was registered before clocks were kept, and keeps its date.
    """
    before = next((one for one in facts.clocks if one.name in OTHER and one.is_open), None)
    if before is None or facts.due_on is None:
        return {}
    now = next((clocks[name] for name in (HANDLE, PLAN) if name in clocks and clocks[name].is_open), None)
    return {"due_on": now.due_on if now else None, "due_for_plan": now is not None and now.name is PLAN}
