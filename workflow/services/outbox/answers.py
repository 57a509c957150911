"""What a relay or a channel answered, as the outbox enters it."""

from collections.abc import Sequence

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
    told = f"{failure.stage} {failure.smtp_code or ''} {failure.reply}".strip()
    told = failure.message if isinstance(failure, ChannelTrouble) else told
    return Answer(outcome, told, failure.stage, failure.smtp_code, failure.enhanced)


def accepted(accepted: Accepted) -> Answer:
    """An answer that the message was taken."""
    told = f"{accepted.code} {accepted.reply}"
    return Answer(Outcome.ACCEPTED, told, "end", accepted.code, accepted.enhanced, accepted.queue_id)
