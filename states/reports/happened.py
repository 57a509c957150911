"""What happened to matters in a period, by the day it happened, whenever they were handed out.

A share of `states.statistics` is of the matters dispatched or due in a period: what becomes of them later
changes it later. What is counted here is of the period's own days: a 反弹 found in October is October's,
whichever month its matter came from, and nothing that happens in November adds to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from states.statistics import Happening, Matter, Period, Rate
from states.vocabulary import Labelled


class Share(Labelled):
    """What is measured of the acts of a period, each as a share of acts of the same period."""

    RETURNED = "returned", "退回率"
    FIRST_TIME = "first_time", "一次销号率"
    EXTENDED = "extended", "延期批准率"
    RELAPSED = "relapsed", "反弹率"


OF: Mapping[Share, tuple[Happening, tuple[Happening, ...]]] = {
    Share.RETURNED: (Happening.RETURNED, (Happening.RETURNED, Happening.STRUCK_OFF)),
    Share.FIRST_TIME: (Happening.FIRST_TIME, (Happening.STRUCK_OFF,)),
    Share.EXTENDED: (Happening.EXTENDED, (Happening.EXTENDED, Happening.NOT_EXTENDED)),
    Share.RELAPSED: (Happening.RELAPSED, (Happening.LOOKED_BACK,)),
}
"""What stands above the line, and what is added up below it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """How often each thing happened in a period; what is not among `counts` did not happen."""

    counts: Mapping[Happening, int] = field(default_factory=dict)

    def __getitem__(self, happening: Happening) -> int:
        return self.counts.get(happening, 0)

    @property
    def is_nothing(self) -> bool:
        return not any(self.counts.values())

    def rate(self, share: Share) -> Rate:
        """退回率: returns, of the decisions on a reported completion, each a return or a 销号.

        一次销号率: 销号 with no return and no 重启 before, of all 销号. 延期批准率: extensions granted,
        of those decided on. 反弹率: 回头看 that found the problem back, of all 回头看. No old register
        tells of any of them.
        """
        above, below = OF[share]
        return Rate(self[above], sum(self[one] for one in below), 0)

    def as_json(self) -> dict[str, Any]:
        counts = {one.value: self[one] for one in Happening}
        return {**counts, "rates": {one.value: self.rate(one).as_json() for one in Share}}


NOTHING_HAPPENED = Happened()


def happened(matter: Matter, period: Period) -> Iterator[Happening]:
    """What happened to a matter in a period; the same thing as often as it did."""
    return (one for one, day in matter.happened if period.holds(day))


def basis(share: Share) -> dict[str, str]:
    """What stands above and below the line of a share, in words."""
    above, below = OF[share]
    return {"numerator": f"本期{above.label}", "denominator": f"本期{'、'.join(one.label for one in below)}"}
