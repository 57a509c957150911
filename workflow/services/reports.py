"""督查事项办理情况: the figures of a month, a quarter or a year, counted from the register as it stands.

One pass over the matters the period and those beside it have to do with. The counting is the rule book's
(`states.reports`), on the same road as `duban statistics`; here its facts are fetched. Nothing is written.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_

from states import reports as counting
from states.errors import FactInvalid, NotPermitted
from states.office_time import office_day
from states.policy import Policy
from states.reports import Report, Span, compared, latest, read_period
from states.reports.result import span_of
from states.reports.spans import written
from states.statistics import Matter, Period
from states.visibility import sees_sealed
from workflow import particulars
from workflow.services import units as directory
from workflow.services.happenings import Entries
from workflow.services.letterheads import OFFICE, letterhead
from workflow.services.office import Office
from workflow.services.people import ancestors
from workflow.services.seeing import Eyes, Onlooker
from workflow.services.statistics import matters
from workflow.storage import marks, measure_reads, queries
from workflow.storage.guarded import Unreadable
from workflow.storage.session import one_look

Units = frozenset[str] | None
"""The units whose matters are counted; None for all."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How many measures of one kind were issued in the period, and in those it is compared with.

    Of those that concern persons there is a number and nothing else.
    """

    label: str
    is_personal: bool
    now: int
    before: int
    year_before: int

    def as_json(self) -> dict[str, Any]:
        counts = {"before": self.before, "year_before": self.year_before}
        return {"label": self.label, "personal": self.is_personal, "count": self.now, **counts}


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as somebody is shown it.

    `scope` names the units it is of, empty for the whole office; `unit` is the one that was asked for.
    `sealed` tells how many late matters are not named since they are sealed to him, `unreadable` the matters
    whose data is past reading.
    """

    span: Span
    report: Report
    at: datetime
    issuer: str
    unit: str | None
    scope: tuple[str, ...]
    names: Mapping[str, str]
    measures: tuple[Measures, ...]
    sealed: int
    unreadable: tuple[str, ...]
    is_whole: bool

    @property
    def period(self) -> Period:
        """The period it is of."""
        return self.report.now.period

    def as_json(self) -> dict[str, Any]:
        period = {"span": self.span.value, "period": written(self.span, self.period), **span_of(self.period)}
        told = {
            "unit": self.unit,
            "scope": list(self.scope),
            "measures": [one.as_json() for one in self.measures],
            "sealed": self.sealed,
            "unreadable": list(self.unreadable),
        }
        return {**period, **self.report.as_json(), **told}


def report(
    office: Office, span: Span, period: Period, *, at: datetime, by: Onlooker | None, unit: str | None = None
) -> Reported:
    """The report of a period as somebody sees it; nobody named is who operates the machine.

    Whoever works in the office and the auditor see all matters, the people of a unit those it leads and
    those below; `unit` narrows it to one and those below it. What is open is judged at `at`. Raises
    `FactInvalid` (`period_ahead`) for a period that has not begun, `NotPermitted` (`report_not_permitted`,
    `unit_not_yours`), and `NotFound` or `FactInvalid` for a unit that cannot be told.
    """
    check_begun(period, office_day(at))
    with one_look(office.engine) as tx:
        eyes = None if by is None else Eyes(tx, by)
        units = _units_of(tx, eyes, unit, at)
        found, unreadable = counted(tx, office, period, at=at, units=units)
        known = {row.code: row.name for row in queries.units(tx)}
        is_whole = eyes is None or eyes.see_everything
        named, sealed = _named(found, known, eyes)
        return Reported(
            span,
            named,
            at=at,
            issuer=letterhead(tx, office.settings, OFFICE, office_day(at)).name,
            unit=unit,
            scope=() if units is None else _tops(tx, units, known),
            names=known,
            measures=tuple(_measures(tx, office.policy(tx), period, units, is_whole=is_whole)),
            sealed=sealed,
            unreadable=tuple(unreadable),
            is_whole=is_whole,
        )


def report_asked(
    office: Office, span: Span, period: str, *, at: datetime, by: Onlooker, unit: str = ""
) -> Reported:
    """The same of a period as people write it, the last one that is over if they write none. Raises as
    `report`, and `FactInvalid` (`period_invalid`)."""
    wanted = read_period(span, period) if period.strip() else latest(span, office_day(at))
    named = particulars.read_name(unit.strip()) if unit.strip() else None
    return report(office, span, wanted, at=at, by=by, unit=named)


def counted(
    tx: Connection, office: Office, period: Period, *, at: datetime, units: Units = None
) -> tuple[Report, list[str]]:
    """The counts of a period within a transaction, and the numbers of matters past reading."""
    names = {row.code: row.name for row in queries.units(tx)}
    unreadable: list[str] = []
    spans, of_units = list(_spans(period)), [] if units is None else [marks.of_units(tx, units)]
    entries = Entries(tx, office, spans)
    happened = entries.read(of_units, unreadable)
    among = [or_(marks.touched_in(spans), entries.condition), *of_units]
    found = matters(tx, office, named=True, among=among, happened=happened)
    every = _readable(found, unreadable)
    calendar = office.calendar(tx)
    return counting.counted(every, period=period, at=at, calendar=calendar, names=names), unreadable


def check_begun(period: Period, today: date) -> None:
    """Raises `FactInvalid` (`period_ahead`) for a period that has not begun."""
    if period.since and period.since > today:
        message = f"该期间自{period.since}开始，还没有到，请选已经开始的期间。"
        raise FactInvalid(message, code="period_ahead", since=period.since.isoformat())


def _spans(period: Period) -> Iterator[tuple[date, date]]:
    for one in (period, *compared(period)):
        if one is not None and one.since and one.until:
            yield one.since, one.until


def _readable(found: Iterator[Matter | Unreadable], unreadable: list[str]) -> Iterator[Matter]:
    for one in found:
        if isinstance(one, Unreadable):
            unreadable.append(one.number or str(one.id))
        else:
            yield one


def _units_of(tx: Connection, eyes: Eyes | None, unit: str | None, at: datetime) -> Units:
    """The units whose matters somebody asked for and sees."""
    seen = None if eyes is None else eyes.units_overseen
    if seen is not None and not seen:
        message = "报表供督查室人员、审计查阅人和各单位联络员、主要负责人查看；与您有关的事项请到台账查看。"
        raise NotPermitted(message, code="report_not_permitted")
    if unit is None:
        return seen
    wanted = _family(tx, directory.codes_by_name(tx, [unit], None)[unit])
    if seen is not None and not wanted <= seen:
        raise NotPermitted(f"“{unit}”不是您所在的单位及其下级，不能查看。", code="unit_not_yours", unit=unit)
    return wanted


def _family(tx: Connection, codes: tuple[str, ...]) -> frozenset[str]:
    """These units and all below them."""
    parents = {row.code: row.parent for row in queries.unit_tree(tx)}
    below = (unit for unit in parents if not ancestors(parents, unit).isdisjoint(codes))
    return frozenset(codes).union(below)


def _tops(tx: Connection, units: frozenset[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """The names of those that lie below no other of them."""
    parents = {row.code: row.parent for row in queries.unit_tree(tx)}
    return tuple(known.get(one, one) for one in sorted(units) if parents.get(one) not in units)


def _named(found: Report, known: Mapping[str, str], eyes: Eyes | None) -> tuple[Report, int]:
    """The report with units by name and without the late matters that are sealed to whoever looks."""
    shown = eyes is not None and sees_sealed(eyes.roles)
    late = [one for one in found.late if shown or not one.sealed]
    named = tuple(replace(one, unit=known.get(one.unit or "", one.unit)) for one in late)
    return replace(found, late=named), len(found.late) - len(late)


def _measures(
    tx: Connection, policy: Policy, period: Period, units: Units, *, is_whole: bool
) -> Iterator[Measures]:
    """The measures issued, in the order of the ladder; those of persons only for who sees the whole."""
    spans = list(_spans(period))
    first, last = min(since for since, _ in spans), max(until for _, until in spans)
    counts: dict[tuple[str, bool], Counter[int]] = {}
    for one in measure_reads.issued_between(tx, first, last, units):
        if one.is_personal and not is_whole:
            continue
        for place, span in enumerate((period, *compared(period))):
            if span is not None and span.holds(one.issued_on):
                counts.setdefault((one.step, bool(one.is_personal)), Counter())[place] += one.count
    ladder = [rung.step for rung in policy.rungs]
    for step, is_personal in sorted(counts, key=lambda one: (_place(ladder, one[0]), one)):
        rung, found = policy.rung_of.get(step), counts[step, is_personal]
        yield Measures(rung.label if rung else step, is_personal, *(found[place] for place in range(3)))


def _place(ladder: list[str], step: str) -> int:
    return ladder.index(step) if step in ladder else len(ladder)
