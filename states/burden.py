"""How many reports the office asks of each unit, and how many each gave (基层减负: 控制填表报数的频次).

Work is counted, never the use of a program: matters that ask, and reports that were given.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from states.clocks.cadence import LIMITS, cadence_of, reports_a_month, told_term
from states.deadlines import Limit
from states.facts import CaseFacts
from states.policy import Policy
from states.statistics.measures import one_decimal
from states.vocabulary import ClockName

LOOKING_BACK = timedelta(days=30)
"""So far back the reports are counted that a unit gave."""

NONE = Fraction(0)


NO_CAP = (
    "没有设每月反馈次数上限：需要控制频次的，在督办规则的[feedback]中写reports_per_unit_month = 次数"
    "（一个单位每月最多被要求反馈的次数），再启用这一版规则"
)
"""What an office is told whose policy sets no cap, and how to set one."""


def asked_term(facts: CaseFacts, policy: Policy, day: date) -> Limit | None:
    """The term from one report of a matter to the next, by its own cadence, else by its category's."""
    own = cadence_of(facts.cadence)
    if own is not None:
        return LIMITS.get(own)
    row = policy.limit_for(facts.complexity, ClockName.FEEDBACK, day)
    return None if row is None or row.once else Limit(row.unit, row.amount)


@dataclass(frozen=True, slots=True)
class Burden:
    """What one unit is asked for: `asked` reports in an average month, by `matters` of these terms.

    `given` are the reports it gave in the 30 days before, `cap` how many it may be asked for in a month.
    """

    unit: str
    name: str
    matters: int
    terms: Mapping[str, int]
    asked: Fraction
    given: int
    cap: int | None

    @property
    def is_over(self) -> bool:
        return self.cap is not None and self.asked > self.cap

    @property
    def asked_a_month(self) -> str:
        return told_number(self.asked)

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "name": self.name,
            "matters": self.matters,
            "terms": dict(self.terms),
            "asked_a_month": self.asked_a_month,
            "given_last_30_days": self.given,
            "cap": self.cap,
            "over_cap": self.is_over,
        }


@dataclass(frozen=True, slots=True)
class Burdens:
    """What every unit is asked for as of a day, worst first."""

    day: date
    cap: int | None
    units: tuple[Burden, ...]

    def as_json(self) -> dict[str, Any]:
        units = [one.as_json() for one in self.units]
        return {"as_of": self.day.isoformat(), "cap": self.cap, "units": units}


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a unit is asked for in a month before and after it succeeds others, which no cap can prevent."""

    unit: str
    name: str
    before: Fraction
    after: Fraction
    cap: int | None

    @property
    def over_by(self) -> Fraction:
        """By how many reports a month it is past the cap now."""
        return NONE if self.cap is None else max(NONE, self.after - self.cap)

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "name": self.name,
            "asked_before": told_number(self.before),
            "asked_after": told_number(self.after),
            "cap": self.cap,
            "over_cap": self.over_by > NONE,
            "over_by": told_number(self.over_by),
        }


def burdens(
    asking: Iterable[tuple[str, Limit]],
    given: Mapping[str, int],
    *,
    day: date,
    cap: int | None,
    names: Mapping[str, str],
) -> Burdens:
    """What every unit is asked for, by what each matter asks of which unit, and the reports units gave."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for unit, term in asking:
        tallies[unit].add(term)
    for unit in given:
        tallies[unit].given = given[unit]
    found = (tally.burden(unit, names.get(unit, unit), cap) for unit, tally in tallies.items())
    return Burdens(day, cap, tuple(sorted(found, key=_worst_first)))


def told_number(reports: Fraction) -> str:
    """A number of reports with one decimal."""
    return str(one_decimal(reports.numerator, reports.denominator))


@dataclass(slots=True)
class _Tally:
    """One unit's counts as they grow."""

    terms: Counter[str] = field(default_factory=Counter)
    asked: Fraction = NONE
    given: int = 0

    def add(self, term: Limit) -> None:
        self.terms[told_term(term)] += 1
        self.asked += reports_a_month(term)

    def burden(self, unit: str, name: str, cap: int | None) -> Burden:
        return Burden(unit, name, self.terms.total(), self.terms, self.asked, self.given, cap)


def _worst_first(one: Burden) -> tuple[Any, ...]:
    return (-one.asked, -one.matters, -one.given, one.unit)
