"""Text as people type it into cells: when it is blank, what it says, and the form it is compared in.

Used by every reader of this package. Nothing here changes what is stored beyond trimming its ends.
"""

import re
import unicodedata
from datetime import datetime

from states.characters import without_deceptive

_PLACEHOLDER = re.compile(r"[\s\-—–－_/\\]*")
_SHOWN = 40


def is_blank(value: object) -> bool:
    """Whether a cell says nothing: empty, spaces, or only the dashes people put for “none”."""
    if not isinstance(value, str):
        return value is None
    return not value[:1].isalnum() and _PLACEHOLDER.fullmatch(value) is not None


def text_of(value: object) -> str:
    """The cell as text without outer spaces; a blank cell is empty, a whole number has no “.0”."""
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return without_deceptive(str(value)).strip()


def comparable(text: str) -> str:
    """The form two spellings are compared in: full-width folded, spaces and invisible characters dropped."""
    normal = unicodedata.normalize("NFKC", text)
    if " " not in normal and normal.isprintable():  # the other spaces are as little printable as the rest
        return normal.casefold()
    return "".join(
        char for char in normal if not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"}
    ).casefold()


def quoted(text: str) -> str:
    """The text in Chinese quotation marks, cut for messages when long."""
    shown = " ".join(text.split())
    return f"“{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}”"
