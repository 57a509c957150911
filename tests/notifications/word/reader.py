"""Opens an editable copy as another program would, and tells what stands in it."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as Copy
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from notifications.document import Document
from notifications.stationery import load_stationery
from notifications.word.editable import as_docx
from notifications.wording import compose
from tests.notifications.matter import FACTS

ISSUED_AT = datetime(2026, 11, 17, 1, tzinfo=UTC)
DRAFT_LINE = "草稿（可编辑稿，不是正式文本）"


def paper(kind: str = "reminder", **changes: Any) -> Document:
    return compose(load_stationery(kind), FACTS[kind]).model_copy(update=changes)


def written(document: Document) -> bytes:
    return as_docx(document, issued_at=ISSUED_AT)


def opened(document: Document) -> Copy:
    return docx.Document(io.BytesIO(written(document)))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name).decode()


def lines(copy: Copy) -> list[str]:
    """Every paragraph of the text that has words, those of tables cell by cell, in order."""
    return [text for text in _texts(copy) if text.strip()]


def _texts(copy: Copy) -> Iterator[str]:
    for item in copy.iter_inner_content():
        yield from _in_table(item) if isinstance(item, Table) else [item.text]


def _in_table(table: Table) -> Iterator[str]:
    for cell in table._tbl.iter(qn("w:tc")):
        yield from (Paragraph(one, table).text for one in cell.iter(qn("w:p")))


def said(copy: Copy) -> str:
    """The words of the paper without white space: a letter's mark stands in the header of its first page."""
    mark = [one.text for one in copy.sections[0].first_page_header.paragraphs if one.text != DRAFT_LINE]
    return squeezed("".join([*mark, *lines(copy)]))


def squeezed(text: str) -> str:
    return "".join(text.split())


def paragraph_of(copy: Copy, text: str) -> Any:
    """The first paragraph that begins so."""
    return next(one for one in copy.paragraphs if one.text.strip().startswith(text))


def value(element: Any, path: str, name: str = "val") -> str | None:
    """An attribute of the first element of this name below, `value(paragraph, "ind", "right")`."""
    found = next(element.iter(qn(f"w:{path}")), None)
    return None if found is None else found.get(qn(f"w:{name}"))
