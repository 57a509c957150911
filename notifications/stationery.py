"""The stationery of a kind of notice: the sources of its wording, frozen as one value.

The office loads it when a notice is decided and keeps it with the facts, so that a paper rendered later is
worded as it was then. Reads the packaged `templates/`, an office's own folder first, file by file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Self

from notifications import substitution
from notifications.errors import NoticeUnrenderable
from notifications.facts import FORM_ROOTS, INTERNAL_FORMS, KINDS, MAIL_KINDS, ROOTS

FILE_BOUND = 100_000


@dataclass(frozen=True, slots=True)
class Stationery:
    """The template sources of one kind: the paper (`notice`) and the mail (`subject`, `text`, `html`).

    An internal form has no mail, a plain mail's own kind no paper.
    """

    kind: str
    notice: str
    subject: str = ""
    text: str = ""
    html: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal: the identity of the wording."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    def as_json(self) -> str:
        """Canonical JSON text: sorted keys, no spaces, UTF-8."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The stationery frozen by `as_json`."""
        value = json.loads(text)
        if not isinstance(value, dict) or set(value) != {field.name for field in fields(cls)}:
            raise NoticeUnrenderable("存档的模板不完整，请重新生成该文书。", code="stationery_invalid")
        return cls(**value)


def load_stationery(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of a kind; `override` is the office's folder, laid out like `templates/`.

    Raises NoticeUnrenderable for an unknown kind (`kind_unknown`) and for wording that cannot work. Internal
    forms and mail kinds are unknown here, so that nothing mails the one or lays out the other.
    """
    _check_kind(kind, KINDS)
    return _mailed(kind, _folders(override), notice=_source(_folders(override), f"notices/{kind}.txt.j2"))


def load_mail(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of a plain mail: a kind that is only a mail, or a paper's kind sent as one.

    Raises like `load_stationery`.
    """
    _check_kind(kind, {**KINDS, **MAIL_KINDS})
    if kind in KINDS:
        return load_stationery(kind, override)
    return _mailed(kind, _folders(override), notice="")


def load_form(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of an internal form. Raises like `load_stationery`."""
    _check_kind(kind, INTERNAL_FORMS)
    return Stationery(kind, _source(_folders(override), f"notices/{kind}.txt.j2", FORM_ROOTS))


def _mailed(kind: str, folders: list[Traversable], *, notice: str) -> Stationery:
    return Stationery(
        kind=kind,
        notice=notice,
        subject=_source(folders, f"mail/{kind}/subject.txt.j2"),
        text=_source(folders, f"mail/{kind}/body.txt.j2"),
        html=_source(folders, f"mail/{kind}/body.html.j2"),
    )


def _check_kind(kind: str, kinds: Mapping[str, str]) -> None:
    if kind not in kinds:
        known = "、".join(f"{name}（{title}）" for name, title in kinds.items())
        raise NoticeUnrenderable(
            f"没有“{kind}”这种文书，可用的有：{known}。", code="kind_unknown", kind=kind, known=list(kinds)
        )


def _folders(override: Path | None) -> list[Traversable]:
    return [*([override] if override else []), files("templates")]


def _source(folders: list[Traversable], name: str, roots: frozenset[str] = ROOTS) -> str:
    file = next(found for folder in folders if (found := folder.joinpath(name)).is_file())
    content = file.read_bytes()
    if len(content) > FILE_BOUND:
        raise NoticeUnrenderable(
            f"模板{name}超过{FILE_BOUND}字节，请删减。", code="wording_invalid", template=name
        )
    try:
        source = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NoticeUnrenderable(
            f"模板{name}不是UTF-8编码，请另存为UTF-8。", code="wording_invalid", template=name
        ) from error
    substitution.check(source, name=name, roots=roots)
    return source
