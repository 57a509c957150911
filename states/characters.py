"""Characters nobody sees and that deceive: control codes, overrides of direction, zero widths."""

import unicodedata

from states.errors import FactInvalid

LINE_BREAKS = "\n\t"
DIRECTION = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def is_deceptive(character: str) -> bool:
    """Whether a character has no place in an office's words. Line breaks and tabs have."""
    if character in LINE_BREAKS:
        return False
    return character in DIRECTION or unicodedata.category(character) in ("Cc", "Cs")


def without_deceptive(text: str) -> str:
    """The text without them; Windows line ends become plain ones."""
    if text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in plain if not is_deceptive(character))


def check_characters(text: str) -> None:
    """Raises `FactInvalid` for characters nobody sees: controls, direction overrides, lone surrogates."""
    if any(is_deceptive(character) for character in text):
        raise FactInvalid("文字中有看不见的控制字符，请重新输入。", code="text_invalid")
