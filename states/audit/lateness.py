"""What came after its limit, or has not come at all: 签收, 方案, 反馈, 报结, 协办, and replies (逾期).

An entry is late by the clock it answers, as that clock stood just before; time that stood still is left out.
What is outstanding is asked of a case as it stands at the end of a period.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from states.audit.recorded import Recorded
from states.audit.standing import Standing
from states.calendar import WorkCalendar
from states.clocks import Clock
from states.clocks.standing import Days, days_between, standing
from states.escalation.table import COMMANDS
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.office_time import office_day
from states.vocabulary import ClockName

ANSWERS = {
    "acknowledge": (ClockName.ACKNOWLEDGE,),
    "begin": (ClockName.PLAN,),
    "report_progress": (ClockName.FEEDBACK,),
    "cosign_progress": (ClockName.FEEDBACK,),
    "report_completion": (ClockName.HANDLE, ClockName.PLAN),
}
"""The clocks the effect of a command answers, as the table names it."""

TASK_EFFECT = "complete_task"
OWED = COMMANDS["answer"].source
"""States of a measure in which its unit still owes a reply."""


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that came late, or is outstanding (`came_on` None): what, by when, by how much.

    `clock` names what was owed; `task` is the task's number, `step` the measure's step, `reason` what the
    unit said of it.
    """

    clock: ClockName
    due_on: date
    came_on: date | None
    late: Days
    unit: str | None
    task: int | None = None
    step: str | None = None
    reason: str | None = None
    withheld: bool = False


def late_in(
    entry: Recorded, before: Standing, lifecycle: Lifecycle | None, calendar: WorkCalendar
) -> Iterator[Late]:
    """What an entry of a case brought after its limit."""
    if entry.kind == "escalation_answered":
        yield from _late_reply(entry, before, calendar)
    row = lifecycle.event_rows.get(entry.kind) if lifecycle else None
    if row is None or row.effect is None:
        return
    if row.effect == TASK_EFFECT:
        yield from _late_task(entry, before, calendar)
    if row.effect in ANSWERS and not entry.sets.get("progress_of"):
        yield from _late_by_clock(entry, before, calendar, ANSWERS[row.effect])


def _late_by_clock(
    entry: Recorded, before: Standing, calendar: WorkCalendar, names: tuple[ClockName, ...]
) -> Iterator[Late]:
    for clock in before.facts.clocks:
        if clock.name in names and _is_past(clock, entry.occurred_at, calendar):
            said = _reason(entry, before)
            late, came_on = _run_over(clock, entry.occurred_at, calendar), office_day(entry.occurred_at)
            withheld = said is None and entry.withheld
            unit = before.facts.lead_unit
            yield Late(clock.name, clock.due_on, came_on, late, unit, reason=said, withheld=withheld)


def _reason(entry: Recorded, before: Standing) -> str | None:
    """What the unit said of it: with the entry, or before, when it reported 难以按期."""
    said = entry.said("reason") or entry.said("open_tasks_reason") or entry.said("difficulty")
    if said:
        return str(said)
    if before.facts.hard_to_meet:
        told = f"：{before.facts.difficulty}" if before.facts.difficulty else ""
        return f"曾报难以按期，预计{before.facts.expected_on}完成{told}"
    return None


def _late_task(entry: Recorded, before: Standing, calendar: WorkCalendar) -> Iterator[Late]:
    for task in before.facts.tasks:
        if task.id == entry.details.get("task") and _is_past(task.clock, entry.occurred_at, calendar):
            late, came_on = _run_over(task.clock, entry.occurred_at, calendar), office_day(entry.occurred_at)
            said = entry.said("reason") or entry.said("difficulty")
            yield Late(
                ClockName.TASK, task.clock.due_on, came_on, late, task.unit, task=task.id, reason=said,
                withheld=said is None and entry.withheld,
            )  # fmt: skip


def _late_reply(entry: Recorded, before: Standing, calendar: WorkCalendar) -> Iterator[Late]:
    """A reply by the day it came, which may be another than that of the entry."""
    measure = before.measures.get(str(entry.details.get("escalation")))
    if measure is None or measure.reply_due_on is None:
        return
    due_on = date.fromisoformat(measure.reply_due_on)
    came_on = date.fromisoformat(str(entry.details.get("answered_on") or office_day(entry.occurred_at)))
    if came_on > due_on:
        late, unit = days_between(due_on, came_on, calendar), before.facts.lead_unit
        yield Late(ClockName.INQUIRY_REPLY, due_on, came_on, late, unit, step=measure.step)


def outstanding(case: Standing, lifecycle: Lifecycle | None, day: date, calendar: WorkCalendar) -> list[Late]:
    """What is owed and past its limit at the end of a day, by the clocks that run then."""
    facts = case.facts
    if lifecycle is None or not lifecycle.is_running(facts.state):
        return []
    unit = facts.lead_unit
    own = [_owed(one.name, one, day, calendar, unit) for one in facts.clocks if _runs_late(one, day)]
    tasks = [
        replace(_owed(ClockName.TASK, one.clock, day, calendar, one.unit), task=one.id)
        for one in facts.tasks
        if one.is_under_way and _runs_late(one.clock, day)
    ]
    return [*own, *tasks, *_replies_owed(case, facts, day, calendar)]


def _replies_owed(case: Standing, facts: CaseFacts, day: date, calendar: WorkCalendar) -> Iterator[Late]:
    for measure in case.measures.values():
        due_on = date.fromisoformat(measure.reply_due_on) if measure.reply_due_on else None
        if measure.state in OWED and due_on is not None and due_on < day:
            late = days_between(due_on, day, calendar)
            yield Late(ClockName.INQUIRY_REPLY, due_on, None, late, facts.lead_unit, step=measure.step)


def _runs_late(clock: Clock, day: date) -> bool:
    is_reply = clock.name is ClockName.INQUIRY_REPLY  # asked of the measures, which tell for which it runs
    return clock.is_open and not clock.is_paused and clock.due_on < day and not is_reply


def _owed(name: ClockName, clock: Clock, day: date, calendar: WorkCalendar, unit: str | None) -> Late:
    return Late(name, clock.due_on, None, days_between(clock.due_on, day, calendar), unit)


def _is_past(clock: Clock, at: datetime, calendar: WorkCalendar) -> bool:
    """Whether a clock that runs was due before an instant."""
    if not clock.is_open or clock.is_paused:
        return False
    by_hour = clock.due_at is not None and at > clock.due_at
    return by_hour or at.astimezone(calendar.zone).date() > clock.due_on


def _run_over(clock: Clock, at: datetime, calendar: WorkCalendar) -> Days:
    return standing(clock, calendar, at).late
