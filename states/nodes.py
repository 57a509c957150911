"""A milestone (节点) of a matter as a value: what is reached by when, of which weight, after which others."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One milestone. `id` counts from 1 within the case; `after` are the ids that come before it.

    `weight` is its share of the whole in percent. `reached_on` None: not reached yet.
    """

    id: int
    title: str
    due_on: date
    weight: int
    after: tuple[int, ...] = ()
    reached_on: date | None = None
