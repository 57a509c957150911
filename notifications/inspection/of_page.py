"""The grid of the pages: type area, lines a page and their pitch, page numbers."""

from collections.abc import Iterator, Sequence

from notifications.inspection.look import Glyph, Look, Page, Piece, is_red
from notifications.inspection.standard import (
    ADJUSTED,
    BOTTOM,
    CELL,
    DASH,
    HAIR,
    INK,
    LEFT,
    LINES,
    NEAR,
    POINT,
    RIGHT,
    SMALL_EM,
    SMALL_SIZE,
    TEXT_SIZE,
    TOP,
    pitch,
)
from notifications.inspection.verdict import Item, Topic

AREA = Topic("type_area", "版心", "文字在左28、右26、上37、下35毫米的页边之内（GB/T 9704-2012，5.2.2）")
PITCH = Topic("line_pitch", "行数与行距", "每页22行，行距29.61磅；为使署名与正文同页可调整（5.2.3、7.3.5.5）")
FOLIO = Topic("page_number", "页码", "四号，“— 1 —”，距版心下边缘7毫米，单页居右、双页居左各空一字（7.5）")

FULL_WIDTH_FROM = "\u2e80"
FOLIO_LINE = BOTTOM + 7


# ---- type area ----
def type_area(look: Look) -> list[Item]:
    faults = [fault for page in look.pages for fault in _outside(look, page)]
    return AREA.judged(faults, f"共{len(look.pages)}页")


def _outside(look: Look, page: Page) -> Iterator[Item]:
    for piece in page.pieces:
        if is_red(piece.colour) and page.number == 1:
            continue
        over, where = max((LEFT - piece.ink_left, "左"), (piece.ink_right - RIGHT, "右"))
        if over > (INK if is_full_width(piece.glyphs) else 2 * INK):  # letters do not fit the grid
            yield _said(page, f"“{short(piece.text)}”超出版心{where}边{over:.1f}毫米", over)
        elif piece.top < TOP - HAIR:
            yield _said(page, f"“{short(piece.text)}”高出版心上边{TOP - piece.top:.1f}毫米", TOP - piece.top)
        elif piece.bottom > BOTTOM + HAIR:
            yield _said(
                page, f"“{short(piece.text)}”低于版心下边{piece.bottom - BOTTOM:.1f}毫米", piece.bottom
            )
    yield from _begins_low(look, page)
    yield from _shifted(look, page)


def _shifted(look: Look, page: Page) -> Iterator[Item]:
    """A line of the text begins at the edge, two characters from it, or further in."""
    organ = look.organ[1] if look.organ else ()
    for piece in look.body(page) if page in look.main and look.form != "form" else ():
        off = piece.ink_left - LEFT
        if NEAR < off < 2 * CELL - NEAR and piece not in organ:
            told = f"“{short(piece.text)}”左边空{off:.1f}毫米，既不顶格也不空二字"
            yield _said(page, told, off)


def _begins_low(look: Look, page: Page) -> Iterator[Item]:
    """A page that goes on begins at the top of the type area."""
    if page.number == 1 or page not in look.main or not page.lines:
        return
    first = page.lines[0][0]
    if first.is_of(TEXT_SIZE) and first.top > TOP + NEAR:
        yield _said(page, f"首行距版心上边{first.top - TOP:.1f}毫米", first.top)


def is_full_width(glyphs: Sequence[Glyph]) -> bool:
    """Whether these are 汉字 and their marks alone, each one em wide."""
    return all(text[:1] >= FULL_WIDTH_FROM or text[:1] in "“”‘’…—·" for text, _, _ in glyphs)


def _said(page: Page, words: str, measured: float) -> Item:
    return AREA.fault(f"第{page.number}页{words}", page.number, f"{measured:.2f}毫米")


# ---- lines a page ----
def line_pitch(look: Look) -> list[Item]:
    steps = [(page, step) for page in look.main for step in look.steps(page)]
    if not steps:
        return PITCH.not_concerned("没有上下相连的正文行")
    usual = look.pitch
    lines = min(ADJUSTED, key=lambda count: abs(pitch(count) - usual))
    near = 0.106 if lines == LINES else 0.05
    if abs(usual - pitch(lines)) > near:
        return [PITCH.fault(f"行距是{usual / POINT:.2f}磅，不是29.61磅", measured=f"{usual / POINT:.2f}磅")]
    faults = [
        PITCH.fault(
            f"第{page.number}页有一处行距是{step / POINT:.2f}磅", page.number, f"{step / POINT:.2f}磅"
        )
        for page, step in steps
        if abs(step - usual) > near
    ]
    for page in look.main:
        count = len({round(piece.baseline, 1) for piece in page.of_size(TEXT_SIZE)})
        if count > lines:
            faults.append(PITCH.fault(f"第{page.number}页有{count}行", page.number, f"{count}行"))
    adjusted = f"已调整为每页{lines}行（7.3.5.5）" if lines != LINES else ""
    return PITCH.judged(faults, f"每页{lines}行，行距{usual / POINT:.2f}磅", adjusted)


# ---- page numbers ----
def page_number(look: Look) -> list[Item]:
    faults = [fault for page in look.pages for fault in _folio_faults(look, page)]
    return FOLIO.judged(faults, f"共{len(look.pages)}页")


def _folio_faults(look: Look, page: Page) -> Iterator[Item]:
    folio, number = page.folio, page.number
    if folio is None:
        if not _may_be_missing(look, number):
            yield FOLIO.fault(f"第{number}页没有页码", number)
    elif look.form == "letter" and number == 1:
        yield FOLIO.fault("信函首页不应有页码（GB/T 9704-2012，10.1）", number)
    else:
        yield from _folio_text(folio, number)
        yield from _folio_place(folio, number)


def _may_be_missing(look: Look, number: int) -> bool:
    """信函 has none on its first page, and may do without on a second that is the last (10.1)."""
    if look.form == "form":
        return len(look.pages) == 1
    return look.form == "letter" and (number == 1 or number == len(look.pages) == 2)


def _folio_text(folio: Piece, number: int) -> Iterator[Item]:
    if "".join(folio.text.split()) != f"—{number}—":
        yield FOLIO.fault(f"第{number}页的页码印作“{folio.text}”", number, folio.text)
    if not folio.is_of(SMALL_SIZE):
        yield FOLIO.fault(f"第{number}页的页码是{folio.size:g}磅，不是四号", number, f"{folio.size:g}磅")


def _folio_place(folio: Piece, number: int) -> Iterator[Item]:
    line = folio.baseline - DASH * folio.size * POINT
    if abs(line - FOLIO_LINE) > 0.6:
        told = f"第{number}页的页码距版心下边缘{line - BOTTOM:.1f}毫米，不是7毫米"
        yield FOLIO.fault(told, number, f"{line - BOTTOM:.1f}毫米")
    side = "右" if number % 2 else "左"
    off = RIGHT - SMALL_EM - folio.right if number % 2 else folio.left - LEFT - SMALL_EM
    if abs(off) > 1:
        told = f"第{number}页的页码不在{side}边空一字处（{'单' if number % 2 else '双'}页居{side}）"
        yield FOLIO.fault(told, number, f"差{abs(off):.1f}毫米")


def short(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:11]}…"
