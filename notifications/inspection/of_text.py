"""The words: everything the paper says is printed, in its order; a draft is marked as one."""

from collections.abc import Iterable, Iterator

from notifications.document import GAP, Document
from notifications.form import FormRow, ItemsRow, OpinionRow, PairsRow
from notifications.inspection.look import Look, comparable, uprights
from notifications.inspection.of_page import short
from notifications.inspection.standard import CELL, LEFT, NEAR
from notifications.inspection.verdict import Item, Topic

LAYER = Topic("text_layer", "文字层", "标题、文号、正文各段、附件、署名、抄送都能从文件中读出")
BEGINS = Topic("body_begins", "正文首页", "首页显示正文（7.3.3）")
BODY = "正文"
DRAFT = Topic("draft", "草稿", "草稿印有“草稿”字样；正式文书没有〔待填〕")


def text_layer(look: Look) -> list[Item]:
    if look.document is None:
        missing = "\ufffd" in look.text
        faults = [LAYER.fault("有的文字读不出（没有映射）")] if missing else []
        if not look.text:
            faults = [LAYER.fault("文件中没有文字（可能是扫描件）")]
        return LAYER.judged(faults, f"{len(look.text)}字")
    faults = [LAYER.fault(f"找不到{part}“{short(words)}”") for part, words in _missing(look, look.document)]
    return LAYER.judged(faults, f"{len(look.text)}字")


def _missing(look: Look, paper: Document) -> Iterator[tuple[str, str]]:
    text, place = _without(look.text, filter(None, [paper.page_foot])), 0
    for part, words in _parts(paper):
        wanted = comparable(words)
        found = text.find(wanted, place if part == BODY else 0)
        if found < 0:
            yield part, words
        elif part == BODY:
            place = found + len(wanted)
    yield from _missing_cells(text, paper)


def _missing_cells(text: str, paper: Document) -> Iterator[tuple[str, str]]:
    """A cell that goes on over a page has the repeated head of its table in its middle."""
    tables = [(one.columns, one.rows) for one in paper.annexes]
    tables += [(row.columns, row.items) for row in paper.rows if isinstance(row, ItemsRow)]
    for columns, rows in tables:
        plain = text + _without(text, ["".join(columns)])
        for cell in (one for row in (columns, *rows) for one in row):
            if comparable(cell) not in plain:
                yield "表格内容", cell


def _without(text: str, repeated: Iterable[str]) -> str:
    for words in repeated:
        text = text.replace(comparable(words), "")
    return text


def _parts(paper: Document) -> Iterator[tuple[str, str]]:
    """What must be read, each with what it is called; paragraphs in their order."""
    once = {
        "份号": paper.copy_number,
        "标识": paper.marking,
        "紧急程度": paper.urgency,
        "文号": paper.number,
        "标题": paper.name,
        "主送机关": paper.addressee and f"{paper.addressee}：",
        "署名": paper.signature and paper.signature.organ,
        "成文日期": paper.signature and paper.signature.date,
        "附注": paper.note and f"（{paper.note}）",
        "印发": paper.printed and f"{paper.printed.organ}{paper.printed.date}印发",
    }
    yield from ((part, words) for part, words in once.items() if words)
    yield from (("签发人", name) for name in paper.approvers)
    yield from (pair for row in paper.rows for pair in _of_row(row))
    yield from ((BODY, block.text) for block in paper.body)
    yield from (("附件", name) for name in paper.attachments)
    yield from (("附表题目", annex.title) for annex in paper.annexes)
    yield from (("抄送机关", name) for name in paper.copies)


def _of_row(row: FormRow) -> Iterator[tuple[str, str]]:
    if isinstance(row, ItemsRow):
        return
    for one in row.pairs if isinstance(row, PairsRow) else (row,):
        yield "栏目", one.label
        yield from (("栏目内容", words) for words in one.paragraphs)
    if isinstance(row, OpinionRow):
        yield from (("签名", row.signer), ("签名日期", row.date))


def body_begins(look: Look) -> list[Item]:
    if look.form == "form":
        return BEGINS.judged([] if any(uprights(look.first)) else [BEGINS.fault("首页只有标题，没有表格", 1)])
    if any(abs(one.left - LEFT - 2 * CELL) < NEAR for one in look.body(look.first)):
        return BEGINS.sound()
    return [BEGINS.fault("首页没有正文；主送机关过多的，应移至版记（7.3.2）", 1)]


def draft(look: Look) -> list[Item]:
    paper, marked, gaps = look.document, look.is_marked_draft, look.gaps
    if paper and paper.draft and not marked:
        return [DRAFT.fault("草稿上没有“草稿”字样", 1)]
    if paper and marked and not paper.draft:
        return [DRAFT.fault("正式文书上印有“草稿”字样", 1)]
    if gaps and not marked:
        return [DRAFT.fault(f"正式文书中有{gaps}处{GAP}没有填写", measured=f"{gaps}处")]
    left = f"，尚有{gaps}处{GAP}" if gaps else ""
    return DRAFT.sound(
        "草稿" if marked else "正式文书", f"这是草稿{left}，可以检查但不能印发" if marked else ""
    )
