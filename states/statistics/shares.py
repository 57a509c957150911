"""The shares, one function each: what one matter counts as under one measure.

True: above and below the line. False: below it only. None: in neither, since the measure does not ask of it.
`states.statistics.judging` says which matters are looked at at all, and of which a period asks which measure;
long-term ones are none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from states.calendar import WorkCalendar
from states.statistics.matter import Matter, Stage
from states.statistics.measures import Measure


@dataclass(frozen=True, slots=True)
class Seen:
    """A matter as it is seen at an instant.

    `charged_until` is the last day charged to its unit: the day it was done, or stood still, or today. None:
    not known, as for a matter an old register states as set aside.
    """

    matter: Matter
    at: datetime
    charged_until: date | None


def seen(matter: Matter, at: datetime, calendar: WorkCalendar) -> Seen:
    """The matter at an instant, on the office day of its calendar."""
    return Seen(matter, at, _charged_until(matter, at.astimezone(calendar.zone).date()))


def closed(seen: Seen) -> bool | None:
    """办结率: those struck off, of all that were handed out. By the state, archived ones among them."""
    return seen.matter.is_closed


def on_time(seen: Seen) -> bool | None:
    """按期办结率: those done by the due date in force, of those that had to be done by now.

    Had to be done: with a due date, and struck off or late. Done is the day completion was reported (of a
    matter an old register closed, the day it was closed); the due date in force has granted extensions in it
    and moves with every pause.
    """
    return _settled(seen, seen.matter.facts.due_on)


def on_time_originally(seen: Seen) -> bool | None:
    """按期办结率（原定期限）: the same by the date the matter was handed out with, which nothing moves."""
    return _settled(seen, seen.matter.original_due_on)


def overdue(seen: Seen) -> bool | None:
    """逾期率: those past the due date in force, open or done late, of all that have a due date.

    Today, or the day the matter was done or stood still, against that date; on the day itself by the hour,
    where the handling clock is due by one.
    """
    return _late(seen, seen.matter.facts.due_on)


def overdue_originally(seen: Seen) -> bool | None:
    """逾期率（原定期限）: the same by the due date the matter was handed out with."""
    return _late(seen, seen.matter.original_due_on)


def extended(seen: Seen) -> bool | None:
    """延期率: those for which more time was ever granted, of all that have a due date.

    By the history's grants; of a matter taken over also where its register states a later date than its
    first one.
    """
    return None if seen.matter.facts.due_on is None else was_extended(seen.matter)


def extended_originally(seen: Seen) -> bool | None:
    """延期率（原定期限）: the same; in a period, of those first due in it, wherever more time took them."""
    return extended(seen)


def returned(seen: Seen) -> bool | None:
    """退回率: those ever sent back to be done again, of those whose completion was reported here.

    By the history's returns, whichever unit they went to. An old register tells of none, so what it closed
    is not asked.
    """
    return seen.matter.was_returned if seen.matter.is_reported else None


def first_time(seen: Seen) -> bool | None:
    """一次销号率: those struck off without ever having been sent back or taken up again, of those reported
    here and struck off."""
    matter = seen.matter
    if not (matter.is_reported and matter.is_closed):
        return None
    return not (matter.was_returned or matter.reopened)


def relapsed(seen: Seen) -> bool | None:
    """反弹率: those a 回头看 ever found to have come back, of those looked back at.

    Once is enough, also when a later 回头看 found that it holds, or the matter was taken up again and struck
    off since.
    """
    came_back, facts = seen.matter.has_relapsed, seen.matter.facts
    looked_back = came_back or facts.lookbacks > 0 or facts.lookback_finding is not None
    return came_back if looked_back else None


SHARES: Mapping[Measure, Callable[[Seen], bool | None]] = {
    Measure.CLOSED: closed,
    Measure.ON_TIME: on_time,
    Measure.ON_TIME_ORIGINALLY: on_time_originally,
    Measure.OVERDUE: overdue,
    Measure.OVERDUE_ORIGINALLY: overdue_originally,
    Measure.EXTENDED: extended,
    Measure.EXTENDED_ORIGINALLY: extended_originally,
    Measure.RETURNED: returned,
    Measure.FIRST_TIME: first_time,
    Measure.RELAPSED: relapsed,
}


def was_extended(matter: Matter) -> bool:
    """Whether an extension was ever granted here, or an old register states a later date than the first."""
    return matter.extended or matter.facts.extensions > 0 or (matter.is_stated and _stated_later(matter))


def _stated_later(matter: Matter) -> bool:
    """Whether a register gives a later date than its first; one set here is no extension."""
    clock = matter.clock
    set_to = clock.stated_on if clock else matter.facts.due_on
    return set_to is not None and set_to > (matter.original_due_on or set_to)


def _late(seen: Seen, due: date | None) -> bool | None:
    """Past the day; or on it, for a clock that is due by the hour and runs past it."""
    reached, in_force = seen.charged_until, seen.matter.facts.due_on
    if in_force is None or due is None or reached is None:
        return None
    return reached > due or (reached == due == in_force and _hour_passed(seen))


def _settled(seen: Seen, due: date | None) -> bool | None:
    """Whether it is on time; a matter neither closed nor late may still end so, and is not settled yet."""
    late = _late(seen, due)
    if late is None or not (late or seen.matter.is_closed):
        return None
    return not late


def _charged_until(matter: Matter, today: date) -> date | None:
    if matter.is_closed or matter.done_on is not None:
        return matter.done_on
    if matter.stage is Stage.IDLE:
        return None
    if matter.stage is Stage.RUNNING:
        return today
    return matter.facts.paused_on or (None if matter.facts.suspended_from else today)


def _hour_passed(seen: Seen) -> bool:
    """Whether the hour a running clock was due by has passed."""
    due_at = seen.matter.clock.due_at if seen.matter.clock else None
    return seen.matter.stage is Stage.RUNNING and due_at is not None and seen.at > due_at
