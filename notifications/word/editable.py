"""A paper as a DOCX file, for people who want to go on writing it in WPS or Word.

Called by `duban render`; the official copy is the PDF of `typesetting`.
"""

from datetime import datetime

from notifications.document import Block, Document
from notifications.errors import check_aware
from notifications.word.closing import KEEP, closing, imprint
from notifications.word.heads import head, number_line
from notifications.word.markup import blank, grafted, paragraph, run
from notifications.word.package import described, opened, packed
from notifications.word.page import lay_out
from notifications.word.styles import CHARACTERS
from notifications.word.tables import annexes, form

KEPT_TAIL = 10 * 28
"""Characters: ten lines."""


def as_docx(document: Document, *, issued_at: datetime) -> bytes:
    """The editable copy; its properties say that it is not the official text, a draft's header too.

    The same paper and instant (aware) give the same bytes. Characters that XML cannot hold are left out; no
    seal is drawn, only its room is left.
    """
    check_aware(issued_at)
    copy = opened()
    lay_out(copy, document)
    body = copy.element.body
    for place, element in enumerate(grafted(_parts(document))):
        body.insert(place, element)
    described(copy, document, issued_at)
    return packed(copy)


def _parts(document: Document) -> list[str]:
    upper = _form(document) if document.form == "form" else _paper(document)
    return [*upper, *closing(document), *annexes(document), *imprint(document)]


def _paper(document: Document) -> list[str]:
    """Head, title, whom it is for, and the text; a line is free on either side of the title."""
    number = number_line(document) if document.form == "internal" else []
    number = [*number, blank(count=2)] if number else []
    blocks = [_block(block, last=block is document.body[-1]) for block in document.body]
    return [*head(document), *number, *_title(document), blank(), *_addressee(document), *blocks]


def _form(document: Document) -> list[str]:
    """Title, number, table, and the notes under it."""
    notes = [paragraph("GwWords", *_runs(block)) for block in document.body]
    return [*_title(document), *number_line(document), *_addressee(document), *form(document), *notes]


def _title(document: Document) -> list[str]:
    return [paragraph("GwTitle", run(line)) for line in document.title]


def _addressee(document: Document) -> list[str]:
    return [paragraph("GwTo", run(f"{document.addressee}："))] if document.addressee else []


def _block(block: Block, *, last: bool) -> str:
    """A heading stays with what it is over, the last paragraph with 附件说明 and 署名 (7.3.5.5).

    Not a long one: some word processors would move the whole of it to the next page.
    """
    kept = block.is_heading or (last and len(block.text) <= KEPT_TAIL)
    return paragraph("GwBody", *_runs(block), properties=KEEP if kept else "")


def _runs(block: Block) -> list[str]:
    """A font other than that of the style is named by the run."""
    return [
        run(one.text, style=None if one.font == "fang" else CHARACTERS[one.font][0]) for one in block.runs
    ]
