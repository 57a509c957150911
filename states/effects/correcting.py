"""A stated fact corrected (更正), and what follows: dates are planned anew, the outcome judged anew."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from states.clocks.clockwork import Clockwork
from states.corrections import OCCURRED_AT, value_of
from states.earlier import EarlierEntry
from states.effects.changes import Changes, outcome
from states.effects.correcting_nodes import of_a_node
from states.effects.recounting import reclassify
from states.facts import FACT_NAMES, CaseFacts
from states.question import Question
from states.tasks import Task
from states.vocabulary import ClockName, Outcome

DAYS_OF_AN_ACT = frozenset(
    {
        "closed_on",
        "coordination_on",
        "dispatched_on",
        "lookback_on",
        "paused_on",
        "progress_on",
        "reported_on",
        "verified_on",
    }
)
"""Facts that say on what day an act was."""
SETTLED = frozenset({Outcome.ON_TIME.value, Outcome.LATE.value})


def correct(question: Question) -> Changes:
    """The fact as it should be; `moved` tells what else came out otherwise."""
    if question.earlier is not None:
        return _of_an_entry(question, question.earlier)
    if "node" in question.details:
        return of_a_node(question)
    return _of_a_task(question, question.task) if question.task else _of_the_matter(question)


def _of_an_entry(question: Question, entry: EarlierEntry) -> Changes:
    """The entry reads otherwise; a fact that is still what it said becomes what it should have said."""
    name = question.details["field"]
    if name == OCCURRED_AT:
        return _at_the_right_time(question, entry)
    is_still_its = name in FACT_NAMES and name in entry.standing
    return {name: value_of(question.details["new"])} if is_still_its else {}


def _at_the_right_time(question: Question, entry: EarlierEntry) -> Changes:
    """The act was at another time: its clocks are counted anew, and the days that still are its own move."""
    clocks, new, zone = Clockwork(question), question.details["new"], question.calendar.zone
    turn = next((one for one in question.past if one.seq == question.details["entry"]), None)
    if turn is not None:
        clocks.retime(turn.wound, turn.at, new)
    own = (name for name in sorted(DAYS_OF_AN_ACT & entry.standing))
    days = {name: new.astimezone(zone).date() for name in own if getattr(question.facts, name) == entry.day}
    return _with_what_follows(question, {**clocks.changes(), **days})


def _of_a_task(question: Question, task: Task) -> Changes:
    """A day due otherwise is a new epoch of the task's clock, with the same start."""
    name, new = question.details["field"], question.details["new"]
    if name == "due_on":
        clocks = Clockwork(question)
        clocks.state_anew(task.key, new)
        return clocks.changes()
    right = (
        replace(task, completion_rate=new) if name == "completion_rate" else replace(task, title=new.strip())
    )
    return {"tasks": tuple(right if one.id == task.id else one for one in question.facts.tasks)}


def _of_the_matter(question: Question) -> Changes:
    name = question.details["field"]
    new = value_of(question.details["new"], empty=getattr(CaseFacts(), name))
    return _with_what_follows(question, {name: new, **_REPLANNED.get(name, _as_it_is)(question, new)})


def _with_what_follows(question: Question, changes: Changes) -> Changes:
    """With the original date and the outcome that come of it, and told what moved."""
    changes |= _original(question, changes)
    changes |= _judged(question, changes)
    return {**changes, "moved": {**changes.get("moved", {}), **_also_moved(question, changes)}}


def _as_it_is(question: Question, new: Any) -> Changes:
    return {}


def _from_the_right_day(question: Question, new: date) -> Changes:
    """Dispatched on another day: what is counted from there is counted from the right start."""
    clocks = Clockwork(question)
    clocks.begin_on(question.facts.dispatched_on, new)
    return clocks.changes()


def _until_the_right_day(question: Question, new: date) -> Changes:
    clocks = Clockwork(question)
    clocks.state_anew(ClockName.PLAN if question.facts.due_for_plan else ClockName.HANDLE, new)
    return clocks.changes()


def _standing_since(question: Question, new: date) -> Changes:
    """Reported on another day: while it is verified, time stands still since then."""
    clocks = Clockwork(question)
    clocks.stand_still_since(new)
    return clocks.changes()


def _by_the_right_category(question: Question, new: str) -> Changes:
    """Of another category: the limits the policy gave are counted anew, those that have ended are not."""
    if not any(clock.is_open for clock in question.facts.clocks):
        return {}
    return reclassify(replace(question, details={"complexity": new}))


def _original(question: Question, changes: Changes) -> Changes:
    """A matter that still has its first date had that wrong as well.

    Once that day has passed it is moved to no later one: lateness by the original date is not corrected away.
    """
    facts, due_on = question.facts, changes.get("due_on")
    if due_on is None or facts.due_on is None or facts.original_due_on != facts.due_on:
        return {}
    excuses = facts.due_on < question.day and due_on > facts.due_on
    return {} if excuses else {"original_due_on": due_on}


def _judged(question: Question, changes: Changes) -> Changes:
    """On time or late by the days as they are now; a matter that has not ended is not judged."""
    facts = question.facts
    days = {name: changes.get(name, getattr(facts, name)) for name in ("due_on", "reported_on", "closed_on")}
    done_on = days["reported_on"] or days["closed_on"]
    if facts.outcome not in SETTLED or done_on is None:
        return {}
    return {"outcome": outcome(days["due_on"], done_on)}


def _also_moved(question: Question, changes: Changes) -> dict[str, list[str]]:
    """What is not a clock's date and came out otherwise, with what it was."""
    asked, found = question.details["field"], {}
    for name in ("original_due_on", "dispatched_on", "reported_on", "closed_on", "outcome"):
        before, after = getattr(question.facts, name), changes.get(name)
        if name != asked and after is not None and before not in (None, after):
            found[name] = [str(before), str(after)]
    return found


_REPLANNED: Mapping[str, Callable[[Question, Any], Changes]] = {
    "dispatched_on": _from_the_right_day,
    "due_on": _until_the_right_day,
    "reported_on": _standing_since,
    "complexity": _by_the_right_category,
}

EFFECTS = (correct,)
