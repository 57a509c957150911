"""Annexes and the cells of tables, whose rules are looser than those of the text."""

from collections.abc import Iterator

from notifications.inspection.look import CLOSING, OPENING, Look, Page, Piece, label_of, uprights
from notifications.inspection.of_page import short
from notifications.inspection.standard import EM, HAIR, LEFT, MIDDLE, NEAR, TITLE_SIZE, TOP
from notifications.inspection.verdict import Item, Topic

ANNEXES = Topic("annexes", "附件", "另面编排，首行顶格“附件”及顺序号，标题居中在第三行（7.3.7）")
TABLES = Topic("tables", "表格", "文字在各自的格内，不压线")

WITHIN = 0.25


def annexes(look: Look) -> list[Item]:
    starts = [(page, label) for page in look.pages[1:] if (label := label_of(page))]
    due = len(look.document.annexes) if look.document else len(starts)
    if not due and not starts:
        return ANNEXES.not_concerned("没有附表")
    if len(starts) != due:
        return [ANNEXES.fault(f"应有{due}个附表，找到{len(starts)}个", measured=f"{len(starts)}个")]
    return ANNEXES.judged([one for start in starts for one in _annex_faults(look, *start)], f"{due}个")


def _annex_faults(look: Look, page: Page, label: Piece) -> Iterator[Item]:
    if abs(label.left - LEFT) > NEAR or abs(label.top - TOP) > HAIR:
        yield ANNEXES.fault(f"第{page.number}页“{label.text}”没有在版心左上角顶格", page.number)
    titles = page.of_size(TITLE_SIZE)
    if not titles:
        yield ANNEXES.fault(f"第{page.number}页的附件没有标题", page.number)
        return
    third = TOP + 2 * look.pitch + EM / 2
    line = (titles[0].top + titles[0].bottom) / 2
    if not -NEAR < line - third < look.pitch:
        yield ANNEXES.fault(f"第{page.number}页的附件标题不在第三行", page.number, f"{line:.1f}毫米")
    if not titles[0].is_centred_on(MIDDLE):
        yield ANNEXES.fault(f"第{page.number}页的附件标题没有居中", page.number)


def tables(look: Look) -> list[Item]:
    ruled = [page for page in look.pages if any(uprights(page))]
    if not ruled:
        return TABLES.not_concerned("没有表格")
    return TABLES.judged([one for page in ruled for one in _crossed(page)], f"{len(ruled)}页有表格")


def _crossed(page: Page) -> Iterator[Item]:
    """Text that an upright line runs through. Lines are looked up by their place across the page."""
    lines: dict[float, list[tuple[float, float]]] = {}
    for one in uprights(page):
        lines.setdefault(round((one.left + one.right) / 2, 1), []).append((one.top, one.bottom))
    for piece in page.pieces:
        height = (piece.top + piece.bottom) / 2
        for place, spans in lines.items():
            beside = not piece.left < place < piece.right
            if beside or not any(top < height < foot for top, foot in spans):
                continue
            inked = [(left, right) for text, left, right in piece.glyphs if text not in OPENING + CLOSING]
            if any(left + WITHIN < place < right - WITHIN for left, right in inked):
                yield TABLES.fault(f"第{page.number}页“{short(piece.text)}”压在格线上", page.number)
