"""Deciding once what is alike: rows of an old register that state the same days and differ in words.

Taking over looks at where a matter stands and at its days; whatever else a row states it passes on. Where it
may lead does not hang on the days either. So rows are decided once for each way they may go; what follows
from the days is told once for the days, and each row has the decision with its own days and words.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states import particulars
from states.calendar import WorkCalendar
from states.calendar.open_time import local_instant
from states.case import Decision
from states.clocks import Clock
from states.deadlines import STATED, Deadline, stated
from states.effects.changes import outcome
from states.guards.stating import suspended_from_somewhere
from states.lifecycle import CommandRow
from states.office_time import office_day
from states.swift import replaced
from states.turning import SILENT
from states.vocabulary import ClockName

HANDLE = ClockName.HANDLE
Decide = Callable[[], Decision]

DAYS = frozenset({"dispatched_on", "due_on", "original_due_on", "closed_on", "review_on"})
LOOKED_AT = DAYS | {"state", "suspended_from", "complexity", "open_ended"}
"""What taking over may look at."""

FOLLOWING = DAYS | {"clocks", "provisional", "outcome"}
"""The facts that follow from the days."""

PASSED_ON = SILENT | {"completion_rate", "accepted"}
"""What it passes on. None of these is ever given with the value a matter has while nothing is known of it."""

KNOWN = LOOKED_AT | PASSED_ON
_ON_THE_WAY = LOOKED_AT - DAYS
_NO_VALUES: tuple[object, ...] = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class _Following:
    """What follows from the days a row states."""

    changes: Mapping[str, Any]
    deadlines: Mapping[str, Deadline]


class Alike:
    """The decisions of one hand at one instant, under the same rules, on matters nobody has acted on."""

    def __init__(self, at: datetime, calendar: WorkCalendar) -> None:
        self._at, self._calendar = at, calendar
        self._ways: dict[Hashable, Decision] = {}
        self._days: dict[Hashable, _Following] = {}

    def decided(self, row: CommandRow | None, details: Mapping[str, Any], decide: Decide) -> Decision:
        """What `decide` says of these particulars, given by the command of a row of the table.

        Raises as `decide` does, on the same particular.
        """
        if row is None or not _passes_words_on(row) or not details.keys() <= KNOWN:
            return decide()
        given = {name: value for name, value in details.items() if value or value not in _NO_VALUES}
        way = row.id, tuple(given), tuple([value for name, value in given.items() if name in _ON_THE_WAY])
        if way in self._ways:
            return self._with_its_own(self._ways[way], given)
        found = decide()
        kept = {name: value for name, value in found.changes.items() if name not in FOLLOWING}
        self._ways[way] = replaced(found, changes=kept)
        return found

    def _with_its_own(self, decision: Decision, given: Mapping[str, Any]) -> Decision:
        """The decision on a row that goes the same way, with the row's own days and words."""
        words = {name: value for name, value in given.items() if name in PASSED_ON}
        for name, value in words.items():
            particulars.check(name, value)
        facts = {name: value for name, value in words.items() if name in decision.changes}
        following = self._following({name: value for name, value in given.items() if name in DAYS})
        return replaced(
            decision,
            changes={**decision.changes, **facts, **following.changes},
            details={**decision.details, **given},
            deadlines=following.deadlines,
        )

    def _following(self, days: Mapping[str, date]) -> _Following:
        key = tuple(days.items())
        if key not in self._days:
            self._days[key] = _following(days, self._at, self._calendar)
        return self._days[key]


def _passes_words_on(row: CommandRow) -> bool:
    """An office's own table may ask more of taking over."""
    return row.effect == "take_over" and set(row.guards) <= {suspended_from_somewhere.__name__}


def _following(days: Mapping[str, date], at: datetime, calendar: WorkCalendar) -> _Following:
    """What `states.effects.stating.take_over` makes of the days, of a matter nobody has acted on."""
    due_on, closed_on = days.get("due_on"), days.get("closed_on")
    ended = {} if closed_on is None else {"outcome": outcome(due_on, closed_on)}
    if due_on is None:
        return _Following({**days, **ended}, {})
    since = days.get("dispatched_on", office_day(at))
    deadline = stated(since, due_on, calendar)
    clock = Clock(
        name=HANDLE,
        epoch=1,
        started_at=local_instant(since, 0, calendar.zone),
        limit=None,
        by_policy=False,
        rule=STATED,
        stated_on=due_on,
        due_on=due_on,
        calendar=deadline.calendar,
        provisional=deadline.provisional,
        stopped_at=None if closed_on is None else at,
    )
    unsure = {"provisional": True} if deadline.provisional else {}
    changes = {"original_due_on": due_on, **days, "clocks": (clock,), **unsure, **ended}
    return _Following(changes, {HANDLE.value: deadline})
