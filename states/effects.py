"""What a command sets on the facts of a case, beside its state. Named in the lifecycle table.

Each effect looks at a `Question` and returns the facts it sets; what it does to the clocks it says to a
`Clockwork`, which adds their facts and the provenance of the due dates. Time under verification or suspension
is not charged to the unit. A date stated for a long-past matter is taken as stated.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from states.clocks.cadence import cadence_limit
from states.clocks.clockwork import SUSPENDED, VERIFYING, Clockwork
from states.deadlines import CIVIL_CODE
from states.facts import FACT_NAMES, CaseFacts
from states.question import Question
from states.vocabulary import ClockName, Outcome, Role

ACKNOWLEDGE, PLAN, HANDLE, FEEDBACK = (
    ClockName.ACKNOWLEDGE,
    ClockName.PLAN,
    ClockName.HANDLE,
    ClockName.FEEDBACK,
)
NO_EXTENSION = {"extension_to": None, "extension_consented_by": None, "extension_reviewed_by": None}
Changes = dict[str, Any]


def state_matter(question: Question) -> Changes:
    return _facts_among(question.details)


def take_over(question: Question) -> Changes:
    """Facts as the old register states them. Nothing is invented: what it leaves open stays empty."""
    changes = _facts_among(question.details)
    due_on, closed_on = changes.get("due_on"), changes.get("closed_on")
    if due_on is not None:
        changes.setdefault("original_due_on", due_on)
        clocks = Clockwork(question)
        clocks.open_until(HANDLE, due_on, since=changes.get("dispatched_on", question.day))
        if closed_on is not None:
            clocks.stop(HANDLE)
        changes |= clocks.changes()
    if closed_on is not None:
        changes["outcome"] = _outcome(due_on, closed_on)
    return {**changes, "epoch": 1}


def restate(question: Question) -> Changes:
    """What the old register states now; `cleared` names the facts it states no longer.

    A due date it has moved, set or dropped is a new epoch of the clock.
    """
    changes = {**_blank(question.details.get("cleared", ())), **_facts_among(question.details)}
    due_on = changes.get("due_on", question.facts.due_on)
    if due_on != question.facts.due_on:
        since = changes.get("dispatched_on", question.facts.dispatched_on)
        changes |= _stated_anew(due_on, since, question)
    if "closed_on" in changes:
        closed_on = changes["closed_on"]
        changes["outcome"] = _outcome(due_on, closed_on) if closed_on else None
    return changes


def assign(question: Question) -> Changes:
    """Hand the matter to its lead unit; its clocks open with it, as the order or the policy says."""
    clocks = Clockwork(question)
    clocks.open_by_policy("assigned", ACKNOWLEDGE)
    changes = {**_facts_among(question.details), **NO_EXTENSION, "dispatched_on": question.day}
    changes["epoch"] = question.facts.epoch + 1
    if not changes.get("open_ended"):
        changes |= _dispatched(question, clocks)
    return changes | clocks.changes()


def object(question: Question) -> Changes:
    """The unit holds the matter is not its duty: the dispatch is undone, the matter is a proposal again."""
    clocks = Clockwork(question)
    clocks.stop()
    undone = ("lead_unit", "due_on", "original_due_on", "dispatched_on", "cadence")
    return {**clocks.changes(), **dict.fromkeys(undone), "co_units": (), "open_ended": False}


def acknowledge(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop(ACKNOWLEDGE)
    if not question.facts.open_ended and question.facts.due_on is None:
        clocks.open_by_policy("acknowledged", HANDLE, PLAN)
    _await_report(question, clocks)
    return {**clocks.changes(), **_original(question, clocks)}


def begin(question: Question) -> Changes:
    """For 特别复杂 matters the first limit was the plan's; the plan sets the final date, in a new epoch."""
    clocks, due_on = Clockwork(question), question.details.get("due_on")
    clocks.stop(PLAN)
    if due_on is None:
        if not question.facts.open_ended and question.facts.due_on is None:
            clocks.open_by_policy("begun", HANDLE)
        return {**clocks.changes(), **_original(question, clocks)}
    clocks.open_until(HANDLE, due_on)
    return {**clocks.changes(), "original_due_on": due_on, "due_for_plan": False}


def report_progress(question: Question) -> Changes:
    """A report answers the feedback clock, and opens its next epoch."""
    clocks = Clockwork(question)
    if clocks.runs(FEEDBACK):
        clocks.stop(FEEDBACK)
        _await_report(question, clocks)
    return {**_facts_among(question.details), **clocks.changes()}


def request_extension(question: Question) -> Changes:
    """Asked by the unit's principal himself, his consent is given with it; his deputy gives it by itself."""
    by_head = Role.UNIT_HEAD in question.actor.roles
    consent = question.actor.person if by_head else None
    return {**NO_EXTENSION, "extension_to": question.details["due_on"], "extension_consented_by": consent}


def consent_extension(question: Question) -> Changes:
    return {"extension_consented_by": question.actor.person}


def review_extension(question: Question) -> Changes:
    return {"extension_reviewed_by": question.actor.person}


def grant_extension(question: Question) -> Changes:
    """The new date stands beside the original, which is never overwritten.

    A moved date is a new epoch of the clock, so that its own notices are due again.
    """
    clocks = Clockwork(question)
    due_on = question.details.get("due_on", question.facts.extension_to)
    clocks.extend(PLAN if question.facts.due_for_plan and clocks.runs(PLAN) else HANDLE, due_on)
    return {**clocks.changes(), **NO_EXTENSION, "extensions": question.facts.extensions + 1}


def refuse_extension(question: Question) -> Changes:
    return dict(NO_EXTENSION)


def report_completion(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop(PLAN, FEEDBACK)
    clocks.pause(VERIFYING)
    return {
        **clocks.changes(),
        **NO_EXTENSION,
        "progress": question.details["result"],
        "reported_by": question.actor.person,
        "reported_on": question.day,
    }


def return_for_rework(question: Question) -> Changes:
    """Same clock, same epoch; the time under verification is not charged to the unit."""
    clocks = Clockwork(question)
    clocks.resume()
    _await_report(question, clocks)
    nobody = {"reported_by": None, "reported_on": None}
    return {**clocks.changes(), **nobody, "returns": question.facts.returns + 1}


def close_out(question: Question) -> Changes:
    """Struck off. The matter was on time if completion was reported by the due date."""
    done_on = question.facts.reported_on or question.day
    return {
        **_ended(question),
        "closed_on": question.day,
        "outcome": _outcome(question.facts.due_on, done_on),
    }


def suspend(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.pause(SUSPENDED)
    review_on = question.details["review_on"]
    return {**clocks.changes(), "suspended_from": question.facts.state, "review_on": review_on}


def resume(question: Question) -> Changes:
    """The clocks go on; of a suspension past the policy's ceiling the excess is charged again."""
    clocks = Clockwork(question)
    clocks.resume()
    return {**clocks.changes(), "suspended_from": None, "review_on": None}


def withdraw(question: Question) -> Changes:
    return {**_ended(question), "outcome": Outcome.WITHDRAWN.value}


def merge(question: Question) -> Changes:
    return {**_ended(question), "merged_into": question.details["surviving"]}


def reopen(question: Question) -> Changes:
    """A failed 回头看: a new limit in a new epoch; what went before stays in the history."""
    clocks = Clockwork(question)
    return {
        **_dispatched(question, clocks),
        **clocks.changes(),
        "extensions": 0,
        "open_ended": False,
        "cadence": None,
        "closed_on": None,
        "outcome": None,
        "reported_by": None,
        "reported_on": None,
    }


def reclassify(question: Question) -> Changes:
    """Another category: a limit the policy gave is counted anew, from the same start past the same pauses."""
    clocks = Clockwork(question)
    planned = clocks.carry_policy_limits()
    return {**_facts_among(question.details), **planned, **clocks.changes()}


def retarget(question: Question) -> Changes:
    """Another policy: the limits it gives are counted anew, with the intervals carried over."""
    clocks = Clockwork(question)
    planned = clocks.carry_policy_limits()
    return {**planned, **clocks.changes(), "policy": question.policy.digest}


def recount(question: Question) -> Changes:
    """Every open clock counted on the calendar in force."""
    clocks = Clockwork(question)
    clocks.count_again()
    return {**clocks.changes(), "calendar_declined": None}


def decline_recount(question: Question) -> Changes:
    """The dates stand as they were counted, for certain; this calendar's recounting is not offered again."""
    clocks = Clockwork(question)
    clocks.confirm()
    return {**clocks.changes(), "calendar_declined": question.calendar.version}


def archive(question: Question) -> Changes:
    return {}


def _dispatched(question: Question, clocks: Clockwork) -> Changes:
    """Open the clocks of a matter handed out: by the date or the limit of the order, else by the policy."""
    due_on, limit = question.details.get("due_on"), question.details.get("limit")
    plans_first = question.policy.plans_first(question.stated("complexity"), question.day)
    by_preset = due_on is None and limit is None
    if due_on is not None:
        clocks.open_until(HANDLE, due_on)
    elif limit is not None:
        clocks.open(HANDLE, limit, rule=question.details.get("rule", CIVIL_CODE))
    else:
        clocks.open_by_policy("assigned", HANDLE)
    if by_preset or not plans_first:
        clocks.open_by_policy("assigned", PLAN)
    opened = clocks.headline.get("due_on")
    return {"due_on": opened, "original_due_on": opened, "due_for_plan": by_preset and plans_first}


def _await_report(question: Question, clocks: Clockwork) -> None:
    """Open the feedback clock by the case's own cadence, else by the policy's."""
    limit = cadence_limit(question.stated("cadence"))
    if limit is not None:
        clocks.open(FEEDBACK, limit, rule=CIVIL_CODE)
    else:
        clocks.open_by_policy("acknowledged", FEEDBACK)


def _original(question: Question, clocks: Clockwork) -> Changes:
    """The first date a matter gets is its original one."""
    due_on = clocks.headline.get("due_on")
    return {"original_due_on": due_on} if due_on and question.facts.original_due_on is None else {}


def _ended(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop()
    return clocks.changes()


def _stated_anew(due_on: date | None, since: date | None, question: Question) -> Changes:
    clocks = Clockwork(question)
    if due_on is None:
        clocks.stop(HANDLE)
        return {**clocks.changes(), "epoch": question.facts.epoch + 1, "provisional": False}
    clocks.open_until(HANDLE, due_on, since=since or question.day)
    return clocks.changes()


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
        consent_extension,
        review_extension,
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
        reclassify,
        retarget,
        recount,
        decline_recount,
        archive,
    )
}
