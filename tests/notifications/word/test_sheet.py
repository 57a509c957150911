"""The copy's measures are those of GB/T 9704-2012, as far as a word processor keeps them."""

import re
from typing import Any

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from notifications.document import Annex, Block, Document, Imprint, Run, Signature
from notifications.form import ItemsRow, OpinionRow, PairsRow
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.notifications.word.reader import opened, paper, paragraph_of, part, value, written

CELL = 156 / 28 * 1440 / 25.4
RED = "D7000F"
STYLES = [
    ("公文正文", "仿宋_GB2312", 16),
    ("公文标题", "方正小标宋简体", 22),
    ("发文机关标志", "方正小标宋简体", 40),
    ("主送机关", "仿宋_GB2312", 16),
    ("附件标识", "黑体", 16),
    ("版记", "仿宋_GB2312", 14),
    ("公文页码", "宋体", 14),
    ("表单栏目", "黑体", 14),
]
FORMS = ("letter", "document", "internal")


def a_document(form: str = "letter", **changes: Any) -> Document:
    return paper(form=form, **changes)


@pytest.mark.parametrize("form", FORMS)
def test_the_sheet_is_a4_with_the_margins_of_the_rule(form: str) -> None:
    section = opened(a_document(form)).sections[0]
    assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=Pt(0.1))
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert margins == pytest.approx((Mm(37), Mm(26), Mm(35), Mm(28)), abs=Pt(0.1))


@pytest.mark.parametrize("form", FORMS)
def test_twenty_two_lines_fill_the_type_area(form: str) -> None:
    (grid,) = opened(a_document(form)).element.body.iter(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch")))
    assert (grid.get(qn("w:type")), pitch) == ("lines", 579)
    assert 22 * pitch <= 225 * 1440 / 25.4 < 22 * (pitch + 1)


def test_twenty_eight_characters_fill_a_line() -> None:
    style = opened(paper()).styles["公文正文"]
    spacing = style.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
    assert 28 * (16 + int(spacing.get(qn("w:val"))) / 20) == pytest.approx(156 * 72 / 25.4, abs=1.5)
    assert style.element.find(f"{qn('w:pPr')}/{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize(("name", "family", "points"), STYLES)
def test_every_part_has_its_type_and_size(name: str, family: str, points: float) -> None:
    style = opened(paper()).styles[name]
    faces = {value(style.element, "rFonts", script) for script in ("ascii", "eastAsia", "hAnsi", "cs")}
    assert faces == {family}
    assert style.font.size == Pt(points)


def test_every_family_has_names_to_be_found_by_elsewhere() -> None:
    table = part(written(paper()), "word/fontTable.xml")
    named = dict(re.findall(r'<w:font w:name="(.+?)"><w:altName w:val="(.+?)"/>', table))
    assert set(named) == {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    assert (named["仿宋_GB2312"].split(",")[0], named["方正小标宋简体"].split(",")[0]) == (
        "仿宋",
        "FZXiaoBiaoSong-B05S",
    )


def test_headings_are_in_the_type_of_their_level() -> None:
    copy = opened(paper())
    heading, text = paragraph_of(copy, "一、"), paragraph_of(copy, "调度发现")
    assert [run.style.font.name for run in heading.runs] == ["黑体"]
    assert heading.paragraph_format.keep_with_next
    assert [run.style.name for run in text.runs] == ["Default Paragraph Font"]


def test_a_letter_has_its_mark_above_the_type_area_and_lines_of_170_millimetres() -> None:
    section = opened(paper()).sections[0]
    assert (section.header_distance, section.footer_distance) == pytest.approx((Mm(30), Mm(20)), abs=Pt(0.1))
    (mark,), (line,) = section.first_page_header.paragraphs, section.first_page_footer.paragraphs
    for one, kind in ((mark, "thickThinSmallGap"), (line, "thinThickSmallGap")):
        assert (value(one._p, "bottom"), value(one._p, "bottom", "color")) == (kind, RED)
        wider = -int(value(one._p, "ind", "left") or 0) - int(value(one._p, "ind", "right") or 0)
        assert (156 * 1440 / 25.4 + wider) * 25.4 / 1440 == pytest.approx(170, abs=0.1)


@pytest.mark.parametrize(("form", "largest", "room"), [("letter", 40, 170), ("document", 46, 156)])
def test_a_long_mark_fits_its_line(form: str, largest: float, room: float) -> None:
    for mark in ("督查室", "滨海市人民政府督查室办公室督查处文件"):
        copy = opened(a_document(form, mark=mark))
        header = copy.sections[0].first_page_header.paragraphs if form == "letter" else []
        size = next(one for one in [*header, *copy.paragraphs] if one.text == mark).runs[0].font.size.pt
        assert size == pytest.approx(min(largest, room * 72 / 25.4 / len(mark)), abs=0.5)


def test_the_number_of_a_letter_stands_flush_right_under_the_lines() -> None:
    copy = opened(paper(urgency="特急", copy_number="000012"))
    first, second = copy.paragraphs[:2]
    assert (first.text, second.text) == ("000012\t滨督函〔2026〕12号", "特急")
    assert first.paragraph_format.space_before == Pt(14)
    assert first.paragraph_format.tab_stops[0].position == pytest.approx(Mm(156), abs=Pt(0.1))


def test_a_document_has_one_red_line_under_its_number() -> None:
    copy = opened(composed(UPWARD))
    lined = [one for one in copy.paragraphs if value(one._p, "bottom", "color") == RED]
    assert [one.text for one in lined] == ["\t滨督〔2026〕3号\t签发人：甲某某　乙某某"]
    mark = paragraph_of(copy, "滨海市人民政府督查室文件")
    above = mark.paragraph_format.space_before.pt + 3 * 579 / 20
    assert above == pytest.approx(35 * 72 / 25.4, abs=0.1)


@pytest.mark.parametrize("form", FORMS)
def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(form: str) -> None:
    copy = opened(a_document(form))
    section = copy.sections[0]
    assert copy.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (number,) = footer.paragraphs
        assert (number.text, value(number._p, "instrText", "x")) == ("— 1 —", None)
        assert (value(number._p, "jc"), value(number._p, "ind", side)) == (side, "280")
        assert " PAGE " in [one.text for one in number._p.iter(qn("w:instrText"))]


def test_only_a_letter_has_a_first_page_without_a_number() -> None:
    first = {form: opened(a_document(form)).sections[0] for form in FORMS}
    assert {form: one.different_first_page_header_footer for form, one in first.items()} == {
        "letter": True,
        "document": False,
        "internal": False,
    }
    assert not list(first["letter"].first_page_footer._element.iter(qn("w:instrText")))


def test_the_date_of_a_sealed_paper_ends_four_characters_from_the_edge() -> None:
    copy = opened(paper())
    organ, date = paragraph_of(copy, "滨海市人民政府督查室"), paragraph_of(copy, "2026年11月17日")
    right = {one.text: float(value(one._p, "ind", "right") or 0) / CELL for one in (organ, date)}
    assert right[date.text] == pytest.approx(4, abs=0.01)
    assert right[organ.text] + 10 / 2 == pytest.approx(4 + 7 / 2, abs=0.01)


def test_an_unsealed_date_begins_two_characters_in_from_the_name() -> None:
    for organ in ("督查室", "滨海市人民政府督查室"):
        signature = Signature(organ=organ, date="2026年11月17日")
        copy = opened(paper(seal="none", signature=signature))
        ends = [
            float(value(paragraph_of(copy, one)._p, "ind", "right") or 0) / CELL
            for one in (organ, "2026年11")
        ]
        begins = [28 - ends[0] - len(organ), 28 - ends[1] - 7]
        assert begins[1] - begins[0] == pytest.approx(2, abs=0.05)
        assert min(ends) == pytest.approx(2, abs=0.05) or organ != "督查室"


def test_the_signature_stays_with_the_end_of_the_text() -> None:
    copy = opened(paper(attachments=("甲清单", "乙清单")))
    texts = [one.text for one in copy.paragraphs]
    first = next(place for place, text in enumerate(texts) if text.startswith("（本函"))
    date = texts.index("2026年11月17日")
    assert all(one.paragraph_format.keep_with_next for one in copy.paragraphs[first : date + 1])
    assert texts[date + 1].startswith("（联系人")


def test_a_long_last_paragraph_may_break_over_pages() -> None:
    for lines, kept in ((10, True), (11, False)):
        copy = opened(paper(body=(Block(runs=(Run(text="督" * 28 * lines),)),)))
        assert bool(paragraph_of(copy, "督督").paragraph_format.keep_with_next) is kept


def test_the_last_line_of_a_paper_without_a_note_is_its_date() -> None:
    copy = opened(paper(note=None, copies=()))
    assert not paragraph_of(copy, "2026年11月17日").paragraph_format.keep_with_next


def test_the_imprint_stands_at_the_foot_of_the_type_area() -> None:
    copy = opened(a_document("document", printed=Imprint(organ="市政府办公室", date="2026年11月18日")))
    framed = [one for one in copy.paragraphs if value(one._p, "framePr", "yAlign") == "bottom"]
    assert [one.text[:4] for one in framed] == ["抄送：市", "\t", "市政府办"]
    assert {value(one._p, "framePr", "vAnchor") for one in framed} == {"margin"}
    assert all(value(one._p, "top", "sz") == value(one._p, "bottom", "sz") == "8" for one in framed)


def test_the_imprint_of_a_letter_has_no_lines() -> None:
    (copies,) = (one for one in opened(paper()).paragraphs if one.text.startswith("抄送"))
    assert value(copies._p, "framePr", "yAlign") == "bottom"
    assert value(copies._p, "top") is None


def test_an_annex_begins_a_page_and_repeats_its_heads() -> None:
    rows = tuple((str(n), "工作日" * 20 * (n == 3), "长" * 200) for n in range(1, 40))
    copy = opened(
        paper().with_annexes((Annex(title="期限逐日计算表", columns=("日", "类", "说明"), rows=rows),))
    )
    assert paragraph_of(copy, "附件").text == "附件：期限逐日计算表"
    label = next(one for one in copy.paragraphs if one.text == "附件")
    assert label.paragraph_format.page_break_before
    (table,) = copy.tables
    head, *listed = table.rows
    assert (len(listed), value(head._tr, "tblHeader", "val")) == (39, None)
    assert list(head._tr.iter(qn("w:tblHeader")))
    assert not any(list(row._tr.iter(qn("w:cantSplit"))) for row in listed)


def grid_of(table: Any) -> list[int]:
    return [int(one.get(qn("w:w"))) for one in table._tbl.iter(qn("w:gridCol"))]


@pytest.mark.parametrize("columns", range(1, 9))
@pytest.mark.parametrize("longest", [1, 9, 500])
def test_a_table_is_as_wide_as_the_type_area_whatever_it_holds(columns: int, longest: int) -> None:
    heads = tuple(f"栏{n}" for n in range(columns))
    annex = Annex(title="清单", columns=heads, rows=(("长" * longest, *heads[1:]),))
    (table,) = opened(paper().with_annexes((annex,))).tables
    assert sum(grid_of(table)) == round(156 * 1440 / 25.4)
    assert min(grid_of(table)) >= 2 * 240


def test_every_row_of_a_form_spans_the_whole_grid() -> None:
    (table,) = opened(composed(FORM)).tables
    columns = grid_of(table)
    assert sum(columns) == round(156 * 1440 / 25.4)
    for row in table.rows:
        spans = [int(value(cell, "gridSpan") or 1) for cell in row._tr.iter(qn("w:tc"))]
        assert sum(spans) == len(columns)


def test_the_rows_of_a_form_grow_and_are_never_fixed() -> None:
    (table,) = opened(composed(FORM)).tables
    heights = [one for row in table.rows for one in row._tr.iter(qn("w:trHeight"))]
    assert {one.get(qn("w:hRule")) for one in heights} == {"atLeast"}
    tall = next(row for row in table.rows if row.cells[0].text == "办理情况")
    assert int(value(tall._tr, "trHeight") or 0) == 4 * 400


def test_an_opinion_is_signed_at_the_bottom_right() -> None:
    (table,) = opened(composed(FORM)).tables
    words, signed = table.rows[-4:-2]
    assert words.cells[-1].text == "同意申请销号。"
    assert signed.cells[-1].text == "签名：甲某　2026年11月12日"
    cell = list(signed._tr.iter(qn("w:tc")))[-1]
    assert (value(cell, "vAlign"), value(cell, "jc"), value(cell, "top")) == ("bottom", "right", "nil")


def test_a_record_is_signed_at_the_foot_of_every_page() -> None:
    document = composed(FORM).model_copy(update={"page_signers": ("被谈话人", "记录人")})
    section = opened(document).sections[0]
    for footer in (section.footer, section.even_page_footer):
        assert footer.paragraphs[0].text.split() == ["本页签名", "被谈话人：", "记录人："]


def test_a_number_keeps_its_hyphen_on_the_line() -> None:
    told = next(one for one in opened(paper()).paragraphs if "编号" in one.text)
    assert "滨督2026-031" in told.text
    assert len(list(told._p.iter(qn("w:noBreakHyphen")))) == 1


def test_a_label_is_broken_between_words() -> None:
    (table,) = opened(composed(FORM)).tables
    assert {"牵头单位\n意见", "督查室意见"} <= {row.cells[0].text for row in table.rows}


def test_an_empty_form_keeps_room_to_write() -> None:
    rows = (
        PairsRow.model_validate({"pairs": [{"label": "姓名"}]}),
        OpinionRow(label="意见", lines=3),
        ItemsRow(columns=("甲",), items=(("",),)),
    )
    document = composed(FORM).model_copy(update={"rows": rows})
    (table,) = opened(document).tables
    assert all(int(value(row._tr, "trHeight") or 0) >= 400 for row in table.rows)
