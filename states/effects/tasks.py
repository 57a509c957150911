"""The small life of a co-unit's task: handed out, signed for, reported on, accepted or sent back, ended.

A task that lies with the lead stands still: what the lead takes to decide is not charged to the co-unit. An
objection does not end a task; the lead decides whether it stays.
"""

from dataclasses import replace
from typing import Any

from states.clocks.clockwork import Clockwork
from states.clocks.tasks import open_clock
from states.effects.changes import Changes
from states.guards.tasks import named_task
from states.question import Question
from states.tasks import OBJECTED_TO, REPORTED_BACK, Task, TaskState, key_of, next_id

DONE = 100


def add_task(question: Question) -> Changes:
    """A unit that is not among the co-units yet becomes one with its first task."""
    clocks, details, facts = Clockwork(question), question.details, question.facts
    id, unit = next_id(facts.tasks), details["unit"]
    open_clock(clocks, key_of(id))
    task = Task(
        id=id,
        unit=unit,
        title=details["task_title"].strip(),
        state=TaskState.ASSIGNED,
        clock=clocks.clocks[key_of(id)],
    )
    changes = clocks.changes()
    joins = () if unit in facts.co_units else (unit,)
    return {**changes, "tasks": (*changes["tasks"], task), "co_units": (*facts.co_units, *joins)}


def acknowledge_task(question: Question) -> Changes:
    return _changed(question, Clockwork(question), state=TaskState.WORKING)


def object_task(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.hold(named_task(question).key, OBJECTED_TO)
    return _changed(question, clocks, state=TaskState.OBJECTED)


def report_task(question: Question) -> Changes:
    rate = question.details.get("completion_rate", named_task(question).completion_rate)
    return _changed(question, Clockwork(question), completion_rate=rate, progress_on=question.day)


def complete_task(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.hold(named_task(question).key, REPORTED_BACK)
    reported = {"reported_by": question.actor.person, "reported_on": question.day}
    return _changed(question, clocks, state=TaskState.REPORTED, **reported)


def accept_task(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop(named_task(question).key)
    return _changed(question, clocks, state=TaskState.ACCEPTED, completion_rate=DONE)


def return_task(question: Question) -> Changes:
    """What was reported is done again, what was objected to is signed for; same clock, same epoch."""
    clocks, task = Clockwork(question), named_task(question)
    clocks.go_on(task.key)
    if task.state is TaskState.OBJECTED:
        return _changed(question, clocks, state=TaskState.ASSIGNED)
    nobody = {"reported_by": None, "reported_on": None}
    return _changed(question, clocks, state=TaskState.WORKING, returns=task.returns + 1, **nobody)


def extend_task(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.extend(named_task(question).key, question.details["due_on"])
    return _changed(question, clocks)


def cancel_task(question: Question) -> Changes:
    """The unit stays a co-unit: that is a relation of the matter, whatever it has to deliver."""
    clocks = Clockwork(question)
    clocks.stop(named_task(question).key)
    return _changed(question, clocks, state=TaskState.CANCELLED)


def _changed(question: Question, clocks: Clockwork, **values: Any) -> Changes:
    """The named task with these values, and its clock as it was wound."""
    changes, id = clocks.changes(), named_task(question).id
    tasks = (replace(one, **values) if one.id == id else one for one in changes["tasks"])
    return {**changes, "tasks": tuple(tasks)}


EFFECTS = (
    add_task,
    acknowledge_task,
    object_task,
    report_task,
    complete_task,
    accept_task,
    return_task,
    extend_task,
    cancel_task,
)
