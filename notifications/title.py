"""Breaking a title into lines that read well.

A title has at most twenty 二号 characters a line, and a break must not split a word (GB/T 9704-2012, 7.3.1).
Where words end only the author of the wording knows: the pieces say it. Used by `wording`; measures nothing.
"""

import math
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise

LINE_WIDTH = 20
NEVER_FIRST = "，。、；：？！）》〉」』”’】〕…"
NEVER_LAST = "（《〈「『“‘【〔"


def title_lines(pieces: Sequence[str]) -> tuple[str, ...]:
    """The pieces gathered into the fewest lines of at most twenty characters, as even as possible."""
    units = [part for piece in pieces if piece for part in _parts(piece)]
    for count in range(1, len(units)):
        fitting = [lines for lines in _gathered(units, count) if max(map(width, lines)) <= LINE_WIDTH]
        if fitting:
            return min(fitting, key=_raggedness)
    return tuple(units)


def width(text: str) -> float:
    """How wide a text is, in full-width characters; ASCII counts half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def _parts(piece: str) -> list[str]:
    """A piece too long for a line, cut evenly; punctuation stays with the word it belongs to."""
    count = math.ceil(width(piece) / LINE_WIDTH)
    if count <= 1:
        return [piece]
    cut = _cut(piece, math.ceil(len(piece) / count))
    return [piece[:cut], *_parts(piece[cut:])]


def _cut(piece: str, cut: int) -> int:
    while cut > 1 and (piece[cut] in NEVER_FIRST or piece[cut - 1] in NEVER_LAST):
        cut -= 1
    return cut


def _gathered(units: list[str], count: int) -> list[tuple[str, ...]]:
    breaks = combinations(range(1, len(units)), count - 1)
    return [tuple("".join(units[a:b]) for a, b in pairwise((0, *cuts, len(units)))) for cuts in breaks]


def _raggedness(lines: tuple[str, ...]) -> float:
    widths = [width(line) for line in lines]
    return max(widths) - min(widths)
