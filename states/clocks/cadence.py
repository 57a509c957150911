"""How often a matter reports: 每日, 每周, 每月, 每季度, as the terms of the feedback clock, or 不定期.

Words an office wrote before there were rules for them stand as they are, and leave it to the policy.
"""

from collections.abc import Mapping
from fractions import Fraction

from states.deadlines import Limit
from states.vocabulary import Cadence, LimitUnit

LIMITS: Mapping[Cadence, Limit] = {
    Cadence.DAY: Limit(LimitUnit.DAYS, 1),
    Cadence.WEEK: Limit(LimitUnit.WEEKS, 1),
    Cadence.MONTH: Limit(LimitUnit.MONTHS, 1),
    Cadence.QUARTER: Limit(LimitUnit.MONTHS, 3),
}
"""The term from one report to the next; 不定期 has none."""

WORDS: Mapping[str, Cadence] = {
    **{word: one for one in Cadence for word in (one.value, one.label)},
    **dict.fromkeys(("每天", "日调度"), Cadence.DAY),
    **dict.fromkeys(("每星期", "周调度"), Cadence.WEEK),
    **dict.fromkeys(("月调度",), Cadence.MONTH),
    **dict.fromkeys(("每季", "季度", "季调度"), Cadence.QUARTER),
}

A_MONTH: Mapping[LimitUnit, Fraction] = {
    LimitUnit.MINUTES: Fraction(365 * 24 * 60, 12),
    LimitUnit.HOURS: Fraction(365 * 24, 12),
    LimitUnit.WORKING_MINUTES: Fraction(21 * 8 * 60),
    LimitUnit.WORKING_HOURS: Fraction(21 * 8),
    LimitUnit.DAYS: Fraction(365, 12),
    LimitUnit.WORKING_DAYS: Fraction(21),
    LimitUnit.WEEKS: Fraction(52, 12),
    LimitUnit.MONTHS: Fraction(1),
}
"""How many of a unit a month has on average, for comparing terms; 21 working days of eight hours."""


def cadence_of(words: str | None) -> Cadence | None:
    """The cadence these words name; None for none, and for words nobody reckons with."""
    return WORDS.get((words or "").strip())


def reports_a_month(limit: Limit) -> Fraction:
    """How many reports a term asks for in an average month; whole days fall due on working days only."""
    asked = A_MONTH[limit.unit] / limit.amount
    return asked if limit.unit.is_duration else min(asked, A_MONTH[LimitUnit.WORKING_DAYS])


def told_term(limit: Limit) -> str:
    """A term as people say it: 每周, 每3日."""
    cadence = next((one for one, term in LIMITS.items() if term == limit), None)
    return cadence.label if cadence else f"每{limit.amount}{limit.unit.label}"
