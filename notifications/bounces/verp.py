"""The bounce address: an envelope sender that names the mail it stands on.

A report that gives nothing of the mail back still comes to the address we gave. Its token is what stands
before the `@` of our Message-ID, so it is found again without a table. Hosts on the way may change the case
of an address; the token has none.
"""

import re

from notifications.errors import BounceAddressInvalid

OUR_MESSAGE_ID = re.compile(r"<([0-9a-f]{32}\.\d{1,9})@[^@<>\s]{1,255}>")
OUR_TOKEN = re.compile(r"[0-9a-f]{32}\.[0-9]{1,9}@", re.IGNORECASE)
"""How a Message-ID of ours begins, and no address of anybody."""
OUR_ADDRESS = re.compile(r"\+b-([0-9a-f]{32}\.[0-9]{1,9})@", re.IGNORECASE)
LOCAL_PART_BOUND = 64
"""Octets before the `@` (RFC 5321, 4.5.3.1.1)."""


def bounce_address(mail_from: str, message_id: str) -> str:
    """The envelope sender `local+b-<token>@domain` for one mail.

    `message_id` is ours, `<32 hexadecimal digits.epoch@domain>`. The mailbox of `mail_from` must take
    addresses with a `+` part. Raises BounceAddressInvalid.
    """
    token = OUR_MESSAGE_ID.fullmatch(message_id)
    local, at, domain = mail_from.rpartition("@")
    if not token or not (local and at and domain):
        raise BounceAddressInvalid(
            "退信地址须由完整的发件地址和本系统的邮件标识组成，请检查发件地址。", mail_from=mail_from
        )
    named = f"{local}+b-{token[1]}"
    if len(named.encode()) > LOCAL_PART_BOUND:
        raise BounceAddressInvalid(
            f"发件地址“@”前的部分太长，加上退信标记超过{LOCAL_PART_BOUND}字节，请换用较短的发件地址。",
            mail_from=mail_from,
        )
    return f"{named}@{domain}"


def is_ours(message_id: str) -> bool:
    """Whether a Message-ID, brackets included, has the form of ours."""
    return OUR_MESSAGE_ID.fullmatch(message_id) is not None


def bounce_token(text: str) -> str | None:
    """The token of a bounce address, alone or within a header; None where there is none."""
    found = OUR_ADDRESS.search(text)
    return found[1].lower() if found else None
