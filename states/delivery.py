"""The life of one outgoing message: attempts, waiting, giving up.

queued → leased → sent | retry | failed. A lease that runs out is taken up again. A message whose paper cannot
be laid out fails untried, and is queued again should the paper be laid out after all. The schedule follows
RFC 5321 4.5.4.1: quick first, then hourly, given up after four days, rest days not counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from transitions import Machine, MachineError

from states.errors import TransitionRefused

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LATER = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=4)
RELAY_PAUSE = timedelta(minutes=1)


class Outcome(StrEnum):
    """What an attempt came to, as the relay or its silence told."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    RELAY_TROUBLE = "relay_trouble"
    UNCERTAIN = "uncertain"


class _Walker:
    def __init__(self, state: str) -> None:
        self.state = state


@dataclass(frozen=True, slots=True)
class Next:
    """The state a message comes to, the entry it leaves in the case, and when it is tried again."""

    state: str
    event: str
    at: datetime | None


@cache
def machine() -> Machine:
    """The message machine, built once, without a model."""
    return Machine(
        model=None,
        states=["queued", "leased", "retry", "sent", "failed"],
        initial="queued",
        auto_transitions=False,
        transitions=[
            {"trigger": "set_aside", "source": "queued", "dest": "failed"},
            {"trigger": "bring_back", "source": "failed", "dest": "queued"},
            {"trigger": "lease", "source": ["queued", "retry", "leased"], "dest": "leased"},
            {"trigger": "accepted", "source": "leased", "dest": "sent"},
            {"trigger": "permanent", "source": "leased", "dest": "failed"},
            {"trigger": "given_up", "source": "leased", "dest": "failed"},
            {"trigger": "temporary", "source": "leased", "dest": "retry"},
            {"trigger": "uncertain", "source": "leased", "dest": "retry"},
            {"trigger": "relay_trouble", "source": "leased", "dest": "retry"},
        ],
    )


def after_attempt(
    state: str,
    outcome: Outcome,
    *,
    attempts: int,
    dated: datetime,
    now: datetime,
    rest: timedelta = timedelta(),
) -> Next:
    """What follows an attempt. `attempts` counts this one; `dated` is when the message was written.

    `rest` is how long of the time since then nothing could leave; it is not held against the message.
    Trouble of the relay is nobody's fault: the message waits a minute and is never given up for it.
    Raises `TransitionRefused` for a message that is not leased.
    """
    trigger = outcome.value
    if outcome in (Outcome.TEMPORARY, Outcome.UNCERTAIN) and now - dated - rest > GIVE_UP_AFTER:
        trigger = "given_up"
    walker = _Walker(state)
    try:
        machine().events[trigger].trigger(walker)
    except MachineError as error:
        raise TransitionRefused(
            "该邮件不在发送中，不能登记结果。", code="message_not_leased", state=state
        ) from error
    return Next(walker.state, EVENTS[trigger], _again(trigger, attempts, now))


def _again(trigger: str, attempts: int, now: datetime) -> datetime | None:
    if trigger == "relay_trouble":
        return now + RELAY_PAUSE
    if trigger in ("temporary", "uncertain"):
        return now + (WAITS[attempts - 1] if attempts <= len(WAITS) else LATER)
    return None


EVENTS = {
    "accepted": "mail_sent",
    "temporary": "mail_deferred",
    "relay_trouble": "mail_deferred",
    "uncertain": "mail_uncertain",
    "permanent": "mail_failed",
    "given_up": "mail_failed",
}
