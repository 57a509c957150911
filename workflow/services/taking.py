"""Taking what a plan says: replies that lapsed, steps to raise, and the planner's next look."""

from collections.abc import Iterable
from dataclasses import replace

from states.ladder import Lapse, Raised, Step
from workflow.services.handling import Handling
from workflow.services.ladder import look_again
from workflow.services.looking import Looked
from workflow.services.papers import Desk
from workflow.services.people import MACHINE
from workflow.services.raising import Prior, raise_step
from workflow.services.work import Work


def take(
    desk: Desk, looked: Looked, lapses: Iterable[Lapse], steps: Iterable[Step], prior: list[Prior]
) -> None:
    """Enter these lapses and steps of a case into the batch: all, or none when one is refused.

    Raises like `raise_step`.
    """
    with desk.whole(looked.case):
        raised = list(looked.raised)
        for lapse in lapses:
            place = looked.seen.raised.index(lapse.raised)
            raised[place] = _lapsed(desk.work, looked, place, lapse)
        for step in steps:
            raised.append(raise_step(desk, looked.case, step, looked.policy, prior))
        desk.work.batch.wake(looked.case, look_again(desk.work, looked.case, raised))


def _lapsed(work: Work, looked: Looked, place: int, lapse: Lapse) -> Raised:
    """The reply term ran out on the day its clock says, which pauses may have moved since it was named."""
    handling = Handling(work, looked.case, looked.rows[place])
    handling.handle("lapse", MACHINE, {"reply_due_on": lapse.due_on})
    return replace(lapse.raised, state="lapsed")
