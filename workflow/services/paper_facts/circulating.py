"""通报: totals, rates and the order of units in a period, counted from the register."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from notifications.period import period_label
from states.statistics import By, Line, Measure, Period, Rate, ranked
from workflow.services.papers import Desk
from workflow.services.statistics import counted

NOTHING = "—"
NO_CASE: Mapping[str, Any] = {"addressee": None, "case": None, "late": None, "left": None}
"""A circular is about no matter of its own."""


def circular(desk: Desk, period: Period | None = None) -> Mapping[str, Any]:
    """The counts of a period with both its ends; without it only that the paper is of no matter.

    They are of the register as it is now. Raises `FactInvalid` (`period_reversed`) by way of `Period`.
    """
    if period is None or period.since is None or period.until is None:
        return NO_CASE
    work = desk.work
    found = counted(work.tx, work.batch.office, today=work.at, period=period, by=By.UNIT)
    return {
        **NO_CASE,
        "period": _period(period.since, period.until),
        "totals": _totals(found.total),
        "ranking": [_ranked(place, line) for place, line in ranked(found.lines or ())],
    }


def _period(since: date, until: date) -> dict[str, str]:
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "label": period_label(since, until),
    }


def _totals(line: Line) -> dict[str, Any]:
    """Each share with what it is a share of; long-term matters and those given up are in none."""
    closed, on_time = line.rates[Measure.CLOSED], line.rates[Measure.ON_TIME]
    overdue, returned = line.rates[Measure.OVERDUE], line.rates[Measure.RETURNED]
    return {
        "dispatched": closed.denominator,
        "closed": closed.numerator,
        "closed_percent": closed.percent,
        "due": on_time.denominator,
        "on_time": on_time.numerator,
        "on_time_percent": on_time.percent,
        "with_date": overdue.denominator,
        "overdue": overdue.numerator,
        "overdue_percent": overdue.percent,
        "reported": returned.denominator,
        "returned": returned.numerator,
        "returned_percent": returned.percent,
    }


def _ranked(place: int | None, line: Line) -> dict[str, Any]:
    closed, on_time = line.rates[Measure.CLOSED], line.rates[Measure.ON_TIME]
    return {
        "place": place or NOTHING,
        "unit": line.name,
        "dispatched": closed.denominator,
        "closed": closed.numerator,
        "closed_percent": _percent(closed),
        "due": on_time.denominator,
        "on_time_percent": _percent(on_time),
        "overdue": line.rates[Measure.OVERDUE].numerator,
    }


def _percent(rate: Rate) -> str:
    return f"{rate.percent}%" if rate.percent else NOTHING
