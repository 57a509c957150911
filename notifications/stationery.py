"""The stationery of a kind of notice: the sources of its wording, frozen as one value.

The office loads it when a notice is decided and keeps it with the facts, so that a paper rendered later is
worded as it was then. Reads the packaged `templates/`, an office's own folder first, file by file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from notifications import substitution, wording_files
from notifications.errors import NoticeUnrenderable
from notifications.facts import FORM_ROOTS, INTERNAL_FORMS, KINDS, MAIL_KINDS, ROOTS


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

    @property
    def lists_matters(self) -> bool:
        """Whether every part that speaks of a matter can also speak of several (`items`)."""
        drawn_on = [
            substitution.names_in(source) for source in (self.notice, self.subject, self.text, self.html)
        ]
        return "items" in drawn_on[0] and all("items" in names or "case" not in names for names in drawn_on)

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
    return _loaded(kind, override, KINDS)


def load_mail(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of a plain mail: a kind that is only a mail, or a paper's kind sent as one.

    Raises like `load_stationery`.
    """
    return _loaded(kind, override, {**KINDS, **MAIL_KINDS})


def load_form(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of an internal form. Raises like `load_stationery`."""
    return _loaded(kind, override, INTERNAL_FORMS)


def load_any(kind: str, override: Path | None = None) -> Stationery:
    """The current wording of whatever kind. Raises like `load_stationery`."""
    return _loaded(kind, override, wording_files.kinds())


def roots_of(kind: str) -> frozenset[str]:
    """The facts the wording of a kind may draw on."""
    return FORM_ROOTS if kind in INTERNAL_FORMS else ROOTS


def check_kind(kind: str, kinds: Mapping[str, str]) -> None:
    """Raises NoticeUnrenderable (`kind_unknown`) with the kinds there are."""
    if kind not in kinds:
        known = "、".join(f"{name}（{title}）" for name, title in kinds.items())
        raise NoticeUnrenderable(
            f"没有“{kind}”这种文书，可用的有：{known}。", code="kind_unknown", kind=kind, known=list(kinds)
        )


def _loaded(kind: str, override: Path | None, kinds: Mapping[str, str]) -> Stationery:
    check_kind(kind, kinds)
    parts = {"notice": ""}
    for part, name in wording_files.names_of(kind).items():
        parts[part] = wording_files.read(name, override).text
        substitution.check(parts[part], name=name, roots=roots_of(kind))
    return Stationery(kind, **parts)
