"""Planning milestones back from the final date (倒排工期).

What nothing waits for ends on the final date; what others wait for ends on the working day before the first
of them begins. Days are working days of the calendar handed in, made-up ones among them. A day somebody fixed
stands where it was put.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from states.calendar import ONE_DAY, WorkCalendar
from states.errors import FactInvalid, FactMissing
from states.nodes.node import Node
from states.nodes.weights import checked_weights

MAX_NODES = 50
MAX_WORKING_DAYS = 1_000
MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A milestone as it is asked for: it takes `working_days`, or is reached by a day somebody fixes.

    `weight` None: an equal share. `after` names the steps before it by their place in the list, from 1.
    """

    title: str
    working_days: int | None = None
    due_on: date | None = None
    weight: int | None = None
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when plans may reach: from today to the final date, on a calendar."""

    today: date
    final_on: date
    calendar: WorkCalendar


def plan(steps: Sequence[Step], span: Span, *, whole: int = 100, first_id: int = 1) -> tuple[Node, ...]:
    """The milestones of these steps, in their order, with ids from `first_id`; their weights add to `whole`.

    Raises `FactMissing` (`node_title_missing`) and `FactInvalid`: `too_many_nodes`, `node_days_invalid`,
    `predecessor_unknown`, `nodes_in_a_circle`, `weights_wrong`, `date_in_the_past`, `node_after_final`,
    `node_before_predecessor`, and `plan_does_not_fit` with the working days that are wanting.
    """
    _check_steps(steps, span)
    weights = checked_weights([step.weight for step in steps], whole)
    days = _counted_back(steps, span)
    _check_fits(steps, days, span)
    return tuple(
        Node(
            id=first_id + place,
            title=step.title.strip(),
            starts_on=days[place][0],
            due_on=days[place][1],
            weight=weight,
            final_on=span.final_on,
            planned_on=span.today,
            working_days=step.working_days,
            after=tuple(sorted({first_id + before - 1 for before in step.after})),
        )
        for place, (step, weight) in enumerate(zip(steps, weights, strict=True))
    )


def latest_start(due_on: date, working_days: int | None, calendar: WorkCalendar) -> date:
    """The day by which so many working days must begin to end by `due_on`; a fixed day is its own start."""
    if working_days is None:
        return due_on
    return calendar.add_working_days(calendar.roll_back(due_on), 1 - working_days)


def eve(day: date, calendar: WorkCalendar) -> date:
    """The working day before a day."""
    return calendar.add_working_days(day, -1)


def working_days_in(first: date, last: date, calendar: WorkCalendar) -> int:
    """The working days from one day to another, both included; 0 where they come the other way round."""
    return max(calendar.working_days_between(first - ONE_DAY, last), 0)


Days = dict[int, tuple[date, date]]
"""Start and due day by place in the list, from 0."""


def _counted_back(steps: Sequence[Step], span: Span) -> Days:
    waiting = _waiting_for(steps)
    days: Days = {}
    for place in reversed(_in_order(steps)):
        starts = {later: days[later][0] for later in waiting[place]}
        step, due_on = steps[place], min((eve(day, span.calendar) for day in starts.values()), default=None)
        if step.due_on is not None:
            _check_fixed(steps, place, starts, span)
        due_on = step.due_on or due_on or span.final_on
        days[place] = latest_start(due_on, step.working_days, span.calendar), due_on
    return days


def _waiting_for(steps: Sequence[Step]) -> Mapping[int, list[int]]:
    """By place, the places of the steps that wait for it."""
    return {
        place: [later for later, step in enumerate(steps) if place + 1 in step.after]
        for place in range(len(steps))
    }


def _in_order(steps: Sequence[Step]) -> list[int]:
    """The places, each after those before it. Raises `FactInvalid` (`nodes_in_a_circle`)."""
    graph = {place: [before - 1 for before in step.after] for place, step in enumerate(steps)}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        named = "→".join(f"“{steps[place].title}”" for place in error.args[1])
        raise FactInvalid(
            f"节点互为前置，无法倒排：{named}，请去掉其中一个前置。", code="nodes_in_a_circle"
        ) from error


def _check_steps(steps: Sequence[Step], span: Span) -> None:
    if len(steps) > MAX_NODES:
        raise FactInvalid(
            f"节点最多{MAX_NODES}个，请合并或改作协办任务。", code="too_many_nodes", count=len(steps)
        )
    for number, step in enumerate(steps, start=1):
        _check_title(number, step)
        _check_day(step, span)
        for before in step.after:
            if not 1 <= before <= len(steps):
                raise FactInvalid(
                    f"节点“{step.title}”的前置{before}不在所列的{len(steps)}个节点中，前置按所列次序填序号。",
                    code="predecessor_unknown",
                    title=step.title,
                    after=before,
                )


def _check_title(number: int, step: Step) -> None:
    if not step.title.strip():
        raise FactMissing(
            f"第{number}个节点没有名称，请补充。", code="node_title_missing", missing="title", node=number
        )
    if len(step.title) > MAX_TITLE:
        raise FactInvalid(
            f"第{number}个节点的名称超过{MAX_TITLE}字，请精简。", code="text_too_long", node=number
        )


def _check_day(step: Step, span: Span) -> None:
    """A step takes a number of working days, or has a day between today and the final date."""
    if step.due_on is not None and step.working_days is None:
        check_between(step.title, step.due_on, span)
    elif step.due_on is not None or not 1 <= (step.working_days or 0) <= MAX_WORKING_DAYS:
        raise FactInvalid(
            f"节点“{step.title}”须写明工作日数（1至{MAX_WORKING_DAYS}）或指定日期，二者写一个。",
            code="node_days_invalid",
            title=step.title,
        )


def check_between(title: str, day: date, span: Span) -> None:
    """Refuse a day that has passed (`date_in_the_past`) or lies after the final date (`node_after_final`)."""
    if day < span.today:
        raise FactInvalid(
            f"节点“{title}”的日期{day}已经过去，请填今天或以后的日期。",
            code="date_in_the_past",
            date=day.isoformat(),
        )
    if day > span.final_on:
        raise FactInvalid(
            f"节点“{title}”的日期{day}在办结期限{span.final_on}之后，请提前，或先申请延期。",
            code="node_after_final",
            date=day.isoformat(),
            final_on=span.final_on.isoformat(),
        )


def _check_fixed(steps: Sequence[Step], place: int, starts: Mapping[int, date], span: Span) -> None:
    """A fixed day must leave the steps that wait for it their time."""
    step = steps[place]
    for later, starts_on in starts.items():
        if step.due_on is None or step.due_on < starts_on:
            continue
        if steps[later].due_on is not None:
            raise before_its_predecessor(steps[later].title, starts_on, step.title, step.due_on)
        wanting = max(working_days_in(starts_on, step.due_on, span.calendar), 1)
        raise _does_not_fit(
            f"“{step.title}”定于{step.due_on}，其后的“{steps[later].title}”最迟须于{starts_on}开始，"
            f"差{wanting}个工作日。请提前前置节点的日期或压缩其后的工期。",
            wanting,
            steps[later].title,
        )


def before_its_predecessor(title: str, day: date, predecessor: str, predecessor_day: date) -> FactInvalid:
    """The refusal for a day that leaves no time after what comes first."""
    return FactInvalid(
        f"节点“{title}”的日期{day}不晚于其前置“{predecessor}”的{predecessor_day}，请改晚，或先调整前置节点。",
        code="node_before_predecessor",
        date=day.isoformat(),
        predecessor=predecessor,
    )


def _check_fits(steps: Sequence[Step], days: Days, span: Span) -> None:
    """Nothing would have had to begin before today."""
    first = min(days, key=lambda place: days[place][0])
    starts_on = days[first][0]
    if starts_on < span.today:
        wanting = max(working_days_in(starts_on, span.today - ONE_DAY, span.calendar), 1)
        raise _does_not_fit(
            f"从今天到{span.final_on}工作日不够：倒排后“{steps[first].title}”最迟须于{starts_on}开始，"
            f"关键路径长出{wanting}个工作日。请压缩工期、改为并行，或先申请延期。",
            wanting,
            steps[first].title,
        )


def _does_not_fit(message: str, wanting: int, title: str) -> FactInvalid:
    return FactInvalid(message, code="plan_does_not_fit", too_long_by=wanting, title=title)
