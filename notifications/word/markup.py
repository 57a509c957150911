"""Paragraphs and runs as WordprocessingML text. The only place where a paper's words become markup.

Every function here returns XML without namespace declarations; `grafted` turns it into elements.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from docx.oxml import parse_xml

from notifications.archive import legal

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("o", "urn:schemas-microsoft-com:office:office"),
    )
)
NUMBERED = re.compile("(?<=[0-9])-(?=[0-9])")
"""The hyphen of a number, 2026-031, at which no line may end."""
BREAKS = re.compile("[\t\n\r]+")

CELL = 156 / 28
"""The width of a character of the body text, in millimetres: 28 fill a line (GB/T 9704-2012, 5.2.3)."""


def twips(millimetres: float) -> int:
    """Word's own unit: a twentieth of a point."""
    return round(millimetres * 1440 / 25.4)


def cells(count: float) -> int:
    """That many characters of the body text, in twips."""
    return twips(count * CELL)


def plain(text: str) -> str:
    """What XML can hold, in one line."""
    return BREAKS.sub(" ", legal(text))


def run(text: str, *, style: str | None = None, properties: str = "") -> str:
    """A stretch of text; the hint makes “ ” — … Chinese characters, as wide as the others."""
    styled = f'<w:rStyle w:val="{style}"/>' if style else ""
    look = f'<w:rPr>{styled}<w:rFonts w:hint="eastAsia"/>{properties}</w:rPr>'
    pieces = (f'<w:t xml:space="preserve">{piece}</w:t>' for piece in NUMBERED.split(escape(plain(text))))
    return f"<w:r>{look}{'<w:noBreakHyphen/>'.join(pieces)}</w:r>"


TAB, BREAK = "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>"
EDGE = f'<w:tabs><w:tab w:val="right" w:pos="{twips(156)}"/></w:tabs>'
"""A stop at the right edge of the type area."""


def paragraph(style: str, *runs: str, properties: str = "") -> str:
    """A paragraph of a named style; `properties` in the order the schema asks for."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def blank(style: str = "GwPlain", count: int = 1, *, properties: str = "") -> str:
    """Empty lines."""
    return paragraph(style, properties=properties) * count


def grafted(parts: Iterable[str]) -> list[Any]:
    """The elements of this markup, in order."""
    return list(parse_xml(f"<w:body {NAMESPACES}>{''.join(parts)}</w:body>"))
