"""What a source is told of its item, step by step: dates and stages, and nothing the office says within."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from states.intake.standing import IntakeState
from states.lifecycle import Lifecycle
from states.vocabulary import Labelled


class Step(Labelled):
    """A step of an item as its source knows it."""

    RECEIVED = "received", "已收到"
    SUPPLEMENTED = "supplemented", "收到补充"
    REGISTERED = "registered", "已登记"
    JOINED = "joined", "已并入已有事项"
    RETURNED = "returned", "退回"
    UNDER_WAY = "under_way", "办理中"
    CLOSED = "closed", "已办结"
    ENDED = "ended", "不再办理"


@dataclass(frozen=True, slots=True)
class Told:
    """A step: when it was, under which number, at which stage; why, where it was returned."""

    step: Step
    at: datetime
    number: str | None = None
    stage: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A matter that went from one state to another, by an entry of its history."""

    at: datetime
    before: str | None
    after: str | None


def dealt_with(state: IntakeState, at: datetime, number: str | None, reason: str | None) -> Told:
    """What an officer did with an item."""
    return Told(Step(state.value), at, number, reason=reason or None)


def told_of(turns: Iterable[Turn], number: str, lifecycle: Lifecycle) -> Iterator[Told]:
    """The steps of the matter an item belongs to.

    What lies before it is handed out is the office's own, and so is its being filed away.
    """
    for turn in turns:
        step = None if turn.after in (None, turn.before) else _step(str(turn.after), lifecycle)
        if step is not None:
            yield Told(step, turn.at, number, lifecycle.called(turn.after))


def since(told: Sequence[Told], at: datetime) -> tuple[Told, ...]:
    """The steps of a matter something was laid to at an instant: where it stood then, and what came after.

    What the matter went through before is told to whoever it was told of then.
    """
    before = [one for one in told if one.at < at]
    stood = (replace(before[-1], at=at),) if before else ()
    return (*stood, *told[len(before) :])


def _step(state: str, lifecycle: Lifecycle) -> Step | None:
    row = lifecycle.state_rows.get(state)
    if row is None or lifecycle.steps.get(state) == 1:
        return None
    if row.kind == "closed":
        return Step.CLOSED
    if row.kind != "final":
        return Step.UNDER_WAY
    return None if row in lifecycle.road else Step.ENDED
