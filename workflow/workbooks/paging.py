"""How a wide table is printed so that it can be read: over pages, its first columns repeated on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

A3, A4 = 8, 9
"""The numbers of papers in the format."""

ACROSS = {A4: 980, A3: 1440}
"""Pixels across a page laid across, within the usual margins, at full size (96 to the inch)."""

LEGIBLE = 0.7
"""Nothing is printed smaller: ten points are seven then."""


@dataclass(frozen=True, slots=True)
class Laid:
    """How a table is laid on paper: which, at how many percent, and before which columns a page begins."""

    paper: int
    scale: int
    breaks: tuple[int, ...]


def pixels(characters: float) -> int:
    """How wide a column of so many characters is."""
    return round(characters * 7) + 5


def laid(groups: Sequence[Sequence[float]], kept: int) -> Laid:
    """A table of these columns, in characters, of which each group stays together; the first `kept` groups
    stand on every page. The smaller paper where it all fits on one page of it."""
    widths = [sum(map(pixels, one)) for one in groups]
    paper = A4 if sum(widths) * LEGIBLE <= ACROSS[A4] else A3
    pages = _pages(widths, kept, ACROSS[paper] / LEGIBLE)
    firsts = [sum(map(len, groups[:one])) for one in pages]
    bounds = [kept, *pages, len(widths)]
    widest = max(sum(widths[:kept]) + sum(widths[first:end]) for first, end in pairwise(bounds))
    return Laid(paper, min(100, int(100 * ACROSS[paper] / widest)), tuple(firsts))


def _pages(widths: Sequence[int], kept: int, room: float) -> list[int]:
    """The groups with which another page begins."""
    found: list[int] = []
    repeated = used = sum(widths[:kept])
    for place, width in enumerate(widths[kept:], start=kept):
        if used > repeated and used + width > room:
            found.append(place)
            used = repeated
        used += width
    return found
