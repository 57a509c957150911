"""The head of the first page: red lines, mark, number, what stands beside it, title, addressee."""

import re
from collections.abc import Iterator, Sequence

from notifications.document import GAP, NUMBER_PATTERN
from notifications.inspection.content import Shape
from notifications.inspection.look import Look, Piece, bare, comparable
from notifications.inspection.of_page import short
from notifications.inspection.standard import (
    BOTTOM,
    EM,
    HALF_LINE,
    LEFT,
    MIDDLE,
    NEAR,
    RIGHT,
    SHEET,
    TEXT_SIZE,
    TITLE_SIZE,
    TOP,
)
from notifications.inspection.verdict import Item, Topic
from notifications.title import LINE_WIDTH, width

RED_LINES = Topic(
    "red_lines",
    "红色分隔线",
    "文件：文号下4毫米一条，长156毫米；信函：标志下4毫米上粗下细、距页底20毫米上细下粗，各长170毫米（7.2.7、10.1）",
)
MARK = Topic("mark", "发文机关标志", "红色，居中；文件距版心上边缘35毫米，信函距上页边30毫米（7.2.4、10.1）")
NUMBER = Topic(
    "number", "发文字号", "机关代字、六角括号内年份、不编虚位的序号和“号”（7.2.5）；文件居中，信函顶右"
)
TITLE = Topic("title", "标题", "二号，居中，每行不超过20字，上空二行（7.3.1）")
ADDRESSEE = Topic("addressee", "主送机关", "标题下空一行，顶格，末尾全角冒号（7.3.2）")

HEAD_MARKS = Topic("head_marks", "份号、标识、紧急程度", "顶格在版心左上角，自上而下依次分行（7.2.1至7.2.3）")

LINE_GAP = 4.0
COPY_NUMBER = re.compile("[0-9]{6}")
MARKINGS, URGENCIES = ("内部", "工作秘密"), ("特急", "加急", "特提", "平急")


# ---- red lines ----
def red_lines(look: Look) -> list[Item]:
    on_later = [page.number for page in look.pages[1:] if page.rules(red=True)]
    faults = [RED_LINES.fault(f"第{number}页不应有红线", number) for number in on_later]
    lines = look.first.rules(red=True)
    if look.form in ("internal", "form"):
        faults += [RED_LINES.fault("内部文书、表单不应有红线", 1) for _ in lines[:1]]
        return RED_LINES.judged(faults, "无红线")
    faults += [*(_letter_lines(look, lines) if look.form == "letter" else _document_line(look, lines))]
    return RED_LINES.judged(faults, "、".join(f"{one.width:.1f}×{one.thickness:.2f}毫米" for one in lines))


def _document_line(look: Look, lines: list[Shape]) -> Iterator[Item]:
    if len(lines) != 1:
        yield RED_LINES.fault(f"文件首页应有一条红线，现有{len(lines)}条", 1, f"{len(lines)}条")
        return
    yield from _measured(lines[0], LEFT, RIGHT, (0.35, 1.5))
    if look.number:
        yield from _below(lines[0], look.number.bottom, "发文字号")


def _letter_lines(look: Look, lines: list[Shape]) -> Iterator[Item]:
    if len(lines) != 4:
        yield RED_LINES.fault(f"信函首页应有上下两组四条红线，现有{len(lines)}条", 1, f"{len(lines)}条")
        return
    for one in lines:
        yield from _measured(one, 20, 190, (0.2, 1.5))
    upper, lower = lines[:2], lines[2:]
    if not upper[0].thickness > 1.5 * upper[1].thickness:
        yield RED_LINES.fault("上方红色双线不是上粗下细", 1, _thicknesses(upper))
    if not lower[1].thickness > 1.5 * lower[0].thickness:
        yield RED_LINES.fault("下方红色双线不是上细下粗", 1, _thicknesses(lower))
    foot = SHEET[1] - lower[1].bottom
    if abs(foot - 20) > 0.3:
        yield RED_LINES.fault(f"下方红色双线距页底{foot:.1f}毫米，不是20毫米", 1, f"{foot:.1f}毫米")
    if look.mark:
        yield from _below(upper[0], max(one.bottom for one in look.mark), "发文机关标志")


def _measured(line: Shape, left: float, right: float, thickness: tuple[float, float]) -> Iterator[Item]:
    if abs(line.left - left) > 0.3 or abs(line.right - right) > 0.3:
        told = f"红线长{line.width:.1f}毫米、距左页边{line.left:.1f}毫米"
        yield RED_LINES.fault(f"{told}，应长{right - left:.0f}、距{left:.0f}毫米", 1, told)
    if not thickness[0] <= line.thickness <= thickness[1]:
        yield RED_LINES.fault(f"红线粗{line.thickness:.2f}毫米", 1, f"{line.thickness:.2f}毫米")


def _below(line: Shape, edge: float, of: str) -> Iterator[Item]:
    if abs(line.top - edge - LINE_GAP) > NEAR:
        told = f"{line.top - edge:.1f}毫米"
        yield RED_LINES.fault(f"红线在{of}下{told}，不是4毫米", 1, told)


def _thicknesses(pair: Sequence[Shape]) -> str:
    return "、".join(f"{one.thickness:.2f}毫米" for one in pair)


# ---- mark ----
def mark(look: Look) -> list[Item]:
    if look.form in ("internal", "form"):
        return MARK.not_concerned("内部文书、表单没有发文机关标志")
    if not look.mark:
        return [MARK.fault("首页没有红色的发文机关标志", 1)]
    return MARK.judged([*_mark_faults(look)], f"距上页边{look.mark[0].top:.1f}毫米")


def _mark_faults(look: Look) -> Iterator[Item]:
    due, middle = (30, SHEET[0] / 2) if look.form == "letter" else (TOP + 35, MIDDLE)
    first = look.mark[0]
    if abs(first.top - due) > NEAR:
        told = f"{first.top:.1f}毫米"
        yield MARK.fault(f"发文机关标志距上页边{told}，应为{due:g}毫米", 1, told)
    for piece in look.mark:
        if not piece.is_centred_on(middle):
            yield MARK.fault(f"发文机关标志偏离中线{abs(piece.middle - middle):.1f}毫米", 1)
    paper = look.document
    if paper and paper.mark and comparable(paper.mark) not in comparable("".join(p.text for p in look.mark)):
        yield MARK.fault(f"首页找不到发文机关标志“{paper.mark}”", 1)


# ---- number ----
def number(look: Look) -> list[Item]:
    paper, found = look.document, _number_of(look)
    if paper and paper.number is None:
        return NUMBER.not_concerned("没有发文字号")
    if found is None:
        if paper:
            return [NUMBER.fault(f"首页找不到“{paper.number}”", 1)]
        return NUMBER.not_concerned("首页没有发文字号")
    faults = [*_number_faults(look, found), *_number_place(look, found)]
    return NUMBER.judged(faults, found.text)


def _number_of(look: Look) -> Piece | None:
    paper = look.document
    if paper and paper.number:
        wanted = comparable(paper.number)
        whole = [one for one in look.first.pieces if wanted in comparable(one.text)]
        return whole[0] if whole else look.number
    return look.number


def _number_faults(look: Look, found: Piece) -> Iterator[Item]:
    paper, told = look.document, bare(found.text)
    if paper and paper.number and comparable(paper.number) not in comparable(told):
        yield NUMBER.fault(f"首页找不到“{paper.number}”", 1, told)
    if not NUMBER_PATTERN.search(told) and GAP not in told:
        yield NUMBER.fault(f"发文字号“{told}”不合规范，应形如“滨督函〔2026〕12号”", 1, told)


def _number_place(look: Look, found: Piece) -> Iterator[Item]:
    if look.form == "letter":
        if abs(found.ink_right - RIGHT) > NEAR:
            yield NUMBER.fault(f"发文字号没有顶右（差{RIGHT - found.ink_right:.1f}毫米）", 1)
        lines = look.first.rules(red=True)
        below = found.top - lines[1].bottom if len(lines) > 1 else EM * 7 / 8
        if abs(below - EM * 7 / 8) > NEAR:
            told = f"{below:.1f}毫米"
            yield NUMBER.fault(f"发文字号在红线下{told}，应为三号字高的八分之七（4.9毫米）", 1, told)
    elif look.form == "document":
        centred, inset = found.is_centred_on(MIDDLE), abs(found.left - LEFT - EM) < 1
        if not centred and not inset:
            yield NUMBER.fault("发文字号没有居中（上行文居左空一字）", 1, f"左边{found.left:.1f}毫米")
        if look.mark:
            top = min([found.top, *(one.top for one in approvers(look))])
            yield from _blank(look, NUMBER, "发文机关标志与发文字号", (look.mark[-1].bottom, top), 2)


def approvers(look: Look) -> list[Piece]:
    """签发人: the further ones above the number of a paper that goes upwards (7.2.6)."""
    return [one for one in look.first.pieces if one.text.startswith("签发人")]


# ---- what stands at the top left ----
def head_marks(look: Look) -> list[Item]:
    due = _due_marks(look)
    if not due or look.form in ("internal", "form"):
        return HEAD_MARKS.not_concerned("没有份号、标识和紧急程度")
    limit = look.title[0].top if look.title else BOTTOM
    above = [one for one in look.first.of_size(TEXT_SIZE) if one.top < limit and bare(one.text) in due]
    found = tuple(bare(one.text) for one in above)
    if found != due:
        return [HEAD_MARKS.fault(f"左上角应依次是{'、'.join(due)}", 1, "、".join(found))]
    faults = [
        HEAD_MARKS.fault(f"“{one.text}”没有在版心左边顶格", 1, f"{one.left:.1f}毫米")
        for one in above
        if abs(one.left - LEFT) > NEAR
    ]
    if look.form == "document" and abs(above[0].top - TOP) > NEAR:
        faults.append(HEAD_MARKS.fault(f"“{above[0].text}”不在版心第一行", 1, f"{above[0].top:.1f}毫米"))
    return HEAD_MARKS.judged(faults, "、".join(found))


def _due_marks(look: Look) -> tuple[str, ...]:
    """Of an unknown paper those that are printed, in the order of the rule."""
    if paper := look.document:
        return tuple(one for one in (paper.copy_number, paper.marking, paper.urgency) if one)
    limit = look.title[0].top if look.title else BOTTOM
    told = [bare(one.text) for one in look.first.of_size(TEXT_SIZE) if one.top < limit]
    orders = (COPY_NUMBER, *(re.compile("|".join(words)) for words in (MARKINGS, URGENCIES)))
    return tuple(one for order in orders for one in told if order.fullmatch(one))


# ---- title ----
def title(look: Look) -> list[Item]:
    if not look.title:
        wanted = f"首页找不到“{look.document.name}”" if look.document else "首页没有二号字的标题"
        return [TITLE.fault(wanted, 1)]
    faults = [*_title_words(look), *_title_lines(look.title), *_title_place(look)]
    return TITLE.judged(faults, f"{len(look.title)}行，最长{max(width(one.text) for one in look.title):g}字")


def _title_words(look: Look) -> Iterator[Item]:
    paper = look.document
    if paper and comparable(paper.name) != comparable("".join(one.text for one in look.title)):
        yield TITLE.fault(f"首页找不到“{paper.name}”", 1)
    elif paper and len(paper.title) != len(look.title):
        told = f"{len(look.title)}行"
        yield TITLE.fault(f"标题印成{told}，应为{len(paper.title)}行（有的行排不下）", 1, told)


def _title_lines(lines: list[Piece]) -> Iterator[Item]:
    for one in lines:
        if width(one.text) > LINE_WIDTH:
            yield TITLE.fault(f"标题“{short(one.text)}”一行有{width(one.text):g}字，超过20字", 1)
        if not one.is_centred_on(MIDDLE):
            yield TITLE.fault(f"标题“{short(one.text)}”没有居中", 1, f"偏{abs(one.middle - MIDDLE):.1f}毫米")
        if abs(one.size - TITLE_SIZE) > 0.3:
            yield TITLE.fault(f"标题是{one.size:g}磅，不是二号", 1, f"{one.size:g}磅")


def _title_place(look: Look) -> Iterator[Item]:
    above = _edge_above_title(look)
    if above is not None:
        yield from _blank(look, TITLE, "标题以上", (above, look.title[0].top), 2)


def _edge_above_title(look: Look) -> float | None:
    """文件: the red line; 信函: the number or what else stands last above the title (7.3.1, 10.1)."""
    if look.form == "document":
        lines = look.first.rules(red=True)
        return lines[0].bottom if lines else None
    if look.form == "letter":
        above = [one.bottom for one in look.first.of_size(TEXT_SIZE) if one.baseline < look.title[0].top]
        return max(above, default=None)
    return None


def _blank(look: Look, topic: Topic, where: str, edges: tuple[float, float], due: int) -> Iterator[Item]:
    found = _blank_lines(look, *edges)
    if abs(found - due) > HALF_LINE:
        yield topic.fault(f"{where}空{found:.1f}行，应空{'零一二三'[due]}行", 1, f"{found:.1f}行")


def _blank_lines(look: Look, upper: float, lower: float) -> float:
    """How many blank lines lie between a lower edge and the upper edge below it."""
    between = look.pitch - EM
    return (lower - upper - between) / look.pitch


# ---- addressee ----
def addressee(look: Look) -> list[Item]:
    paper, lines = look.document, look.body(look.first)
    if paper and not paper.addressee:
        return ADDRESSEE.not_concerned("没有主送机关")
    if not lines or (paper is None and abs(lines[0].left - LEFT) > NEAR):
        return ADDRESSEE.not_concerned("首页没有主送机关")
    return ADDRESSEE.judged([*_addressee_faults(look, lines)], short(lines[0].text))


def _addressee_faults(look: Look, lines: list[Piece]) -> Iterator[Item]:
    if abs(lines[0].ink_left - LEFT) > NEAR:
        yield ADDRESSEE.fault("主送机关没有顶格", 1, f"左边{lines[0].left:.1f}毫米")
    first_indented = next((place for place, one in enumerate(lines) if one.left > LEFT + EM), len(lines))
    if not any(one.text.endswith("：") for one in lines[:first_indented]):
        yield ADDRESSEE.fault("主送机关末尾没有全角冒号", 1)
    if look.title:
        yield from _blank(look, ADDRESSEE, "标题与主送机关之间", (look.title[-1].bottom, lines[0].top), 1)
