"""The file itself: size of its pages, PDF/A, title, nothing that acts, sound syntax."""

from notifications.inspection.look import Look, comparable
from notifications.inspection.reading import Sheet
from notifications.inspection.standard import SHEET
from notifications.inspection.verdict import Item, Topic

TOLERANCE = 0.2 * 25.4 / 72

PAGE_SIZE = Topic("page_size", "幅面", "每页210×297毫米，误差不超过0.2磅（GB/T 9704-2012，5.2.1）")
PDF_A = Topic("pdf_a", "PDF/A", "PDF/A-2或PDF/A-3，含输出意图")
TITLE_ENTRY = Topic("title_entry", "文件标题", "文件属性中写有标题")
ACTIVE = Topic("active_content", "脚本与附带文件", "没有脚本、动作和嵌入的文件")
SYNTAX = Topic("syntax", "文件结构", "结构完整，内容可逐项读出")


def page_size(look: Look) -> list[Item]:
    faults = [
        PAGE_SIZE.fault(f"第{page.number}页不是A4幅面", page.number, _told(page.sheet))
        for page in look.pages
        if not _is_a4(page.sheet, turned=look.form == "report")
    ]
    return PAGE_SIZE.judged(faults, f"共{len(look.pages)}页")


def pdf_a(look: Look) -> list[Item]:
    file, faults = look.file, []
    if file.part not in ("2", "3"):
        said = f"PDF/A-{file.part}" if file.part else "没有标明PDF/A"
        faults.append(PDF_A.fault(f"文件不是PDF/A-2或PDF/A-3（{said}）", measured=said))
    if not file.has_intent:
        faults.append(PDF_A.fault("文件没有PDF/A要求的输出意图（颜色说明）"))
    return PDF_A.judged(faults, f"PDF/A-{file.part}{file.conformance.lower()}")


def title_entry(look: Look) -> list[Item]:
    title, paper = look.file.title, look.document
    if not title.strip():
        return [TITLE_ENTRY.fault("文件属性中没有标题")]
    if paper and comparable(title) != comparable(paper.name):
        return [TITLE_ENTRY.fault(f"文件属性中的标题“{title}”与文书标题不同", measured=title)]
    return TITLE_ENTRY.sound(title)


def active_content(look: Look) -> list[Item]:
    return ACTIVE.judged([ACTIVE.fault(f"文件中有{one}", measured=one) for one in look.file.active])


def syntax(look: Look) -> list[Item]:
    return SYNTAX.judged([SYNTAX.fault(f"文件结构有缺陷：{one}", measured=one) for one in look.file.odd])


def _is_a4(sheet: Sheet, *, turned: bool) -> bool:
    due = SHEET[::-1] if turned else SHEET
    found = (sheet.width, sheet.height)
    return all(abs(one - other) <= TOLERANCE for one, other in zip(found, due, strict=True))


def _told(sheet: Sheet) -> str:
    return f"{sheet.width:.1f}×{sheet.height:.1f}毫米"
