import re
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from notifications.document import Block, Document, Run
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.ruler import lines, pages, red_rules, right_edges, text_of

ISSUED_AT = datetime(2026, 11, 17, 1, tzinfo=UTC)
LANES = "滨海市老旧小区消防通道堵点"
MARKUP = (
    '#text(red)[x] #read("/etc/passwd") #import "a.typ": *',
    "$a^2$ *b* _c_ `code` ```raw``` <label> @ref",
    "// 注释 /* 注释 */ \\u{41} ~ -- --- = 标题",
    "<b>&amp;</b> {{ case.title }} {% raw %}",
)


def letter(**changes: Any) -> Document:
    return compose(load_stationery("reminder"), FACTS["reminder"]).model_copy(update=changes)


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(runs=(Run(text=text),)) for text in texts)


def set_pages(document: Document, fonts: FontSet) -> Any:
    return pages(typeset(document, fonts, issued_at=ISSUED_AT))


def page_of(text: str, printed: Any) -> int:
    return next(number for number, page in enumerate(printed) if text in page.extract_text())


@pytest.fixture(scope="module")
def long_letter(fonts: FontSet) -> Any:
    """Ten pages of full-width characters; every paragraph fills its last line."""
    return set_pages(letter(body=paragraphs(*[LANES * 30] * 14)), fonts)


@pytest.mark.parametrize("number", ["滨督2026-031", "滨督单〔2026〕3号", "市政办字〔2026〕105号"])
def test_a_number_is_never_broken_over_two_lines(number: str, fonts: FontSet) -> None:
    told = paragraphs(*(f"{'路' * before}（编号：{number}），请抓紧办理。" for before in range(28)))
    printed = [
        line for page in set_pages(letter(body=told), fonts) for line in page.extract_text().split("\n")
    ]
    assert sum(number in line for line in printed) == 28


def test_a_long_name_before_a_number_still_breaks(fonts: FontSet) -> None:
    told = letter(body=paragraphs("依据" + "海" * 60 + "办〔2026〕3号办理。"))
    full = [line for line in lines(set_pages(told, fonts)[0]) if set(line.text) == {"海"}]
    assert max(len(line.text) for line in full) == 28


def test_every_page_is_a4(long_letter: Any) -> None:
    assert len(long_letter) >= 10
    for page in long_letter:
        assert page.mediabox.width == pytest.approx(595.28, abs=0.1)
        assert page.mediabox.height == pytest.approx(841.89, abs=0.1)


def test_lines_hold_28_characters_between_the_margins(long_letter: Any) -> None:
    full = [line for line in lines(long_letter[1]) if line.size == 16 and line.left < 30]
    assert {len(line.text) for line in full} == {28}
    assert {round(line.left, 1) for line in full} == {28.0}
    assert max(right_edges(long_letter[1], 16)) == pytest.approx(184, abs=0.4)


def test_a_paragraph_is_indented_by_two_characters(long_letter: Any) -> None:
    first = next(line for line in lines(long_letter[0]) if line.text.startswith(LANES) and line.left > 30)
    assert first.left == pytest.approx(28 + 2 * 156 / 28, abs=0.1)


def test_a_page_holds_22_lines_from_37_to_262_millimetres(long_letter: Any) -> None:
    baselines = [line.baseline for line in lines(long_letter[1]) if line.size == 16]
    em = 16 * 25.4 / 72
    assert len(baselines) == 22
    assert baselines[0] - 0.88 * em == pytest.approx(37, abs=0.1)
    assert baselines[-1] + 0.12 * em == pytest.approx(262, abs=0.1)
    assert {round(below - above, 2) for above, below in pairwise(baselines)} <= {10.44, 10.45}


def test_the_letterhead_stands_at_its_measures(long_letter: Any) -> None:
    mark, number = lines(long_letter[0])[:2]
    thick, thin, *_ = red_rules(long_letter[0])
    assert mark.baseline - 0.88 * mark.size * 25.4 / 72 == pytest.approx(30, abs=0.1)
    assert thick.top == pytest.approx(30 + mark.size * 25.4 / 72 + 4, abs=0.1)
    assert number.baseline - 0.88 * 16 * 25.4 / 72 == pytest.approx(
        thin.top + thin.thickness + 14 * 25.4 / 72, abs=0.2
    )


def test_the_double_lines_mirror_each_other_on_the_first_page_only(long_letter: Any) -> None:
    upper_thick, upper_thin, lower_thin, lower_thick = red_rules(long_letter[0])
    assert upper_thick.thickness == lower_thick.thickness > upper_thin.thickness == lower_thin.thickness
    for rule in (upper_thick, upper_thin, lower_thin, lower_thick):
        assert (round(rule.left, 2), round(rule.width, 2)) == (20, 170)
    assert lower_thick.top + lower_thick.thickness == pytest.approx(277, abs=0.1)
    assert not red_rules(long_letter[1])


def test_page_numbers_begin_on_page_two_even_left_odd_right(long_letter: Any) -> None:
    numbers = {place: [line for line in lines(long_letter[place]) if line.size == 14] for place in (0, 1, 2)}
    assert not numbers[0]
    assert [line.text for line in numbers[1]] == ["—", "2", "—"]
    assert numbers[1][0].left == pytest.approx(28 + 14 * 25.4 / 72, abs=0.2)
    assert numbers[2][0].left > 150


@pytest.mark.parametrize("characters", range(0, 620, 44))
def test_the_signature_always_shares_a_page_with_text(characters: int, fonts: FontSet) -> None:
    body = paragraphs(LANES * 10, LANES * 5 + "字" * characters + "末")
    printed = set_pages(letter(body=body, copies=()), fonts)
    assert page_of("末", printed) == page_of("2026年11月17日", printed)


def test_a_ten_page_body_keeps_its_signature_with_text(long_letter: Any) -> None:
    last = lines(long_letter[-1])
    assert last[0].text.startswith(tuple(LANES))
    assert any(line.text == "滨海市人民政府督查室" for line in last)


def test_a_sealed_date_ends_four_characters_from_the_edge(long_letter: Any) -> None:
    organ, date = (
        line for line in lines(long_letter[-1]) if line.text in ("滨海市人民政府督查室", "2026年11月17日")
    )
    cell = 156 / 28
    organ_middle = organ.left + 5 * cell
    assert date.left + 2 * (organ_middle - date.left) == pytest.approx(184 - 4 * cell, abs=0.5)
    assert date.baseline - organ.baseline == pytest.approx(10.446, abs=0.05)


def test_the_same_paper_is_the_same_file(fonts: FontSet) -> None:
    pdf = typeset(letter(), fonts, issued_at=ISSUED_AT)
    typeset(letter(copies=()), fonts, issued_at=ISSUED_AT)
    assert typeset(letter(), fonts, issued_at=ISSUED_AT) == pdf


def test_another_process_prints_the_same_file(fonts: FontSet) -> None:
    program = (
        "import sys, hashlib; from tests.notifications.test_typesetting import *;"
        "from notifications.fonts import find_fonts;"
        "pdf = typeset(letter(), find_fonts((), system=False), issued_at=ISSUED_AT);"
        "sys.stdout.buffer.write(pdf)"
    )
    root = Path(__file__).parents[2]
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=root)
    assert process.stdout == typeset(letter(), fonts, issued_at=ISSUED_AT)


def test_the_file_calls_itself_pdf_a_2b_in_chinese(fonts: FontSet) -> None:
    pdf = typeset(letter(), fonts, issued_at=ISSUED_AT)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>B<", pdf)
    assert b"/Lang (zh-CN)" in pdf or b"/Lang(zh-CN)" in pdf
    assert b"/JavaScript" not in pdf


def test_rare_characters_are_in_the_text_layer(fonts: FontSet) -> None:
    paper = letter(body=paragraphs("请喆某堃同志和䶮某同志参加。"))
    assert "请喆某堃同志和䶮某同志参加。" in text_of(typeset(paper, fonts, issued_at=ISSUED_AT))


def test_a_character_no_font_has_is_named(fonts: FontSet) -> None:
    with pytest.raises(NoticeUnrenderable, match=r"现有字体中没有这些字：𰀀（U\+30000）") as refusal:
        typeset(letter(body=paragraphs("𰀀某𰀀")), fonts, issued_at=ISSUED_AT)
    assert refusal.value.facts["characters"] == ["𰀀"]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_data_is_printed_as_it_was_written(markup: str, fonts: FontSet) -> None:
    paper = compose(load_stationery("assignment"), with_fact(FACTS["assignment"], "case.requirement", markup))
    assert "".join(markup.split()) in text_of(typeset(paper, fonts, issued_at=ISSUED_AT))


def test_a_long_address_stays_within_the_margin_and_unbroken_in_the_text_layer(fonts: FontSet) -> None:
    address = "https://duban.binhai.example/" + "a" * 120
    pdf = typeset(letter(body=paragraphs("详见" + address)), fonts, issued_at=ISSUED_AT)
    assert address in text_of(pdf)
    pieces = [line for line in lines(pages(pdf)[0]) if line.text.isascii() and line.size == 16]
    assert len({piece.baseline for piece in pieces}) >= 3
    assert max(piece.left for piece in pieces) < 184


def test_the_document_form_has_one_red_line_and_numbers_its_first_page(fonts: FontSet) -> None:
    page = set_pages(letter(form="document"), fonts)[0]
    (rule,) = red_rules(page)
    assert (round(rule.left, 1), round(rule.width, 1), round(rule.thickness, 2)) == (28, 156, 0.5)
    assert any(line.text == "1" and line.size == 14 for line in lines(page))


def test_a_draft_is_marked_as_one(fonts: FontSet) -> None:
    assert "草稿" in text_of(typeset(letter(draft=True), fonts, issued_at=ISSUED_AT))
    assert "草稿" not in text_of(typeset(letter(), fonts, issued_at=ISSUED_AT))


def test_an_instant_without_a_zone_is_refused(fonts: FontSet) -> None:
    with pytest.raises(MailRoomError, match="缺少时区"):
        typeset(letter(), fonts, issued_at=ISSUED_AT.replace(tzinfo=None))


@pytest.mark.parametrize("lines_of_text", range(4, 16))
def test_a_letter_of_one_paragraph_carries_its_last_lines_over_to_the_signature(
    fonts: FontSet, lines_of_text: int
) -> None:
    """It has no other paragraph that could begin the second page, and the first must show text (7.3.3)."""
    paper = letter(body=(Block(runs=(Run(text="滨" * (28 * lines_of_text - 8)),)),))
    assert examine(typeset(paper, fonts, issued_at=ISSUED_AT), paper).faults == ()
