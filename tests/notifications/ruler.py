"""Measures a printed page by its content stream, in millimetres from the top left corner of the sheet."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader

POINTS = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text; `baseline` from the top of the sheet, `size` in points."""

    text: str
    left: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A red line."""

    left: float
    top: float
    width: float
    thickness: float


def pages(pdf: bytes) -> Sequence[PageObject]:
    return PdfReader(io.BytesIO(pdf)).pages


def text_of(pdf: bytes) -> str:
    """The text layer without any white space."""
    return "".join("".join(page.extract_text().split()) for page in pages(pdf))


def lines(page: PageObject) -> list[Line]:
    found: list[Line] = []

    def see(text: str, cm: Any, tm: Any, _font: Any, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append(Line(text.strip(), x / POINTS, (page.mediabox.height - y) / POINTS, size))

    page.extract_text(visitor_text=see)
    return found


def right_edges(page: PageObject, size: float) -> list[float]:
    """Where the lines of this size end; for pages of full-width characters only."""
    edges: list[float] = []
    current = [0.0]

    def see(operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator == b"Tf":
            current[0] = operands[1]
        if operator == b"TJ" and current[0] == size:
            glyphs = sum(len(part) // 2 for part in operands[0] if isinstance(part, bytes))
            kerned = sum(part for part in operands[0] if not isinstance(part, bytes))
            edges.append((cm[4] + size * (glyphs - float(kerned) / 1000)) / POINTS)

    page.extract_text(visitor_operand_before=see)
    return edges


def red_rules(page: PageObject) -> list[Rule]:
    """Every filled red rectangle, from the top of the page to its foot."""
    found: list[Rule] = []
    corners: list[tuple[float, float]] = []

    def see(operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator == b"m":
            corners.clear()
        if operator in (b"m", b"l"):
            corners.append((float(operands[0]), float(operands[1])))
        if operator == b"f":
            width, thickness = max(x for x, _ in corners), max(y for _, y in corners)
            top = float(page.mediabox.height) - cm[5]
            found.append(Rule(*(value / POINTS for value in (cm[4], top, width, thickness))))

    page.extract_text(visitor_operand_before=see)
    return sorted(found, key=lambda rule: rule.top)
