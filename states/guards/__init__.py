"""Named conditions a command must meet beyond being permitted; each passes or raises a typed refusal.

A lifecycle table names them; `GUARDS` is the closed list. A guard looks at a `Question` and nothing else.
A file per behaviour.
"""

from collections.abc import Callable, Mapping

from states.guards import (
    adopting,
    back_planning,
    closing,
    commenting,
    coordinating,
    correcting,
    correcting_days,
    dispatching,
    extending,
    instructing,
    looking_back,
    recounting,
    reporting,
    standing_still,
    stating,
    succeeding,
    tasks,
    urging,
    verifying,
)
from states.question import Question

Guard = Callable[[Question], None]
BEHAVIOURS = (
    adopting,
    back_planning,
    closing,
    commenting,
    coordinating,
    correcting,
    correcting_days,
    dispatching,
    extending,
    instructing,
    looking_back,
    recounting,
    reporting,
    standing_still,
    stating,
    succeeding,
    tasks,
    urging,
    verifying,
)
GUARDS: Mapping[str, Guard] = {one.__name__: one for behaviour in BEHAVIOURS for one in behaviour.GUARDS}

__all__ = ["GUARDS", "Guard"]
