"""SEALS: what makes a laid-out paper the organ's own act: a certificate, or the office's e-seal service.

A picture of a seal is not a seal: a reliable electronic signature is in its signer's sole control, and shows
every later change (电子签名法第十三条). Whatever seals a paper only adds to the file it was given, so that
what was checked is what was sealed.
"""

from importlib import import_module
from typing import Any, Protocol

from notifications.errors import MailRoomError


class SealFailed(MailRoomError):
    """A paper could not be sealed: `seal_unusable`, `seal_refused`, `seal_away`, `seal_altered`."""

    code = "seal_refused"


class Sealer(Protocol):
    """Something that seals a PDF."""

    @property
    def name(self) -> str:
        """Who or what seals, as the history tells it."""

    def seal(self, pdf: bytes, *, title: str) -> bytes:
        """The same file with a seal added behind it. Raises `SealFailed`."""


def sealed(sealer: Sealer, pdf: bytes, *, title: str) -> bytes:
    """What the sealer made of a file, if it left every byte of it where it was and signed the whole.

    Raises `SealFailed`, `seal_altered` among others where the file came back without a signature over all of
    it, or changed in what had been checked.
    """
    result = sealer.seal(pdf, title=title)
    addition: Any = import_module("notifications.seals.addition")  # long to import, and few papers are sealed
    fault = next(addition.faults_added(pdf, result), None)
    if fault is not None:
        raise SealFailed(
            f"{sealer.name}返回的文件不是在原件之后追加签章：{fault}。请检查签章服务的设置。",
            code="seal_altered",
            sealer=sealer.name,
        )
    return result
