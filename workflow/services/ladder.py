"""What the planner needs of stored cases, and when it wants to look at them again."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from states.clocks import Clock
from states.facts import CaseFacts
from states.ladder import OnClock, OnLadder, Raised, plan
from states.lifecycle import Lifecycle
from states.office_time import morning_of
from states.policy import Policy
from states.vocabulary import ClockName
from workflow.services.batch import OpenCase
from workflow.services.work import Work

RAISED = tuple(one.name for one in fields(Raised))
_looked_at = attrgetter("lifecycle", "policy", "state", "due_on", "epoch", "open_ended", "extension_to")
HANDLE, REPLY = ClockName.HANDLE, ClockName.INQUIRY_REPLY


def on_ladder(
    facts: CaseFacts,
    lifecycle: Lifecycle,
    policy: Policy,
    raised: Iterable[Raised],
    *,
    authorised: bool = True,
) -> OnLadder:
    """The case as the planner sees it. Rungs of the handling clock watch the case's headline date."""
    running = lifecycle.is_running(facts.state)
    return OnLadder(
        clocks=_running_clocks(facts) if running else {},
        raised=_by_the_reply_clock(tuple(raised), facts, policy),
        extension_pending=facts.extension_to is not None,
        authorised=authorised,
    )


def open_clocks(facts: CaseFacts, lifecycle: Lifecycle) -> Mapping[str, int]:
    """The clocks that are open, running or standing still, with their epochs; none of an ended matter."""
    if lifecycle.clock(facts.state) == "none":
        return {}
    found = {clock.name.value: clock.epoch for clock in facts.clocks if clock.is_open}
    return {**found, **({HANDLE.value: facts.epoch} if facts.due_on else {})}


def rows_by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """Stored escalations by case id, in their order."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def raised_by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Raised]]:
    """Stored escalations as the planner sees them, by case id and in the same order."""
    return {case_id: [seen(row._mapping) for row in found] for case_id, found in rows_by_case(rows).items()}


def seen(columns: Mapping[Any, Any]) -> Raised:
    """An escalation as the planner sees it, by its columns."""
    return Raised(**{name: columns[name] for name in RAISED})


def look_again(work: Work, case: OpenCase, raised: Iterable[Raised]) -> datetime | None:
    """When the sweep should look at this case: now if something is due, else the planner's next day."""
    policy = work.policy_of(case)
    seen = on_ladder(case.facts, work.lifecycle_of(case), policy, raised)
    wanted = plan(seen, policy, work.calendar, work.day)
    next_on = work.day if wanted.is_due else wanted.next_on
    return None if next_on is None else morning_of(next_on)


class Looks:
    """When the sweep should look again at cases of one transaction on which nothing was raised.

    Those that are alike in all the planner looks at are planned once.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self._known: dict[Hashable, datetime | None] = {}

    def again(self, case: OpenCase) -> datetime | None:
        alike = _looked_at(case.facts), _beside_the_headline(case.facts)
        if alike not in self._known:
            self._known[alike] = look_again(self.work, case, ())
        return self._known[alike]


def _running_clocks(facts: CaseFacts) -> dict[ClockName, OnClock]:
    found = {
        clock.name: OnClock(clock.due_on, clock.epoch)
        for clock in _beside_the_headline(facts)
        if clock.is_open and not clock.is_paused
    }
    if facts.due_on is not None and not facts.open_ended:
        found[HANDLE] = OnClock(facts.due_on, facts.epoch)
    return found


def _beside_the_headline(facts: CaseFacts) -> tuple[Clock, ...]:
    """The clocks the planner looks at; of the handling clock the headline tells it all."""
    return tuple([clock for clock in facts.clocks if clock.name is not HANDLE])


def holds_reply_clock(raised: Raised, among: Iterable[Raised], policy: Policy) -> bool:
    """Whether the clock of the case's inquiry replies runs for this one: the last that was served."""
    served = [one for one in among if one.state == "served" and _is_inquiry(one, policy)]
    return raised in served and raised.epoch == max(one.epoch for one in served)


def _by_the_reply_clock(raised: tuple[Raised, ...], facts: CaseFacts, policy: Policy) -> tuple[Raised, ...]:
    """An inquiry's reply is due when its clock says, which pauses and notices may have moved."""
    clock = next((one for one in facts.clocks if one.name is REPLY and one.is_open), None)
    if clock is None:
        return raised
    return tuple(
        replace(one, reply_due_on=clock.due_on) if holds_reply_clock(one, raised, policy) else one
        for one in raised
    )


def _is_inquiry(raised: Raised, policy: Policy) -> bool:
    rung = policy.rung_of.get(raised.step)
    return rung is not None and rung.document == "inquiry"
