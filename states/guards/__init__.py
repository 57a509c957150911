"""Named conditions a command must meet beyond being permitted; each passes or raises a typed refusal.

A lifecycle table names them; `GUARDS` is the closed list. A guard looks at a `Question` and nothing else.
A file per behaviour.
"""

from collections.abc import Callable, Mapping

from states.guards import (
    closing,
    dispatching,
    extending,
    recounting,
    standing_still,
    stating,
    succeeding,
)
from states.question import Question

Guard = Callable[[Question], None]
BEHAVIOURS = (dispatching, stating, extending, recounting, standing_still, closing, succeeding)
GUARDS: Mapping[str, Guard] = {one.__name__: one for behaviour in BEHAVIOURS for one in behaviour.GUARDS}

__all__ = ["GUARDS", "Guard"]
