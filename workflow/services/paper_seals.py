"""What seals the papers of an organ here: a picture, a certificate, an e-seal service, or nobody.

By default nobody: “（印章）” marks where the printed paper is stamped. A file in the folder of seals is used
for the papers of one organ alone: the supervision office's seal never stands under a measure of the
organization department.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notifications.document import Document
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.seals import Sealer, sealed
from notifications.seals.certificate import Certificate
from notifications.seals.picture import checked_seal
from notifications.seals.service import SealService
from workflow.services.letterheads import OFFICE, ORGANIZATION
from workflow.settings import Settings

PICTURE, KEY = ".png", ".p12"
ORGANS = {OFFICE: "督查机构", ORGANIZATION: "组织部门"}


@dataclass(frozen=True, slots=True)
class Seal:
    """How an organ's papers are sealed: the picture that is printed, and who signs the file."""

    picture: Path | None
    sealer: Sealer | None

    def on(self, paper: Document) -> Document:
        """The paper with the picture where it leaves room for a seal; a draft is never sealed."""
        if self.picture is None or paper.draft or paper.seal != "place":
            return paper
        return paper.model_copy(update={"seal": "image"})

    def put_on(self, pdf: bytes, *, title: str) -> tuple[bytes, dict[str, str]]:
        """The file signed or sealed, and what its entry tells of that: by whom, and the hash it had before.

        Raises `SealFailed`.
        """
        if self.sealer is None:
            return pdf, {}
        before = hashlib.sha256(pdf).hexdigest()
        return sealed(self.sealer, pdf, title=title), {
            "sealed_by": self.sealer.name,
            "unsealed_sha256": before,
        }

    def image(self) -> bytes | None:
        """The picture. Raises `NoticeUnrenderable` (`seal_invalid`) where the file cannot be read."""
        if self.picture is None:
            return None
        try:
            return self.picture.read_bytes()
        except OSError as error:
            raise NoticeUnrenderable(
                f"印章图片{self.picture.name}无法读取，请核对文件和权限。", code="seal_invalid"
            ) from error


def seal_of(settings: Settings, issuer: str) -> Seal:
    """The seal of `office` or `organization`. Raises `NoticeUnrenderable` (`seal_folder_missing`)."""
    return Seal(_file(settings, issuer, PICTURE), _sealer(settings, issuer))


def _sealer(settings: Settings, issuer: str) -> Sealer | None:
    if settings.seal_url is not None:
        token = settings.seal_token
        return SealService(settings.seal_url, issuer, token.get_secret_value() if token else None)
    key, password = _file(settings, issuer, KEY), settings.seal_password
    return None if key is None else Certificate(key, password.get_secret_value() if password else None)


def _file(settings: Settings, issuer: str, suffix: str) -> Path | None:
    if settings.seals is None:
        return None
    if not settings.seals.is_dir():
        raise NoticeUnrenderable(
            f"印章文件夹“{settings.seals}”不存在，请核对DUBAN_SEALS。", code="seal_folder_missing"
        )
    place = settings.seals / f"{issuer}{suffix}"
    return place if place.is_file() else None


def look_over(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Whether what seals each organ's papers can be used, and what it is; nothing where they are stamped."""
    for issuer, organ in ORGANS.items():
        try:
            seal = seal_of(settings, issuer)
            if seal.picture is not None:
                checked_seal(seal.image())
                told = f"印有{seal.picture.name}；图片不是电子签名，效力以签名或用印为准"
                yield True, f"{organ}的文书{told}"
            if seal.sealer is not None:
                yield True, f"{organ}的文书由“{seal.sealer.name}”签章"
        except MailRoomError as refusal:
            yield False, f"{organ}：{refusal.message}"
