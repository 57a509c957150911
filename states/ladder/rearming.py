"""What becomes of the escalations of a clock when the case moves on: rules, not side effects.

| what happens | a proposal | a paper that went out |
| --- | --- | --- |
| the matter ends, or the clock does (销号、撤销、签收) | is dropped | is concluded; one to a person lasts |
| the date moves (延期、重算期限、调整类别、重启) | is dropped | stands; the ladder begins anew above it |
| the clock stands still (挂起、待审核) | waits | stands; an inquiry's reply stands still with it |
| the unit is succeeded (机构承继) | goes on; one to a person is dropped | see `inheritance` |
| another unit leads (改派) | is dropped | is concluded; one to a person lasts |
| the paper it rests on is withdrawn or concluded | is dropped | stands |

A new epoch of a clock starts the ladder again; an old one never goes on.
"""

from collections.abc import Mapping
from typing import Literal

from states.escalation.table import PENDING
from states.ladder.facts import Raised
from states.policy import Policy, Rung

Fate = Literal["end", "drop", "carry"]
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


def inheritance(rung: Rung, state: str, judgement: str | None, *, policy: Policy) -> Fate | None:
    """The machine's command on an escalation when its unit's work passes to another (机构承继).

    The successor goes on with what is owed. Nothing passes to its head personally: a proposal about the head
    of the former unit is dropped, a measure already taken stays with that person, and what the former unit
    failed to answer is concluded where it would be the ground of a measure against a person.
    """
    if state == "proposed":
        return "drop" if rung.addressee == "person" else "carry"
    if state not in PENDING or rung.outlives_matter:
        return None
    failed = state == "lapsed" or judgement == "insufficient"
    return "end" if failed and _leads_to_a_person(rung, policy) else "carry"


def _leads_to_a_person(rung: Rung, policy: Policy) -> bool:
    above = (one for one in policy.rungs if one.addressee == "person" and one.after is not None)
    return any(one.after is not None and one.after.step == rung.step for one in above)


def lost_its_ground(rung: Rung, before: Raised | None) -> bool:
    """Whether the paper a proposal rests on can never again be what it must have come to."""
    if rung.after is None:
        return False
    if before is None or before.state in GONE:
        return True
    return rung.after.fact == "unanswered" and before.state == "concluded"
