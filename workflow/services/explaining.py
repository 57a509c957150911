"""Why a case stands where it stands: its clocks with the ledger of each date, measures, what comes next.

Reads only. Each date is explained by the rule and the calendar version it was counted by, not by today's.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from states.calendar import WorkCalendar
from states.clocks import Clock, standing
from states.clocks.clockwork import known_clocks
from states.deadlines import STATED, CountingRule, Deadline
from states.deadlines.ledger import LedgerDay, ledger
from states.deadlines.rules import DEFAULT_RULE, told_rule
from states.errors import FactInvalid
from states.office_time import OFFICE_ZONE
from states.policy import Policy
from states.tasks import clock_label
from workflow.errors import NotFound
from workflow.services.access import shown_case
from workflow.services.batch import OpenCase, opened
from workflow.services.known import known_now
from workflow.services.office import Office
from workflow.services.outlook import Outlook
from workflow.services.register import View, told_escalation, told_limit
from workflow.services.seeing import Onlooker, behind
from workflow.services.standstill import NOT_TOLD, standstill
from workflow.storage.session import reading

COUNTED_KEPT = 64
"""Matters handed out together have their clocks in common, and a page is asked for more than once."""

STATED_RULE = {"name": STATED, "title": "指定日期，不因休息日顺延", "basis": "由交办人、批准人或者原台账指定"}


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """A clock with what it rests on: calendar, rule, deadline, and every day of it.

    `key` is its name, or the key of a task's.
    """

    key: str
    clock: Clock
    calendar: WorkCalendar
    rule: CountingRule
    deadline: Deadline
    days: tuple[LedgerDay, ...]

    def as_json(self, at: datetime) -> dict[str, Any]:
        clock = self.clock
        return {
            "clock": self.key,
            "label": clock_label(self.key),
            "epoch": clock.epoch,
            "started_at": _local(clock.started_at),
            "limit": {"unit": clock.limit.unit.value, "amount": clock.limit.amount} if clock.limit else None,
            "rule": self.told_rule,
            "calendar": self.calendar.version,
            "due_on": clock.due_on.isoformat(),
            "due_at": _local(clock.due_at),
            "provisional": clock.provisional,
            "pauses": [[_local(one.start), _local(one.end), one.cause] for one in clock.pauses],
            "stopped_at": _local(clock.stopped_at),
            "standing": standing(clock, self.calendar, at).as_json(),
            "ledger": [day.as_json() for day in self.days],
        }

    @property
    def told_rule(self) -> dict[str, str]:
        """The counting rule by name, with what it says and what it rests on."""
        limit = self.clock.limit
        return STATED_RULE if limit is None else told_rule(self.rule, limit.unit)


def explain(office: Office, number: str, *, today: datetime, by: Onlooker | None = None) -> dict[str, Any]:
    """Why the case stands where it stands: its dates and measures, what comes next, what would change.

    To an onlooker what he may see of it. Raises `NotFound`, `NotPermitted`.
    """
    with reading(office.engine) as tx:
        row, drawn = shown_case(tx, office, number, by)
        case, known = opened(row), behind(drawn, known_now(tx, row))
        seen = View(tx, office, today)
        policy, lifecycle = office.policy(tx, row.policy), office.lifecycle(tx, row.lifecycle)
        outlook = Outlook(tx, case, seen, policy, drawn)
        return {
            "case": seen.listed(case.facts, known.escalations).as_json(),
            "clock": lifecycle.clock(case.facts.state),
            "clocks": [one.as_json(today) for one in explained(tx, office, case, policy)],
            "limits": [told_limit(one) for one in known.limits],
            "policy": policy.reference,
            "calendar": seen.calendar.version,
            "escalations": [
                {**told_escalation(one), "told": outlook.told(one), **outlook.deciders(one)}
                for one in known.escalations
            ],
            "next": outlook.next(),
            "why": outlook.why(),
            "would_change": outlook.would_change(),
            **(NOT_TOLD if drawn.is_drawn else standstill(tx, case)),
            "pending_extension": outlook.pending_extension(),
            "next_action_at": case.next_action_at.isoformat() if case.next_action_at else None,
        }


def clock_of(tx: Connection, office: Office, case: OpenCase, name: str) -> ExplainedClock:
    """One clock of a case, explained. Raises `NotFound` when it has none of this name."""
    policy = office.policy(tx, case.facts.policy)
    found = next((one for one in explained(tx, office, case, policy) if one.key == name), None)
    if found is None:
        raise NotFound(f"事项{case.number}没有这一期限。", code="clock_unknown", clock=name)
    return found


def explained(tx: Connection, office: Office, case: OpenCase, policy: Policy) -> tuple[ExplainedClock, ...]:
    """The clocks of a case and of its open tasks, each with the ledger of its date."""
    clocks = clocks_of(tx, office, case)
    return tuple(explained_clock(tx, office, key, clock, policy) for key, clock in clocks.items())


def clocks_of(tx: Connection, office: Office, case: OpenCase) -> dict[str, Clock]:
    """The clocks of a case and of its open tasks, by name and by the task's key."""
    clocks = {clock.name.value: clock for clock in known_clocks(case.facts, office.calendar(tx))}
    return clocks | {one.key: one.clock for one in case.facts.tasks if one.is_open}


def explained_clock(tx: Connection, office: Office, key: str, clock: Clock, policy: Policy) -> ExplainedClock:
    """One of them explained."""
    calendar = office.calendars_of(tx, [clock]).get(clock.calendar) or office.calendar(tx)
    rule = DEFAULT_RULE if clock.limit is None else policy.counting_rule(clock.rule)
    return ExplainedClock(key, clock, calendar, rule, *_counted(clock, calendar, rule))


@lru_cache(COUNTED_KEPT)
def _counted(
    clock: Clock, calendar: WorkCalendar, rule: CountingRule
) -> tuple[Deadline, tuple[LedgerDay, ...]]:
    """The deadline with every day of it; with none where there are too many to read."""
    deadline = clock.counted(calendar, rule)
    try:
        return deadline, ledger(clock.started_at, deadline, calendar, rule)
    except FactInvalid:
        return deadline, ()


def _local(moment: datetime | None) -> str | None:
    """An instant as the office reads it."""
    return moment.astimezone(OFFICE_ZONE).isoformat(timespec="minutes") if moment else None
