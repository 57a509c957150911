"""Faults of a seal on a paper, one at a time: each is told in the words of its rule."""

from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, FloatObject, NameObject

from notifications.document import Document
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.typesetting import typeset
from tests.notifications.random_papers import Papers
from tests.notifications.test_inspection import ISSUED_AT, altered, letter, printed
from tests.pictures import png

SEALED = letter().model_copy(update={"seal": "image"})
UNSEALED = letter().model_copy(update={"seal": "none"})

FAULTS: dict[str, tuple[str, str, str]] = {
    "偏右": ("dx: centre - seal-width / 2", "dx: centre - seal-width / 2 + 5mm", "偏离成文日期中线5.0毫米"),
    "太高": ("seal-rise = 8pt", "seal-rise = 16mm", "没有下压成文日期"),
    "太低": ("calc.min(", "5mm + calc.min(", "比署名和成文日期的中间低2.2毫米"),
    "离正文远": ("seal-lowest)", "3 * pitch) + 5mm", "上端距正文超过一行"),
    "过大": ("seal-width = 42mm", "seal-width = 56mm", "印章宽56毫米，过大"),
    "过小": ("seal-width = 42mm", "seal-width = 30mm", "印章宽30毫米，过小"),
    "拉伸": (
        "width: seal-width, height: seal-width",
        'width: seal-width, height: seal-width - 6mm, fit: "stretch"',
        "印章不圆",
    ),
    "出纸": ("dx: centre - seal-width / 2", "dx: centre - seal-width / 2 + 50mm", "印章超出纸张"),
    "署名上空一行": ("long { 2 }", "long { 1 }", "署名之上空1.0行，应空二行"),
}


def sealed(fonts: FontSet, document: Document = SEALED) -> bytes:
    return typeset(document, fonts, issued_at=ISSUED_AT, seal=png())


def told(pdf: bytes, document: Document | None) -> list[str]:
    return [one.sentence for one in examine(pdf, document).faults if one.id == "seal"]


@pytest.mark.parametrize("known", [True, False])
def test_a_paper_with_its_seal_in_place_is_sound(known: bool, fonts: FontSet) -> None:
    assert examine(sealed(fonts), SEALED if known else None).faults == ()


@pytest.mark.parametrize("part", range(6))
def test_random_papers_with_a_seal_are_found_sound(part: int, fonts: FontSet) -> None:
    """署名 of up to three lines among them, on pages of 20 to 24."""
    for seed in range(part * 25, (part + 1) * 25):
        paper = Papers(seed).paper()
        if paper.signature and paper.seal == "place" and not paper.draft:
            paper = paper.model_copy(update={"seal": "image"})
            assert examine(sealed(fonts, paper), paper).faults == (), seed


@pytest.mark.parametrize("name", FAULTS)
def test_a_seal_out_of_place_or_size_is_found(
    name: str, patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    old, new, said = FAULTS[name]
    patched("signature", old, new)
    assert any(said in one for one in told(sealed(fonts), SEALED))


def pictures(writer: PdfWriter) -> Any:
    return writer.pages[-1]["/Resources"]["/XObject"].values()


def make_opaque(writer: PdfWriter) -> None:
    for one in pictures(writer):
        one.get_object().pop(NameObject("/SMask"))


def make_opaque_and_multiply(writer: PdfWriter) -> None:
    """As scanned seals are laid on a page: white paper and all, where only what is darker shows."""
    make_opaque(writer)
    page: Any = writer.pages[-1]
    state = DictionaryObject({NameObject("/BM"): NameObject("/Multiply"), NameObject("/ca"): FloatObject(1)})
    page["/Resources"][NameObject("/ExtGState")] = DictionaryObject({NameObject("/Over"): state})
    contents = page["/Contents"].get_object()
    name = next(iter(page["/Resources"]["/XObject"])).encode()
    contents.set_data(contents.get_data().replace(name + b" Do", b"/Over gs " + name + b" Do"))


def test_an_opaque_seal_that_hides_the_signature_is_found(fonts: FontSet) -> None:
    found = told(altered(sealed(fonts), make_opaque), SEALED)
    assert [one.removeprefix("印章图片不透明，遮住") for one in found] == [
        "“滨海市人民政府督查室”",
        "“2026年11月17日”",
    ]


def test_a_seal_that_lets_through_by_its_blend_mode_hides_nothing(fonts: FontSet) -> None:
    assert told(altered(sealed(fonts), make_opaque_and_multiply), SEALED) == []


def test_a_seal_that_is_due_and_missing_is_found(fonts: FontSet) -> None:
    assert told(printed(letter(), fonts), SEALED) == ["署名处没有印章"]


def test_a_place_for_a_seal_that_is_due_and_missing_is_found(
    patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    patched("signature", "“（印章）”"[1:-1], "（）")
    assert told(printed(letter(), fonts), letter()) == ["署名处没有（印章）位置"]


@pytest.mark.parametrize("seal", ["image", "place"])
def test_a_seal_on_a_paper_that_is_not_sealed_is_found(seal: str, fonts: FontSet) -> None:
    pdf = sealed(fonts, letter().model_copy(update={"seal": seal}))
    assert told(pdf, UNSEALED) == ["不用印的文书上有印章或者印章位置"]
