"""The paper for reading on a screen: plain text and HTML, without a promise about layout.

Both follow the order of the official copy. Called for previews, the register and `duban render`; the official
copy is the PDF of `typesetting`.
"""

from collections.abc import Sequence

from notifications.document import Annex, Document
from notifications.form import UNDATED, FormRow, ItemsRow, OpinionRow, PairsRow, TallRow
from notifications.layouts import layout
from notifications.title import width

INDENT = "\u3000\u3000"


def as_text(document: Document) -> str:
    """The paper as plain text, one paragraph a line, ending in a newline."""
    return "\n".join([*_head(document), *_text(document), *_closing(document)]) + "\n"


def as_html(document: Document) -> str:
    """The paper as a whole HTML page; everything in it is escaped."""
    page = layout("notice.html.j2")
    return page.render(document=document, attachments=attachment_lines(document), undated=UNDATED)


def _head(document: Document) -> list[str]:
    lines = ["【草稿】"] if document.draft else []
    marks = (document.mark, document.copy_number, document.marking, document.urgency, document.number)
    head = [*filter(None, marks)]
    if document.approvers:
        head.append(f"签发人：{'　'.join(document.approvers)}")
    lines += [*head, ""] if head else []
    return [*lines, *document.title, ""]


def _text(document: Document) -> list[str]:
    addressee = [f"{document.addressee}："] if document.addressee else []
    rows = [line for row in document.rows for line in form_lines(row)]
    return [*addressee, *rows, *(INDENT + block.text for block in document.body)]


def _closing(document: Document) -> list[str]:
    lines = ["", *attachment_lines(document)] if document.attachments else []
    if document.signature:
        lines += ["", document.signature.organ, document.signature.date]
    if document.note:
        lines.append(f"（{document.note}）")
    if document.page_signers:
        lines += ["", document.page_foot]
    for annex in document.annexes:
        lines += ["", document.label_of(annex), "", annex.title, "", *table_lines(annex)]
    return [*lines, *_imprint(document)]


def _imprint(document: Document) -> list[str]:
    lines = [""] if document.copies or document.printed else []
    if document.copies:
        lines.append(f"抄送：{'，'.join(document.copies)}。")
    if document.printed:
        lines.append(f"{document.printed.organ}　{document.printed.date}印发")
    return lines


def attachment_lines(document: Document) -> list[str]:
    """附件：甲, or numbered where there are several (GB/T 9704-2012, 7.3.4)."""
    if len(document.attachments) == 1:
        return [f"附件：{document.attachments[0]}"]
    numbered = [f"{place}.{name}" for place, name in enumerate(document.attachments, start=1)]
    return [("附件：" if place == 0 else INDENT + "\u3000") + line for place, line in enumerate(numbered)]


def table_lines(annex: Annex) -> list[str]:
    """The table in columns, for a type in which a Chinese character is as wide as two others."""
    return _columns((annex.columns, *annex.rows), annex.widths)


def form_lines(row: FormRow) -> list[str]:
    """A row of a form: each label with what stands beside it, further paragraphs indented."""
    match row:
        case PairsRow():
            return [line for pair in row.pairs for line in _answer(pair.label, pair.paragraphs)]
        case TallRow():
            return _answer(row.label, row.paragraphs)
        case OpinionRow():
            signed = f"签名：{row.signer or '　　　　'}　{row.date or UNDATED}"
            return [*_answer(row.label, row.paragraphs), INDENT + signed]
        case ItemsRow():
            return _columns((row.columns, *row.items), row.widths)


def _answer(label: str, paragraphs: Sequence[str]) -> list[str]:
    first, *further = paragraphs or ("",)
    return [f"{label.replace(' ', '')}：{first}", *(INDENT + paragraph for paragraph in further)]


def _columns(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[str]:
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _padded(cell: str, columns: float) -> str:
    return cell + " " * int(2 * (columns - width(cell)))
