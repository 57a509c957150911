"""The light of a matter: by its due date, and by whatever else warns that it goes wrong.

The date alone gives a light (`states.deadlines.timeliness`). A warning can only make it worse and says why in
words, so that no light rests on colour or arithmetic alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from states.calendar import WorkCalendar
from states.facts import CaseFacts
from states.hard_to_meet import is_answered
from states.nodes import in_plan, still_open
from states.nodes.progress import Progress
from states.policy import Policy
from states.tasks import Task, late_tasks
from states.vocabulary import ClockName, Light

SEVERITY = (Light.GREY, Light.GREEN, Light.YELLOW, Light.RED)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light is at least this bad, as a Chinese clause without a full stop.

    The words name a unit by its code, and `unit` is that code: whoever shows them puts the name.
    """

    light: Light
    words: str
    unit: str | None = None


def late_task(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """A co-unit that is late with its task."""
    late = late_tasks(facts.tasks, day)
    if not late:
        return None
    worst, *others = late
    more = f"，另有{len(others)}项协办任务逾期" if others else ""
    words = f"协办单位{worst.unit}的任务{worst.id}应于{worst.clock.due_on}办结，已逾期{more}"
    return Reason(Light.YELLOW, words, worst.unit)


def broken_promise(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """The day the unit promised when it was urged has passed, and it has not reported since."""
    if facts.promised_on is None or day <= facts.promised_on:
        return None
    return Reason(Light.YELLOW, f"催办时承诺的日期{facts.promised_on}已过，承诺未兑现")


Warning = Callable[[CaseFacts, Policy, date, WorkCalendar], Reason | None]


def hard_to_meet(facts: CaseFacts) -> bool:
    """Whether the unit holds it cannot keep the due date; not once that reaches the day it named instead."""
    return facts.hard_to_meet and not is_answered(facts)


def _said_by_the_unit(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """难以按期 is red, whatever time is left (台账亮灯惯例)."""
    if not hard_to_meet(facts):
        return None
    instead = f"，预计{facts.expected_on}完成" if facts.expected_on else ""
    return Reason(Light.RED, f"承办单位反馈难以按期办结{instead}")


def sent_back(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """退回重办 warns until completion is reported again."""
    if not facts.returns or facts.reported_on is not None:
        return None
    return Reason(Light.YELLOW, f"第{facts.returns}次退回重办，尚未重新报结")


def missed_report(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """The unit has not reported by the day it was asked to, or its principal has not signed what it did."""
    asked = next((one for one in facts.clocks if one.name is ClockName.FEEDBACK and one.is_open), None)
    if asked is None or asked.is_paused or asked.due_on >= day:
        return None
    late = calendar.working_days_between(asked.due_on, day)
    waits = "，已报待会签" if facts.progress_of is not None else ""
    words = f"应于{asked.due_on}反馈，反馈逾期{late}个工作日{waits}"
    return Reason(Light.YELLOW, words) if late else None


def missed_node(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """The milestone missed the longest, with how many there are."""
    missed = Progress(facts, calendar, day).missed() if facts.nodes else ()
    worst_late = max((one.late for one in missed), default=0)
    if worst_late <= policy.milestones.yellow_after_working_days:
        return None
    red = worst_late > policy.milestones.red_after_working_days
    first = next(one for one in missed if one.late == worst_late)
    others = f"，另有{len(missed) - 1}个节点逾期" if len(missed) > 1 else ""
    words = f"节点“{first.node.title}”应于{first.due_on}完成，已逾{worst_late}个工作日{others}"
    return Reason(Light.RED if red else Light.YELLOW, words)


def node_after_final_date(
    facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar
) -> Reason | None:
    """The final date has moved to before milestones that are still to be reached."""
    due_on = facts.due_on
    after = [one for one in still_open(facts.nodes) if due_on is not None and one.due_on > due_on]
    if not after:
        return None
    last = max(after, key=lambda one: one.due_on)
    words = f"节点“{last.title}”（{last.due_on}）在办结期限{due_on}之后，请重新倒排节点"
    return Reason(Light.YELLOW, words)


def tasks_after_final_date(facts: CaseFacts) -> tuple[Task, ...]:
    """The open tasks that are due after the final date; while a plan has yet to set that there is none."""
    due_on = None if facts.due_for_plan else facts.due_on
    if due_on is None:
        return ()
    return tuple(one for one in facts.tasks if one.is_open and one.clock.due_on > due_on)


def outlasts(task: Task, due_on: date | None) -> str:
    """What is wrong with a task that is due after the final date, and what to do about it."""
    return (
        f"协办任务{task.id}（{task.brief}）应于{task.clock.due_on}办结，在办结期限{due_on}之后，"
        "请撤销后按新的期限重新分解，或者调整办结期限"
    )


def task_after_final_date(
    facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar
) -> Reason | None:
    """The final date has moved to before that of a task. One that has passed bounds no task any more."""
    after = tasks_after_final_date(facts)
    if not after or facts.due_on is None or facts.due_on < day:
        return None
    return Reason(Light.YELLOW, outlasts(max(after, key=lambda one: one.clock.due_on), facts.due_on))


def behind_schedule(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """Progress behind 序时进度 by more than the policy tolerates."""
    is_planned = bool(in_plan(facts.nodes))
    tolerance = policy.milestones.tolerance(planned=is_planned)
    if tolerance is None or not (is_planned or facts.completion_rate is not None):
        return None
    schedule = Progress(facts, calendar, day).schedule
    if schedule.behind is None or schedule.behind <= tolerance:
        return None
    if schedule.planned is None:
        words = f"完成率{schedule.rate}%，落后序时进度（{schedule.elapsed}%）{schedule.behind}个百分点"
    else:
        words = f"节点已完成{schedule.done}%，落后序时进度（{schedule.planned}%）{schedule.behind}个百分点"
    return Reason(Light.YELLOW, words)


WARNINGS: tuple[Warning, ...] = (
    _said_by_the_unit,
    broken_promise,
    sent_back,
    missed_report,
    late_task,
    task_after_final_date,
    missed_node,
    node_after_final_date,
    behind_schedule,
)
"""What warns beside the due date of a matter whose clock runs."""


def reasons(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> tuple[Reason, ...]:
    """What warns of this matter on a day, in the order of the list."""
    found = (warning(facts, policy, day, calendar) for warning in WARNINGS)
    return tuple(one for one in found if one is not None)


def worst(light: Light, warned: Iterable[Reason]) -> Light:
    """The worse of a light and of everything that warns."""
    return max((light, *(one.light for one in warned)), key=SEVERITY.index)
