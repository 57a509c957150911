"""What an old register states, and what it states later; what it leaves open stays empty."""

from datetime import date

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes, blank, facts_among, outcome
from states.question import Question
from states.vocabulary import ClockName

HANDLE = ClockName.HANDLE


def state_matter(question: Question) -> Changes:
    return facts_among(question.details)


def take_over(question: Question) -> Changes:
    """Facts as the old register states them. Nothing is invented: what it leaves open stays empty."""
    changes = facts_among(question.details)
    due_on, closed_on = changes.get("due_on"), changes.get("closed_on")
    if due_on is not None:
        changes.setdefault("original_due_on", due_on)
        clocks = Clockwork(question)
        clocks.open_until(HANDLE, due_on, since=changes.get("dispatched_on", question.day))
        if closed_on is not None:
            clocks.stop(HANDLE)
        changes |= clocks.changes()
    if closed_on is not None:
        changes["outcome"] = outcome(due_on, closed_on)
    return {**changes, "epoch": 1}


def restate(question: Question) -> Changes:
    """What the old register states now; `cleared` names the facts it states no longer.

    A due date it has moved, set or dropped is a new epoch of the clock.
    """
    changes = {**blank(question.details.get("cleared", ())), **facts_among(question.details)}
    due_on = changes.get("due_on", question.facts.due_on)
    if due_on != question.facts.due_on:
        since = changes.get("dispatched_on", question.facts.dispatched_on)
        changes |= _stated_anew(due_on, since, question)
    if "closed_on" in changes:
        closed_on = changes["closed_on"]
        changes["outcome"] = outcome(due_on, closed_on) if closed_on else None
    return changes


def _stated_anew(due_on: date | None, since: date | None, question: Question) -> Changes:
    clocks = Clockwork(question)
    if due_on is None:
        clocks.stop(HANDLE)
        return {**clocks.changes(), "epoch": question.facts.epoch + 1, "provisional": False}
    clocks.open_until(HANDLE, due_on, since=since or question.day)
    return clocks.changes()


EFFECTS = (
    state_matter,
    take_over,
    restate,
)
