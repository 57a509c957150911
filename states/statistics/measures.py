"""What is measured, and the exact numbers it comes to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from states.vocabulary import Labelled


class Measure(Labelled):
    """What is measured, as a share: of what, is said in `BASES` and counted in `states.statistics.shares`."""

    CLOSED = "closed", "办结率"
    ON_TIME = "on_time", "按期办结率"
    ON_TIME_ORIGINALLY = "on_time_originally", "按期办结率（原定期限）"
    OVERDUE = "overdue", "逾期率"
    OVERDUE_ORIGINALLY = "overdue_originally", "逾期率（原定期限）"
    EXTENDED = "extended", "延期率"
    EXTENDED_ORIGINALLY = "extended_originally", "延期率（原定期限）"
    RETURNED = "returned", "退回率"
    FIRST_TIME = "first_time", "一次销号率"
    RELAPSED = "relapsed", "反弹率"


BASES: Mapping[Measure, tuple[str, str]] = {
    Measure.CLOSED: ("销号", "交办"),
    Measure.ON_TIME: ("按期办结", "应办结（已销号或已逾期）"),
    Measure.ON_TIME_ORIGINALLY: ("按期办结", "应办结（已销号或已逾期）"),
    Measure.OVERDUE: ("逾期（含逾期办结）", "有期限"),
    Measure.OVERDUE_ORIGINALLY: ("逾期（含逾期办结）", "有期限"),
    Measure.EXTENDED: ("曾经批准延期", "有期限"),
    Measure.EXTENDED_ORIGINALLY: ("曾经批准延期", "有期限"),
    Measure.RETURNED: ("曾被退回重办", "在本系统报结"),
    Measure.FIRST_TIME: ("未经退回、重启即销号", "在本系统报结并销号"),
    Measure.RELAPSED: ("曾经回头看认定反弹", "已回头看"),
}
"""The matters above the line and those below it."""


class Cohort(Labelled):
    """Which day of a matter puts it into a period."""

    DISPATCHED = "dispatched", "本期交办"
    DUE = "due", "本期到期"
    DUE_ORIGINALLY = "due_originally", "本期到期（原定期限）"


COHORTS: Mapping[Measure, Cohort] = {
    **dict.fromkeys(Measure, Cohort.DISPATCHED),
    **dict.fromkeys((Measure.ON_TIME, Measure.OVERDUE, Measure.EXTENDED), Cohort.DUE),
    Measure.ON_TIME_ORIGINALLY: Cohort.DUE_ORIGINALLY,
    Measure.OVERDUE_ORIGINALLY: Cohort.DUE_ORIGINALLY,
    Measure.EXTENDED_ORIGINALLY: Cohort.DUE_ORIGINALLY,
}
"""The matters each share of a period is of: what is asked of a date by that date, all else by dispatch."""


def below_the_line(measure: Measure, *, in_period: bool) -> str:
    """What a share is a share of, in words: in a period, of the matters a day puts into it."""
    basis, cohort = BASES[measure][1], COHORTS[measure].label
    if not in_period:
        return basis
    return cohort if cohort.endswith(basis) else f"{cohort}、{basis}"


class LeftOut(Labelled):
    """Why a matter is in no share."""

    DRAFT = "draft", "未经交办"
    UNDATED = "undated", "没有日期，无法归入统计期"
    OUTSIDE = "outside", "不在统计期内"
    WITHDRAWN = "withdrawn", "撤销"
    MERGED = "merged", "合并"


@dataclass(frozen=True, slots=True)
class Rate:
    """An exact share; `stated` tells how many of the denominator an old register states."""

    numerator: int
    denominator: int
    stated: int

    @property
    def percent(self) -> str | None:
        """With one decimal, halves rounded up; None when there is nothing to take a share of."""
        return one_decimal(100 * self.numerator, self.denominator)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "percent": self.percent}


@dataclass(frozen=True, slots=True)
class Duration:
    """The days closed matters took from dispatch to reported completion, pauses not charged, in all."""

    matters: int
    stated: int
    days: int
    working_days: int

    @property
    def average_days(self) -> str | None:
        return one_decimal(self.days, self.matters)

    @property
    def average_working_days(self) -> str | None:
        return one_decimal(self.working_days, self.matters)

    def as_json(self) -> dict[str, Any]:
        averages = {name: getattr(self, name) for name in ("average_days", "average_working_days")}
        return {**asdict(self), **averages}


def one_decimal(numerator: int, denominator: int) -> str | None:
    """A quotient with one decimal, halves rounded up; None when nothing is divided by."""
    if denominator == 0:
        return None
    tenths = (20 * numerator + denominator) // (2 * denominator)
    return f"{tenths // 10}.{tenths % 10}"
