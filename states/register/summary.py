"""The register by unit: lights, what is open and closed, on time and late, each share with what it is of.

What counts as on time and late is what the statistics say; a matter they leave out is in no share.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from states.calendar import WorkCalendar
from states.statistics.judging import Appraisal
from states.statistics.matter import Matter
from states.statistics.period import Period
from states.statistics.shares import on_time, overdue, seen
from states.vocabulary import Light

ALL_TIME = Period(None, None)
UNLED = "（未定牵头单位）"


@dataclass(slots=True)
class Counts:
    """The matters of a unit, counted. `settled` are those that had to be done by now, `dated` those with a
    due date; `others` were never handed out, or were withdrawn or merged, and are in no share."""

    matters: int = 0
    lights: Counter[Light] = field(default_factory=Counter)
    open: int = 0
    closed: int = 0
    others: int = 0
    on_time: int = 0
    settled: int = 0
    late: int = 0
    dated: int = 0

    def add(self, matter: Matter, light: Light, at: datetime, calendar: WorkCalendar) -> None:
        """Count a matter as it stands at an instant."""
        self.matters += 1
        self.lights[light] += 1
        if Appraisal(matter, at, calendar).left_out(ALL_TIME) is not None:
            self.others += 1
            return
        if matter.is_closed:
            self.closed += 1
        else:
            self.open += 1
        if not matter.facts.open_ended:
            self._judge(matter, at, calendar)

    def _judge(self, matter: Matter, at: datetime, calendar: WorkCalendar) -> None:
        shown = seen(matter, at, calendar)
        in_time, late = on_time(shown), overdue(shown)
        self.settled += in_time is not None
        self.on_time += in_time is True
        self.dated += late is not None
        self.late += late is True

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(
            self.matters + other.matters,
            self.lights + other.lights,
            self.open + other.open,
            self.closed + other.closed,
            self.others + other.others,
            self.on_time + other.on_time,
            self.settled + other.settled,
            self.late + other.late,
            self.dated + other.dated,
        )


class Summary:
    """The counts of every unit that leads something."""

    def __init__(self, at: datetime, calendar: WorkCalendar) -> None:
        self._at, self._calendar, self._of = at, calendar, dict[str, Counts]()

    def add(self, unit: str | None, matter: Matter, light: Light) -> None:
        """Count a matter with the unit that leads it."""
        counts = self._of.get(unit or UNLED)
        if counts is None:
            counts = self._of[unit or UNLED] = Counts()
        counts.add(matter, light, self._at, self._calendar)

    def by_unit(self) -> Iterator[tuple[str, Counts]]:
        """Unit by unit, those with the most matters first."""
        yield from sorted(self._of.items(), key=lambda one: (-one[1].matters, one[0]))

    @property
    def total(self) -> Counts:
        """Of all of them."""
        total = Counts()
        for counts in self._of.values():
            total = total.plus(counts)
        return total


def share(part: int, whole: int) -> float | None:
    """A share; None where there is nothing to take one of."""
    return part / whole if whole else None


def lights_in_order(counts: Mapping[Light, int]) -> list[int]:
    """How many show each light, the gravest first."""
    return [counts.get(one, 0) for one in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)]
