"""`plan()`: the steps a policy asks for on a day, the replies that have lapsed, the day to look again.

On each clock one plan names at most one step, the highest that is reached and whose gates are open; lower
ones that were passed over are named in its reason. Catching up on all, it names each in its order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from states.calendar import WorkCalendar
from states.ladder.facts import OnClock, OnLadder, Raised
from states.policy import Policy, Rung
from states.policy.operation import CatchUp
from states.swift import made_swiftly
from states.vocabulary import ClockName, IssueMode

EXTENDABLE = frozenset({ClockName.HANDLE, ClockName.PLAN})
FACTS = {"issued": "发出", "served": "送达", "unanswered": "逾期未复或回复不符合要求"}


@made_swiftly
@dataclass(frozen=True, slots=True)
class Step:
    """One escalation to raise. `days_late` are working days after the due day (negative: still left).

    `automatic`: it goes out in the machine's name; else it is proposed to its approver.
    """

    rung: Rung
    epoch: int
    due_on: date
    reached_on: date
    days_late: int
    automatic: bool
    before: Raised | None = None
    passed_over: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in a sentence for people."""
        late, label = self.days_late, self.rung.clock.label
        when = f"逾期{late}个工作日" if late > 0 else f"距期限{-late}个工作日"
        passed = f"；此前未发{'、'.join(self.passed_over)}" if self.passed_over else ""
        return f"{label}期限{self.due_on}，{when}，已于{self.reached_on}达到“{self.rung.label}”{passed}"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A paper whose reply term ran out on `due_on` without a reply."""

    raised: Raised
    due_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps to take now, the replies that lapsed, and the day to look again.

    `next_on` None: only a new fact can change anything.
    """

    steps: tuple[Step, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    next_on: date | None = None

    @property
    def is_due(self) -> bool:
        return bool(self.steps or self.lapses)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A rung not raised yet: the day it would be reached, or what it waits for, if no day can be told."""

    rung: Rung
    on: date | None
    automatic: bool
    waits_for: str | None


NOTHING = Plan()


def plan(
    case: OnLadder, policy: Policy, calendar: WorkCalendar, as_of: date, *, catch_up: CatchUp = "highest"
) -> Plan:
    """What the policy asks for this case on the day `as_of`. Never raises on well-typed facts."""
    if not case.clocks:
        return NOTHING
    steps: list[Step] = []
    waiting: list[date] = []
    for name, clock in case.clocks.items():
        reached, later = _climb(_Ladder(case, policy, calendar, name, clock), as_of)
        steps += reached if catch_up == "all" else _highest(reached)
        waiting += later
    lapses, running = _replies(case, calendar, as_of)
    return Plan(tuple(steps), lapses, min((*waiting, *running), default=None))


def ahead(case: OnLadder, policy: Policy, calendar: WorkCalendar, as_of: date) -> tuple[Ahead, ...]:
    """Every rung still ahead on the clocks that run; those whose day has passed them by are left out."""
    ladders = (_Ladder(case, policy, calendar, name, clock) for name, clock in case.clocks.items())
    return tuple(one for ladder in ladders for one in ladder.ahead(as_of))


def is_founded(case: OnLadder, policy: Policy, calendar: WorkCalendar, rung: Rung, as_of: date) -> bool:
    """Whether what must go before a rung still holds on a day: asked again before a proposal is approved."""
    clock = case.clocks.get(rung.clock)
    if clock is None:
        return False
    reached_on = _Ladder(case, policy, calendar, rung.clock, clock).reached_on(rung)
    return reached_on is not None and reached_on <= as_of


@made_swiftly
@dataclass(frozen=True, slots=True)
class _Ladder:
    """The rungs of one running clock."""

    case: OnLadder
    policy: Policy
    calendar: WorkCalendar
    name: ClockName
    clock: OnClock

    @property
    def still_ahead(self) -> tuple[Rung, ...]:
        """The rungs above the highest one raised in this epoch: a ladder is only climbed upwards."""
        rungs = self.policy.rungs_by_clock.get(self.name, ())
        raised = {
            one.step for one in self.case.raised if (one.clock, one.epoch) == (self.name, self.clock.epoch)
        }
        places = [place for place, rung in enumerate(rungs) if rung.step in raised]
        return rungs[places[-1] + 1 :] if places else rungs

    def raised(self, step: str) -> Raised | None:
        return self.case.raised_as(step, self.name, self.clock.epoch)

    def before(self, rung: Rung) -> Raised | None:
        return self.raised(rung.after.step) if rung.after else None

    def reached_on(self, rung: Rung) -> date | None:
        """The day a rung is reached, or None while what must go before it has not happened."""
        by_clock = self.calendar.add_working_days(self.clock.due_on, rung.offset)
        if rung.after is None:
            return by_clock
        before = self.before(rung)
        since = before.since(rung.after.fact) if before else None
        if since is None:
            return None
        return max(by_clock, self.calendar.add_working_days(since, rung.after.working_days))

    def step(self, rung: Rung, reached_on: date, as_of: date, passed_over: tuple[str, ...]) -> Step:
        due_on, epoch = self.clock.due_on, self.clock.epoch
        late, automatic = self.calendar.working_days_between(due_on, as_of), self.is_automatic(rung)
        return Step(rung, epoch, due_on, reached_on, late, automatic, self.before(rung), passed_over)

    def is_automatic(self, rung: Rung) -> bool:
        """A numbered paper goes out by itself only under the director's standing authorisation."""
        return rung.mode is IssueMode.AUTOMATIC and (self.case.authorised or not rung.is_numbered)

    def is_frozen(self, rung: Rung) -> bool:
        """A request for more time, made in time, keeps the ladder from going on until it is decided."""
        return self.case.extension_pending and rung.offset > 0 and self.name in EXTENDABLE

    def ahead(self, as_of: date) -> Iterator[Ahead]:
        for rung in self.still_ahead:
            if not (rung.lapses and as_of > self.clock.due_on):
                yield Ahead(rung, self.reached_on(rung), self.is_automatic(rung), self.waits_for(rung))

    def waits_for(self, rung: Rung) -> str | None:
        if rung.after is None:
            return "延期申请作出决定" if self.is_frozen(rung) else None
        label, days = self.policy.rung_of[rung.after.step].label, rung.after.working_days
        return f"“{label}”{FACTS[rung.after.fact]}" + (f"满{days}个工作日" if days else "")


def _climb(ladder: _Ladder, as_of: date) -> tuple[list[Step], list[date]]:
    """The steps of one clock that are reached, lowest first, and the days on which others will be.

    Whatever lies below a step and is not raised with it is passed over, for the ladder only goes up.
    """
    steps: list[Step] = []
    waiting: list[date] = []
    passed_over: list[str] = []
    for rung in ladder.still_ahead:
        reached_on = ladder.reached_on(rung)
        lapsed = rung.lapses and as_of > ladder.clock.due_on
        if reached_on is not None and reached_on > as_of and not lapsed:
            waiting.append(reached_on)
        elif reached_on is not None and not lapsed and not ladder.is_frozen(rung):
            steps.append(ladder.step(rung, reached_on, as_of, tuple(passed_over)))
            continue
        passed_over.append(rung.label)
    return steps, waiting


def _highest(steps: list[Step]) -> list[Step]:
    if not steps:
        return []
    *lower, top = steps
    if not lower:
        return steps
    return [replace(top, passed_over=top.passed_over + tuple(step.rung.label for step in lower))]


def _replies(case: OnLadder, calendar: WorkCalendar, as_of: date) -> tuple[tuple[Lapse, ...], list[date]]:
    """The replies that have lapsed by a day, and the first working days after those that run."""
    lapses: list[Lapse] = []
    running: list[date] = []
    for one in case.raised:
        if one.state == "served" and one.reply_due_on is not None:
            overdue_on = calendar.add_working_days(one.reply_due_on, 1)
            if overdue_on <= as_of:
                lapses.append(Lapse(one, one.reply_due_on))
            else:
                running.append(overdue_on)
    return tuple(lapses), running
