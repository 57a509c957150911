"""Faults put into the layout on purpose, one at a time: each is found under its own name."""

from collections.abc import Callable

import pytest

from notifications import typesetting
from notifications.document import Annex, Block, Document, Run
from notifications.fonts import FontSet
from notifications.inspection import examine
from tests.notifications.ruler import pages
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.notifications.test_inspection import letter, printed

LANES = "滨海市老旧小区，消防通道堵点等"
BODY = tuple(Block(runs=(Run(text=f"第{place}段。{LANES * 7}"),)) for place in "甲乙丙丁戊己庚辛")
TABLE = Annex(title="堵点清单", columns=("小区", "要求"), rows=(("甲小区", "打通"),))

LETTER = letter().model_copy(update={"body": BODY}).with_annexes((TABLE,))
OFFICIAL = composed(UPWARD).model_copy(update={"body": BODY})
DRAFT = letter().model_copy(update={"draft": True})
UNSEALED = letter().model_copy(update={"seal": "none"})
LONG_TITLE = letter().model_copy(update={"title": ("市" * 21,)})
SHEET = composed(FORM)

FAULTS: dict[str, tuple[Document, str, str, str, str]] = {
    "左边距31毫米": (LETTER, "grid", "left: 28mm", "left: 31mm", "type_area"),
    "上边距34毫米": (OFFICIAL, "grid", "top: 37mm", "top: 34mm", "type_area"),
    "下边距少一行": (LETTER, "grid", "bottom: 35mm", "bottom: 20mm", "type_area"),
    "行距加大": (LETTER, "grid", "gap = pitch - size-3", "gap = pitch - size-3 + 2pt", "line_pitch"),
    "字距缩小": (LETTER, "grid", "size-3 - 0.05pt", "size-3 - 0.8pt", "line_cells"),
    "右边不齐": (LETTER, "", "justify: true", "justify: false", "line_cells"),
    "页码单双页颠倒": (LETTER, "page", "calc.odd(n)", "calc.even(n)", "page_number"),
    "页码过低": (LETTER, "page", "v(7mm - 0.47em)", "v(9mm - 0.47em)", "page_number"),
    "信函首页有页码": (LETTER, "page", 'doc.form != "letter" or n > 1', "true", "page_number"),
    "没有页码": (OFFICIAL, "page", 'doc.form != "letter" or n > 1', "false", "page_number"),
    "双线粗细颠倒": (LETTER, "head", "if thick-above", "if not thick-above", "red_lines"),
    "红线离标志7毫米": (LETTER, "head", "head-gap = 4mm", "head-gap = 7mm", "red_lines"),
    "红线离文号2毫米": (OFFICIAL, "head", "head-gap = 4mm", "head-gap = 2mm", "red_lines"),
    "下方双线过高": (LETTER, "head", "dy: 277mm", "dy: 272mm", "red_lines"),
    "红线过短": (OFFICIAL, "head", "red-line(type-width, 0.5mm)", "red-line(150mm, 0.5mm)", "red_lines"),
    "没有红线": (OFFICIAL, "head", "red-line(type-width, 0.5mm)", "[]", "red_lines"),
    "信函标志过低": (LETTER, "head", "top-edge = 30mm", "top-edge = 34mm", "mark"),
    "文件标志过高": (OFFICIAL, "head", "v(35mm)", "v(28mm)", "mark"),
    "标志印成黑色": (OFFICIAL, "head", "fill: red, spread", "fill: black, spread", "mark"),
    "文号方括号": (LETTER, "head", "text(doc.number)", 'text(doc.number.replace("〔", "["))', "number"),
    "文号不顶右": (LETTER, "head", "place(top + right, number)", "place(top + center, number)", "number"),
    "份号在紧急程度之下": (
        OFFICIAL,
        "head",
        "dy: i * pitch, mark",
        "dy: (2 - i) * pitch, mark",
        "head_marks",
    ),
    "标题居左": (
        LETTER,
        "text",
        "align(center, par(",
        "align(left, par(",
        "title",
    ),
    "标题一行21字": (
        LONG_TITLE,
        "text",
        "headline(size-2, line)",
        "headline(size-2, line, spread: -1pt)",
        "title",
    ),
    "标题上空四行": (OFFICIAL, "head", "blank-lines(2)", "blank-lines(4)", "title"),
    "主送缩进": (LETTER, "text", "par(first-line-indent: 0pt, text(doc.add", "par(text(doc.add", "addressee"),
    "缺一段": (LETTER, "", "doc.body.slice(0, -1)", "doc.body.slice(1, -1)", "text_layer"),
    "附件说明上不空行": (LETTER, "text", "if i == 0 { pitch + gap }", "if i == 0 { gap }", "attachments"),
    "附件名称有句号": (LETTER, "text", "flush({ text(name)", 'flush({ text(name + "。")', "attachments"),
    "附件标题在第二行": (
        LETTER,
        "annex",
        "  row(height: size-3, [])\n  annex-title",
        "  annex-title",
        "annexes",
    ),
    "日期编虚位": (LETTER, "signature", "doc.signature.date", '"2026年03月05日"', "date"),
    "日期右空三字": (LETTER, "signature", "calc.max(4 * cell", "calc.max(3 * cell", "date"),
    "署名不居中": (LETTER, "signature", "(centre - organ / 2,", "(centre - organ / 2 - cell,", "signature"),
    "不用印日期不右移": (UNSEALED, "signature", "left-edge + 2 * cell", "left-edge", "signature"),
    "印章位置偏": (LETTER, "signature", "dx: centre - 20pt", "dx: centre + 40pt", "seal"),
    "署名上只空一行": (LETTER, "signature", "long { 2 }", "long { 1 }", "seal"),
    "版记线粗细颠倒": (OFFICIAL, "imprint", "rule(0.35mm)", "rule(0.25mm)", "imprint"),
    "版记末线过高": (
        OFFICIAL,
        "imprint",
        "parts.join(rule(0.25mm))\n      rule(0.35mm)",
        "parts.join(rule(0.25mm))\n      rule(0.35mm)\n      v(5mm)",
        "imprint",
    ),
    "抄送没有空一字": (
        LETTER,
        "imprint",
        "columns: (size-4, ..columns",
        "columns: (0pt, ..columns",
        "imprint",
    ),
    "草稿没有字样": (DRAFT, "page", "if doc.draft", "if false", "draft"),
    "正式文书印草稿": (LETTER, "page", "if doc.draft", "if true", "draft"),
    "表格漏一行": (
        SHEET,
        "form",
        "for (i, item) in doc.rows.enumerate()",
        "for (i, item) in doc.rows.slice(1).enumerate()",
        "text_layer",
    ),
    "格内文字压线": (
        SHEET,
        "form",
        "line => text(font: fonts.hei, line)",
        "line => box(move(dx: 8mm, text(line)))",
        "tables",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_layout_is_found_under_its_name(
    name: str, patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    document, part, old, new, item = FAULTS[name]
    patched(part, old, new)
    assert item in {one.id for one in examine(printed(document, fonts), document).faults}


def test_a_signature_by_itself_on_a_page_is_found(fonts: FontSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_fits", lambda _: (typesetting.Fit(),))
    monkeypatch.setattr(typesetting, "_misfit", lambda *_: 0)
    alone = []
    for lines in range(12, 20):
        body = tuple(Block(runs=(Run(text=f"第{place}段。"),)) for place in range(lines))
        pdf = printed(letter().model_copy(update={"body": body, "copies": ()}), fonts)
        alone.append("signature_page" in {one.id for one in examine(pdf).faults})
        shown = [page.extract_text() for page in pages(pdf)]
        assert alone[-1] == ("2026年11月17日" in shown[-1] and "段。" not in shown[-1])
    assert set(alone) == {True, False}


@pytest.mark.parametrize("document", [LETTER, OFFICIAL, DRAFT, UNSEALED, SHEET])
@pytest.mark.parametrize("known", [True, False])
def test_without_a_fault_none_is_found(document: Document, known: bool, fonts: FontSet) -> None:
    pdf = printed(document, fonts)
    assert examine(pdf, document if known else None).faults == ()
