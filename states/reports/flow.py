"""How matters came and went in a period: what came over or was handed out was struck off or is left."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from states.statistics import Measure, Period
from states.statistics.judging import Appraisal


@dataclass(frozen=True, slots=True)
class Flow:
    """`carried` + `accepted` = `closed` + `open`, whatever the period.

    `overdue` are those of `open` past the due date in force, `overdue_originally` those past the original
    one. `long_term` are long-term matters in hand at the end, which are in none of the others.
    """

    carried: int = 0
    accepted: int = 0
    closed: int = 0
    open: int = 0
    overdue: int = 0
    overdue_originally: int = 0
    long_term: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was in hand in the period."""
        return not (self.carried or self.accepted or self.long_term)


def moves(one: Appraisal, period: Period) -> Iterator[str]:
    """What a matter that is no draft and was not given up is counted as, by the names of a `Flow`.

    By the days recorded now: dispatch and striking off. One dispatched on a day nobody knows was there before
    any period; one struck off on such a day is in none, `Line.undated` tells of it.
    """
    facts, is_closed = one.matter.facts, one.matter.is_closed
    since, until, end = period.since or date.min, period.until or date.max, facts.closed_on
    if is_closed and end is None:
        return
    start = facts.dispatched_on or date.min
    start = min(start, end) if is_closed and end else start
    if start > until or (is_closed and end and end < since):
        return
    stays = not is_closed or (end or until) > until
    if facts.open_ended:
        yield from ("long_term",) if stays else ()
        return
    yield "carried" if start < since else "accepted"
    yield "open" if stays else "closed"
    yield from _late(one, until) if stays else ()


def _late(one: Appraisal, until: date) -> Iterator[str]:
    """By which date it is late, of those that fell due by the end."""
    days = {
        "overdue": (one.matter.facts.due_on, Measure.OVERDUE),
        "overdue_originally": (one.matter.original_due_on, Measure.OVERDUE_ORIGINALLY),
    }
    for name, (due, measure) in days.items():
        if due is not None and due <= until and one.verdicts.get(measure):
            yield name
