"""What goes with a mail: attachments as far as a mailbox takes them, under names that any desk can save."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import PurePosixPath

from notifications.messages.headers import single_line

ATTACHMENTS_BOUND = 10 * 1024 * 1024
"""Bytes of all attachments together before base64, which makes 13.7 MiB of them: most relays take 20."""

NAME_BOUND, ENDING_BOUND = 80, 10
"""So that a Chinese name keeps within the 255 bytes of a file system."""

UNSAVEABLE = str.maketrans('/\\:*?"<>|', "／＼：＊？＂＜＞｜")
"""Characters Windows has no files with, by those people read alike; a header's own marks are among them."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go with the mail; `name` is what the recipient sees, Chinese allowed.

    `parameters` are those of its content type, as `charset`.
    """

    name: str
    content: bytes
    media_type: str = "application/pdf"
    parameters: Mapping[str, str] = field(default_factory=dict)


def parted(attachments: Sequence[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    """Those that fit into one mail, in their order, and those that are too large to go with them."""
    fitting: list[Attachment] = []
    left_out: list[Attachment] = []
    for attachment in attachments:
        taken = sum(len(one.content) for one in fitting)
        fits = taken + len(attachment.content) <= ATTACHMENTS_BOUND
        (fitting if fits else left_out).append(attachment)
    return fitting, left_out


def attach(message: EmailMessage, attachments: Iterable[Attachment]) -> None:
    """Put them behind the words. Raises NoticeUnrenderable (`header_unsafe`) for a name with a line break."""
    for attachment in attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            params=dict(attachment.parameters),
            filename=file_name(attachment.name),
        )


def file_name(name: str) -> str:
    """The name under which an attachment can be saved: short enough, and without a folder in it."""
    safe = single_line("附件名称", name).translate(UNSAVEABLE).strip(". ")
    path = PurePosixPath(safe)
    ending = path.suffix[:ENDING_BOUND]
    return path.stem[: NAME_BOUND - len(ending)] + ending or "附件"
