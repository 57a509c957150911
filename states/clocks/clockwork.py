"""Winding a case's clocks within one command: what opens, stops, pauses, goes on or is counted again.

Effects use it; `changes()` gives the facts it sets. The handling clock, or the plan's while a plan has yet to
set the final date, is the case's headline: its due date, epoch and pause stand among the facts as well.

The clocks of the case's tasks are wound with its own: they pause and go on with it, and its end is theirs.
Each goes by its key (`states.tasks.key_of`), where a clock of the case goes by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from states.calendar import ONE_DAY, WorkCalendar
from states.calendar.open_time import local_instant
from states.clocks.clock import Clock, Pause
from states.clocks.winding import Winding, retimed
from states.deadlines import STATED, Deadline, Limit
from states.deadlines.pauses import days_taken, merged
from states.deadlines.rules import DEFAULT_RULE
from states.swift import made_swiftly
from states.tasks import KEY, WITH_THE_LEAD, Task, TaskState
from states.vocabulary import ClockName

if TYPE_CHECKING:
    from states.facts import CaseFacts
    from states.policy.limits import LimitRule
    from states.question import Question

HANDLE, PLAN, FEEDBACK = ClockName.HANDLE, ClockName.PLAN, ClockName.FEEDBACK
SUSPENDED, VERIFYING = "suspended", "verifying"
"""Why a clock stands still."""

_OTHER = {HANDLE: PLAN, PLAN: HANDLE}
"""Which clock measures a matter when the category has no limit for this one."""


class Clockwork:
    """The clocks of one case while a command is decided; deadlines it sets are kept with their provenance."""

    def __init__(self, question: Question) -> None:
        self.question = question
        known = known_clocks(question.facts, question.calendar)
        self.clocks: dict[str, Clock] = {clock.name.value: clock for clock in known}
        self.clocks |= {one.key: one.clock for one in question.facts.tasks}
        self.deadlines: dict[str, Deadline] = {}
        self.moved: dict[str, list[str]] = {}
        self.headline: dict[str, Any] = {}
        self.suspended = suspended_so_far(self.clocks.values(), question.calendar)

    def changes(self) -> dict[str, Any]:
        """The facts these clocks set; "deadlines" and "moved" are for the entry."""
        clocks = tuple(self.clocks[name] for name in ClockName if name in self.clocks)
        tasks = tuple(self._wound(one) for one in self.question.facts.tasks)
        told = {"deadlines": self.deadlines, "moved": self.moved}
        return {"clocks": clocks, "tasks": tasks, **told, **self.headline}

    def runs(self, name: str) -> bool:
        """Whether a clock is open, running or standing still."""
        return name in self.clocks and self.clocks[name].is_open

    def policy_limit(self, name: ClockName) -> LimitRule | None:
        """The policy's limit for the case's category as it stands today."""
        question = self.question
        return question.policy.limit_for(question.stated("complexity"), name, question.day)

    def open_by_policy(self, event: str, *names: ClockName) -> None:
        """Open those clocks for which the policy has a limit that starts with this event."""
        for name in names:
            row = self.policy_limit(name)
            if row is not None and row.starts == event:
                self.open(name, Limit(row.unit, row.amount), rule=row.rule, by_policy=True)

    def open(self, name: str, limit: Limit, *, rule: str, by_policy: bool = False) -> None:
        """A new epoch of a clock, counted from the instant of the command."""
        begun = _Beginning(self.question.at, limit, rule, by_policy)
        self._begin(name, begun)

    def open_until(self, name: str, due_on: date, *, since: date | None = None) -> None:
        """A new epoch of a clock with a date somebody set, running since a day or from now."""
        at = self.question.at if since is None else local_instant(since, 0, self.question.calendar.zone)
        self._begin(name, _Beginning(at, None, STATED, False, due_on))

    def carry(self, name: str, row: LimitRule, *, over_from: str | None = None) -> None:
        """A new epoch by another limit of the policy, with the start and the pauses of the last one.

        `over_from` is the clock whose intervals are carried over, if it is another; that one stops.
        """
        old = self.clocks[over_from or name]
        if over_from is not None:
            self.stop(over_from)
        limit = Limit(row.unit, row.amount)
        begun = _Beginning(old.started_at, limit, row.rule, True, pauses=old.pauses, calendar=old.calendar)
        self._begin(name, begun)

    def extend_headline(self, due_on: date) -> None:
        """A later date for the clock the due date is that of: the plan's while it is, else the handling's."""
        self.extend(PLAN if self.question.facts.due_for_plan and self.runs(PLAN) else HANDLE, due_on)

    def extend(self, name: str, due_on: date) -> None:
        """A new epoch until a later date, with the start and the pauses of the last one."""
        old, now = self.clocks.get(name), self.question.at
        if old is None:
            self.open_until(name, due_on)
            return
        begun = _Beginning(old.started_at, None, STATED, False, due_on, old.pauses, old.calendar, now)
        self._begin(name, begun)

    def carry_policy_limits(self) -> dict[str, Any]:
        """Give every open clock whose limit is the policy's the one it has now, intervals carried over.

        Where the category now has a plan first, or no longer has, the one clock takes over from the other.
        Reports it no longer asks for are due no more.
        Returns whether the due date is the plan's.
        """
        for name, clock in [(name, one) for name, one in self._open() if one.by_policy]:
            row, other = self.policy_limit(clock.name), _OTHER.get(clock.name)
            if row is not None:
                self._carry_if_changed(name, row)
            elif other is not None and not self.runs(other) and (row := self.policy_limit(other)) is not None:
                self.carry(other, row, over_from=name)
            elif clock.name is FEEDBACK:
                self.stop(FEEDBACK)
        return {"due_for_plan": self.runs(PLAN) and not self.runs(HANDLE)}

    def count_again(self) -> None:
        """Count every open clock on the calendar in force; one that moves enters a new epoch."""
        for name, clock in self._open():
            self._replan(name, self._counted(name, clock, self.question.calendar))

    def begin_round(self) -> None:
        """What the matter was suspended in its former round no longer counts towards the ceiling."""
        self.suspended = 0

    def hand_on(self) -> None:
        """Carry the clock of the date on to another hand: the same date, start and pauses, in a new epoch."""
        name = PLAN if self.question.facts.due_for_plan else HANDLE
        if self.runs(name):
            self._keep(name, replace(self.clocks[name], epoch=self._next_epoch(name)), new_epoch=True)

    def begin_on(self, former: date | None, day: date) -> None:
        """Count anew, from another day, what began with the dispatch on the `former` one, pauses carried."""
        for name in (ClockName.ACKNOWLEDGE, PLAN, HANDLE):
            clock = self.clocks.get(name)
            if clock is not None and self._began_with_dispatch(clock, former):
                begun = min((self._on_day(clock.started_at, day), *clock.moments[1:]))
                self._replan(name, self._counted(name, replace(clock, started_at=begun)))

    def retime(self, wound: Winding, old: datetime, new: datetime) -> None:
        """Let what one act did to the clocks have been done at another time, and count them anew."""
        for name, clock in tuple(self.clocks.items()):
            right = retimed(clock, {what for key, what in wound if key == name}, old, new)
            if right != clock and (clock.is_open or clock.name is HANDLE):
                self._replan(name, self._counted(name, right))
            else:
                self.clocks[name] = right

    def state_anew(self, name: str, due_on: date) -> None:
        """Let a clock be due by another date; a pause that goes on still moves it."""
        clock = self.clocks[name]
        since = clock.pauses[-1].start if clock.is_paused else self.question.at
        stated = replace(clock, limit=None, by_policy=False, stated_on=due_on, stated_at=since)
        self._replan(name, self._counted(name, stated))

    def stand_still_since(self, day: date) -> None:
        """Let the verification that goes on have begun on another day."""
        for name, clock in self._open():
            if clock.is_paused and clock.pauses[-1].cause == VERIFYING:
                *before, last = clock.pauses
                earliest = replace(clock, pauses=tuple(before)).moments[-1]
                begun = replace(last, start=max(self._on_day(last.start, day), earliest))
                self.clocks[name] = replace(clock, pauses=(*before, begun))
                self.headline["paused_on"] = day

    def confirm(self) -> None:
        """Let the dates of open clocks stand: none is provisional any more."""
        for name, clock in self._open():
            self.clocks[name] = replace(clock, provisional=False)
        self.headline["provisional"] = False

    def stop(self, *names: str) -> None:
        """Stop these clocks, or all of them, where they are open; with all of them the tasks end."""
        for name in names or tuple(self.clocks):
            if self.runs(name):
                clock = _go_on(self.clocks[name], self.question.at)
                self.clocks[name] = replace(clock, stopped_at=self.question.at)
        if not names:
            self.headline["paused_on"] = None

    def pause(self, cause: str) -> None:
        """Let every open clock stand still."""
        for name, _ in self._open():
            self.hold(name, cause)
        self.headline["paused_on"] = self.question.day

    def hold(self, name: str, cause: str) -> None:
        """Let one clock stand still."""
        clock = self.clocks[name]
        if not clock.is_paused:
            paused = Pause(self.question.at, None, cause)
            self.clocks[name] = replace(clock, pauses=(*clock.pauses, paused))

    def resume(self) -> None:
        """Let every paused clock go on; its date moves by what was not charged, in the same epoch.

        That of a task which lies with the lead stands still until the lead has decided.
        """
        for name, clock in self._open():
            if clock.is_paused and clock.pauses[-1].cause not in WITH_THE_LEAD:
                self.go_on(name)
        self.headline["paused_on"] = None

    def go_on(self, name: str) -> None:
        """Let one paused clock go on."""
        clock = self.clocks[name]
        self._keep(name, self._counted(name, _go_on(clock, self._charged_again(clock))))

    def _began_with_dispatch(self, clock: Clock, day: date | None) -> bool:
        """Whether it counts from the dispatch; of a matter struck off only what its outcome rests on."""
        row = self.policy_limit(clock.name) if clock.by_policy else None
        starts = row is None or row.starts == "assigned"
        began = clock.started_at.astimezone(self.question.calendar.zone).date()
        return starts and began == day and (clock.is_open or clock.name is HANDLE)

    def _on_day(self, moment: datetime, day: date) -> datetime:
        """The same time of day on another day."""
        return datetime.combine(day, moment.astimezone(self.question.calendar.zone).timetz())

    def _replan(self, name: str, clock: Clock) -> None:
        """Keep a clock that was counted anew; where it is due otherwise and runs, it enters a new epoch."""
        before = self.clocks[name]
        if clock.is_due_when(before) or not clock.is_open:
            self._keep(name, clock)
        else:
            self._keep(name, replace(clock, epoch=self._next_epoch(name)), new_epoch=True)
        if not clock.is_due_when(before):
            self.moved[str(name)] = [before.due_on.isoformat(), clock.due_on.isoformat()]

    def _open(self) -> list[tuple[str, Clock]]:
        return [(name, clock) for name, clock in self.clocks.items() if clock.is_open]

    def _wound(self, task: Task) -> Task:
        """A task with its clock as it is now; one whose clock was stopped with the case has ended."""
        clock = self.clocks[task.key]
        ended = task.is_open and not clock.is_open
        return replace(task, clock=clock, state=TaskState.CANCELLED if ended else task.state)

    def _carry_if_changed(self, name: str, row: LimitRule) -> None:
        clock = self.clocks[name]
        if (clock.limit, clock.rule) != (Limit(row.unit, row.amount), row.rule):
            self.carry(name, row)

    def _begin(self, name: str, begun: _Beginning) -> None:
        own = suspended_in(begun.pauses, self.question.calendar)
        clock = Clock(
            name=ClockName.TASK if name.startswith(KEY) else ClockName(name),
            epoch=self._next_epoch(name),
            started_at=begun.at,
            limit=begun.limit,
            by_policy=begun.by_policy,
            rule=begun.rule,
            stated_on=begun.due_on,
            due_on=begun.due_on or self.question.day,
            calendar=begun.calendar,
            pauses=begun.pauses,
            stated_at=begun.stated_at,
            suspended_before=max(self.suspended - own, 0),
        )
        self._keep(name, self._counted(name, clock), new_epoch=True)

    def _next_epoch(self, name: str) -> int:
        """The handling clock numbers its epochs with the headline, whose notices they are."""
        before = 0 if name not in self.clocks else self.clocks[name].epoch
        return (self.question.facts.epoch if name == HANDLE else before) + 1

    def _counted(self, name: str, clock: Clock, calendar: WorkCalendar | None = None) -> Clock:
        """The clock counted, its deadline kept for the entry.

        A clock stays with the calendar it was counted by; only `count_again` names another.
        """
        question = self.question
        rule = DEFAULT_RULE if clock.limit is None else question.policy.counting_rule(clock.rule)
        calendar = calendar or question.former.get(clock.calendar, question.calendar)
        deadline = clock.counted(calendar, rule)
        self.deadlines[str(name)] = deadline
        return clock.due_by(deadline)

    def _keep(self, name: str, clock: Clock, *, new_epoch: bool = False) -> None:
        before = self.clocks.get(name)
        if before is not None and before.is_open and not clock.is_due_when(before):
            self.moved[str(name)] = [before.due_on.isoformat(), clock.due_on.isoformat()]
        self.clocks[name] = clock
        if clock.name is HANDLE or (clock.name is PLAN and not self.runs(HANDLE)):
            self.headline |= {"due_on": clock.due_on, "provisional": clock.provisional}
            if new_epoch:
                self.headline["epoch"] = self.question.facts.epoch + 1

    def _charged_again(self, clock: Clock) -> datetime:
        """Now; or, for a suspension past the policy's ceiling, the instant that was used up."""
        ceiling, last = self.question.policy.pause.ceiling_working_days, clock.pauses[-1]
        if ceiling is None or last.cause != SUSPENDED:
            return self.question.at
        calendar = self.question.calendar
        left = ceiling - suspended_working_days(clock, calendar)
        return min(self.question.at, _used_up(last.start, left, calendar))


@made_swiftly
@dataclass(frozen=True, slots=True)
class _Beginning:
    """What a new epoch of a clock begins with."""

    at: datetime
    limit: Limit | None
    rule: str
    by_policy: bool
    due_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    calendar: str = ""
    stated_at: datetime | None = None


def known_clocks(facts: CaseFacts, calendar: WorkCalendar) -> tuple[Clock, ...]:
    """The clocks of a case; one that was registered before clocks were kept has its date as a stated one."""
    if facts.clocks or facts.due_on is None:
        return facts.clocks
    since, zone = facts.dispatched_on or facts.paused_on or facts.due_on, calendar.zone
    paused = (Pause(local_instant(facts.paused_on, 0, zone), None, facts.state),) if facts.paused_on else ()
    begun = local_instant(since, 0, zone)
    return (
        Clock(HANDLE, facts.epoch, begun, None, False, STATED, facts.due_on, facts.due_on, pauses=paused),
    )


def suspended_so_far(clocks: Iterable[Clock], calendar: WorkCalendar) -> int:
    """The working days of the matter's suspensions that have ended, by its clocks that run, or ran last."""
    every = list(clocks)
    last = max((one.stopped_at for one in every if one.stopped_at), default=None)
    running = [one for one in every if one.is_open] or [one for one in every if one.stopped_at == last]
    return max((suspended_working_days(one, calendar) for one in running), default=0)


def suspended_working_days(clock: Clock, calendar: WorkCalendar) -> int:
    """The working days of the suspensions that have ended, as far as this clock knows of them."""
    return clock.suspended_before + suspended_in(clock.pauses, calendar)


def suspended_in(pauses: Iterable[Pause], calendar: WorkCalendar) -> int:
    """The working days of those pauses that are suspensions and have ended."""
    ended = [(one.start, one.end) for one in pauses if one.cause == SUSPENDED and one.end]
    if not ended:
        return 0
    taken = days_taken(merged(ended), calendar.open_time.closing)
    return sum(calendar.working_days_between(first - ONE_DAY, last) for first, last in taken)


def _used_up(start: datetime, working_days: int, calendar: WorkCalendar) -> datetime:
    """The instant by which so many working days of a pause that began then have ended."""
    if working_days <= 0:
        return start
    eve = start.astimezone(calendar.zone).date() - ONE_DAY
    return calendar.open_time.closing(calendar.add_working_days(eve, working_days))


def _go_on(clock: Clock, end: datetime) -> Clock:
    if not clock.is_paused:
        return clock
    *before, last = clock.pauses
    return replace(clock, pauses=(*before, replace(last, end=max(end, last.start))))
