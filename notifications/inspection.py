"""Looking a laid-out paper over before it is kept: what was printed must be a whole official paper.

Bytes in, findings out. Typst can print pages without glyphs and say nothing; a paper is kept for good, so its
faults must be found first. Called by the office's worker and never writes anything.
"""

import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

A4_POINTS = (210 * 72 / 25.4, 297 * 72 / 25.4)
TOLERANCE = 0.2
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def inspect(pdf: bytes, *, title: str, number: str | None) -> list[str]:
    """What is wrong with a paper as printed, one Chinese sentence each; empty for a sound one.

    Every page must be A4 to 0.2 points (GB/T 9704-2012, 5.2) with all its fonts in the file; the first must
    show the title and, once there is one, the number, in its text layer.
    """
    try:
        pages = list(PdfReader(BytesIO(pdf)).pages)
        return list(_faults(pages, [title, number or ""]))
    except PyPdfError as error:
        return [f"文件无法读取（{type(error).__name__}）"]


def _faults(pages: list[PageObject], wanted: list[str]) -> Iterator[str]:
    if not pages:
        yield "没有任何页面"
        return
    yield from (f"第{place}页不是A4幅面" for place, page in enumerate(pages, 1) if not _is_a4(page))
    loose = {name for page in pages for name in _loose_fonts(page)}
    yield from (f"字体{name}没有嵌入" for name in sorted(loose))
    printed = _comparable(pages[0].extract_text())
    yield from (f"首页找不到“{text}”" for text in wanted if _comparable(text) not in printed)


def _is_a4(page: PageObject) -> bool:
    size = (float(page.mediabox.width), float(page.mediabox.height))
    return all(abs(found - due) <= TOLERANCE for found, due in zip(size, A4_POINTS, strict=True))


def _loose_fonts(page: PageObject) -> Iterator[str]:
    """The names of the fonts the page uses and the file does not hold."""
    for font in _fonts(_part(page, "/Resources")):
        descriptor = _part(_described(font), "/FontDescriptor")
        if font["/Subtype"] != "/Type3" and not any(file in descriptor for file in FONT_FILES):
            yield str(font["/BaseFont"]).lstrip("/")


def _fonts(resources: Any) -> Iterator[Any]:
    """Every font of these resources and of the forms among them."""
    fonts, drawn = _part(resources, "/Font"), _part(resources, "/XObject")
    yield from (fonts[name] for name in fonts)
    for name in drawn:
        yield from _fonts(_part(drawn[name], "/Resources"))


def _described(font: Any) -> Any:
    """A composite font is described by its descendant (ISO 32000-1, 9.7.6)."""
    return font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font


def _part(whole: Any, name: str) -> Any:
    """An entry of a PDF dictionary, wherever it lies in the file; empty when there is none."""
    return whole.get(name, DictionaryObject()).get_object()


def _comparable(text: str) -> str:
    """Without spaces, and in compatibility form: a font may share one glyph between 一 and its radical."""
    return unicodedata.normalize("NFKC", "".join(text.split()))
