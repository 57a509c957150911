"""What is found in a paper that was not printed whole, and that a sound one passes."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfWriter

from notifications.document import Document
from notifications.fonts import FontSet
from notifications.inspection import PaperUnreadable, examine
from notifications.inspection.reading import MAX_BYTES, MAX_PAGES
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications.matter import FACTS, with_fact

ISSUED_AT = datetime(2026, 11, 17, 1, tzinfo=UTC)
NUMBER = "滨督函〔2026〕12号"


def letter(kind: str = "reminder", title: str = "老旧小区消防通道堵塞整治") -> Document:
    return compose(load_stationery(kind), with_fact(FACTS[kind], "case.title", title))


def printed(document: Document, fonts: FontSet) -> bytes:
    return typeset(document, fonts, issued_at=ISSUED_AT)


def altered(pdf: bytes, alter: Callable[[PdfWriter], object]) -> bytes:
    """The paper after somebody took it apart."""
    writer, target = PdfWriter(clone_from=BytesIO(pdf)), BytesIO()
    alter(writer)
    writer.write(target)
    return target.getvalue()


def blank(width: float, height: float, pages: int = 1) -> bytes:
    writer, target = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width, height)
    writer.write(target)
    return target.getvalue()


def told(pdf: bytes, document: Document | None = None) -> list[str]:
    return [item.sentence for item in examine(pdf, document).faults]


@pytest.mark.parametrize("kind", FACTS)
@pytest.mark.parametrize("known", [True, False])
def test_every_kind_of_paper_is_found_sound(kind: str, known: bool, fonts: FontSet) -> None:
    document = letter(kind)
    assert told(printed(document, fonts), document if known else None) == []


@pytest.mark.parametrize("title", ["一二三ffi整治", "⼀乡一品", "A类 B类 事项", "党" * 90])
def test_a_title_is_found_however_it_was_typed(title: str, fonts: FontSet) -> None:
    document = letter(title=title)
    assert told(printed(document, fonts), document) == []


def test_another_title_or_number_is_missed(fonts: FontSet) -> None:
    pdf, other = printed(letter(), fonts), {"title": ("防汛物资储备",), "number": "滨督函〔2026〕13号"}
    found = told(pdf, letter().model_copy(update=other))
    assert {"首页找不到“防汛物资储备”", "首页找不到“滨督函〔2026〕13号”"} <= set(found)


def test_a_paper_printed_without_glyphs_misses_all_its_words() -> None:
    document = letter()
    found = told(blank(595.28, 841.89), document)
    assert {f"首页找不到“{document.name}”", f"首页找不到“{NUMBER}”"} <= set(found)


@pytest.mark.parametrize(
    ("width", "height", "sound"), [(595.28, 841.89, True), (595.6, 841.9, False), (612, 792, False)]
)
def test_a_page_must_be_a4(width: float, height: float, sound: bool) -> None:
    found = [one for one in told(blank(width, height, pages=2)) if one.endswith("不是A4幅面")]
    assert found == ([] if sound else ["第1页不是A4幅面", "第2页不是A4幅面"])


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (blank(1, 1, pages=0), "no_pages"),
        (b"%PDF-1.7 broken", "broken"),
        (b"", "not_pdf"),
        ("这是一份文书".encode(), "not_pdf"),
        (b"%PDF-1.7" + b"0" * MAX_BYTES, "too_large"),
        (blank(595, 842, pages=MAX_PAGES + 1), "too_many_pages"),
    ],
)
def test_a_file_that_is_no_paper_is_told_in_chinese(pdf: bytes, reason: str) -> None:
    with pytest.raises(PaperUnreadable, match=r"。$") as refusal:
        examine(pdf)
    assert refusal.value.facts["reason"] == reason


def encrypted(writer: PdfWriter) -> Any:
    return writer.encrypt("秘密", algorithm="AES-256")


def test_a_locked_file_is_told(fonts: FontSet) -> None:
    with pytest.raises(PaperUnreadable, match="已加密"):
        examine(altered(printed(letter(), fonts), encrypted))
