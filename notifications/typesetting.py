"""The official copy: a paper as PDF/A-2b, set by Typst after GB/T 9704-2012.

The layout is the constant library `templates/documents/gongwen.typ`; the paper reaches it as JSON only. The
same paper, fonts and instant give the same bytes in every process. Called by the office's worker and by
previews; reads no clock and no settings.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache

from notifications.document import Document
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.press import Press

LAYOUT = "gongwen.typ"
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


@lru_cache(maxsize=4)
def _press(fonts: FontSet) -> Press:
    return Press(LAYOUT, fonts.library)
