"""Every way the mail room can fail.

One root, itself a `Refusal`, so that the doors tell every failure to people in one way; few classes, which
the office maps to what happens next (retry, task, breaker). The SMTP ones also carry the stage of the
conversation, because only the stage tells a safe repeat from a possible duplicate.
"""

from datetime import datetime

from notifications.replies import cleaned, enhanced_code
from states.errors import Refusal


class MailRoomError(Refusal):
    """Root of all failures here."""

    code = "mail_room_error"


class NoticeUnrenderable(MailRoomError):
    """The wording, the facts or the glyphs do not make a complete paper; trying again changes nothing."""

    code = "notice_unrenderable"


class FontMissing(MailRoomError):
    """A type role has no font at all. Typst would print empty pages without a word, so nothing is printed."""

    code = "font_missing"


class RelayAddressInvalid(MailRoomError):
    """The relay's URL cannot be used. The message never repeats the URL: it may hold a password."""

    code = "relay_address_invalid"


class BounceAddressInvalid(MailRoomError):
    """No bounce address can be made of this sender: it is none, or too long for a token."""

    code = "bounce_address_invalid"


class MailboxAddressInvalid(MailRoomError):
    """The mailbox's URL cannot be used. The message never repeats the URL: it holds a password."""

    code = "mailbox_address_invalid"


class MailboxTrouble(MailRoomError):
    """The mailbox cannot be reached, entered or read now; nothing was lost, and later is soon enough.

    `stage` is `connect`, `login`, `folder` or `fetch`.
    """

    code = "mailbox_trouble"

    def __init__(self, message: str, *, stage: str, reply: str = "") -> None:
        self.stage = stage
        self.reply = cleaned(reply)
        super().__init__(message, stage=stage, reply=self.reply)


class ChannelInvalid(MailRoomError):
    """A channel cannot be used as it is set. The message never repeats its URL: that holds its key."""

    code = "channel_invalid"


class WebhookInvalid(MailRoomError):
    """A receiver's address cannot be used. The message never repeats it: a path may hold a key."""

    code = "webhook_invalid"


class DeliveryFailure(MailRoomError):
    """A mail was not accepted, or not known to be.

    `stage` is where the conversation stood (see `verdicts.Stage`). `smtp_code` is None where the relay gave
    no answer, `enhanced` where its answer held no code of RFC 3463. `reply` is the answer, cleaned and cut.
    """

    code = "delivery_failure"

    def __init__(
        self,
        message: str,
        *,
        stage: str,
        smtp_code: int | None = None,
        reply: str = "",
        code: str | None = None,
    ) -> None:
        self.stage = stage
        self.smtp_code = smtp_code
        self.reply = cleaned(reply)
        self.enhanced = enhanced_code(self.reply)
        told = {"stage": stage, "smtp_code": smtp_code, "enhanced": self.enhanced, "reply": self.reply}
        super().__init__(message, code=code, **told)


class RelayTrouble(DeliveryFailure):
    """The relay or our account there is at fault, not this mail: open the breaker, mark no notice."""

    code = "relay_trouble"


class ChannelTrouble(RelayTrouble):
    """A channel's service or our account there is at fault, not this copy; its facts never hold its URL."""

    code = "channel_trouble"


class TemporaryFailure(DeliveryFailure):
    """Not accepted now; sending again later is safe."""

    code = "temporary_failure"


class PermanentFailure(DeliveryFailure):
    """The address (`rcpt`) or the message (`data`, `end`) is refused for good: a person must act."""

    code = "permanent_failure"


class ReceiverTrouble(TemporaryFailure):
    """A receiver of webhooks cannot be reached or did not take a body; a repeat is safe.

    `retry_after` is for how many seconds it asked to be left alone.
    """

    code = "receiver_trouble"

    def __init__(
        self,
        message: str,
        *,
        stage: str = "connect",
        reply: str = "",
        code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, stage=stage, reply=reply, code=code)


class ReceiverGone(PermanentFailure):
    """A receiver of webhooks says that it takes no more (410), now or later."""

    code = "receiver_gone"


class UncertainFailure(DeliveryFailure):
    """The final dot was written and no answer came: the mail may or may not arrive, twice if repeated."""

    code = "uncertain_failure"


def check_aware(issued_at: datetime) -> None:
    """Refuse an instant without a zone: a paper's day would depend on the machine's."""
    if issued_at.tzinfo is None:
        raise MailRoomError("成文时间缺少时区，请传入带时区的时间。", code="instant_naive")
