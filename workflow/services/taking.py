"""Taking what a plan says: replies that lapsed, steps to raise, and the planner's next look.

Of a case everything is taken or, where something is refused, nothing. Cases that share a paper are taken
together; one that is refused drops out, and the paper is made for the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from states.errors import Refusal
from states.ladder import Lapse, Raised, Step
from workflow.services import joint
from workflow.services.handling import Handling
from workflow.services.ladder import look_again
from workflow.services.letterheads import OFFICE
from workflow.services.looking import Looked
from workflow.services.paper_values import Issued
from workflow.services.papers import Desk
from workflow.services.people import MACHINE
from workflow.services.raising import Prior, raise_step
from workflow.services.work import Work

Refusals = dict[int, Refusal]
"""Why cases were refused, by their ids."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be taken of one case; `prior` are the papers issued on it before."""

    looked: Looked
    lapses: tuple[Lapse, ...]
    steps: tuple[Step, ...]
    prior: list[Prior]

    @property
    def id(self) -> int:
        return self.looked.case.id


class _DroppedOut(Refusal):
    """Somebody on a shared paper was refused, so that it must be made anew without him."""

    code = "dropped_out"


def take_all(desk: Desk, takings: Iterable[Taking]) -> list[tuple[Taking, Refusal | None]]:
    """Enter all of them into the batch, each with its refusal where nothing of it was taken."""
    sheaves = joint.sheaves(desk, takings)
    desk.reserve((OFFICE, series) for sheaf in sheaves for series, _ in joint.papers_in(desk, sheaf))
    refused: Refusals = {}
    for sheaf in sheaves:
        refused |= _take_sheaf(desk, sheaf)
    desk.give_back()
    return [(one, refused.get(one.id)) for sheaf in sheaves for one in sheaf]


def _take_sheaf(desk: Desk, sheaf: joint.Sheaf) -> Refusals:
    """Take those that can be taken; returns why the others cannot.

    Where the shared paper itself is refused, be it over one of its matters, each is taken alone.
    """
    refused: Refusals = {}
    while rest := tuple(one for one in sheaf if one.id not in refused):
        if len(rest) == 1:
            return refused | _taken_alone(desk, rest[0])
        try:
            found = _tried(desk, rest)
        except Refusal:
            for one in rest:
                refused |= _taken_alone(desk, one)
            break
        if not found:
            break
        refused |= found
    return refused


def _taken_alone(desk: Desk, one: Taking) -> Refusals:
    try:
        _take(desk, one, {})
    except Refusal as refusal:
        return {one.id: refusal}
    return {}


def _tried(desk: Desk, sheaf: joint.Sheaf) -> Refusals:
    """All of a sheaf, or nothing and who stood in the way. Raises where the shared paper is refused."""
    found: Refusals = {}
    try:
        with desk.whole(*(one.looked.case for one in sheaf)):
            shared = joint.issue_shared(desk, sheaf)
            for one in sheaf:
                try:
                    _take(desk, one, shared)
                except Refusal as refusal:
                    found[one.id] = refusal
            if found:
                raise _DroppedOut("")
    except _DroppedOut:
        return found
    return {}


def _take(desk: Desk, one: Taking, shared: Mapping[str, Issued]) -> None:
    """Enter the lapses and steps of a case: all, or none when one is refused. Raises like `raise_step`."""
    looked = one.looked
    with desk.whole(looked.case):
        raised = list(looked.raised)
        for lapse in one.lapses:
            place = looked.seen.raised.index(lapse.raised)
            raised[place] = _lapsed(desk.work, looked, place, lapse)
        for step in one.steps:
            paper = shared.get(step.rung.step) if joint.is_joint(desk, step) else None
            raised.append(raise_step(desk, looked.case, step, looked.policy, one.prior, shared=paper))
        desk.work.batch.wake(looked.case, look_again(desk.work, looked.case, raised))


def _lapsed(work: Work, looked: Looked, place: int, lapse: Lapse) -> Raised:
    """The reply term ran out on the day its clock says, which pauses may have moved since it was named."""
    handling = Handling(work, looked.case, looked.rows[place])
    handling.handle("lapse", MACHINE, {"reply_due_on": lapse.due_on})
    return replace(lapse.raised, state="lapsed")
