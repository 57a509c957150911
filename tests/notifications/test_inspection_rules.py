"""One fault for each thing a rule forbids, and the sentence that tells of it."""

from collections.abc import Callable

import pytest

from notifications.document import GAP, Block, Document, Run
from notifications.fonts import FontSet
from notifications.inspection import examine
from tests.notifications.test_inspection import letter, printed
from tests.notifications.test_inspection_layout import LETTER, OFFICIAL, SHEET, UNSEALED

SIDEWARD = OFFICIAL.model_copy(update={"approvers": ()})
WIDE = letter().model_copy(update={"title": ("W" * 38,)})
UNFINISHED = letter().model_copy(update={"body": (Block(runs=(Run(text=f"期限为{GAP}。"),)),)})

SIZE_AND_GRID: dict[str, tuple[Document, str, str, str, str]] = {
    "左边距25毫米": (LETTER, "grid", "left: 28mm", "left: 25mm", "超出版心左边3.0毫米"),
    "右边距22毫米": (LETTER, "grid", "right: 26mm", "right: 22mm", "超出版心右边4.0毫米"),
    "上边距34毫米": (OFFICIAL, "grid", "top: 37mm", "top: 34mm", "高出版心上边3.0毫米"),
    "下边距少一行": (LETTER, "grid", "bottom: 35mm", "bottom: 20mm", "低于版心下边"),
    "空一字半": (LETTER, "", "amount: 2 * cell", "amount: 1.5 * cell", "既不顶格也不空二字"),
    "次页低起": (
        LETTER,
        "text",
        'row(par(first-line-indent: 0pt, text(doc.addressee + "：")))',
        'row(par(first-line-indent: 0pt, text(doc.addressee + "："))); pagebreak(); v(20mm)',
        "首行距版心上边20.0毫米",
    ),
    "一处行距大": (LETTER, "text", "row(par(first", "row(below: gap + 2pt, par(first", "有一处行距是31.6"),
    "页码错一": (LETTER, "page", "text(str(n))", "text(str(n + 1))", "页码印作“—3—”"),
    "页码小四": (LETTER, "page", "set text(size: size-4", "set text(size: 12pt", "页码是12磅，不是四号"),
    "页码离边": (LETTER, "page", "[#h(1em)#numeral]", "[#h(3em)#numeral]", "不在左边空一字处"),
}
HEAD: dict[str, tuple[Document, str, str, str, str]] = {
    "各页有红线": (
        LETTER,
        "page",
        "#let footer() = {",
        '#let footer() = { place(rect(width: 150mm, height: 1pt, fill: rgb("#d7000f")))',
        "第2页不应有红线",
    ),
    "表单有红线": (
        SHEET,
        "page",
        "#let footer() = {",
        '#let footer() = { place(rect(width: 150mm, height: 1pt, fill: rgb("#d7000f")))',
        "内部文书、表单不应有红线",
    ),
    "红线过粗": (OFFICIAL, "head", "type-width, 0.5mm", "type-width, 2mm", "红线粗2.00毫米"),
    "双线过短": (LETTER, "head", "letter-width = 170mm", "letter-width = 165mm", "红线长165.0毫米"),
    "双线偏右": (LETTER, "head", "letter-left = 20mm", "letter-left = 22mm", "距左页边22.0毫米"),
    "上方双线颠倒": (LETTER, "head", "double-line(true)", "double-line(false)", "上方红色双线不是上粗下细"),
    "下方双线颠倒": (LETTER, "head", "double-line(false)", "double-line(true)", "下方红色双线不是上细下粗"),
    "标志居左": (
        OFFICIAL,
        "head",
        "align(center, flush(organ))",
        "align(center, move(dx: 5mm, flush(organ)))",
        "标志偏离中线5.0",
    ),
    "标志是别的机关": (
        LETTER,
        "head",
        "organ-mark(doc.mark, 40",
        'organ-mark("别处", 40',
        "找不到发文机关标志",
    ),
    "文号离红线远": (LETTER, "head", "size-3 * 7 / 8", "size-3 * 2", "发文字号在红线下11.3毫米"),
    "文号居左": (SIDEWARD, "head", "align(center, flush(number))", "flush(number)", "发文字号没有居中"),
    "文号离标志近": (
        OFFICIAL,
        "head",
        "v(2 * pitch + gap",
        "v(pitch + gap",
        "标志与发文字号空1.0行，应空二行",
    ),
    "文号编虚位": (
        LETTER,
        "head",
        "text(doc.number)",
        'text(doc.number.replace("〕", "〕0"))',
        "发文字号“滨督函〔2026〕012号”不合规范",
    ),
    "份号缩进": (
        OFFICIAL,
        "head",
        "dy: i * pitch, mark",
        "dx: 5mm, dy: i * pitch, mark",
        "没有在版心左边顶格",
    ),
    "标题离文号远": (LETTER, "head", "blank-lines(2)", "blank-lines(4)", "标题以上空4"),
    "标题太宽": (WIDE, "", "", "", "标题印成2行，应为1行"),
    "标题略小": (
        LETTER,
        "text",
        "headline(size-2, line)",
        "headline(21.6pt, line)",
        "标题是21.6磅，不是二号",
    ),
    "标题离主送远": (LETTER, "text", "row(par(", "row(above: 3 * pitch, par(", "标题与主送机关之间空"),
    "主送没有冒号": (LETTER, "text", 'doc.addressee + "："', "doc.addressee", "主送机关末尾没有全角冒号"),
}
CLOSING: dict[str, tuple[Document, str, str, str, str]] = {
    "首页没有正文": (
        LETTER,
        "text",
        'row(par(first-line-indent: 0pt, text(doc.addressee + "：")))',
        'row(par(first-line-indent: 0pt, text(doc.addressee + "：")), below: 210mm)',
        "首页没有正文",
    ),
    "没有附件二字": (LETTER, "text", 'text("附件：")', 'text("附：")', "找不到附件说明"),
    "附件说明缩进少": (
        LETTER,
        "text",
        "columns: (2 * cell, ",
        "columns: (1.5 * cell, ",
        "附件说明没有左空二字",
    ),
    "署名是别的机关": (LETTER, "signature", "box(doc.signature.organ)", 'box("别处")', "找不到署名“滨海市"),
    "署名右空三字": (
        UNSEALED,
        "signature",
        "width - 2 * cell - organ",
        "width - 3 * cell - organ",
        "右空3.0字",
    ),
    "日期差一天": (LETTER, "signature", "box(doc.signature.date)", 'box("2026年11月18日")', "成文日期印作"),
    "抄送过高": (
        LETTER,
        "imprint",
        "parts.join(rule(0.25mm))",
        "parts.join(); v(20mm)",
        "抄送在版心下边缘之上",
    ),
    "信函版记有线": (LETTER, "imprint", 'doc.form == "document"', "true", "只有文件格式的版记有分隔线"),
    "文件版记无线": (OFFICIAL, "imprint", 'doc.form == "document"', "false", "版记应有首末分隔线，现有0条"),
    "版记线短": (OFFICIAL, "imprint", "length: 100%", "length: 90%", "应与版心等宽"),
    "抄送没有句号": (LETTER, "imprint", ' + "。"', "", "抄送机关末尾没有句号"),
    "信函印发": (
        LETTER,
        "imprint",
        "if doc.printed != none { printed() }",
        'strip((1fr, auto), text("督查室"), text("2026年11月18日印发"))',
        "信函的版记不印印发机关",
    ),
    "附表没有标记": (LETTER, "annex", "annex.label", '"附表"', "应有1个附表，找到0个"),
    "附表标记过低": (LETTER, "annex", "row(flush(text", "v(9mm)\n  row(flush(text", "没有在版心左上角顶格"),
    "附表没有标题": (LETTER, "annex", "  annex-title(annex.title)", "  row([])", "附件没有标题"),
    "附表标题居左": (LETTER, "annex", "align(center, par(", "align(left, par(", "附件标题没有居中"),
    "首页没有表格": (SHEET, "form", "  title()\n", "  title()\n  pagebreak()\n", "首页只有标题，没有表格"),
    "正文有待填": (UNFINISHED, "", "", "", "正式文书中有1处〔待填〕没有填写"),
}
FAULTS = {**SIZE_AND_GRID, **HEAD, **CLOSING}


@pytest.mark.parametrize("name", FAULTS)
def test_what_a_rule_forbids_is_told_in_its_words(
    name: str, patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    document, part, old, new, said = FAULTS[name]
    patched(part, old, new)
    found = [one.sentence for one in examine(printed(document, fonts), document).faults]
    assert any(said in one for one in found), found
