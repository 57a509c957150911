"""One year of a calendar, counted once: which of its days are worked, and how many by each day.

With it a working-day sum is a look-up, however long the term; nothing walks over days.
"""

from collections.abc import Callable
from datetime import date
from itertools import accumulate


class Year:
    """The worked days of a year as ordinals, in order, and the number of them through each day."""

    __slots__ = ("_first", "_through", "worked")

    def __init__(self, year: int, is_working: Callable[[date], bool]) -> None:
        self._first = date(year, 1, 1).toordinal()
        ordinals = range(self._first, date(year, 12, 31).toordinal() + 1)
        flags = [is_working(date.fromordinal(one)) for one in ordinals]
        self._through = (0, *accumulate(flags))
        self.worked = tuple(one for one, works in zip(ordinals, flags, strict=True) if works)

    @property
    def total(self) -> int:
        return len(self.worked)

    def through(self, day: date) -> int:
        """How many days of this year up to and including `day` are worked."""
        return self._through[day.toordinal() - self._first + 1]

    def before(self, day: date) -> int:
        """How many days of this year before `day` are worked."""
        return self._through[day.toordinal() - self._first]
