"""The official copy: a paper as PDF/A-2b, set by Typst after GB/T 9704-2012.

The layout is the constant library `templates/documents/gongwen.typ`; the paper reaches it as JSON only. The
same paper, fonts and instant give the same bytes in every process. Called by the office's worker and by
previews; reads no clock and no settings.
"""

import json
import re
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import typst

from notifications.document import Document
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.fonts import FontSet

LAYOUT = Path(str(files("templates").joinpath("documents/gongwen.typ")))
UNDISPLAYABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
SHORT_TAIL = 5 * 28


@dataclass(frozen=True, slots=True)
class Fit:
    """Lines a page, and whether last paragraph, attachments and signature are kept on one page."""

    lines: int = 22
    keep_tail: bool = False


def typeset(document: Document, fonts: FontSet, *, issued_at: datetime) -> bytes:
    """The paper as PDF/A-2b; `issued_at` (aware) becomes the creation date in the file.

    The signature always shares a page with text (7.3.5.5), by a closer or wider line pitch if need be, and
    抄送 shares it too where it can and no annex stands between. Raises NoticeUnrenderable: `glyph_missing`
    names the characters no font has, `signature_alone` if nothing fits.
    """
    if issued_at.tzinfo is None:
        raise MailRoomError("成文时间缺少时区，请传入带时区的时间。", code="instant_naive")
    press, timestamp = _press(fonts), int(issued_at.timestamp())
    second_best: bytes | None = None
    for fit in _fits(document):
        pdf, pages = press.print(_paper(document, fonts, fit), timestamp=timestamp)
        if pages["signature"] == pages["text"]:
            if document.annexes or pages.get("copies") in (None, pages["signature"]):
                return pdf
            second_best = second_best or pdf
    if second_best is None:
        raise NoticeUnrenderable("署名无法与正文排在同一页，请增减末段文字。", code="signature_alone")
    return second_best


def _fits(document: Document) -> Sequence[Fit]:
    kept = (Fit(keep_tail=True),) if len(document.body[-1].text) <= SHORT_TAIL else ()
    return (Fit(), *kept, Fit(lines=23), Fit(lines=21), Fit(lines=24), Fit(lines=20))


def _paper(document: Document, fonts: FontSet, fit: Fit) -> str:
    title = fonts.choices["biao"]
    content = document.model_dump(mode="json")
    for block, item in zip(document.body, content["body"], strict=True):
        item["is_heading"] = block.is_heading
    for annex, item in zip(document.annexes, content["annexes"], strict=True):
        item |= {"label": document.label_of(annex), "widths": annex.widths}
    paper = {
        "document": content,
        "fonts": fonts.as_json(),
        "bold_title": title.bold,
        "thicken_title": not (title.genuine or title.bold),
        "fit": asdict(fit),
    }
    return json.dumps(paper, ensure_ascii=False)


class _Press:
    """One Typst compiler over one set of fonts. It remembers its last input, hence the lock."""

    def __init__(self, library: typst.Fonts) -> None:
        self._compiler = typst.Compiler(input=LAYOUT, font_paths=library)
        self._lock = threading.Lock()

    def print(self, paper: str, *, timestamp: int) -> tuple[bytes, dict[str, int]]:
        """The PDF, and the pages on which text ends, signature stands and 抄送 stands."""
        with self._lock:
            try:
                pdf = self._compiler.compile(
                    format="pdf",
                    sys_inputs={"paper": paper},
                    pdf_standards="a-2b",
                    timestamp=timestamp,
                )
                positions: list[dict[str, Any]] = json.loads(
                    self._compiler.query("<position>", field="value")
                )
            except typst.TypstError as error:
                raise _unprintable(error) from error
        return cast(bytes, pdf), {position["name"]: position["page"] for position in positions}


@lru_cache(maxsize=4)
def _press(fonts: FontSet) -> _Press:
    return _Press(fonts.library)


def _unprintable(error: typst.TypstError) -> NoticeUnrenderable:
    characters = sorted(set("".join(UNDISPLAYABLE.findall(error.diagnostic or error.message))))
    if not characters:
        return NoticeUnrenderable(f"文书排版失败：{error.message}", code="layout_failed")
    shown = "、".join(f"{character}（U+{ord(character):04X}）" for character in characters)
    return NoticeUnrenderable(
        f"现有字体中没有这些字：{shown}。请安装含有该字的字体，或改用规范字。",
        code="glyph_missing",
        characters=characters,
    )
