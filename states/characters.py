"""Characters nobody sees and that deceive: control codes, overrides of direction, zero widths."""

import unicodedata

LINE_BREAKS = "\n\t"
DIRECTION = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def is_deceptive(character: str) -> bool:
    """Whether a character has no place in an office's words. Line breaks and tabs have."""
    if character in LINE_BREAKS:
        return False
    return character in DIRECTION or unicodedata.category(character) in ("Cc", "Cs")


def without_deceptive(text: str) -> str:
    """The text without them; Windows line ends become plain ones."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in plain if not is_deceptive(character))
