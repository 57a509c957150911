"""The days of a case on its page: what is left, the calendars of its limits, the strip of its milestones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.vocabulary import ClockName, Outcome
from workflow.web.frame.pages import day
from workflow.web.pages.wall import Wall, wall_of

HANDLE, WHOLE = ClockName.HANDLE.value, 100
Told = Mapping[str, Any]


def left(case: Told, clocks: Sequence[Told]) -> str:
    """What is left of the limit, or by how much it is passed, in the days its rule counts first."""
    clock = next((one for one in clocks if one["clock"] == HANDLE), None)
    if case["closed_on"]:
        return Outcome(case["outcome"]).label if case["outcome"] else "已办结"
    if case["open_ended"]:
        return "长期坚持，不设期限"
    if clock is None or clock["stopped_at"]:
        return ""
    standing = clock["standing"]
    if case["overdue"]:
        return f"已超期{_counted(clock, standing['late'])}" if case["days_late"] else "已过当日截止时刻"
    if case["paused_on"]:
        return f"计时已停，停时尚余{_counted(clock, standing['left'])}"
    return f"还剩{_counted(clock, standing['left'])}" if standing["left"]["days"] else "今日到期"


def _counted(clock: Told, days: Told) -> str:
    """5个工作日（7天), or the other way round, as the limit counts."""
    working, natural = f"{days['working_days']}个工作日", f"{days['days']}天"
    by_working_days = clock["limit"] is not None and clock["limit"]["unit"].startswith("working")
    return f"{working}（{natural}）" if by_working_days else f"{natural}（{working}）"


def walls(clocks: Sequence[Told], case: Told, *, today: date) -> list[Wall]:
    """The calendars of the limits that run, that of the handling first."""
    running = [one for one in clocks if one["ledger"] and not one["stopped_at"]]
    running.sort(key=lambda one: one["clock"] != HANDLE)
    return [
        wall_of(
            one,
            told=f"{day(one['started_at'])}起，{day(one['due_on'])}止",
            today=today,
            original_due_on=case["original_due_on"] if one["clock"] == HANDLE else None,
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
