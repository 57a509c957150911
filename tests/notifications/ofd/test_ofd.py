"""An OFD file shows what the PDF shows, and what it says can be read."""

import io
import zipfile
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import serif_path
from pypdf import PdfWriter
from pypdf.generic import ContentStream, NameObject

from notifications.document import Annex, Block, Document, Run
from notifications.errors import FontMissing, MailRoomError, NoticeUnrenderable
from notifications.fonts import FontSet, find_fonts
from notifications.ofd.reading import read_pages
from notifications.ofd.typefaces import subset
from notifications.ofd.writing import as_ofd
from notifications.plain import as_text
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications import ruler
from tests.notifications.matter import FACTS
from tests.notifications.ofd.reader import ISSUED_AT, OFD, Opened, characters, numbers, text_of, words
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.pictures import png

TYPE_AREA_FOOT = 263
HOSTILE = '#read("/etc/passwd") $x$ <b>粗</b> &amp; ]]> {{ case.title }} </ofd:TextCode><!-- 一'
ORDER = {
    "DocInfo": "DocID Title Author Subject Abstract CreationDate ModDate DocUsage Cover Keywords Creator",
    "DocBody": "DocInfo DocRoot Versions Signatures",
    "Document": "CommonData Pages",
    "CommonData": "MaxUnitID PageArea PublicRes DocumentRes TemplatePage DefaultCS",
    "Page": "Template PageRes Area Content Actions",
    "TextObject": "FillColor StrokeColor TextCode",
    "PathObject": "StrokeColor FillColor AbbreviatedData",
    "Font": "FontFile",
    "MultiMedia": "MediaFile",
}
"""The children of an element in the order of GB/T 33190-2016."""


def body(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(runs=(Run(text=text),)) for text in texts)


def paper(kind: str = "reminder", **changes: Any) -> Document:
    return compose(load_stationery(kind), FACTS[kind]).model_copy(update=changes)


PAPERS = {
    **{kind: paper(kind) for kind in FACTS},
    "draft": paper(draft=True),
    "annexed": paper().with_annexes((Annex(title="清单", columns=("甲", "乙"), rows=(("一", "长" * 90),)),)),
    "document": composed(UPWARD),
    "form": composed(FORM),
    "sealed": paper(seal="image"),
}


@cache
def both(name: str) -> tuple[Opened, bytes]:
    """A paper as OFD and as PDF."""
    document, fonts = PAPERS[name], find_fonts((), system=False)
    seal = png() if document.seal == "image" else None
    written = as_ofd(document, fonts, issued_at=ISSUED_AT, seal=seal)
    return Opened(written), typeset(document, fonts, issued_at=ISSUED_AT, seal=seal)


@pytest.mark.parametrize("name", PAPERS)
def test_every_word_of_the_paper_is_in_the_text_layer(name: str) -> None:
    opened, _ = both(name)
    told = text_of(opened, above=TYPE_AREA_FOOT)
    lines = as_text(PAPERS[name]).removeprefix("【草稿】").split("\n")
    pieces = (piece for line in lines for cell in line.split("  ") for piece in cell.partition("签名："))
    missing = [piece for piece in pieces if "".join(piece.rstrip("：").split()) not in told]
    assert not [piece for piece in missing if PAPERS[name].form != "form" or "：" not in piece]


@pytest.mark.parametrize("name", PAPERS)
def test_it_says_what_the_pdf_says_and_no_more(name: str) -> None:
    opened, pdf = both(name)
    told = Counter("".join(code.text or "" for code in opened.objects("TextCode")))
    printed = Counter(ruler.text_of(pdf))
    assert Counter({one: count for one, count in told.items() if not one.isspace()}) == printed


@pytest.mark.parametrize("name", PAPERS)
def test_every_line_stands_where_it_stands_in_the_pdf(name: str) -> None:
    opened, pdf = both(name)
    for page, printed in zip(opened.pages, ruler.pages(pdf), strict=True):
        found = list(characters(page))
        for line in (line for line in ruler.lines(printed) if line.size < 100):
            em = line.size * 25.4 / 72
            shifted = (
                em / 2 if line.text[0] in "“（《" else 0
            )  # the ruler reads no shift before the first character
            assert any(
                abs(one.baseline - line.baseline) < 0.01
                and abs(one.left - line.left) < 0.01 + shifted
                and abs(one.size - em) < 0.001
                for one in found
            ), line


def test_full_lines_end_at_the_edge_of_the_type_area(fonts: FontSet) -> None:
    opened = Opened(as_ofd(paper(body=body("滨海市老旧小区消防通道堵点" * 20)), fonts, issued_at=ISSUED_AT))
    em = 16 * 25.4 / 72
    ends = [one.left + one.size for one in characters(opened.pages[0]) if abs(one.size - em) < 0.01]
    assert max(ends) == pytest.approx(184, abs=0.4)


@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_a4_and_as_many_as_in_the_pdf(name: str) -> None:
    opened, pdf = both(name)
    boxes = [page.find(f"{OFD}Area/{OFD}PhysicalBox") for page in opened.pages]
    boxes.append(opened.xml["Doc_0/Document.xml"].find(f".//{OFD}PhysicalBox"))
    assert len(boxes) == len(ruler.pages(pdf)) + 1
    for one in boxes:
        assert one is not None and one.text is not None
        assert [float(part) for part in one.text.split()] == pytest.approx([0, 0, 210, 297], abs=0.01)


@pytest.mark.parametrize("name", PAPERS)
def test_the_parts_are_those_of_the_standard_in_its_order(name: str) -> None:
    opened, _ = both(name)
    assert next(iter(opened.parts)) == "OFD.xml"
    for root in opened.xml.values():
        for element in root.iter():
            assert element.tag.startswith(OFD)
            if order := ORDER.get(element.tag.removeprefix(OFD), "").split():
                places = [order.index(child.tag.removeprefix(OFD)) for child in element]
                assert places == sorted(places), element.tag


@pytest.mark.parametrize("name", PAPERS)
def test_no_two_objects_share_a_number_and_every_reference_leads_somewhere(name: str) -> None:
    opened, _ = both(name)
    elements = [element for root in opened.xml.values() for element in root.iter()]
    listed = [element.get("ID") for element in elements if element.get("ID")]
    assert len(listed) == len(set(listed))
    last = opened.xml["Doc_0/Document.xml"].find(f".//{OFD}MaxUnitID")
    assert last is not None and max(map(int, filter(None, listed))) == int(last.text or 0)
    used = {element.get(name) for element in elements for name in ("Font", "ResourceID")} - {None}
    assert all(opened.resource(number or "") for number in used)


@pytest.mark.parametrize("name", PAPERS)
def test_every_font_holds_the_characters_it_draws_and_no_others(name: str) -> None:
    opened, _ = both(name)
    drawn: dict[str, set[str]] = {}
    for one in opened.objects("TextObject"):
        drawn.setdefault(one.get("Font") or "", set()).update(one[-1].text or "")
    assert drawn
    for number, used in drawn.items():
        with TTFont(io.BytesIO(opened.resource(number))) as font:
            known = set(map(chr, font.getBestCmap()))
        assert used <= known
        assert len(known - used) <= 3


@pytest.mark.parametrize("name", PAPERS)
def test_every_character_but_the_first_is_told_its_distance(name: str) -> None:
    opened, _ = both(name)
    for code in opened.objects("TextCode"):
        text = code.text or ""
        assert text == text.strip()
        assert len(numbers(code, "DeltaX")) == len(text) - 1
        assert text <= "\uffff" or len(text) == 1


@pytest.mark.parametrize("name", ["reminder", "document"])
def test_the_red_lines_are_those_of_the_pdf(name: str) -> None:
    opened, pdf = both(name)
    found = []
    for path in opened.pages[0].iter(f"{OFD}PathObject"):
        colour = path.find(f"{OFD}FillColor")
        if colour is not None and colour.get("Value") == "215 0 15":
            found.append(numbers(path, "Boundary"))
    expected = [
        [rule.left, rule.top, rule.width, rule.thickness] for rule in ruler.red_rules(ruler.pages(pdf)[0])
    ]
    assert len(found) == len(expected) == {"reminder": 4, "document": 1}[name]
    for one, other in zip(sorted(found, key=lambda box: box[1]), expected, strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_the_lines_of_a_table_keep_their_width() -> None:
    opened, _ = both("form")
    widths = {path.get("LineWidth") for path in opened.objects("PathObject")}
    assert {round(float(width or 0) * 72 / 25.4, 2) for width in widths} == {0.5}


def test_the_seal_is_the_picture_itself_42_millimetres_wide() -> None:
    opened, _ = both("sealed")
    (image,) = opened.objects("ImageObject")
    assert opened.resource(image.get("ResourceID") or "") == png()
    width, _, _, height, left, top = numbers(image, "CTM")
    assert (width, height) == pytest.approx((42, 42), abs=0.01)
    (date,) = (
        one for one in words(opened.pages[-1]) if one.text.startswith("2026年11月17日") and one.left > 100
    )
    assert left < date.left < left + width
    assert top < date.baseline < top + height


def test_a_paper_without_a_seal_has_no_pictures() -> None:
    opened, _ = both("reminder")
    assert "Doc_0/DocumentRes.xml" not in opened.parts
    assert not opened.objects("ImageObject")


def test_a_draft_is_marked_across_every_page() -> None:
    opened, _ = both("draft")
    turned = [one for one in opened.objects("TextObject") if one.get("CTM")]
    assert [one[-1].text for one in turned] == ["草稿"] * len(opened.pages)
    a, b, c, d, _, _ = numbers(turned[0], "CTM")
    assert (a, b, c, d) == pytest.approx((0.819, -0.574, 0.574, 0.819), abs=0.001)


def test_markup_in_data_is_text(fonts: FontSet) -> None:
    opened = Opened(as_ofd(paper(body=body(HOSTILE)), fonts, issued_at=ISSUED_AT))
    assert "".join(HOSTILE.split()) in text_of(opened)


def test_a_character_beyond_the_basic_plane_is_an_object_of_its_own(fonts: FontSet) -> None:
    opened = Opened(
        as_ofd(paper(body=body("请𬬭某、𬭎某和䶮某 参加 the office。")), fonts, issued_at=ISSUED_AT)
    )
    texts = [code.text for code in opened.objects("TextCode")]
    assert {"𬬭", "𬭎"} <= set(texts)
    assert "请𬬭某、𬭎某和䶮某参加theoffice。" in text_of(opened)


def test_common_and_rare_characters_survive(fonts: FontSet) -> None:
    with TTFont(serif_path(), lazy=True) as font:
        every = sorted(font.getBestCmap())
    common, beyond = (
        [one for one in every if 0x3400 <= one <= 0x9FFF],
        [one for one in every if one > 0x20000],
    )
    hans = "".join(map(chr, [*common[::40], *beyond]))
    opened = Opened(as_ofd(paper(body=body(hans)), fonts, issued_at=ISSUED_AT))
    assert hans in text_of(opened, above=TYPE_AREA_FOOT)


def test_the_same_paper_is_the_same_file(fonts: FontSet) -> None:
    first = as_ofd(paper(), fonts, issued_at=ISSUED_AT)
    assert as_ofd(paper(), fonts, issued_at=ISSUED_AT) == first
    assert as_ofd(paper(), fonts, issued_at=datetime(2026, 11, 18, tzinfo=UTC)) != first
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_says_that_it_is_experimental_and_dates_itself_by_the_office(fonts: FontSet) -> None:
    late = datetime(2026, 11, 16, 17, tzinfo=UTC)
    info = Opened(as_ofd(paper(), fonts, issued_at=late)).xml["OFD.xml"].find(f".//{OFD}DocInfo")
    told = {child.tag.removeprefix(OFD): child.text or "" for child in info}
    assert "试验性" in told["Abstract"] and "正式文本为PDF" in told["Abstract"]
    assert (told["CreationDate"], told["Subject"]) == ("2026-11-17", "滨督函〔2026〕12号")
    assert told["Title"] == paper().name


def test_an_instant_without_a_zone_is_refused(fonts: FontSet) -> None:
    with pytest.raises(MailRoomError, match="缺少时区"):
        as_ofd(paper(), fonts, issued_at=ISSUED_AT.replace(tzinfo=None))


def a_page(content: bytes) -> bytes:
    """A PDF of one page that draws this."""
    writer, saved = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(595.28, 841.89)
    stream = ContentStream(None, writer)
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"0 0 m 9 9 l W n", "操作符W"),
        (b"0 0 0 1 k", "操作符k"),
        (b"0 0 0 1 scn", "色彩空间"),
        (b"(a) Tj", "文字的画法"),
    ],
)
def test_what_cannot_be_told_is_refused_not_left_out(content: bytes, what: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=f"OFD不支持版面中的{what}") as refusal:
        read_pages(a_page(content))
    assert refusal.value.code == "ofd_unsupported"


def test_paths_keep_their_curves_and_corners() -> None:
    (page,) = read_pages(a_page(b"1 0 0 rg 2 w 0 0 m 0 72 72 72 72 0 c h f 72 72 72 36 re S"))
    curve, box = page.items
    assert [operator for operator, _ in curve.path] == ["M", "B", "C"]  # type: ignore[union-attr]
    assert curve.colour == (255, 0, 0)  # type: ignore[union-attr]
    corners = [point for _, points in box.path for point in points]  # type: ignore[union-attr]
    assert corners[0] == pytest.approx((25.4, 297 - 25.4), abs=0.01)
    assert corners[2] == pytest.approx((50.8, 297 - 38.1), abs=0.01)
    assert box.line == pytest.approx(2 * 25.4 / 72)  # type: ignore[union-attr]


def test_a_font_that_is_not_the_installations_is_named(fonts: FontSet) -> None:
    with pytest.raises(FontMissing, match="找不到字体NoSuchFont的文件"):
        subset(fonts, "NoSuchFont", "督")
