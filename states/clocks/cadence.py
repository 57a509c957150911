"""How often a long matter reports: 每日, 每周, 每月, 每季度, as the terms of the feedback clock.

Other words stand as they were written and run no clock.
"""

from collections.abc import Mapping

from states.deadlines import Limit
from states.vocabulary import LimitUnit

DAILY, WEEKLY = Limit(LimitUnit.DAYS, 1), Limit(LimitUnit.WEEKS, 1)
MONTHLY, QUARTERLY = Limit(LimitUnit.MONTHS, 1), Limit(LimitUnit.MONTHS, 3)
CADENCES: Mapping[str, Limit] = {
    **dict.fromkeys(("day", "每日", "每天", "日调度"), DAILY),
    **dict.fromkeys(("week", "每周", "每星期", "周调度"), WEEKLY),
    **dict.fromkeys(("month", "每月", "月调度"), MONTHLY),
    **dict.fromkeys(("quarter", "每季", "每季度", "季度"), QUARTERLY),
}


def cadence_limit(cadence: str | None) -> Limit | None:
    """The term from one report to the next, where the cadence names one."""
    return CADENCES.get((cadence or "").strip())
