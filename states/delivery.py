"""The life of one outgoing message: attempts, waiting, giving up, and what people do about it.

queued → leased → uncertain → sent, with retry, failed and gave_up for what did not work, held and cancelled
by people or for want of a paper, bounced when a mailbox sent it back. `uncertain` is entered before the final
dot: from then on nobody knows whether the relay took the message, until it answers. The schedule follows
RFC 5321 4.5.4.1: quick first, then every half hour to an hour, given up after the policy's days, rest days
not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from transitions import Machine, MachineError

from states.errors import TransitionRefused
from states.vocabulary import Labelled

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LATER, SPREAD = timedelta(minutes=30), timedelta(minutes=30)
"""After those, every half hour and a part of another, so that a relay that comes back is not stormed."""
LONGEST_ASKED = timedelta(hours=6)


class MailState(Labelled):
    """Where a message stands."""

    QUEUED = "queued", "待发"
    LEASED = "leased", "发送中"
    UNCERTAIN = "uncertain", "已交出待答复"
    RETRY = "retry", "待重试"
    SENT = "sent", "已发"
    FAILED = "failed", "被拒收"
    GAVE_UP = "gave_up", "多次未成已放弃"
    HELD = "held", "暂扣"
    CANCELLED = "cancelled", "已取消"
    BOUNCED = "bounced", "已退信"


WAITING = frozenset({"queued", "leased", "uncertain", "retry"})
"""States in which a message is still to leave by itself."""
AT_REST = frozenset({"queued", "retry", "held"})
"""States in which nobody is sending a message that has not left."""
UNDELIVERED = frozenset({"failed", "gave_up", "bounced"})
"""States that ask a person to do something: the message did not get there."""

URGENT = frozenset({"admonition", "inquiry", "reminder", "assignment", "supervision_order"})
IN_NO_HURRY = frozenset({"digest", "checkpoint"})
PRIORITIES = (1, 5, 9)
"""Of mails: the smaller the sooner. A claim asks for each of them."""
OF_COPIES, OF_WEBHOOKS = 10, 11
"""The priorities of copies by other channels and of webhooks, which are claimed for themselves."""


def priority_of(kind: str) -> int:
    """In which order messages of a kind leave where many wait."""
    urgent, usual, in_no_hurry = PRIORITIES
    if kind in URGENT:
        return urgent
    return in_no_hurry if kind in IN_NO_HURRY else usual


class HeldFor(Labelled):
    """Why a message is held."""

    PAPER = "paper", "文书不能排版"
    PERSON = "person", "人工暂扣"
    UNCERTAIN = "uncertain", "是否送出待核实"
    ADDRESS = "address", "收件地址已停用"


class Outcome(StrEnum):
    """What an attempt came to, as the relay or its silence told."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCERTAIN = "uncertain"


TRANSITIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "lease": (("queued", "retry"), "leased"),
    "give_back": (("leased",), "queued"),
    "take_back": (("leased",), "queued"),
    "stop": (("queued", "retry", "held", "leased", "uncertain"), "cancelled"),
    "hand_over": (("leased",), "uncertain"),
    "accepted": (("uncertain",), "sent"),
    "temporary": (("leased", "uncertain"), "retry"),
    "permanent": (("leased", "uncertain"), "failed"),
    "given_up": (("leased", "uncertain"), "gave_up"),
    "uncertain": (("uncertain",), "retry"),
    "unclear": (("uncertain",), "held"),
    "set_aside": (("queued", "retry"), "held"),
    "bring_back": (("held",), "queued"),
    "hold": (("queued", "retry"), "held"),
    "release": (("held",), "queued"),
    "retry": (("failed", "gave_up", "bounced", "cancelled"), "queued"),
    "cancel": (("queued", "retry", "held", "failed", "gave_up", "bounced"), "cancelled"),
    "bounce": (("sent", "uncertain", "retry", "held"), "bounced"),
}
"""What may happen to a message: from which states, and to which."""

BY_HAND: Mapping[str, tuple[str, str]] = {
    "hold": ("暂扣", "mail_held"),
    "release": ("放行", "mail_released"),
    "retry": ("重发", "mail_requeued"),
    "cancel": ("取消", "mail_cancelled"),
}
"""What people do to messages, and the entries of that."""


def by_hand(state: str) -> tuple[str, ...]:
    """What people may do about a message in a state, in the order in which it is offered."""
    return tuple(name for name in BY_HAND if state in TRANSITIONS[name][0])


EVENTS: Mapping[str, str] = {
    "accepted": "mail_sent",
    "temporary": "mail_deferred",
    "uncertain": "mail_uncertain",
    "unclear": "mail_held",
    "permanent": "mail_failed",
    "given_up": "mail_gave_up",
}

ENTRIES = frozenset(
    {*EVENTS.values(), *(event for _, event in BY_HAND.values()), "mail_redirected", "mail_bounced"}
)
"""Every kind of entry about a message."""


class _Walker:
    def __init__(self, state: str) -> None:
        self.state = state


@dataclass(frozen=True, slots=True)
class Next:
    """The state a message comes to, the entry it leaves in the case, and when it is tried again."""

    state: str
    event: str
    at: datetime | None = None
    held_for: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message is tried: `give_up_after` since its first attempt, but for the `rest` since then,
    when nothing could leave. With `asks` a person decides on it once nobody knows whether it left.

    `spread`, from 0 to 1, is the message's own share of the time by which attempts are spread.
    """

    give_up_after: timedelta = timedelta(days=4)
    rest: timedelta = timedelta()
    asks: bool = False
    spread: float = 0


@cache
def machine() -> Machine:
    """The message machine, built once, without a model."""
    return Machine(
        model=None,
        states=[state.value for state in MailState],
        initial="queued",
        auto_transitions=False,
        transitions=[
            {"trigger": trigger, "source": list(sources), "dest": to}
            for trigger, (sources, to) in TRANSITIONS.items()
        ],
    )


def after(state: str, trigger: str) -> str:
    """The state a message comes to. Raises `TransitionRefused` (`message_state`) where that cannot be."""
    walker = _Walker(str(state))
    try:
        machine().events[trigger].trigger(walker)
    except MachineError as error:
        done = BY_HAND[trigger][0] if trigger in BY_HAND else "登记结果"
        raise TransitionRefused(
            f"邮件现为“{MailState(state).label}”，不能{done}；{_ways(state)}。",
            code="message_state",
            state=state,
        ) from error
    return walker.state


def _ways(state: str) -> str:
    """What people may do about a message as it stands."""
    ways = [label for name, (label, _) in BY_HAND.items() if state in TRANSITIONS[name][0]]
    return f"可以{'、'.join(ways)}" if ways else "已无须办理"


def after_attempt(
    state: str,
    outcome: Outcome,
    *,
    attempts: int,
    since: datetime,
    now: datetime,
    patience: Patience = Patience(),
    asked: timedelta = timedelta(),
) -> Next:
    """What follows an attempt. `attempts` counts this one; `since` is when the message was first tried.

    Whoever did not take it may have `asked` to be left alone for a while (`Retry-After`); at most
    `LONGEST_ASKED` is heeded.

    Raises `TransitionRefused` for a message that nobody is sending.
    """
    trigger = _trigger(outcome, now - since - patience.rest, patience)
    waits = max(_wait(attempts, patience.spread), min(asked, LONGEST_ASKED))
    again = now + waits if trigger in ("temporary", "uncertain") else None
    held_for = HeldFor.UNCERTAIN.value if trigger == "unclear" else None
    return Next(after(state, trigger), EVENTS[trigger], again, held_for)


def _trigger(outcome: Outcome, tried: timedelta, patience: Patience) -> str:
    if outcome is Outcome.UNCERTAIN and patience.asks:
        return "unclear"
    if outcome in (Outcome.TEMPORARY, Outcome.UNCERTAIN) and tried > patience.give_up_after:
        return "given_up"
    return outcome.value


def _wait(attempts: int, spread: float) -> timedelta:
    return WAITS[attempts - 1] if attempts <= len(WAITS) else LATER + spread * SPREAD
