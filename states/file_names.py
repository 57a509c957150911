"""What a file may be called here: the name somebody gave it, made harmless. Only data, never a path."""

import re
import unicodedata

from states.characters import is_deceptive

MAX_BYTES = 200
"""A file system takes 255; there is room left for what a browser adds, as in 附件(1).pdf."""
LONGEST_SUFFIX = 16
NAMELESS = "未命名"

_PARTS = re.compile(r"[\\/]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)")
"""Names Windows keeps for its devices, with whatever suffix."""


def cleaned(given: str) -> str:
    """The last part of a given name without what no eye sees or some system trips over, at most 200 bytes.

    A name that is fine stays as it is. The suffix is kept where a long one is cut.
    """
    visible = "".join(one for one in given if not _is_unseen(one))
    name = _FORBIDDEN.sub("_", _PARTS.split(unicodedata.normalize("NFC", visible))[-1]).strip(" ")
    name = name.rstrip(". ")
    name = f"_{name}" if _DEVICE.match(name) else name
    return _cut(name) or NAMELESS


def _is_unseen(character: str) -> bool:
    return is_deceptive(character) or unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp")


def _cut(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        stem, dot, suffix = name, "", ""
    room = MAX_BYTES - len(f"{dot}{suffix}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + suffix
