"""What a relay or a channel answered, as the outbox enters it."""

from collections.abc import Sequence
from datetime import timedelta

from notifications.errors import (
    ChannelTrouble,
    DeliveryFailure,
    PermanentFailure,
    TemporaryFailure,
    UncertainFailure,
)
from notifications.relay import Accepted
from states.delivery import Outcome
from workflow.services.outbox.attempts import Answer

OUTCOMES: Sequence[tuple[type[DeliveryFailure], Outcome]] = (
    (TemporaryFailure, Outcome.TEMPORARY),
    (PermanentFailure, Outcome.PERMANENT),
    (UncertainFailure, Outcome.UNCERTAIN),
    (ChannelTrouble, Outcome.TEMPORARY),
)


def failed(failure: DeliveryFailure) -> Answer:
    """An answer that the message was not taken, or none. The relay's own trouble is no message's answer."""
    outcome = next(outcome for kind, outcome in OUTCOMES if isinstance(failure, kind))
    told = " ".join(str(one) for one in (failure.stage, failure.smtp_code, failure.reply) if one)
    told = failure.message if isinstance(failure, ChannelTrouble) else told
    asked = timedelta(seconds=getattr(failure, "retry_after", None) or 0)
    return Answer(outcome, told, failure.stage, failure.smtp_code, failure.enhanced, asked=asked)


def accepted(accepted: Accepted) -> Answer:
    """An answer that the message was taken."""
    told = f"{accepted.code} {accepted.reply}"
    return Answer(Outcome.ACCEPTED, told, "end", accepted.code, accepted.enhanced, accepted.queue_id)
