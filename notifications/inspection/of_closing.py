"""What closes a paper: 附件说明, 成文日期, 署名 and its page, the seal, 版记."""

import re
from collections.abc import Iterator, Sequence

from notifications.document import GAP
from notifications.inspection.content import Picture, Shape
from notifications.inspection.look import Look, Page, Piece, bare
from notifications.inspection.of_page import short
from notifications.inspection.of_picture import SEAL, picture_faults
from notifications.inspection.standard import (
    BOTTOM,
    CELL,
    EM,
    HALF_LINE,
    LEFT,
    NEAR,
    RIGHT,
    SMALL_EM,
)
from notifications.inspection.verdict import Item, Topic

ATTACHMENTS = Topic("attachments", "附件说明", "正文下空一行，左空二字，附件名称后不加标点（7.3.4）")
DATE = Topic("date", "成文日期", "阿拉伯数字，月日不编虚位；用印的右空四字（7.3.5）")
ORGAN = Topic("signature", "署名", "用印的以成文日期为准居中；不用印的右空二字、日期首字右移二字（7.3.5）")
TOGETHER = Topic("signature_page", "署名与正文同页", "署名、成文日期与正文在同一页（7.3.5.5）")
IMPRINT = Topic(
    "imprint",
    "版记",
    "在末页版心最下方；文件的分隔线长156毫米，首末0.35、中间0.25毫米；信函无线（7.4、10.1）",
)

PRINTED_DATE = re.compile(r"[1-9][0-9]{3}年([1-9]|1[0-2])月([1-9]|[12][0-9]|3[01])日")
ENDING = "。；，、;,."
THICK, THIN, OFF = 0.35, 0.25, 0.06
PLACE = "（印章）"


# ---- 附件说明 ----
def attachments(look: Look) -> list[Item]:
    paper, found = look.document, look.attachments
    if found is None:
        if paper and paper.attachments:
            return [ATTACHMENTS.fault("正文之后找不到附件说明")]
        return ATTACHMENTS.not_concerned("没有附件")
    page, first = found
    faults = [*_blank_above(look, page, first), *_attachment_ends(page, first, look)]
    if abs(first.left - LEFT - 2 * CELL) > NEAR:
        faults.append(ATTACHMENTS.fault("附件说明没有左空二字", page.number, f"{first.left:.1f}毫米"))
    return ATTACHMENTS.judged(faults, f"第{page.number}页")


def _blank_above(look: Look, page: Page, first: Piece) -> Iterator[Item]:
    above = [one for one in look.body(page) if one.baseline < first.baseline - 1]
    if above:
        blank = (first.baseline - above[-1].baseline) / look.pitch - 1
        if abs(blank - 1) > HALF_LINE:
            yield ATTACHMENTS.fault(f"附件说明之上空{blank:.1f}行，应空一行", page.number, f"{blank:.1f}行")


def _attachment_ends(page: Page, first: Piece, look: Look) -> Iterator[Item]:
    names = look.document.attachments if look.document else ()
    signed = look.organ is not None and look.organ[0] is page
    last = look.organ[1][0].baseline if look.organ and signed else BOTTOM
    for piece in page.pieces:
        within = first.baseline - 1 < piece.baseline < last - 1 and piece.left > LEFT + CELL
        written = any(name.endswith(piece.text[-4:]) for name in names)
        if within and not written and piece.text[-1:] in ENDING and piece.right < RIGHT - 2:
            yield ATTACHMENTS.fault(f"附件名称“{short(piece.text)}”后有标点", page.number, piece.text[-1:])


# ---- 成文日期 ----
def date(look: Look) -> list[Item]:
    if not _is_signed(look):
        return DATE.not_concerned("没有署名和成文日期")
    if look.date is None:
        told = f"“{look.document.signature.date}”" if look.document and look.document.signature else ""
        return [DATE.fault(f"找不到成文日期{told}")]
    page, piece = look.date
    return DATE.judged([*_date_faults(look, page, piece)], piece.text)


def _is_signed(look: Look) -> bool:
    """A form need not be signed below its table."""
    if look.document:
        return look.document.signature is not None
    return look.form != "form" or look.date is not None


def _date_faults(look: Look, page: Page, piece: Piece) -> Iterator[Item]:
    told = bare(piece.text)
    if not PRINTED_DATE.fullmatch(told) and GAP not in told:
        yield DATE.fault(f"成文日期“{told}”写法不对，应形如2026年3月5日（不编虚位）", page.number, told)
    if look.document and look.document.signature and bare(look.document.signature.date) != told:
        yield DATE.fault(f"成文日期印作“{told}”", page.number, told)
    blank = (RIGHT - piece.right) / CELL
    if told.endswith(GAP):
        return
    if _is_sealed(look) and not _is_pushed_in(look) and abs(blank - 4) > 0.12:
        yield DATE.fault(f"成文日期右空{blank:.1f}字，应右空四字", page.number, f"{blank:.1f}字")


def _is_pushed_in(look: Look) -> bool:
    """署名 longer than the room: it ends at the margin and takes the date with it."""
    return look.organ is not None and abs(max(one.right for one in look.organ[1]) - RIGHT) < CELL / 2


def _is_sealed(look: Look) -> bool:
    """Known from the paper; else by a seal, the place for one, or lines placed as for one."""
    if look.document:
        return look.document.seal != "none"
    if look.organ is None or look.date is None:
        return True
    page, day = look.date
    return bool(_notes(page) or _pictures(page, day) or [*_unsealed(page, look.organ[1], day)])


def _middle(lines: Sequence[Piece]) -> float:
    return (min(one.left for one in lines) + max(one.right for one in lines)) / 2


def _notes(page: Page) -> list[Piece]:
    return [one for one in page.pieces if one.text == PLACE]


def _pictures(page: Page, day: Piece) -> list[Picture]:
    return [one for one in page.pictures if one.top < day.baseline < one.bottom + EM]


# ---- 署名 ----
def signature(look: Look) -> list[Item]:
    if not _is_signed(look):
        return ORGAN.not_concerned("没有署名和成文日期")
    if look.organ is None or look.date is None:
        return [ORGAN.fault("成文日期之上找不到署名", look.date[0].number if look.date else None)]
    page, lines = look.organ
    name = "".join(one.text for one in lines)
    paper = look.document
    if paper and paper.signature and bare(paper.signature.organ) not in bare(name):
        told = f"成文日期之上找不到署名“{paper.signature.organ}”"
        return [ORGAN.fault(told, page.number, name)]
    placed = _sealed(page, lines, look.date[1]) if _is_sealed(look) else _unsealed(page, lines, look.date[1])
    return ORGAN.judged([*placed], name)


def _sealed(page: Page, lines: Sequence[Piece], day: Piece) -> Iterator[Item]:
    middle = _middle(lines)
    near = NEAR if len(lines) == 1 else CELL / 2  # the lines of a long name end where a character fits
    if abs(middle - day.middle) > near:
        off = f"{abs(middle - day.middle):.1f}毫米"
        yield ORGAN.fault(f"署名与成文日期的中线相差{off}，应以日期为准居中", page.number, off)


def _unsealed(page: Page, lines: Sequence[Piece], day: Piece) -> Iterator[Item]:
    """右空二字; the longer of the two takes the margin (7.3.5.2)."""
    widest = max((*lines, day), key=lambda one: one.right - one.left)
    blank = (RIGHT - widest.right) / CELL
    if abs(blank - 2) > (0.12 if len(lines) == 1 else 0.6):
        yield ORGAN.fault(f"署名右空{blank:.1f}字，应右空二字", page.number, f"{blank:.1f}字")
    step = (day.left - lines[0].left) / CELL
    if abs(step - 2) > 0.12 and not day.text.endswith(GAP) and abs(day.right - RIGHT) > NEAR:
        yield ORGAN.fault(f"成文日期首字比署名首字右移{step:.1f}字，应右移二字", page.number, f"{step:.1f}字")


def signature_page(look: Look) -> list[Item]:
    if look.organ is None:
        return TOGETHER.not_concerned("没有署名和成文日期")
    page, lines = look.organ
    if any(one.baseline < lines[0].baseline - 1 for one in look.body(page)):
        return TOGETHER.sound(f"第{page.number}页")
    return [TOGETHER.fault(f"第{page.number}页只有署名和成文日期，没有正文", page.number)]


# ---- 印章 ----
def seal(look: Look) -> list[Item]:
    if look.organ is None or look.date is None:
        return SEAL.not_concerned("没有署名和成文日期")
    page, lines = look.organ
    sealed, first = _is_sealed(look), lines[0]
    due: tuple[int, ...] = (2,) if sealed and len(lines) == 1 else (1,)
    pictures, notes = _pictures(page, look.date[1]), _notes(page)
    if not (look.document or pictures or notes):
        due = (1, 2)
    if not sealed and (pictures or notes):
        return [SEAL.fault("不用印的文书上有印章或者印章位置", page.number)]
    faults = [*_missing(look, page, pictures, notes), *_room(look, page, first, due)]
    for one in pictures:
        faults += picture_faults(look, page, one, (*lines, look.date[1]))
    faults += [
        SEAL.fault(f"{PLACE}没有在成文日期中线上", page.number)
        for one in notes
        if not one.is_centred_on(look.date[1].middle)
    ]
    return SEAL.judged(faults, "已盖章" if pictures else "留有位置" if sealed else "不用印")


def _missing(look: Look, page: Page, pictures: Sequence[Picture], notes: Sequence[Piece]) -> Iterator[Item]:
    kind = look.document.seal if look.document else "none"
    if kind == "image" and not pictures:
        yield SEAL.fault("署名处没有印章", page.number)
    if kind == "place" and not notes:
        yield SEAL.fault(f"署名处没有{PLACE}位置", page.number)


def _room(look: Look, page: Page, first: Piece, due: Sequence[int]) -> Iterator[Item]:
    above = [one for one in page.of_size(first.size) if one.baseline < first.baseline - 1]
    if above:
        blank = (first.baseline - above[-1].baseline) / look.pitch - 1
        if min(abs(blank - lines) for lines in due) > HALF_LINE:
            told = f"{blank:.1f}行"
            yield SEAL.fault(f"署名之上空{told}，应空{'零一二'[due[-1]]}行", page.number, told)


# ---- 版记 ----
def imprint(look: Look) -> list[Item]:
    lines, paper = look.imprint, look.document
    if not lines:
        if paper and paper.copies:
            return [IMPRINT.fault("末页找不到“抄送”")]
        return IMPRINT.not_concerned("没有版记")
    page = look.pages[-1]
    rules = _rules_around(page, lines)
    faults = [*_rule_faults(look, page, rules), *_imprint_words(look, page, lines)]
    if look.form != "document" and BOTTOM - lines[-1].bottom > look.pitch:
        told = f"{BOTTOM - lines[-1].bottom:.1f}毫米"
        faults.append(IMPRINT.fault(f"抄送在版心下边缘之上{told}，应在最下方", page.number, told))
    return IMPRINT.judged(faults, "、".join(f"{one.thickness:.2f}毫米" for one in rules))


def _rules_around(page: Page, lines: list[Piece]) -> list[Shape]:
    edge = lines[0].top - 6
    return [one for one in page.rules(red=False) if one.top > edge]


def _rule_faults(look: Look, page: Page, rules: list[Shape]) -> Iterator[Item]:
    if look.form != "document":
        if rules:
            yield IMPRINT.fault("只有文件格式的版记有分隔线", page.number, f"{len(rules)}条")
        return
    if len(rules) < 2:
        yield IMPRINT.fault(f"版记应有首末分隔线，现有{len(rules)}条", page.number, f"{len(rules)}条")
        return
    for place, one in enumerate(rules):
        due = THIN if 0 < place < len(rules) - 1 else THICK
        which = "中间" if due == THIN else "首末"
        if abs(one.thickness - due) > OFF:
            told = f"{one.thickness:.2f}毫米"
            yield IMPRINT.fault(f"版记{which}分隔线粗{told}，应为{due}毫米", page.number, told)
        if abs(one.left - LEFT) > NEAR or abs(one.right - RIGHT) > NEAR:
            yield IMPRINT.fault(f"版记分隔线长{one.width:.1f}毫米，应与版心等宽", page.number)
    foot = (rules[-1].top + rules[-1].bottom) / 2
    if abs(foot - BOTTOM) > NEAR:
        told = f"{foot:.1f}毫米"
        yield IMPRINT.fault(f"版记末条分隔线在{told}处，应与版心下边缘（262毫米）重合", page.number, told)


def _imprint_words(look: Look, page: Page, lines: list[Piece]) -> Iterator[Item]:
    if abs(lines[0].left - LEFT - SMALL_EM) > NEAR:
        yield IMPRINT.fault("抄送没有左空一字", page.number, f"{lines[0].left - LEFT:.1f}毫米")
    copies = [one for one in lines if not bare(one.text).endswith("印发")]
    printed = "".join(one.text for one in copies)
    if printed.startswith("抄送") and look.form == "letter" and not printed.endswith("。"):
        yield IMPRINT.fault("抄送机关末尾没有句号", page.number)
    if look.form == "letter" and len(copies) < len(lines):
        yield IMPRINT.fault("信函的版记不印印发机关和日期（10.1）", page.number)
