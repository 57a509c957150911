"""A stated fact corrected (更正), and what follows: dates are planned anew, the outcome judged anew."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from states.clocks.clockwork import Clockwork
from states.corrections import value_of
from states.effects.changes import Changes, outcome
from states.effects.recounting import reclassify
from states.facts import CaseFacts
from states.question import Question
from states.vocabulary import Outcome

SETTLED = frozenset({Outcome.ON_TIME.value, Outcome.LATE.value})


def correct(question: Question) -> Changes:
    """The fact as it should be; `moved` tells what else came out otherwise."""
    name = question.details["field"]
    new = value_of(question.details["new"], empty=getattr(CaseFacts(), name))
    changes: Changes = {name: new, **_REPLANNED.get(name, _as_it_is)(question, new)}
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
    clocks.state_anew(new)
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
    for name in ("original_due_on", "outcome"):
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
