"""A report set as PDF/A-2b: a cover to be signed, then its tables, headings repeated on every page.

Of a very long table the first rows are printed, and it says so. The layout is
`templates/documents/report.typ`. The same report, fonts and instant give the same bytes. Called
by the office's audit report; reads no clock and no settings.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.press import Press
from notifications.report import Report, Table

LAYOUT = "report.typ"
MOST_PRINTED = 1_000
"""Rows printed of a table: Typst takes a good 100 kB of memory for each, and nobody signs for more."""

GETA = "〓"
"""What printers put where they have no type for a character (下駄)."""

MOST_TRIES = 50


def typeset_report(report: Report, fonts: FontSet, *, made_at: datetime) -> bytes:
    """The report as PDF; `made_at` (aware) becomes the creation date in the file.

    A character no font has never keeps a report from being made: it is printed as 〓, and the cover names it.
    Raises `NoticeUnrenderable` (`layout_failed`, or `glyph_missing` where there are too many of them).
    """
    press, timestamp = _press(fonts), int(made_at.timestamp())
    missing: list[str] = []
    for _ in range(MOST_TRIES):
        try:
            return press.print_plain(_paper(report, fonts, missing), timestamp=timestamp)
        except NoticeUnrenderable as error:
            found = sorted(set(error.facts.get("characters", ())) - {*missing, GETA})
            if not found:
                raise
            missing += found
    return press.print_plain(_paper(report, fonts, missing), timestamp=timestamp)


def _paper(report: Report, fonts: FontSet, missing: Sequence[str]) -> str:
    paper = {
        "title": report.title,
        "facts": report.facts,
        "notes": [*report.notes, *_replaced(missing)],
        "signatures": report.signatures,
        "foot": report.foot,
        "tables": [_table(one) for one in report.tables],
        "fonts": fonts.as_json(),
    }
    return json.dumps(paper, ensure_ascii=False).translate(dict.fromkeys(map(ord, missing), GETA))


def _replaced(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        told = "、".join(f"U+{ord(one):04X}" for one in missing)
        yield f"现有字体中没有的字以{GETA}代替：{told}；原字见表格（xlsx）和有关记载。"


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "note": table.note,
        "count": len(table.rows),
        "columns": [{"title": one.title, "width": one.width} for one in table.columns],
        "rows": [[_printable(str(cell)) for cell in row] for row in table.rows[:MOST_PRINTED]],
    }


def _printable(text: str) -> str:
    """The text without characters that have no shape: one is printed like one no font has."""
    return "".join(
        GETA if unicodedata.category(one) in ("Cc", "Cs", "Cn") and one != "\n" else one for one in text
    )


@lru_cache(maxsize=4)
def _press(fonts: FontSet) -> Press:
    return Press(LAYOUT, fonts.library)
