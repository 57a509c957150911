"""The paper for reading on a screen: plain text and HTML, without a promise about layout.

Both follow the order of the official copy. Called for previews, the register and `duban render`; the official
copy is the PDF of `typesetting`.
"""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.document import Annex, Document
from notifications.title import width

INDENT = "\u3000\u3000"


def as_text(document: Document) -> str:
    """The paper as plain text, one paragraph a line, ending in a newline."""
    return "\n".join([*_head(document), *_text(document), *_closing(document)]) + "\n"


def as_html(document: Document) -> str:
    """The paper as a whole HTML page; everything in it is escaped."""
    return _pages().get_template("notice.html.j2").render(document=document)


def _head(document: Document) -> list[str]:
    lines = ["【草稿】"] if document.draft else []
    head = [*filter(None, (document.mark, document.urgency, document.number))]
    lines += [*head, ""] if head else []
    return [*lines, *document.title, ""]


def _text(document: Document) -> list[str]:
    addressee = [f"{document.addressee}："] if document.addressee else []
    return [*addressee, *(INDENT + block.text for block in document.body)]


def _closing(document: Document) -> list[str]:
    lines = ["", *attachment_lines(document)] if document.attachments else []
    lines += ["", document.signature.organ, document.signature.date]
    if document.note:
        lines.append(f"（{document.note}）")
    for annex in document.annexes:
        lines += ["", document.label_of(annex), "", annex.title, "", *table_lines(annex)]
    if document.copies:
        lines += ["", f"抄送：{'，'.join(document.copies)}。"]
    return lines


def attachment_lines(document: Document) -> list[str]:
    """附件：甲, or numbered where there are several (GB/T 9704-2012, 7.3.4)."""
    if len(document.attachments) == 1:
        return [f"附件：{document.attachments[0]}"]
    numbered = [f"{place}.{name}" for place, name in enumerate(document.attachments, start=1)]
    return [("附件：" if place == 0 else INDENT + "\u3000") + line for place, line in enumerate(numbered)]


def table_lines(annex: Annex) -> list[str]:
    """The table in columns, for a type in which a Chinese character is as wide as two others."""
    rows = (annex.columns, *annex.rows)
    return ["  ".join(map(_padded, row, annex.widths)).rstrip() for row in rows]


def _padded(cell: str, columns: float) -> str:
    return cell + " " * int(2 * (columns - width(cell)))


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("templates", "documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
