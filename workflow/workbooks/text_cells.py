"""Text on its way into a spreadsheet: it stays text, and nothing no file can hold gets in."""

import re

MOST_CHARACTERS = 32_000
"""What a cell shows; a spreadsheet refuses more than 32,767."""

CUT = "……（余下从略，全文见该条记载）"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def writable(text: str) -> str:
    """The text without what no workbook holds, cut where it is too long for a cell."""
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - len(CUT)] + CUT
    return text if text.isprintable() else UNWRITABLE.sub(REPLACEMENT, text)
