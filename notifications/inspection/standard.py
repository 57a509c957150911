"""GB/T 9704-2012 in figures, in millimetres unless said otherwise, and what may be off in a print."""

SHEET = (210.0, 297.0)
"""5.2.1"""
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
"""The type area, 156 × 225, from the left and top edge of the sheet (5.2.2)."""
MIDDLE = (LEFT + RIGHT) / 2

POINT = 25.4 / 72
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 22.0, 16.0, 14.0
"""二号、三号、四号, in points (5.2.3, 7.3.1, 7.4)."""
EM, SMALL_EM = TEXT_SIZE * POINT, SMALL_SIZE * POINT
CELL = 156 / 28
LINES, CHARACTERS = 22, 28
"""5.2.3"""
ADJUSTED = range(20, 25)
"""Lines a page after the pitch was changed to keep the signature with text (7.3.5.5)."""

ABOVE_BASELINE, BELOW_BASELINE, DASH = 0.88, 0.12, 0.41
"""Of the type size: the em box, and the middle of a dash, over and under the baseline."""

HAIR = 0.18
"""Half a point: what lies on the grid lies there exactly."""
INK = 0.35
"""A point: letters may reach over the edge of their box so far."""
NEAR = 0.5
"""What is placed by eye or depends on the width of a font's digits."""
HALF_LINE = 0.55
"""Blank lines are whole; a title's own lines are no multiple of them (plus a hair)."""


def pitch(lines: int) -> float:
    """From baseline to baseline where the first em box begins and the last one ends the type area."""
    return (BOTTOM - TOP - EM) / (lines - 1)
