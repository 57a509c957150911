"""Every way the mail room can fail.

One root, itself a `Refusal`, so that the doors tell every failure to people in one way; few classes, which
the office maps to what happens next (retry, task, breaker). The SMTP ones also carry the stage of the
conversation, because only the stage tells a safe repeat from a possible duplicate.
"""

import unicodedata

from states.errors import Refusal

REPLY_BOUND = 500


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


class DeliveryFailure(MailRoomError):
    """A mail was not accepted, or not known to be. `smtp_code` is None where the relay gave no answer."""

    code = "delivery_failure"

    def __init__(self, message: str, *, stage: str, smtp_code: int | None = None, reply: str = "") -> None:
        self.stage = stage
        self.smtp_code = smtp_code
        self.reply = _printable(reply)
        super().__init__(message, stage=stage, smtp_code=smtp_code, reply=self.reply)


class RelayTrouble(DeliveryFailure):
    """The relay or our account there is at fault, not this mail: open the breaker, mark no notice."""

    code = "relay_trouble"


class TemporaryFailure(DeliveryFailure):
    """Not accepted now; sending again later is safe."""

    code = "temporary_failure"


class PermanentFailure(DeliveryFailure):
    """The address (stage `rcpt`) or the message (stage `data`) is refused for good: a person must act."""

    code = "permanent_failure"


class UncertainFailure(DeliveryFailure):
    """The mail was handed over and no answer came: it may or may not arrive. Repeating may duplicate it."""

    code = "uncertain_failure"


def _printable(reply: str) -> str:
    kept = (" " if character.isspace() else character for character in reply)
    return "".join(c for c in kept if unicodedata.category(c)[0] != "C").strip()[:REPLY_BOUND]
