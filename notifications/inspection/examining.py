"""Looking a print over, item by item, before it is kept or sent."""

from collections.abc import Callable, Sequence

from notifications.document import Document
from notifications.inspection import (
    of_closing,
    of_file,
    of_head,
    of_lines,
    of_page,
    of_tables,
    of_text,
    of_type,
)
from notifications.inspection.look import Look, look_at
from notifications.inspection.reading import read
from notifications.inspection.verdict import Item, Report

Check = Callable[[Look], list[Item]]

OF_ANY_FILE: Sequence[Check] = (
    of_file.page_size,
    of_file.pdf_a,
    of_file.title_entry,
    of_file.active_content,
    of_file.syntax,
    of_type.embedded,
    of_type.mapped,
)
OF_PAPERS: Sequence[Check] = (
    of_type.roles,
    of_page.type_area,
    of_page.page_number,
    of_head.red_lines,
    of_head.mark,
    of_head.number,
    of_head.head_marks,
    of_head.title,
    of_closing.date,
    of_closing.signature,
    of_closing.imprint,
    of_tables.annexes,
    of_tables.tables,
    of_text.text_layer,
    of_text.body_begins,
    of_text.draft,
)
OF_RUNNING_TEXT: Sequence[Check] = (
    of_lines.line_cells,
    of_page.line_pitch,
    of_head.addressee,
    of_closing.attachments,
    of_closing.signature_page,
    of_closing.seal,
)
"""What a form of cells need not keep to."""


def examine(pdf: bytes, document: Document | None = None) -> Report:
    """Every item of GB/T 9704-2012 a print can be held to, and what a file to be kept for good must be.

    With the paper it was printed from, its words are looked for as well. A report of tables is no official
    paper: only the file and its fonts are looked at. Raises PaperUnreadable for what cannot be read at all.
    """
    look = look_at(read(pdf), document)
    return Report(
        form=look.form,
        told_by="paper" if document else "print",
        pages=len(look.pages),
        draft=look.is_marked_draft,
        gaps=look.gaps,
        items=tuple(item for check in _checks(look.form) for item in check(look)),
    )


def _checks(form: str) -> Sequence[Check]:
    if form == "report":
        return OF_ANY_FILE
    return (*OF_ANY_FILE, *OF_PAPERS) if form == "form" else (*OF_ANY_FILE, *OF_PAPERS, *OF_RUNNING_TEXT)
