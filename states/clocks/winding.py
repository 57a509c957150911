"""Which instants of the clocks an act set, and what a clock is where that act was at another time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from states.clocks.clock import Clock

STARTED, PAUSED, WENT_ON, STOPPED, SET_ANEW = "started", "paused", "went_on", "stopped", "set_anew"
Winding = frozenset[tuple[str, str]]
"""By clock, what an act did to it."""


def wound(before: Mapping[str, Clock], after: Mapping[str, Clock], at: datetime) -> Winding:
    """What an act at this instant did to the clocks, by what they were before it and after it."""
    known = {(name, what) for name, clock in before.items() for what in _done(clock, at)}
    return frozenset((name, what) for name, clock in after.items() for what in _done(clock, at)) - known


def _done(clock: Clock, at: datetime) -> Iterator[str]:
    """What was done to a clock at this instant."""
    instants: dict[str, list[datetime | None]] = {
        STARTED: [clock.started_at],
        PAUSED: [one.start for one in clock.pauses],
        WENT_ON: [one.end for one in clock.pauses],
        STOPPED: [clock.stopped_at],
        SET_ANEW: [clock.stated_at],
    }
    return (what for what, found in instants.items() if at in found)


def retimed(clock: Clock, done: Collection[str], old: datetime, new: datetime) -> Clock:
    """The clock with what was `done` to it at one instant done at another."""
    now = dict.fromkeys(done, old)  # the default `new` below leaves what never happened as it is
    pauses = (
        replace(
            one,
            start=new if one.start == now.get(PAUSED) else one.start,
            end=new if one.end == now.get(WENT_ON, new) else one.end,
        )
        for one in clock.pauses
    )
    return replace(
        clock,
        started_at=new if clock.started_at == now.get(STARTED) else clock.started_at,
        pauses=tuple(pauses),
        stopped_at=new if clock.stopped_at == now.get(STOPPED, new) else clock.stopped_at,
        stated_at=new if clock.stated_at == now.get(SET_ANEW, new) else clock.stated_at,
    )
