"""Which matters will reach which rung on which day if nobody does anything, counted per unit and per day.

Open matters stream by with their escalations beside them: the number of statements is the same for ten
matters and for a million. Reads only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import nsmallest
from itertools import groupby
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid
from states.ladder import Foreseen
from states.ladder import forecast as foresee
from states.ladder.stale import mode_of
from states.office_time import office_day
from workflow.errors import NotFound
from workflow.services.authorisation import Authority
from workflow.services.batch import OpenCase, opened
from workflow.services.held import held_case
from workflow.services.ladder import on_ladder, seen
from workflow.services.office import Office
from workflow.services.set_asides import as_told
from workflow.storage import queries, rules, streams, sweeps
from workflow.storage.guarded import Read, readable
from workflow.storage.session import reading

LONGEST = 366
LISTED = 10_000
HELD = 100
Rated = tuple[str, bool]
"""A step, and whether it is certain."""

NO_MORE: tuple[Any, Iterator[Read]] = (None, iter(()))


@dataclass(frozen=True, slots=True)
class Expected:
    """One rung foreseen for one matter."""

    case: str
    title: str | None
    unit: str | None
    foreseen: Foreseen

    @property
    def place(self) -> tuple[date, str, int]:
        """Its place in the list: by day, then by number."""
        return self.foreseen.on, self.case, self.foreseen.rung.offset


@dataclass(slots=True)
class Forecast:
    """What is foreseen from one day until another; the list is cut at `LISTED`, the totals are of all."""

    since: date
    until: date
    names: Mapping[str, str]
    steps: list[Expected] = field(default_factory=list)
    open_cases: int = 0
    held: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    by_unit: dict[str, Counter[Rated]] = field(default_factory=lambda: defaultdict(Counter))
    by_day: dict[date, Counter[Rated]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, one: Expected) -> None:
        """Add one to the totals."""
        rung, certain = one.foreseen.rung, one.foreseen.condition is None
        self.labels.setdefault(rung.step, rung.label)
        self.by_unit[one.unit or ""][rung.step, certain] += 1
        self.by_day[one.foreseen.on][rung.step, certain] += 1

    def as_json(self) -> dict[str, Any]:
        total = sum(counter.total() for counter in self.by_unit.values())
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "open_cases": self.open_cases,
            "total": total,
            "left_out": total - len(self.steps),
            "labels": self.labels,
            "steps": [self._listed(one) for one in self.steps],
            "per_unit": [
                {"unit": unit or None, "unit_name": self.names.get(unit, unit) or None, **_totals(counter)}
                for unit, counter in sorted(self.by_unit.items())
            ],
            "per_day": [
                {"on": day.isoformat(), **_totals(counter)} for day, counter in sorted(self.by_day.items())
            ],
            "held_cases": self.held,
        }

    def _listed(self, one: Expected) -> dict[str, Any]:
        found = one.foreseen
        return {
            "case": one.case,
            "title": one.title,
            "unit": one.unit,
            "unit_name": self.names.get(one.unit or "", one.unit),
            "step": found.rung.step,
            "label": found.rung.label,
            "clock": found.clock.value,
            "epoch": found.epoch,
            "due_on": found.due_on.isoformat(),
            "on": found.on.isoformat(),
            "mode": mode_of(found).value,
            "conditional_on": found.condition,
        }


def forecast(office: Office, *, at: datetime, days: int = 30, unit: str | None = None) -> Forecast:
    """What the ladder will do in the next `days` days, the day of `at` the first, if nobody acts.

    Raises `FactInvalid` (`days_out_of_range`), `NotFound` (`unit_unknown`).
    """
    if not 1 <= days <= LONGEST:
        raise FactInvalid(
            f"预测天数应在1至{LONGEST}之间，请更正。", code="days_out_of_range", longest=LONGEST
        )
    since = office_day(at)
    with reading(office.engine) as tx:
        names = {row.code: str(row.name) for row in queries.units(tx)}
        made = Forecast(since, since + timedelta(days=days - 1), names)
        expected = _Looking(tx, office, made).expected(_codes(names, unit))
        made.steps = nsmallest(LISTED, _counted(made, expected), key=lambda one: one.place)
    return made


def _codes(names: Mapping[str, str], unit: str | None) -> frozenset[str] | None:
    """The units a person means by a code, a name or a part of it; None for all."""
    if unit is None:
        return None
    exact = {code for code, name in names.items() if unit in (code, name)}
    found = exact or {code for code, name in names.items() if unit in name}
    if not found:
        raise NotFound(f"单位名录中没有“{unit}”。", code="unit_unknown", unit=unit)
    return frozenset(found)


def _counted(made: Forecast, expected: Iterable[Expected]) -> Iterator[Expected]:
    for one in expected:
        made.count(one)
        yield one


class _Looking:
    """One look at every open matter, with the escalations raised on it."""

    def __init__(self, tx: Connection, office: Office, made: Forecast) -> None:
        self.tx, self.office, self.made = tx, office, made
        self.calendar, self.authority = office.calendar(tx), Authority(tx)
        self.aside = {row.case_id: row for row in sweeps.failed_cases(tx, waiting=True)}

    def expected(self, codes: frozenset[str] | None) -> Iterator[Expected]:
        states = self._running_states()
        escalations = streams.escalations_of_cases_in(self.tx, states, codes)
        for row, raised in with_escalations(streams.cases_in(self.tx, states, codes), escalations):
            self.made.open_cases += 1
            if row.id in self.aside:
                self._hold_back(as_told(self.aside[row.id]))
                continue
            try:
                yield from self._foreseen(opened(readable(row)), raised)
            except DBAPIError:
                raise
            except Exception as error:
                self._hold_back(held_case(row.number, error))

    def _running_states(self) -> list[str]:
        """The states in which a clock may run, in any lifecycle that was ever in force."""
        digests = rules.rule_digests(self.tx, "lifecycle")
        lifecycles = [self.office.lifecycle(self.tx, digest) for digest in digests]
        return sorted({row.id for one in lifecycles for row in one.states if row.clock == "running"})

    def _foreseen(self, case: OpenCase, rows: list[Read]) -> list[Expected]:
        """What is foreseen of a case."""
        lifecycle = self.office.lifecycle(self.tx, case.facts.lifecycle)
        policy = self.office.policy(self.tx, case.facts.policy)
        raised, authorised = [seen(readable(one)._mapping) for one in rows], self.authority.covers(policy)
        ladder = on_ladder(case.facts, lifecycle, policy, raised, authorised=authorised)
        found = foresee(ladder, policy, self.calendar, self.made.since, self.made.until)
        return [Expected(case.number, case.facts.title, case.facts.lead_unit, one) for one in found]

    def _hold_back(self, told: dict[str, Any]) -> None:
        """Tell of a case of which nothing is foreseen, so that the others go on."""
        if len(self.made.held) < HELD:
            self.made.held.append(told)


def with_escalations(cases: Iterable[Read], escalations: Iterable[Read]) -> Iterator[tuple[Read, list[Read]]]:
    """Each case with its escalations, from two streams in the order of the case ids."""
    groups = groupby(escalations, key=lambda row: row.case_id)
    case_id, group = next(groups, NO_MORE)
    for row in cases:
        raised: list[Read] = []
        if case_id == row.id:
            raised = list(group)
            case_id, group = next(groups, NO_MORE)
        yield row, raised


def _totals(counter: Counter[Rated]) -> dict[str, Any]:
    """How many of each step, and how many of them for certain."""
    steps: Counter[str] = Counter()
    for (step, _), count in counter.items():
        steps[step] += count
    certain = sum(count for (_, is_certain), count in counter.items() if is_certain)
    return {
        "total": counter.total(),
        "certain": certain,
        "conditional": counter.total() - certain,
        "steps": dict(steps),
    }
