"""Which column of a register holds what, as somebody once said it of a source's files.

A source's next file is known by its heading: the same names in the same order, however they are written.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from states.register.amending import Amendments
from states.register.headers import REGISTER_NAMES, SEARCHED
from states.register.sheet import Sheet
from states.register.wording import comparable, text_of


def signature(headings: Sequence[str]) -> str:
    """What a heading is known by: SHA-256 (hex) of its names in the form spellings are compared in."""
    told = [comparable(one) for one in headings]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def mapped(sheets: Sequence[Sheet], headings: str, fields: Sequence[str]) -> Amendments | None:
    """The headings of a file as its mapping has them read; None for a file with another heading."""
    for sheet in sheets:
        for row in sorted(sheet.rows)[:SEARCHED]:
            names = named_columns(sheet, row)
            if names and signature(list(names.values())) == headings:
                said = dict(zip(names, fields, strict=False))
                cells = {(sheet.name, row, column): _name(field) for column, field in said.items()}
                return Amendments(cells)
    return None


def named_columns(sheet: Sheet, row: int) -> Mapping[int, str]:
    """The columns of a row that say something, with what they say on one line."""
    texts = {column: text_of(value) for column, value in sheet.rows[row].cells.items()}
    return {column: " ".join(text.split()) for column, text in sorted(texts.items()) if text}


def _name(field: str) -> str:
    return REGISTER_NAMES[field][0] if field in REGISTER_NAMES else ""
