"""One Typst compiler over one layout and one set of fonts: JSON in, PDF/A-2b out. Reads no clock."""

import json
import re
import threading
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import cast

import typst

from notifications.errors import NoticeUnrenderable

LAYOUTS = Path(str(files("templates").joinpath("documents")))
UNDISPLAYABLE = re.compile(r'the text `"(.+?)"` could not be displayed')


class Press:
    """A compiler for one of `templates/documents`. It remembers its last input, hence the lock."""

    def __init__(self, layout: str, library: typst.Fonts) -> None:
        self._compiler = typst.Compiler(input=LAYOUTS / layout, font_paths=library)
        self._lock = threading.Lock()

    def print(self, paper: str, *, timestamp: int, seal: bytes = b"") -> tuple[bytes, dict[str, int]]:
        """The PDF, and the pages on which the parts the layout names end.

        `seal` is a PNG or empty. Raises as `print_plain`, and `NoticeUnrenderable` (`seal_invalid`) for a PNG
        that cannot be read.
        """
        with self._lock:
            pdf = self._compiled({"paper": paper, "seal": str(list(seal))}, timestamp, tagged=True)
            (pages,) = json.loads(self._compiler.query("<pages>", field="value"))
        return pdf, pages

    def print_plain(self, paper: str, *, timestamp: int) -> bytes:
        """The PDF alone, untagged: of a long table the tags would be ten times the text.

        Raises `NoticeUnrenderable` (`glyph_missing`, `layout_failed`).
        """
        with self._lock:
            return self._compiled({"paper": paper}, timestamp, tagged=False)

    def _compiled(self, inputs: dict[str, str], timestamp: int, *, tagged: bool) -> bytes:
        try:
            pdf = self._compiler.compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards="a-2b",
                timestamp=timestamp,
                pdf_tags=tagged,
            )
        except typst.TypstError as error:
            raise _unprintable(error) from error
        return cast(bytes, pdf)


def _unprintable(error: typst.TypstError) -> NoticeUnrenderable:
    characters = sorted(set("".join(UNDISPLAYABLE.findall(error.diagnostic or error.message))))
    if "failed to decode image" in error.message:
        return NoticeUnrenderable("印章图片已损坏，无法读取，请重新上传。", code="seal_invalid")
    if not characters:
        return NoticeUnrenderable(f"文书排版失败：{error.message}", code="layout_failed")
    return glyph_missing(characters)


def glyph_missing(characters: Sequence[str]) -> NoticeUnrenderable:
    """Words with characters no font has."""
    shown = "、".join(f"{character}（U+{ord(character):04X}）" for character in characters)
    return NoticeUnrenderable(
        f"现有字体中没有这些字：{shown}。请安装含有该字的字体，或改用规范字。",
        code="glyph_missing",
        characters=list(characters),
    )
