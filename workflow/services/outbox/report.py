"""What a run of the sender came to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifications.errors import RelayTrouble
from states.delivery import MailState
from workflow.services.rendering import RenderReport


@dataclass(slots=True)
class SendReport:
    """What a run of the sender did, and how things stand after it.

    `deferred` will be tried again, `failed` waits for a person: refused, given up, or held since nobody knows
    whether it left. `waiting` counts messages still to be sent, those to domains that are not allowed among
    them; `undelivered` papers without any address to mail them to. `relay` says why the relay could not be
    used, `relay_closed_until` until when it is left alone. `window_opens_at` is when mails may leave again,
    where a run that keeps to the window ended outside it.
    """

    rendering: RenderReport = field(default_factory=RenderReport)
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    waiting: int = 0
    undelivered: int = 0
    relay: RelayTrouble | None = None
    relay_closed_until: datetime | None = None
    window_opens_at: datetime | None = None

    def count(self, state: str) -> None:
        """Count a message by the state its attempt left it in."""
        self.sent += state == MailState.SENT
        self.deferred += state == MailState.RETRY
        self.failed += state in (MailState.FAILED, MailState.GAVE_UP, MailState.HELD)

    @property
    def was_answered(self) -> bool:
        """Whether the relay said anything of a message."""
        return bool(self.sent or self.deferred or self.failed)

    def as_json(self) -> dict[str, Any]:
        closed, opens = self.relay_closed_until, self.window_opens_at
        return {
            "rendered": self.rendering.rendered,
            "unrenderable": self.rendering.failed,
            "sent": self.sent,
            "deferred": self.deferred,
            "failed": self.failed,
            "waiting": self.waiting,
            "undelivered": self.undelivered,
            "relay": self.relay.as_json() if self.relay else None,
            "relay_closed_until": closed.isoformat() if closed else None,
            "window_opens_at": opens.isoformat() if opens else None,
        }
