"""What is found in a paper that was not printed whole, and that a sound one passes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from notifications.document import Document
from notifications.fonts import FontSet
from notifications.inspection import FONT_FILES, inspect
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


def descriptors(writer: PdfWriter) -> Iterator[DictionaryObject]:
    for place in range(1, len(writer._objects) + 1):
        one: Any = writer.get_object(place)
        if isinstance(one, DictionaryObject) and one.get("/Type") == "/FontDescriptor":
            yield one


def take_fonts_out(writer: PdfWriter) -> None:
    for descriptor in descriptors(writer):
        for name in FONT_FILES:
            descriptor.pop(NameObject(name), None)


@pytest.mark.parametrize("kind", FACTS)
def test_every_kind_of_paper_is_found_sound(kind: str, fonts: FontSet) -> None:
    document = letter(kind)
    assert inspect(printed(document, fonts), title=document.name, number=document.number) == []


@pytest.mark.parametrize("title", ["一二三ffi整治", "⼀乡一品", "A类 B类 事项", "党" * 90])
def test_a_title_is_found_however_it_was_typed(title: str, fonts: FontSet) -> None:
    document = letter(title=title)
    assert inspect(printed(document, fonts), title=document.name, number=document.number) == []


def test_another_title_or_number_is_missed(fonts: FontSet) -> None:
    pdf = printed(letter(), fonts)
    assert inspect(pdf, title="防汛物资储备", number="滨督函〔2026〕13号") == [
        "首页找不到“防汛物资储备”",
        "首页找不到“滨督函〔2026〕13号”",
    ]


def test_a_paper_without_a_number_is_looked_over_for_its_title_alone(fonts: FontSet) -> None:
    document = letter()
    assert inspect(printed(document, fonts), title=document.name, number=None) == []


def test_a_font_that_is_not_in_the_file_is_named(fonts: FontSet) -> None:
    document = letter()
    pdf = altered(printed(document, fonts), take_fonts_out)
    found = inspect(pdf, title=document.name, number=document.number)
    assert found
    assert all(one.startswith("字体") and one.endswith("没有嵌入") for one in found)


@pytest.mark.parametrize(
    ("width", "height", "sound"), [(595.28, 841.89, True), (595.6, 841.9, False), (612, 792, False)]
)
def test_a_page_must_be_a4(width: float, height: float, sound: bool) -> None:
    found = inspect(blank(width, height, pages=2), title="", number=None)
    assert found == ([] if sound else ["第1页不是A4幅面", "第2页不是A4幅面"])


def test_a_paper_printed_without_glyphs_is_missing_its_title() -> None:
    assert inspect(blank(595.28, 841.89), title="提醒函", number=NUMBER) == [
        "首页找不到“提醒函”",
        f"首页找不到“{NUMBER}”",
    ]


@pytest.mark.parametrize(
    ("pdf", "found"), [(blank(1, 1, pages=0), "没有任何页面"), (b"%PDF-1.7 broken", "文件无法读取")]
)
def test_a_file_that_is_no_paper_is_told_not_raised(pdf: bytes, found: str) -> None:
    (told,) = inspect(pdf, title="提醒函", number=NUMBER)
    assert told.startswith(found)
