"""Opens an OFD file as a viewer would: parts, objects and the words in them."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

OFD = "{http://www.ofdspec.org/2016}"
ISSUED_AT = datetime(2026, 11, 17, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; where it begins in millimetres from the top left corner of the sheet."""

    text: str
    left: float
    baseline: float
    size: float
    font: str
    colour: str


class Opened:
    """A file, by its parts."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            self.parts = {name: file.read(name) for name in file.namelist()}
        self.xml: dict[str, Any] = {
            name: fromstring(part) for name, part in self.parts.items() if name.endswith(".xml")
        }

    @property
    def pages(self) -> list[Element]:
        """The content of every page, in the order of the document."""
        listed = self.xml["Doc_0/Document.xml"].iter(f"{OFD}Page")
        return [self.xml[f"Doc_0/{page.get('BaseLoc')}"] for page in listed]

    def objects(self, kind: str) -> list[Element]:
        return [one for page in self.pages for one in page.iter(f"{OFD}{kind}")]

    def resource(self, number: str) -> bytes:
        """The file of a font or a picture."""
        for name in ("PublicRes", "DocumentRes"):
            for one in self.xml.get(f"Doc_0/{name}.xml", ()):
                for resource in one:
                    if resource.get("ID") == number:
                        return self.parts[f"Doc_0/Res/{resource[0].text}"]
        raise KeyError(number)


def numbers(element: Element, name: str) -> list[float]:
    return [float(one) for one in (element.get(name) or "").split()]


def words(page: Element) -> Iterator[Words]:
    """Every line that stands upright."""
    for one in page.iter(f"{OFD}TextObject"):
        code, colour = one.find(f"{OFD}TextCode"), one.find(f"{OFD}FillColor")
        assert code is not None and colour is not None
        left, top, _, _ = numbers(one, "Boundary")
        if one.get("CTM") is None:
            x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
            size, font = float(one.get("Size") or 0), one.get("Font") or ""
            yield Words(code.text or "", left + x, top + y, size, font, colour.get("Value") or "")


def characters(page: Element) -> Iterator[Words]:
    """Every character that stands upright, in its place."""
    deltas = {id(one): numbers(one[-1], "DeltaX") for one in page.iter(f"{OFD}TextObject")}
    upright = [one for one in page.iter(f"{OFD}TextObject") if one.get("CTM") is None]
    for one, line in zip(upright, words(page), strict=True):
        left = line.left
        for character, moved in zip(line.text, [*deltas[id(one)], 0.0], strict=True):
            yield replace(line, text=character, left=left)
            left += moved


def text_of(opened: Opened, *, above: float = 297) -> str:
    """The words without white space, those further down than `above` left out."""
    lines = (one.text for page in opened.pages for one in words(page) if one.baseline <= above)
    return "".join("".join(lines).split())
