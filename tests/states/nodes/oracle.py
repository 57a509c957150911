"""A second, slow back-planning to hold the first against: it walks day by day and shares nothing with it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from states.nodes.planning import Step

ONE = timedelta(days=1)
Works = Callable[[date], bool]


def worked_before(day: date, works: Works) -> date:
    """The last worked day before a day."""
    day -= ONE
    while not works(day):
        day -= ONE
    return day


def first_of(last: date, count: int, works: Works) -> date:
    """The day on which `count` worked days begin that end by `last`."""
    day = last if works(last) else worked_before(last, works)
    for _ in range(count - 1):
        day = worked_before(day, works)
    return day


def counted_back(steps: Sequence[Step], final_on: date, works: Works) -> list[tuple[date, date]]:
    """Start and due day of each step, by asking of each, again and again, what waits for it."""

    def due_on(place: int) -> date:
        waiting = [later for later, step in enumerate(steps) if place + 1 in step.after]
        return min((worked_before(starts_on(one), works) for one in waiting), default=final_on)

    def starts_on(place: int) -> date:
        return first_of(due_on(place), steps[place].working_days or 1, works)

    return [(starts_on(place), due_on(place)) for place in range(len(steps))]
