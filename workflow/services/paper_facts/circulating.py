"""通报: totals, shares, what they are compared with and the order of units, counted from the register."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from notifications.figures import one_decimal
from notifications.period import period_label
from states.reports import Count, Happened, Report, ReportLine, Share
from states.statistics import By, Happening, LeftOut, Measure, Period, Rate
from workflow.services.papers import Desk
from workflow.services.reports import counted

NOTHING = "—"
NO_CASE: Mapping[str, Any] = {"addressee": None, "case": None, "late": None, "left": None}
"""A circular is about no matter of its own."""

SHARES = {
    Measure.CLOSED: ("closed", "dispatched"),
    Measure.ON_TIME: ("on_time", "due"),
    Measure.ON_TIME_ORIGINALLY: ("on_time_originally", "due_originally"),
    Measure.OVERDUE: ("overdue", "with_date"),
    Measure.EXTENDED: ("extended", "with_date"),
    Measure.RETURNED: ("returned", "reported"),
    Measure.FIRST_TIME: ("first_time", "struck_here"),
    Measure.RELAPSED: ("relapsed", "looked_back"),
}
"""What a circular calls the numbers above and below the line of a share."""


def circular(desk: Desk, period: Period | None = None) -> Mapping[str, Any]:
    """The counts of a period with both its ends; without it only that the paper is of no matter.

    They are of the register as it is now. Raises `FactInvalid` (`period_reversed`) by way of `Period`.
    """
    if period is None or period.since is None or period.until is None:
        return NO_CASE
    work = desk.work
    found, _ = counted(work.tx, work.batch.office, period, at=work.at)
    return reported(found)


def reported(found: Report) -> Mapping[str, Any]:
    """What a circular says of a report; it names units alone, and nobody."""
    now, beside = found.now, [one for one in (found.before, found.year_before) if one is not None]
    return {
        **NO_CASE,
        "period": _period(now.period.since, now.period.until) | ({} if found.is_over else {"so_far": True}),
        "totals": _totals(now),
        "comparisons": [_compared(now, one) for one in beside],
        "ranking": [_ranked(one) for one in now.lines[By.UNIT] if one.has_matters],
        "categories": [_in_category(one) for one in now.lines[By.CATEGORY] if one.has_matters],
    }


def _period(since: date | None, until: date | None) -> dict[str, Any]:
    first, last = since or date.min, until or date.max
    return {"since": first.isoformat(), "until": last.isoformat(), "label": period_label(first, last)}


def _totals(count: Count) -> dict[str, Any]:
    """Each share with what it is a share of; long-term matters and those given up are in none."""
    line, flow = count.total.line, count.total.flow
    told: dict[str, Any] = {}
    for measure, (above, below) in SHARES.items():
        rate = line.rates[measure]
        told |= {above: rate.numerator, below: rate.denominator, f"{above}_percent": rate.percent}
    return {
        **told,
        "carried": flow.carried,
        "struck": flow.closed,
        "open": flow.open,
        "open_overdue": flow.overdue,
        "average": line.duration.average_working_days,
        "average_of": line.duration.matters,
        "withdrawn": count.left_out[LeftOut.WITHDRAWN],
        "merged": count.left_out[LeftOut.MERGED],
        "happened": dict(_happened(count.total.happened)),
    }


def _happened(happened: Happened) -> Iterator[tuple[str, Any]]:
    """What happened in the period itself, by its own day; the shares of it are of acts of the period."""
    for one in Happening:
        yield one.value, happened[one]
    for share in Share:
        rate = happened.rate(share)
        yield f"{share.value}_of", rate.denominator
        yield f"{share.value}_percent", rate.percent


def _compared(now: Count, then: Count) -> dict[str, Any]:
    """How the period differs from another, in words."""
    since, until = then.period.since or date.min, then.period.until or date.max
    flow, past = now.total.flow, then.total.flow
    return {
        "label": period_label(since, until),
        "dispatched": _more(flow.accepted - past.accepted),
        "struck": _more(flow.closed - past.closed),
        "on_time": _points(now.total.line.rates[Measure.ON_TIME], then.total.line.rates[Measure.ON_TIME]),
    }


def _more(count: int) -> str:
    return f"增加{count}件" if count > 0 else f"减少{-count}件" if count else "持平"


def _points(now: Rate, then: Rate) -> str | None:
    """In percentage points; None where one of the shares is of nothing."""
    if not (now.denominator and then.denominator):
        return None
    by = 100 * (Fraction(now.numerator, now.denominator) - Fraction(then.numerator, then.denominator))
    size = one_decimal(abs(by))
    return "持平" if size == "0.0" else f"{'上升' if by > 0 else '下降'}{size}个百分点"


def _ranked(one: ReportLine) -> dict[str, Any]:
    return {"place": one.place or NOTHING, "unit": one.line.name, **dict(_counts(one))}


def _in_category(one: ReportLine) -> dict[str, Any]:
    return {"category": one.line.name, **dict(_counts(one))}


def _counts(one: ReportLine) -> Iterator[tuple[str, Any]]:
    closed, on_time = one.line.rates[Measure.CLOSED], one.line.rates[Measure.ON_TIME]
    yield "dispatched", closed.denominator
    yield "closed", closed.numerator
    yield "closed_percent", _percent(closed)
    yield "open", one.flow.open
    yield "due", on_time.denominator
    yield "on_time_percent", _percent(on_time)
    yield "overdue", one.line.rates[Measure.OVERDUE].numerator


def _percent(rate: Rate) -> str:
    return f"{rate.percent}%" if rate.percent else NOTHING
