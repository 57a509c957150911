"""The picture of a seal: where it lies, how large it is, and that the words under it can be read."""

from collections.abc import Iterator, Sequence

from notifications.inspection.content import Picture
from notifications.inspection.look import Look, Page, Piece
from notifications.inspection.standard import SHEET
from notifications.inspection.verdict import Item, Topic

SEAL = Topic("seal", "印章", "印章上端距正文一行之内，居中下压署名和日期；没有盖章的留出位置（7.3.5.1）")

SMALLEST, LARGEST, OVAL = 35.0, 50.0, 0.1
"""In millimetres: organs have 42 to 50, their units no more than 45 (国发〔1999〕25号); all are round."""
OFF_MIDDLE, OFF_HEIGHT = 1.5, 0.5


def picture_faults(look: Look, page: Page, picture: Picture, signed: Sequence[Piece]) -> Iterator[Item]:
    """Of a picture that presses these lines, 署名 and last the date."""
    faults = (*_placed(look, page, picture, signed), *_sized(picture), *_hiding(page, picture, signed))
    yield from (SEAL.fault(told, page.number, measured) for told, measured in faults)


def _placed(look: Look, page: Page, one: Picture, signed: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    day, off = signed[-1], (one.left + one.right) / 2 - signed[-1].middle
    if abs(off) > OFF_MIDDLE:
        yield f"印章偏离成文日期中线{abs(off):.1f}毫米", f"{abs(off):.1f}毫米"
    text = [piece for piece in look.body(page) if piece.baseline < signed[0].baseline - 1]
    if text and one.top - text[-1].bottom > look.pitch:
        yield "印章上端距正文超过一行", f"{one.top - text[-1].bottom:.1f}毫米"
    if one.bottom < day.baseline:
        yield "印章没有下压成文日期", ""
    low = (one.top + one.bottom) / 2 - (signed[0].top + day.bottom) / 2
    if low > OFF_HEIGHT:
        yield f"印章中心比署名和成文日期的中间低{low:.1f}毫米，没有下压", f"{low:.1f}毫米"
    if min(one.left, one.top) < 0 or one.right > SHEET[0] or one.bottom > SHEET[1]:
        yield "印章超出纸张", ""


def _sized(one: Picture) -> Iterator[tuple[str, str]]:
    width, height = one.right - one.left, one.bottom - one.top
    if not SMALLEST <= width <= LARGEST:
        yield f"印章宽{width:.0f}毫米，过{'大' if width > LARGEST else '小'}", f"{width:.1f}毫米"
    if abs(width - height) > OVAL * max(width, height):
        yield "印章不圆，图片被拉伸", f"{width:.1f}×{height:.1f}毫米"


def _hiding(page: Page, one: Picture, signed: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """An opaque picture hides what was printed before it."""
    under = page.sheet.content.runs[: one.hides]
    for piece in signed:
        crossed = one.left < piece.right and piece.left < one.right and one.top < piece.baseline < one.bottom
        if crossed and any(glyph in run.glyphs for run in under for glyph in piece.glyphs):
            yield f"印章图片不透明，遮住“{piece.text}”", ""
