"""What stands after the text: 附件说明, 署名 and date, 附注, and the 版记 at the foot of the last page.

GB/T 9704-2012, 7.3.4 to 7.3.6 and 7.4. All of it is kept with the last lines of the text (7.3.5.5).
"""

from notifications.document import Document, Signature
from notifications.title import width
from notifications.word.markup import EDGE, TAB, blank, cells, paragraph, run, twips

KEEP = "<w:keepNext/>"
FRAME = (
    f'<w:framePr w:w="{twips(156)}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" '
    'w:xAlign="left" w:yAlign="bottom"/>'
)
SMALL = 280
"""A character of 四号, in twips."""


def closing(document: Document) -> list[str]:
    """The paragraphs between the text and the annexes."""
    return [*_attachments(document.attachments), *_signature(document), *_note(document)]


def _attachments(names: tuple[str, ...]) -> list[str]:
    """附件：1.甲, two characters in, every further line of a name under its first character."""
    if not names:
        return []
    numbers = [f"{place}." if len(names) > 1 else "" for place in range(1, len(names) + 1)]
    heads = ["附件：", *[""] * (len(names) - 1)]
    return [
        blank(properties=KEEP),
        *(
            paragraph("GwAttach", run(head + number + name), properties=KEEP + _hanging(head, number))
            for head, number, name in zip(heads, numbers, names, strict=True)
        ),
    ]


def _hanging(head: str, number: str) -> str:
    left = 2 + 3 + (1 if number else 0)
    hanging = (3 if head else 0) + (1 if number else 0)
    return f'<w:ind w:left="{cells(left)}" w:hanging="{cells(hanging)}"/>'


def _signature(document: Document) -> list[str]:
    """署名 over the date, with two lines free for the seal or one without it; no seal is ever drawn here."""
    if document.signature is None:
        return []
    sealed = document.seal != "none"
    places = _sealed(document.signature) if sealed else _unsealed(document.signature)
    texts = (document.signature.organ, document.signature.date)
    keeps = (KEEP, KEEP if document.note else "")
    return [
        blank(count=2 if sealed else 1, properties=KEEP),
        *(
            paragraph("GwSign", run(text), properties=f'{keep}<w:ind w:right="{cells(right)}"/>')
            for text, keep, right in zip(texts, keeps, places, strict=True)
        ),
    ]


def _sealed(signature: Signature) -> tuple[float, float]:
    """How far 署名 and date end from the right edge: the date four characters, 署名 centred (7.3.5.1)."""
    organ, date = width(signature.organ), width(signature.date)
    centre = max(4 + date / 2, organ / 2)
    return centre - organ / 2, centre - date / 2


def _unsealed(signature: Signature) -> tuple[float, float]:
    """署名 ends two characters from the edge, the date begins two in; the longer one rules (7.3.5.2)."""
    organ, date = width(signature.organ), width(signature.date)
    if date > organ:
        return 4 + date - organ, 2
    return 2, max(0, organ - date)


def _note(document: Document) -> list[str]:
    return [paragraph("GwBody", run(f"（{document.note}）"))] if document.note else []


def imprint(document: Document) -> list[str]:
    """The 版记 in a frame at the foot of the type area: 抄送, in the 文件格式 its lines and 印发 (7.4)."""
    lines = [*_copies(document), *_printed(document)]
    if document.form == "document" and len(lines) > 1:
        lines.insert(1, _thin_line())
    outer = _edge("top") + _edge("bottom") if document.form == "document" else ""
    look = f"{FRAME}<w:pBdr>{outer}</w:pBdr>" if outer else FRAME
    framed = [paragraph("GwCopies", text, properties=look + layout) for text, layout in lines]
    return [*framed, blank("GwNil")] if lines else []


def _copies(document: Document) -> list[tuple[str, str]]:
    """抄送：甲，乙。 with further lines under the first name (7.4.2)."""
    if not document.copies:
        return []
    hanging = f'<w:ind w:left="{4 * SMALL}" w:right="{SMALL}" w:hanging="{3 * SMALL}"/>'
    return [(run(f"抄送：{'，'.join(document.copies)}。"), hanging)]


def _printed(document: Document) -> list[tuple[str, str]]:
    """Who printed it at the left, when at the right, a character from either edge (7.4.3)."""
    if not document.printed:
        return []
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{twips(156) - SMALL}"/></w:tabs>'
    text = run(document.printed.organ) + TAB + run(f"{document.printed.date}印发")
    return [(text, f'{stop}<w:ind w:left="{SMALL}"/>')]


def _thin_line() -> tuple[str, str]:
    """An underlined tab: with a border of its own for one paragraph LibreOffice forgets the frame of all."""
    height = '<w:spacing w:line="120" w:lineRule="exact"/>'
    return '<w:r><w:rPr><w:sz w:val="20"/><w:u w:val="single"/></w:rPr><w:tab/></w:r>', EDGE + height


def _edge(side: str) -> str:
    """The outer lines, 0.35 mm thick (7.4.1)."""
    return f'<w:{side} w:val="single" w:sz="8" w:space="1" w:color="000000"/>'
