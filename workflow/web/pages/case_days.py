"""The days of a case on its page: what is left, the calendars of its limits, the strip of its milestones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.clocks import standing
from states.clocks.standing import Days
from states.office_time import office_day
from states.vocabulary import ClockName, Outcome
from workflow.services.explaining import ExplainedClock
from workflow.web.frame.pages import day
from workflow.web.pages.wall import Wall, wall_of

HANDLE, WHOLE = ClockName.HANDLE.value, 100
Told = Mapping[str, Any]


def left(case: Told, clocks: Sequence[ExplainedClock], at: datetime) -> str:
    """What is left of the limit, or by how much it is passed, in the days its rule counts first."""
    clock = next((one for one in clocks if one.key == HANDLE), None)
    if case["closed_on"]:
        return Outcome(case["outcome"]).label if case["outcome"] else "已办结"
    if case["open_ended"]:
        return "长期坚持，不设期限"
    if clock is None or clock.clock.stopped_at:
        return ""
    found = standing(clock.clock, clock.calendar, at)
    if case["overdue"]:
        return f"已超期{_counted(clock, found.late)}" if case["days_late"] else "已过当日截止时刻"
    if case["paused_on"]:
        return f"计时已停，停时尚余{_counted(clock, found.left)}"
    return f"还剩{_counted(clock, found.left)}" if found.left.days else "今日到期"


def _counted(clock: ExplainedClock, days: Days) -> str:
    """5个工作日（7天), or the other way round, as the limit counts."""
    working, natural = f"{days.working_days}个工作日", f"{days.days}天"
    limit = clock.clock.limit
    by_working_days = limit is not None and limit.unit.value.startswith("working")
    return f"{working}（{natural}）" if by_working_days else f"{natural}（{working}）"


def walls(clocks: Sequence[ExplainedClock], case: Told, *, today: date) -> list[Wall]:
    """The calendars of the limits that run, that of the handling first."""
    running = [one for one in clocks if one.days and not one.clock.stopped_at]
    running.sort(key=lambda one: one.key != HANDLE)
    original = case["original_due_on"] and date.fromisoformat(case["original_due_on"])
    return [
        wall_of(
            one,
            told=f"{day(office_day(one.clock.started_at))}起，{day(one.clock.due_on)}止",
            today=today,
            original_due_on=original if one.key == HANDLE else None,
        )
        for one in running
    ]


@dataclass(frozen=True, slots=True)
class Bar:
    """A milestone on the strip, in hundredths of the whole term."""

    start: float
    width: float
    standing: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The bars of milestones by their ids, and where today is; None where it lies outside."""

    bars: Mapping[int, Bar]
    today: float | None


def bars(nodes: Told, *, today: date) -> Strip:
    """The strip of a case's milestones."""
    told = nodes["nodes"]
    if not told:
        return Strip({}, None)
    first = min(_day(one["starts_on"]) for one in told)
    last = max(*(_day(one["due_on"]) for one in told), first)
    span = max((last - first).days + 1, 1)

    def share(of: date) -> float:
        return round(WHOLE * (of - first).days / span, 1)

    def bar(one: Told) -> Bar:
        start, end = share(_day(one["starts_on"])), share(_day(one["due_on"])) + WHOLE / span
        return Bar(start, round(max(end - start, 1), 1), _standing(one))

    return Strip({one["id"]: bar(one) for one in told}, share(today) if first <= today <= last else None)


def _standing(node: Told) -> str:
    if node["dropped_on"]:
        return "dropped"
    return "reached" if node["reached_on"] else "missed" if node["missed"] else "open"


def _day(told: str) -> date:
    return date.fromisoformat(told)
