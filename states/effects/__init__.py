"""What a command sets on the facts of a case, beside its state. Named in the lifecycle table.

Each effect looks at a `Question` and returns the facts it sets; what it does to the clocks it says to a
`Clockwork`, which adds their facts and the provenance of the due dates. Time under verification or suspension
is not charged to the unit. A date stated for a long-past matter is taken as stated. A file per behaviour;
`EFFECTS` is the closed list.
"""

from collections.abc import Callable, Mapping

from states.effects import (
    adopting,
    back_planning,
    closing,
    coordinating,
    correcting,
    dispatching,
    extending,
    handing_on,
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
from states.effects.changes import Changes
from states.question import Question

Effect = Callable[[Question], Changes]
BEHAVIOURS = (
    adopting,
    back_planning,
    closing,
    coordinating,
    correcting,
    dispatching,
    extending,
    handing_on,
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
EFFECTS: Mapping[str, Effect] = {one.__name__: one for behaviour in BEHAVIOURS for one in behaviour.EFFECTS}

__all__ = ["EFFECTS", "Changes", "Effect"]
