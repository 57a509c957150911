"""The official copy: a paper as PDF/A-2b, set by Typst after GB/T 9704-2012.

The layout is the constant library `templates/documents/gongwen.typ` with its parts; the paper reaches it as
JSON only. The same paper, fonts and instant give the same bytes in every process. Called by the office's
worker and by previews; reads no clock and no settings.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from notifications.document import Document
from notifications.errors import NoticeUnrenderable, check_aware
from notifications.fonts import FontSet
from notifications.form import ItemsRow
from notifications.press import Press
from notifications.seals.picture import checked_seal
from notifications.title import label_lines

LAYOUT = "gongwen.typ"
SHORT_TAIL = 5 * 28
"""Characters of a last paragraph of five lines."""

SPARED = (2, 3, 4, 5, 6, 7, 8)
"""Lines of the first page; a text of one paragraph has no other that could begin the next page."""

UNFIT = 3

LONG_WORD = re.compile("[!-~]{20,}")
OFFICIAL = re.compile("([\u2e80-\u9fff\U00020000-\U0003ffff]{1,6}〔[0-9]{4}〕[0-9]+号)")


@dataclass(frozen=True, slots=True)
class Fit:
    """Lines a page, whether last paragraph, attachments and signature are kept on one page, and how many
    lines are left free at the foot of the first, so that the last lines of its text go on with the signature.
    """

    lines: int = 22
    keep_tail: bool = False
    spared: int = 0


def typeset(document: Document, fonts: FontSet, *, issued_at: datetime, seal: bytes | None = None) -> bytes:
    """The paper as PDF/A-2b; `issued_at` (aware) becomes the creation date in the file.

    `seal` is the PNG printed where the paper says `image`. The signature always shares a page with text
    (7.3.5.5), by a closer or wider line pitch if need be, and 抄送 shares it too where it can and no annex
    stands between. Raises NoticeUnrenderable: `glyph_missing` names the characters no font has,
    `signature_alone` if nothing fits, `seal_invalid` for a picture that is missing or none.
    """
    check_aware(issued_at)
    picture = checked_seal(seal) if document.seal == "image" else b""
    press, timestamp = _press(fonts), int(issued_at.timestamp())
    best: tuple[int, bytes] = (UNFIT, b"")
    for fit in _fits(document):
        if fit.spared and best[0] < UNFIT:
            break
        pdf, pages = press.print(_paper(document, fonts, fit), seal=picture, timestamp=timestamp)
        best = min(best, (_misfit(document, pages), pdf), key=lambda found: found[0])
        if best[0] == 0:
            break
    if best[0] == UNFIT:
        raise NoticeUnrenderable("署名无法与正文排在同一页，请增减末段文字。", code="signature_alone")
    return best[1]


def _fits(document: Document) -> Sequence[Fit]:
    """How to set it, the best first. A long tail is kept together last: it empties a page.

    One before which there are headings alone never is: the first page must show text (7.3.3).
    """
    if document.form == "form":
        return (Fit(),)
    others = (Fit(lines=23), Fit(lines=21), Fit(lines=24), Fit(lines=20))
    follows = any(not block.is_heading for block in document.body[:-1])
    kept = (Fit(keep_tail=True),) if follows else tuple(Fit(spared=lines) for lines in SPARED)
    is_short = len(document.body[-1].text) <= SHORT_TAIL
    return (Fit(), *kept, *others) if is_short and follows else (Fit(), *others, *kept)


def _misfit(document: Document, pages: Mapping[str, int]) -> int:
    """What is amiss with the pages on which things stand: 0 nothing, `UNFIT` a signature by itself."""
    signed = pages.get("signature")
    if document.form == "form" or signed is None:
        return 0
    if signed == pages["text"]:
        return 0 if document.annexes or pages.get("imprint") in (None, signed) else 1
    return 2 if signed == pages.get("attachments") else UNFIT


def _paper(document: Document, fonts: FontSet, fit: Fit) -> str:
    title = fonts.choices["biao"]
    content = _content(document)
    paper = {
        "document": content,
        "fonts": fonts.as_json(),
        "bold_title": title.bold,
        "thicken_title": not (title.genuine or title.bold),
        "fit": asdict(fit),
        "has_long_words": any(map(LONG_WORD.search, _texts(content))),
    }
    return json.dumps(paper, ensure_ascii=False)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _content(document: Document) -> dict[str, Any]:
    """The paper's values, and what the layout needs to know besides."""
    content = document.model_dump(mode="json")
    for block, item in zip(document.body, content["body"], strict=True):
        item["is_heading"] = block.is_heading
        for run in item["runs"]:
            run["pieces"] = pieces(run.pop("text"), document.unbroken)
    for annex, item in zip(document.annexes, content["annexes"], strict=True):
        item |= {"label": document.label_of(annex), "widths": annex.widths}
    for row, item in zip(document.rows, content["rows"], strict=True):
        if isinstance(row, ItemsRow):
            item["widths"] = row.widths
        for cell in item.get("pairs", [item] if "label" in item else []):
            cell["label"] = label_lines(cell["label"])
            cell["paragraphs"] = [pieces(text, document.unbroken) for text in cell["paragraphs"]]
    return content


def pieces(text: str, unbroken: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a number: one of `unbroken`, or any 发文字号."""
    known = re.compile(f"({'|'.join(map(re.escape, unbroken)) or '(?!)'})")
    return [
        piece
        for part, is_number in _split(known, text)
        for piece in ([(part, True)] if is_number else _split(OFFICIAL, part))
    ]


def _split(pattern: re.Pattern[str], text: str) -> list[tuple[str, bool]]:
    """The text and the pattern's matches in turns."""
    return [(part, place % 2 == 1) for place, part in enumerate(pattern.split(text)) if part]


@lru_cache(maxsize=4)
def _press(fonts: FontSet) -> Press:
    return Press(LAYOUT, fonts.library)
