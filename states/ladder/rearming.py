"""What becomes of the escalations of a clock when the case moves on: rules, not side effects.

| what happens | a proposal | a paper that went out |
| --- | --- | --- |
| the matter ends, or the clock does (销号、撤销、签收) | is dropped | is concluded; one to a person lasts |
| the date moves (延期、重算期限、调整类别、重启) | is dropped | stands; the ladder begins anew above it |
| the clock stands still (挂起、待审核) | waits | stands; an inquiry's reply stands still with it |
| another unit leads (改派) | is dropped | is concluded; one to a person lasts |
| the paper it rests on is withdrawn or concluded | is dropped | stands |

A new epoch of a clock starts the ladder again; an old one never goes on.
"""

from collections.abc import Mapping
from typing import Literal

from states.escalation.table import PENDING
from states.ladder.facts import Raised
from states.policy import Rung

Fate = Literal["end", "drop"]
GONE = frozenset({"withdrawn", "rejected"})


def fate(
    state: str,
    clock: str,
    epoch: int,
    *,
    open_clocks: Mapping[str, int],
    lasts: bool,
    handed_on: bool = False,
) -> Fate | None:
    """The machine's command on an escalation after a command on its case; None leaves it as it is.

    `open_clocks` are the clocks that are open now, with their epochs. What `lasts` is not of the matter
    alone (a measure for a person), or asked for nothing (a plain mail). `handed_on`: it was raised with the
    unit that led until now, and another leads.
    """
    if state == "proposed" and (handed_on or open_clocks.get(clock) != epoch):
        return "drop"
    if state in PENDING and (handed_on or clock not in open_clocks) and not lasts:
        return "end"
    return None


def lost_its_ground(rung: Rung, before: Raised | None) -> bool:
    """Whether the paper a proposal rests on can never again be what it must have come to."""
    if rung.after is None:
        return False
    if before is None or before.state in GONE:
        return True
    return rung.after.fact == "unanswered" and before.state == "concluded"
