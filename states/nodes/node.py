"""A milestone as a value: what is reached by when, of which weight, after which others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One milestone. `id` counts from 1 within the case and is never given twice; `after` are earlier ids.

    It takes `working_days` and is begun on `starts_on` at the latest; without `working_days` it is a day
    somebody fixed. `weight` is its share of the whole in percent. It was planned on `planned_on` back from
    the matter's final date of then, `final_on`. `late` are the working days by which it was missed when it
    was reached. One that was dropped, or belongs to a round that is over, stays with the day it ended, so
    that its id is not given again.
    """

    id: int
    title: str
    due_on: date
    starts_on: date
    weight: int
    final_on: date
    planned_on: date
    working_days: int | None = None
    after: tuple[int, ...] = ()
    reached_on: date | None = None
    late: int = 0
    dropped_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.reached_on is None and self.dropped_on is None


def in_plan(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Those that count: reached or still to be reached."""
    return tuple(one for one in nodes if one.dropped_on is None)


def still_open(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Those still to be reached."""
    return tuple(one for one in nodes if one.is_open)
