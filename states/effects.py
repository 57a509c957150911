"""What a command sets on the facts of a case, beside its state. Named in the lifecycle table.

Each effect looks at a `Question` and returns the facts it sets; under "deadline" lies the provenance of a due
date it sets, which goes into the entry. Clocks: entering the handling life opens an
epoch; time under verification or suspension is not charged to the unit, so the due date moves on by the
working days the clock stood still. A date stated for a long-past matter is taken as stated.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from states.deadlines import PRESETS, Deadline, Limit, count, extended_by_pause, stated
from states.facts import FACT_NAMES, CaseFacts
from states.guards import Question
from states.vocabulary import Complexity, Outcome

Changes = dict[str, Any]


def state_matter(question: Question) -> Changes:
    return _facts_among(question.details)


def take_over(question: Question) -> Changes:
    """Facts as the old register states them. Nothing is invented: what it leaves open stays empty."""
    changes = _facts_among(question.details)
    due_on, closed_on = changes.get("due_on"), changes.get("closed_on")
    changes["epoch"] = 1
    if due_on is not None:
        changes.setdefault("original_due_on", due_on)
        changes |= _due(stated(changes.get("dispatched_on", question.day), due_on, question.calendar))
    if closed_on is not None:
        changes["outcome"] = _outcome(due_on, closed_on)
    return changes


def restate(question: Question) -> Changes:
    """What the old register states now; `cleared` names the facts it states no longer.

    A due date it has moved, set or dropped is a new epoch of the clock.
    """
    changes = {**_blank(question.details.get("cleared", ())), **_facts_among(question.details)}
    due_on = changes.get("due_on", question.facts.due_on)
    if due_on != question.facts.due_on:
        changes |= _moved(due_on, changes.get("dispatched_on", question.facts.dispatched_on), question)
    if "closed_on" in changes:
        closed_on = changes["closed_on"]
        changes["outcome"] = _outcome(due_on, closed_on) if closed_on else None
    return changes


def assign(question: Question) -> Changes:
    """Hand the matter to its lead unit and open the clock on the day of dispatch."""
    changes = _facts_among(question.details)
    changes |= {"dispatched_on": question.day, "epoch": question.facts.epoch + 1, "extension_to": None}
    if not changes.get("open_ended"):
        deadline = _deadline(question)
        changes |= {**_due(deadline), "original_due_on": deadline.due_on}
        changes["due_for_plan"] = _by_preset(question) and question.stated("complexity") == "very_complex"
    return changes


def object(question: Question) -> Changes:
    """The unit holds the matter is not its duty: the dispatch is undone, the matter is a proposal again."""
    undone = ("lead_unit", "due_on", "original_due_on", "dispatched_on", "cadence")
    return {**dict.fromkeys(undone), "co_units": (), "open_ended": False}


def acknowledge(question: Question) -> Changes:
    return {}


def begin(question: Question) -> Changes:
    """For 特别复杂 matters the first limit was the plan's; the plan sets the final date, in a new epoch."""
    due_on = question.details.get("due_on")
    if due_on is None:
        return {}
    return {
        **_due(stated(question.day, due_on, question.calendar)),
        "original_due_on": due_on,
        "due_for_plan": False,
        "epoch": question.facts.epoch + 1,
    }


def report_progress(question: Question) -> Changes:
    return _facts_among(question.details)


def request_extension(question: Question) -> Changes:
    return {"extension_to": question.details["due_on"]}


def grant_extension(question: Question) -> Changes:
    """The new date stands beside the original, which is never overwritten.

    A moved date is a new epoch of the clock, so that its own notices are due again.
    """
    due_on = question.details.get("due_on", question.facts.extension_to)
    return {
        **_due(stated(question.day, due_on, question.calendar)),
        "extension_to": None,
        "extensions": question.facts.extensions + 1,
        "epoch": question.facts.epoch + 1,
    }


def refuse_extension(question: Question) -> Changes:
    return {"extension_to": None}


def report_completion(question: Question) -> Changes:
    return {
        "progress": question.details["result"],
        "reported_by": question.actor.person,
        "reported_on": question.day,
        "paused_on": question.day,
        "extension_to": None,
    }


def return_for_rework(question: Question) -> Changes:
    """Same clock, same epoch; the time under verification is not charged to the unit."""
    return {
        **_clock_goes_on(question),
        "returns": question.facts.returns + 1,
        "reported_by": None,
        "reported_on": None,
    }


def close_out(question: Question) -> Changes:
    """Struck off. The matter was on time if completion was reported by the due date."""
    done_on = question.facts.reported_on or question.day
    return {"closed_on": question.day, "paused_on": None, "outcome": _outcome(question.facts.due_on, done_on)}


def suspend(question: Question) -> Changes:
    return {
        "suspended_from": question.facts.state,
        "review_on": question.details["review_on"],
        "paused_on": question.day,
    }


def resume(question: Question) -> Changes:
    return {**_clock_goes_on(question), "suspended_from": None, "review_on": None}


def withdraw(question: Question) -> Changes:
    return {"outcome": Outcome.WITHDRAWN.value, "paused_on": None}


def merge(question: Question) -> Changes:
    return {"merged_into": question.details["surviving"], "paused_on": None}


def reopen(question: Question) -> Changes:
    """A failed 回头看: a new limit in a new epoch; what went before stays in the history."""
    deadline = _deadline(question)
    return {
        **_due(deadline),
        "original_due_on": deadline.due_on,
        "extensions": 0,
        "epoch": question.facts.epoch + 1,
        "open_ended": False,
        "cadence": None,
        "closed_on": None,
        "outcome": None,
        "reported_by": None,
        "reported_on": None,
    }


def archive(question: Question) -> Changes:
    return {}


def _deadline(question: Question) -> Deadline:
    due_on = question.details.get("due_on")
    if due_on is not None:
        return stated(question.day, due_on, question.calendar)
    limit: Limit | None = question.details.get("limit")
    return count(question.day, limit or PRESETS[Complexity(question.stated("complexity"))], question.calendar)


def _clock_goes_on(question: Question) -> Changes:
    due_on, paused_on = question.facts.due_on, question.facts.paused_on
    if due_on is None or paused_on is None:
        return {"paused_on": None}
    return {"paused_on": None, **_due(extended_by_pause(due_on, paused_on, question.day, question.calendar))}


def _due(deadline: Deadline) -> Changes:
    return {"due_on": deadline.due_on, "provisional": deadline.provisional, "deadline": deadline}


def _moved(due_on: date | None, dispatched_on: date | None, question: Question) -> Changes:
    epoch = {"epoch": question.facts.epoch + 1}
    if due_on is None:
        return {**epoch, "provisional": False}
    return {**epoch, **_due(stated(dispatched_on or question.day, due_on, question.calendar))}


def _by_preset(question: Question) -> bool:
    return not {"limit", "due_on"} & question.details.keys()


def _outcome(due_on: Any, done_on: Any) -> str:
    late = due_on is not None and done_on > due_on
    return (Outcome.LATE if late else Outcome.ON_TIME).value


def _facts_among(details: Mapping[str, Any]) -> Changes:
    return {name: value for name, value in details.items() if name in FACT_NAMES and name != "state"}


def _blank(names: Iterable[str]) -> Changes:
    """Facts as they are while nothing is known."""
    unknown = CaseFacts()
    return {name: getattr(unknown, name) for name in names}


EFFECTS: Mapping[str, Callable[[Question], Changes]] = {
    effect.__name__: effect
    for effect in (
        state_matter,
        take_over,
        restate,
        assign,
        object,
        acknowledge,
        begin,
        report_progress,
        request_extension,
        grant_extension,
        refuse_extension,
        report_completion,
        return_for_rework,
        close_out,
        suspend,
        resume,
        withdraw,
        merge,
        reopen,
        archive,
    )
}
