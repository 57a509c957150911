"""Breaking a title, or a label of a form, into lines that read well.

A title has at most twenty 二号 characters a line, and a break must not split a word (GB/T 9704-2012, 7.3.1).
Where words end only the author of the wording knows: the pieces say it. Used by `wording`; measures nothing.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise

LINE_WIDTH, LABEL_WIDTH = 20, 5
MOST_UNITS, MOST_LINES = 20, 6
BOLD_DIGIT = 0.6
NEVER_FIRST = "，。、；：？！）》〉」』”’】〕…"
NEVER_LAST = "（《〈「『“‘【〔"
BRACKETED = re.compile(r"(（[^（）]*）)")


def title_lines(pieces: Sequence[str]) -> tuple[str, ...]:
    """The pieces gathered into the fewest lines of at most twenty characters.

    Among those a 梯形 or 菱形, never narrowest in the middle (7.3.1), then the one whose lines are most even.
    More pieces than anybody needs are gathered line by line, without a choice.
    """
    units = [part for piece in pieces if piece for part in _parts(piece)]
    if len(units) > MOST_UNITS:
        return _filled(units)
    for count in range(1, min(len(units), MOST_LINES + 1)):
        fitting = [lines for lines in _gathered(units, count) if max(map(_set_width, lines)) <= LINE_WIDTH]
        if fitting:
            return min(fitting, key=_shape)
    return tuple(units)


def width(text: str) -> float:
    """How wide a text is, in full-width characters; ASCII counts half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def column_widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """The longest text of each column of a table."""
    return tuple(max(map(width, cells)) for cells in zip(columns, *rows, strict=True))


def _set_width(text: str) -> float:
    """How wide a title may come out: in a bold face a digit takes more than half a character."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else BOLD_DIGIT for c in text)


def _parts(piece: str) -> list[str]:
    """A piece too long for a line, cut evenly; punctuation stays with the word it belongs to."""
    count = math.ceil(_set_width(piece) / LINE_WIDTH)
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


def _filled(units: list[str]) -> tuple[str, ...]:
    lines = [units[0]]
    for unit in units[1:]:
        if _set_width(lines[-1] + unit) <= LINE_WIDTH:
            lines[-1] += unit
        else:
            lines.append(unit)
    return tuple(lines)


def _shape(lines: tuple[str, ...]) -> tuple[bool, float]:
    """Whether a line is narrower than those on both its sides, and how uneven they are."""
    widths = [width(line) for line in lines]
    waist = any(
        before > middle < after for before, middle, after in zip(widths, widths[1:], widths[2:], strict=False)
    )
    return waist, max(widths) - min(widths)


def label_lines(label: str) -> tuple[str, ...]:
    """A label of a form in lines of at most five characters, broken between words as far as one can tell.

    A space says where to break. Else what stands in brackets has a line of its own, and so do the last two
    characters where the rest needs a line less for it: 牵头单位|意见, 主要负责人|意见|（盖章）.
    """
    pieces = [piece for word in label.split() for piece in BRACKETED.split(word) if piece]
    return tuple(line for piece in pieces for line in _label_piece(piece))


def _label_piece(piece: str) -> list[str]:
    if width(piece) <= LABEL_WIDTH:
        return [piece]
    count = math.ceil(width(piece) / LABEL_WIDTH)
    if width(piece[:-2]) <= LABEL_WIDTH * (count - 1):
        return [*_label_piece(piece[:-2]), piece[-2:]]
    cut = _cut(piece, math.ceil(len(piece) / count))
    return [piece[:cut], *_label_piece(piece[cut:])]
