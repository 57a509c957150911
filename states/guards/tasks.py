"""What a co-unit's task must have, where it must stand, and what of the matter waits for it."""

from collections.abc import Collection
from datetime import date

from states.clocks.clockwork import Clockwork
from states.clocks.tasks import open_clock
from states.corrections import same, value_of
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.days import not_before_today
from states.guards.dispatching import MIN_REQUIREMENT
from states.question import Question
from states.tasks import MAX_TASKS, OPEN, UNDER_WAY, Task, TaskState, key_of, next_id
from states.vocabulary import ClockName


def named_task(question: Question) -> Task:
    """The task a command names. Raises `FactMissing` (`task_missing`), `FactInvalid` (`task_unknown`)."""
    if "task" not in question.details:
        raise FactMissing(
            "请写明协办任务的序号，可在事项的详细情况中查看。", code="task_missing", missing="task"
        )
    if question.task is None:
        known = "、".join(str(one.id) for one in question.facts.tasks) or "无"
        raise FactInvalid(
            f"该事项没有序号为“{question.details['task']}”的协办任务，现有的序号：{known}。",
            code="task_unknown",
            task=question.details["task"],
        )
    return question.task


def task_unit_is_not_lead(question: Question) -> None:
    """What the lead does itself is the matter; a task is another unit's."""
    unit = question.details["unit"]
    if unit in question.leads:
        raise FactInvalid(
            "牵头单位不能是自己的协办单位；由牵头单位自办的部分无须分解，请另填单位。",
            code="task_unit_is_lead",
            unit=unit,
        )


def helpers_stay(question: Question) -> None:
    """A co-unit whose task is under way stays one until that has ended, or it leads itself."""
    named = _co_units_named(question)
    if named is None:
        return
    stays = {*named, *question.leads}
    busy = sorted({task.unit for task in question.facts.tasks if task.is_open and task.unit not in stays})
    if busy:
        raise FactInvalid(
            f"{'、'.join(busy)}还有未办结的协办任务，须继续列为配合单位；请先认定或撤销其任务（cancel-task）。",
            code="co_unit_has_tasks",
            units=busy,
        )


def _co_units_named(question: Question) -> Collection[str] | None:
    """The co-units as a command would have them; None where it leaves them as they are."""
    details = question.details
    if details.get("field") == "co_units":
        return tuple(value_of(details["new"], empty=()))
    return details.get("co_units")


def measurable_task(question: Question) -> None:
    """A task says what is to be delivered, as a matter does."""
    title = question.details["task_title"].strip()
    if len(title) < MIN_REQUIREMENT:
        raise FactInvalid(
            f"协办任务“{title}”过于笼统，请写明可量化、可考核的结果（至少{MIN_REQUIREMENT}个字）。",
            code="task_vague",
        )


def room_for_a_task(question: Question) -> None:
    if len(question.facts.tasks) >= MAX_TASKS:
        raise FactInvalid(
            f"一个事项最多分解{MAX_TASKS}项协办任务，请合并同类任务，或者另立事项。", code="tasks_too_many"
        )


def one_task_limit(question: Question) -> None:
    """A term or a date, not both; without either the policy must have a limit for tasks."""
    given = [name for name in ("limit", "due_on") if name in question.details]
    if len(given) > 1:
        raise FactInvalid("办结期限和办结日期只能填一个，请去掉其中一个。", code="limit_twice")
    if not given and Clockwork(question).policy_limit(ClockName.TASK) is None:
        raise FactMissing("请填写协办任务的办结期限或办结日期。", code="limit_missing", missing="limit")
    if "due_on" in question.details:
        not_before_today(question, "due_on")


def task_within_matter(question: Question) -> None:
    """A co-unit is done by the time the matter is.

    Not asked of a matter whose final date its plan has yet to set, nor of one that is late already: there is
    no date then that a task could keep to.
    """
    facts = question.facts
    if facts.due_on is None or facts.due_for_plan or facts.due_on < question.day:
        return
    due_on = _due_day(question)
    if due_on > facts.due_on:
        raise FactInvalid(
            f"协办期限{due_on}晚于事项的办结期限{facts.due_on}，请改为不晚于{facts.due_on}的日期；"
            "确需更长时间的，先为事项申请延期。",
            code="task_after_matter",
            due_on=facts.due_on.isoformat(),
            asked=due_on.isoformat(),
        )


def task_is_new(question: Question) -> None:
    """The same result from the same unit by the same day is one task, as long as that is open."""
    unit, due_on = question.details["unit"], _due_day(question)
    for task in question.facts.tasks:
        alike = same(task.title, question.details["task_title"]) and task.clock.due_on == due_on
        if task.is_open and task.unit == unit and alike:
            raise FactInvalid(
                f"同一单位、同一成果、同一期限的协办任务{task.id}尚未办结，不再重复分解，请在该任务上办理。",
                code="task_twice",
                task=task.id,
            )


def _due_day(question: Question) -> date:
    """The day the order names, or the one its limit or the policy's comes to."""
    named: date | None = question.details.get("due_on")
    if named is not None:
        return named
    clocks, key = Clockwork(question), key_of(next_id(question.facts.tasks))
    open_clock(clocks, key)
    return clocks.clocks[key].due_on


def later_task_date(question: Question) -> None:
    not_before_today(question, "due_on")
    old, new = named_task(question).clock.due_on, question.details["due_on"]
    if new <= old:
        raise FactInvalid(
            f"调整后的日期{new}须晚于现期限{old}。",
            code="task_not_later",
            due_on=old.isoformat(),
            asked=new.isoformat(),
        )


def task_is_assigned(question: Question) -> None:
    _must_be(question, {TaskState.ASSIGNED})


def task_is_worked_on(question: Question) -> None:
    _must_be(question, {TaskState.WORKING})


def task_is_under_way(question: Question) -> None:
    _must_be(question, UNDER_WAY)


def task_is_reported(question: Question) -> None:
    _must_be(question, {TaskState.REPORTED})


def task_lies_with_the_lead(question: Question) -> None:
    _must_be(question, {TaskState.REPORTED, TaskState.OBJECTED})


def task_is_open(question: Question) -> None:
    _must_be(question, OPEN)


def _must_be(question: Question, states: Collection[TaskState]) -> None:
    task = named_task(question)
    if not task.is_open:
        raise FactInvalid(
            f"协办任务{task.id}{task.state.label}，不能再办；仍需协办的，请重新分解。",
            code="task_ended",
            task=task.id,
            state=task.state.value,
        )
    if task.state not in states:
        wanted = "、".join(state.label for state in TaskState if state in states)
        raise FactInvalid(
            f"协办任务{task.id}现为“{task.state.label}”，须为“{wanted}”才能这样办。",
            code="task_elsewhere",
            task=task.id,
            state=task.state.value,
        )


def accepter_is_not_reporter(question: Question) -> None:
    """Whoever reported a task done does not decide on it, nor does a deputy in his place."""
    reporter = named_task(question).reported_by
    if reporter is not None and reporter in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "协办报结的人不能认定或者退回自己所报的任务，请由另一人办理。",
            code="accepter_is_reporter",
            person=question.actor.person,
        )


def tasks_are_settled(question: Question) -> None:
    """Completion is not reported over the head of a co-unit that is still at work, unless it is said why.

    The message names units by code, as `units` lists them: the desk puts their names.
    """
    waiting = [one for one in question.facts.tasks if one.is_open]
    if not waiting or "open_tasks_reason" in question.details:
        return
    late = {one.id: _days_late(question, one) for one in waiting}
    raise FactMissing(
        f"还有{len(waiting)}项协办任务没有办结：{'；'.join(_told(one, late[one.id]) for one in waiting)}。"
        "请先催办、认定或者撤销，或者写明带着未结协办报结的理由。",
        code="tasks_open",
        missing="open_tasks_reason",
        units=[one.unit for one in waiting],
        tasks=[
            {"task": one.id, "unit": one.unit, "state": one.state.value, "working_days_late": late[one.id]}
            for one in waiting
        ],
    )


def _days_late(question: Question, task: Task) -> int:
    due_on = task.clock.due_on
    late = task.is_under_way and due_on < question.day
    return question.calendar.working_days_between(due_on, question.day) if late else 0


def _told(task: Task, late: int) -> str:
    how = f"，逾期{late}个工作日" if late else f"，期限{task.clock.due_on}"
    return f"{task.unit}的任务{task.id}{task.state.label}{how}"


GUARDS = (
    task_unit_is_not_lead,
    helpers_stay,
    measurable_task,
    room_for_a_task,
    one_task_limit,
    task_within_matter,
    task_is_new,
    later_task_date,
    task_is_assigned,
    task_is_worked_on,
    task_is_under_way,
    task_is_reported,
    task_lies_with_the_lead,
    task_is_open,
    accepter_is_not_reporter,
    tasks_are_settled,
)
