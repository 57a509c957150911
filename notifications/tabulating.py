"""A report set as PDF/A-2b: a cover to be signed, then its tables, headings repeated on every page.

The layout is `templates/documents/report.typ`. The same report, fonts and instant give the same bytes. Called
by the office's audit report; reads no clock and no settings.
"""

import json
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any

from notifications.fonts import FontSet
from notifications.press import Press
from notifications.report import Report, Table

LAYOUT = "report.typ"
UNSEEN = "\ufffd"


def typeset_report(report: Report, fonts: FontSet, *, made_at: datetime) -> bytes:
    """The report as PDF; `made_at` (aware) becomes the creation date in the file.

    Raises `NoticeUnrenderable`: `glyph_missing` names the characters no font has.
    """
    paper = {
        "title": report.title,
        "facts": report.facts,
        "notes": report.notes,
        "signatures": report.signatures,
        "foot": report.foot,
        "tables": [_table(one) for one in report.tables],
        "fonts": fonts.as_json(),
    }
    text = json.dumps(paper, ensure_ascii=False)
    pdf, _ = _press(fonts).print(text, timestamp=int(made_at.timestamp()))
    return pdf


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "note": table.note,
        "columns": [{"title": one.title, "width": one.width} for one in table.columns],
        "rows": [[_printable(str(cell)) for cell in row] for row in table.rows],
    }


def _printable(text: str) -> str:
    """The text without characters that have no shape: a control character is shown as one that is missing."""
    return "".join(
        UNSEEN if unicodedata.category(one) in ("Cc", "Cs", "Cn") and one != "\n" else one for one in text
    )


@lru_cache(maxsize=4)
def _press(fonts: FontSet) -> Press:
    return Press(LAYOUT, fonts.library)
