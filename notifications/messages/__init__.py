"""MESSAGES: the mail that carries a notice, as bytes: headers, text, HTML and what goes with them.

`build_message` is the only way a mail is made. Whatever stands in facts, names and addresses, it has one
recipient, the headers named here and no others; `notifications.dkim` may sign the bytes it gives.
"""

from notifications.messages.building import build_message, copy_code, subject_of
from notifications.messages.confidence import CONFIDENTIAL_FACTS, CONFIDENTIAL_KINDS, mailed_facts
from notifications.messages.enclosures import ATTACHMENTS_BOUND, Attachment
from notifications.messages.headers import check_address

__all__ = [
    "ATTACHMENTS_BOUND",
    "CONFIDENTIAL_FACTS",
    "CONFIDENTIAL_KINDS",
    "Attachment",
    "build_message",
    "check_address",
    "copy_code",
    "mailed_facts",
    "subject_of",
]
