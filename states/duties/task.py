"""What is owed on the tasks of a case: by each co-unit, by the lead where one lies with it, by the office.

Only while the time of the case runs; a task stands still with it.
"""

from collections.abc import Iterator
from typing import Any

from states.duties.duty import OFFICER, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.tasks import Task, TaskState, late_tasks, standing_of
from states.vocabulary import Light, Role


def of_tasks(matter: Matter) -> Iterator[Duty]:
    """Everything owed on the tasks, whoever owes it."""
    if not matter.is_running:
        return
    for task in matter.facts.tasks:
        if task.is_under_way:
            yield from _of_co_unit(matter, task)
        elif task.is_open:
            yield from _of_lead(matter, task)
    for task in late_tasks(matter.facts.tasks, matter.day):
        yield _duty(matter, DutyKind.LATE_TASK, OFFICER, task, due_on=task.clock.due_on)


def _of_co_unit(matter: Matter, task: Task) -> Iterator[Duty]:
    """Signed for at once; then done, under a yellow or a red light, or any if it was sent back."""
    unit, due_on = Whose((Role.LIAISON,), (Role.UNIT_HEAD,), task.unit), task.clock.due_on
    if task.state is TaskState.ASSIGNED:
        since = task.clock.started_at.astimezone(matter.calendar.zone).date()
        yield _duty(matter, DutyKind.ACKNOWLEDGE_TASK, unit, task, due_on=due_on, since=since)
    elif task.returns:
        yield _duty(matter, DutyKind.REWORK_TASK, unit, task, due_on=due_on)
    elif standing_of(task, matter.day, matter.calendar).light is not Light.GREEN:
        yield _duty(matter, DutyKind.TASK, unit, task, due_on=due_on)


def _of_lead(matter: Matter, task: Task) -> Iterator[Duty]:
    """A report waits to be accepted or sent back; an objection to be agreed to, or not."""
    kind = DutyKind.ACCEPT_TASK if task.state is TaskState.REPORTED else DutyKind.SETTLE_TASK
    since = task.clock.pauses[-1].start.astimezone(matter.calendar.zone).date()
    yield _duty(matter, kind, matter.of_unit(Role.LIAISON, otherwise=(Role.UNIT_HEAD,)), task, since=since)


def _duty(matter: Matter, kind: DutyKind, whose: Whose, task: Task, **dates: Any) -> Duty:
    """A duty that names its task."""
    label = f"{kind.label}（任务{task.id}：{task.brief}）"
    return matter.duty(kind, whose, label=label, task=task.id, **dates)
