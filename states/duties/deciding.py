"""What of a case is decided with a signature: somebody asks, somebody else agrees or sends it back."""

from collections.abc import Iterator

from states.duties.duty import Duty, DutyKind
from states.duties.matter import Matter
from states.duties.owed import duties
from states.lifecycle import Lifecycle

DECISIONS = frozenset(
    {
        DutyKind.COSIGN,
        DutyKind.CONSENT,
        DutyKind.REVIEW_EXTENSION,
        DutyKind.DECIDE_EXTENSION,
        DutyKind.COORDINATE,
        DutyKind.CLOSE,
        DutyKind.ADVANCE,
    }
)
UNITS_OWN = frozenset({"acknowledge", "begin", "report_completion"})
"""Commands that show that an open state is the unit's to go on from."""


def decisions(matter: Matter) -> Iterator[Duty]:
    """What of a case itself waits for a decision that can be taken now; not its measures."""
    yield from (one for one in duties(matter) if one.kind in DECISIONS and one.answers)


def deciding_states(lifecycle: Lifecycle) -> Iterator[str]:
    """The states of a table in which the office itself has to take a matter on."""
    for state in lifecycle.states:
        here = {row.id for row in lifecycle.commands_from(state.id)}
        if state.kind == "open" and UNITS_OWN.isdisjoint(here):
            yield state.id
