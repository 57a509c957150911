"""Keeping the due dates a command sets: one row each, with provenance, added and never overwritten."""

from collections.abc import Mapping

from states.deadlines import Deadline
from workflow.canonical import canonical_text
from workflow.services.batch import Batch, OpenCase
from workflow.storage.models import TimeLimit


def keep_limits(batch: Batch, case: OpenCase, seq: int, deadlines: Mapping[str, Deadline]) -> None:
    """Add the deadlines the entry `seq` tells of, by clock, in the epoch their clocks have come to.

    A task's goes by its key.
    """
    epochs: dict[str, int] = {clock.name: clock.epoch for clock in case.facts.clocks}
    epochs |= {one.key: one.clock.epoch for one in case.facts.tasks}
    for name, deadline in deadlines.items():
        batch.add(
            TimeLimit,
            case_id=case.id,
            seq=seq,
            clock=name,
            epoch=epochs[name],
            due_on=deadline.due_on,
            provenance=canonical_text(deadline.as_json()),
        )
