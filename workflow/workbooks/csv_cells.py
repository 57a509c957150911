"""Cells of CSV: guarded so that no spreadsheet runs them, and the encodings they come and go in."""

import re

ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}
"""By the name people give them: UTF-8 goes out with its mark, by which Excel knows it."""

LIKE_A_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\ufeff]*[=+\-@＝＋－＠])")
"""What some spreadsheet runs, or would once it has taken the blanks before it away."""
GUARD = "'"


def guarded(text: str) -> str:
    """The text as no spreadsheet runs it."""
    return GUARD + text if LIKE_A_FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """What was told, from the cell it stands in."""
    return cell[1:] if cell.startswith(GUARD) and LIKE_A_FORMULA.match(cell) else cell
