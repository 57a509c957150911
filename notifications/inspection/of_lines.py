"""How many characters a line holds, and that lines are filled from edge to edge."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from notifications.inspection.look import CLOSING, OPENING, Look, Page, Piece
from notifications.inspection.of_page import is_full_width, short
from notifications.inspection.standard import CELL, CHARACTERS, LEFT, NEAR, RIGHT
from notifications.inspection.verdict import Item, Topic

CELLS = Topic("line_cells", "每行字数", "排满的行28字，两端对齐（GB/T 9704-2012，5.2.3）")

SQUEEZED = 0.75
FEWEST, MOST = 26.9, 28.6
ENOUGH = 3
UNBREAKABLE = re.compile(r"[^\u2e80-\uffff]|.{1,20}〔|\w{0,12}[0-9A-Za-z]")
"""What may begin a line because it did not fit whole on the one before: a number, an address, a word."""

Line = tuple[Page, Piece, Piece]
"""A line on its page, and the line after it."""


def line_cells(look: Look) -> list[Item]:
    lines = [*_going_on(look)]
    full = [line for line in lines if _is_full(line[1])]
    free = [cells(piece) for _, piece, after in full if not _is_bound(piece, after)]
    faults = [*_ragged(lines), *_wrong(full)]
    if not full and not faults:
        return CELLS.not_concerned("没有排满的纯汉字行")
    usual = median(free) if free else CHARACTERS
    if len(free) >= ENOUGH and abs(usual - CHARACTERS) > 0.3:
        faults.append(CELLS.fault(f"排满的行多数是{usual:g}字，不是28字", measured=f"{usual:g}字"))
    return CELLS.judged(faults, f"{len(full)}个排满的行，中位数{usual:g}字")


def cells(piece: Piece) -> float:
    """How many characters a line holds, its indent among them; a squeezed mark counts half."""
    steps = [after[1] - before[1] for before, after in pairwise(piece.glyphs)]
    halves = sum(step < SQUEEZED * CELL for step in steps)
    halves += (piece.ink_left != piece.left) + (piece.ink_right != piece.right)
    return max(0, round((piece.ink_left - LEFT) / CELL)) + len(piece.glyphs) - halves / 2


def _going_on(look: Look) -> Iterator[Line]:
    """Every line of Chinese text whose paragraph goes on in the next."""
    lines = [(page, piece) for page in look.main for piece in look.body(page)]
    for (page, piece), (_, after) in pairwise(lines):
        step = after.baseline - piece.baseline
        begins = min(abs(piece.ink_left - LEFT), abs(piece.ink_left - LEFT - 2 * CELL)) < NEAR
        follows = abs(after.ink_left - LEFT) < NEAR and not 1.3 * look.pitch < step
        if begins and follows and is_full_width(piece.glyphs):
            yield page, piece, after


def _is_full(piece: Piece) -> bool:
    return abs(piece.ink_right - RIGHT) < 2 * NEAR


def _wrong(full: Sequence[Line]) -> Iterator[Item]:
    for page, piece, after in full:
        count = cells(piece)
        few = count < FEWEST and not _is_bound(piece, after)
        if few or count > MOST:
            told = f"第{page.number}页“{short(piece.text)}”一行有{count:g}字"
            yield CELLS.fault(told, page.number, f"{count:g}字")


def _ragged(lines: Sequence[Line]) -> Iterator[Item]:
    for page, piece, after in lines:
        left_over = RIGHT - piece.ink_right
        ended = piece.text.endswith("：") or not is_full_width(after.glyphs[:1])
        if left_over > 2 * NEAR and not ended:
            told = f"第{page.number}页“{short(piece.text)}”一行右边差{left_over:.1f}毫米没有排满"
            yield CELLS.fault(told, page.number, f"{left_over:.1f}毫米")


def _is_bound(piece: Piece, after: Piece) -> bool:
    """Whether the line may be a character short: no mark begins a line that may not (避头尾)."""
    marks = any(one in OPENING + CLOSING for one in piece.text[-1:] + after.text[:2])
    return marks or UNBREAKABLE.match(after.text) is not None
