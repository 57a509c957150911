"""A font as a PDF uses it: its name, whether the file holds it, and which text and width its codes have.

ISO 32000-1, 9.5 to 9.10. Widths are in thousandths of the type size; what a file may ask for is bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
UNKNOWN = "\ufffd"
MAX_CODES = 70_000

SUBSET_PREFIX = re.compile(r"^[A-Z]{6}\+")
CMAP_SUFFIX = re.compile(r"-(Identity|Uni[A-Za-z0-9]+|GB[A-Za-z0-9]+)(-[A-Za-z0-9]+)*-[HV]$")
SECTION = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
HEX = rb"<([0-9A-Fa-f\s]*)>\s*"
PAIR = re.compile(HEX + HEX)
TRIPLE = re.compile(HEX + HEX + rb"(?:" + HEX + rb"|\[([^\]]*)\])")


@dataclass(slots=True)
class Type:
    """One font of the file. `mapped` says whether it has a ToUnicode map (9.10.3)."""

    name: str
    embedded: bool
    mapped: bool
    two_bytes: bool
    single: frozenset[int] = frozenset()
    texts: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    usual_width: float = 1000.0
    scale: float = 1.0

    def glyphs(self, string: bytes) -> Iterator[tuple[int, str, float]]:
        """Code, text and width of every glyph a string shows."""
        texts, widths, usual, scale = self.texts, self.widths, self.usual_width, self.scale
        for code in self.codes(string):
            yield code, texts.get(code, UNKNOWN), widths.get(code, usual) * scale

    def codes(self, string: bytes) -> Iterator[int]:
        """A composite font has codes of two bytes, or of one where its map says so (9.7.6.2)."""
        if not self.two_bytes:
            yield from string
        elif not self.single:
            yield from (high << 8 | low for high, low in zip(string[::2], string[1::2], strict=False))
        else:
            rest = iter(string)
            yield from (one if one in self.single else one << 8 | next(rest, 0) for one in rest)


def type_of(font: Any) -> Type:
    """What a font dictionary says."""
    composite = "/DescendantFonts" in font
    described = font["/DescendantFonts"][0].get_object() if composite else font
    descriptor = part(described, "/FontDescriptor")
    of_procedures = font.get("/Subtype") == "/Type3"
    found = Type(
        name=_name(font, described),
        embedded=of_procedures or any(file in descriptor for file in FONT_FILES),
        mapped="/ToUnicode" in font,
        two_bytes=composite,
    )
    _measure(found, font, described, composite=composite)
    if found.mapped and hasattr(stream := part(font, "/ToUnicode"), "get_data"):
        _map(found, stream.get_data())
    return found


def part(whole: Any, name: str) -> Any:
    """An entry of a PDF dictionary, wherever it lies in the file; empty when there is none."""
    return whole.get(name, DictionaryObject()).get_object()


def _name(font: Any, described: Any) -> str:
    called = str(described.get("/BaseFont") or font.get("/BaseFont") or font.get("/Name") or "/无名字体")
    return CMAP_SUFFIX.sub("", SUBSET_PREFIX.sub("", called.lstrip("/")))


def _measure(found: Type, font: Any, described: Any, *, composite: bool) -> None:
    if composite:
        found.usual_width = float(described.get("/DW", 1000))
        found.widths = dict(_composite_widths(part(described, "/W")))
        return
    first, widths = int(font.get("/FirstChar", 0)), part(font, "/Widths")
    found.usual_width = float(part(font, "/FontDescriptor").get("/MissingWidth", 500))
    found.widths = {first + place: float(width) for place, width in enumerate(widths or [])}
    if font.get("/Subtype") == "/Type3":
        found.scale = abs(float(font["/FontMatrix"][0])) * 1000


def _composite_widths(widths: Any) -> Iterator[tuple[int, float]]:
    """`[first [w w …] first last w …]` (9.7.4.3)."""
    entries, place = list(widths or []), 0
    while place + 1 < len(entries):
        first, second = int(entries[place]), entries[place + 1].get_object()
        if isinstance(second, ArrayObject):
            yield from ((first + step, float(width)) for step, width in enumerate(second))
            place += 2
        else:
            last = min(int(second), first + MAX_CODES)
            yield from ((code, float(entries[place + 2])) for code in range(first, last + 1))
            place += 3


def _map(found: Type, cmap: bytes) -> None:
    for section in SECTION.finditer(cmap):
        kind, told = section[1], section[2]
        if kind == b"bfchar":
            found.texts.update((_code(code), _text(text)) for code, text in PAIR.findall(told))
        elif kind == b"bfrange":
            for entry in TRIPLE.finditer(told):
                found.texts.update(_range(*entry.groups()))
        else:
            found.single |= _single_bytes(told)


def _range(first: bytes, last: bytes, text: bytes | None, texts: bytes | None) -> Iterator[tuple[int, str]]:
    start = _code(first)
    codes = range(start, min(_code(last), start + MAX_CODES) + 1)
    if text is None:
        each = [_text(one) for one in re.findall(HEX, texts or b"")]
        yield from zip(codes, each, strict=False)
        return
    begun = _text(text)
    for step, code in enumerate(codes):
        yield code, begun[:-1] + chr(min(ord(begun[-1]) + step, 0x10FFFF)) if begun else ""


def _single_bytes(told: bytes) -> frozenset[int]:
    ranges = [(a, b) for a, b in PAIR.findall(told) if len(a.strip()) == 2]
    return frozenset(code for a, b in ranges for code in range(_code(a), _code(b) + 1))


def _code(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _text(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode()).decode("utf-16-be", "replace")
