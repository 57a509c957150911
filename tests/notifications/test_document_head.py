"""The parts that a head and a foot after GB/T 9704-2012 may have, each at its measure."""

from typing import Any

import pytest
from pypdf import PageObject

from notifications.document import Document
from notifications.fonts import FontSet
from notifications.typesetting import typeset
from tests.notifications.ruler import POINTS, Line, lines, pages, red_rules
from tests.notifications.sheets import UPWARD, composed
from tests.notifications.test_typesetting import ISSUED_AT, LANES, letter, paragraphs

EM, CELL, PITCH = 16 / POINTS, 156 / 28, 10.446
MARKS = {"copy_number": "000012", "marking": "内部", "urgency": "特急"}


def first_page(document: Document, fonts: FontSet) -> Any:
    return pages(typeset(document, fonts, issued_at=ISSUED_AT))[0]


def line_of(text: str, page: Any) -> Line:
    """The last run with these words: the mark at the top names the organ too."""
    return [line for line in lines(page) if text in line.text][-1]


def pitch_of(page: Any) -> float:
    """A paper may be set with another line or two to the page, to keep its foot with its text."""
    return line_of("现将", page).baseline - line_of("市人民政府：", page).baseline


def top(line: Line) -> float:
    """Of its em box."""
    return line.baseline - 0.88 * line.size / POINTS


def black_rules(page: PageObject) -> list[tuple[float, float, float]]:
    """Every stroked line: from the left, from the top, its thickness; in millimetres."""
    found: list[tuple[float, float, float]] = []
    width = [0.0]

    def see(operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator == b"w":
            width[0] = float(operands[0])
        if operator == b"S":
            top = float(page.mediabox.height) - cm[5]
            found.append((cm[4] / POINTS, top / POINTS, width[0] / POINTS))

    page.extract_text(visitor_operand_before=see)
    return sorted(found, key=lambda rule: rule[1])


@pytest.fixture(scope="module")
def upward(fonts: FontSet) -> Any:
    return first_page(composed(UPWARD), fonts)


def test_copy_number_mark_and_urgency_stand_top_left_in_this_order(upward: Any) -> None:
    for place, text in enumerate(("000012", "工作秘密", "特急")):
        line = line_of(text, upward)
        assert (round(line.left, 1), line.size) == (28.0, 16)
        assert top(line) == pytest.approx(37 + place * pitch_of(upward), abs=0.1)


def test_the_mark_of_a_document_stands_35_millimetres_under_the_type_area_s_edge(upward: Any) -> None:
    assert top(line_of("滨海市人民政府督查室文件", upward)) == pytest.approx(37 + 35, abs=0.1)


def test_what_goes_upwards_has_its_number_left_and_who_signs_it_right(upward: Any) -> None:
    number, signer, second = (line_of(text, upward) for text in ("滨督〔", "签发人：", "乙某某"))
    assert number.left == pytest.approx(28 + CELL, abs=0.1)
    assert number.baseline == pytest.approx(signer.baseline, abs=0.05)
    assert second.left + 3 * EM == pytest.approx(184 - CELL, abs=0.5)


def test_the_red_line_is_four_millimetres_under_the_number(upward: Any) -> None:
    (rule,) = red_rules(upward)
    assert rule.top == pytest.approx(top(line_of("滨督〔", upward)) + EM + 4, abs=0.1)


def test_the_title_of_a_document_stands_two_lines_under_the_red_line(upward: Any) -> None:
    (rule,) = red_rules(upward)
    between = top(line_of("关于老旧小区", upward)) - rule.top - rule.thickness
    assert between / pitch_of(upward) == pytest.approx(2.4, abs=0.5)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_further_signers_stand_under_the_first_and_the_number_on_the_last_line(
    count: int, fonts: FontSet
) -> None:
    names = [f"{'甲乙丙丁戊'[n]}某某" for n in range(count)]
    page = first_page(composed(UPWARD).model_copy(update={"approvers": tuple(names)}), fonts)
    first, third, last = (line_of(name, page) for name in (names[0], names[2], names[-1]))
    assert third.left == pytest.approx(first.left, abs=0.1)
    assert third.baseline - first.baseline == pytest.approx(pitch_of(page), abs=0.05)
    assert line_of("滨督〔", page).baseline == pytest.approx(last.baseline, abs=0.05)


def test_a_long_name_among_the_signers_has_a_line_of_its_own(fonts: FontSet) -> None:
    names = ("买买提江·吐尔逊某某", "乙某某")
    page = first_page(composed(UPWARD).model_copy(update={"approvers": names}), fonts)
    first, second = (line_of(name, page) for name in names)
    assert second.baseline > first.baseline
    assert first.left + len(names[0]) * EM < 184


def test_the_marks_of_a_letter_stand_left_under_its_first_line(fonts: FontSet) -> None:
    page = first_page(letter(**MARKS), fonts)
    _, thin, *_ = red_rules(page)
    for place, text in enumerate(MARKS.values()):
        line = line_of(text, page)
        assert line.left == pytest.approx(28, abs=0.1)
        assert top(line) == pytest.approx(thin.top + thin.thickness + 14 / POINTS + place * PITCH, abs=0.2)
    assert line_of("滨督函", page).baseline == pytest.approx(line_of("000012", page).baseline, abs=0.05)


def test_a_letter_s_title_stands_two_lines_under_the_last_mark(fonts: FontSet) -> None:
    page = first_page(letter(title=("关于通道的函",), **MARKS), fonts)
    between = top(line_of("关于通道", page)) - (top(line_of("特急", page)) + EM)
    assert between / PITCH == pytest.approx(2.4, abs=0.5)


def test_the_imprint_ends_with_the_type_area_and_its_outer_rules_are_the_thicker(upward: Any) -> None:
    rules = black_rules(upward)
    assert [round(thickness, 2) for _, _, thickness in rules] == [0.35, 0.25, 0.35]
    assert {round(left, 1) for left, _, _ in rules} == {28.0}
    assert rules[-1][1] == pytest.approx(262, abs=0.1)
    copies, printed = line_of("抄送：", upward), line_of("2026年11月18日", upward)
    assert copies.left == pytest.approx(28 + 14 / POINTS, abs=0.1)
    assert (copies.size, printed.size) == (14, 14)
    assert rules[0][1] < copies.baseline < rules[1][1] < printed.baseline < rules[2][1]


@pytest.mark.parametrize("length", range(150, 360, 15))
def test_the_imprint_is_at_the_foot_of_the_last_page_wherever_the_text_ends(
    length: int, fonts: FontSet
) -> None:
    paper = composed(UPWARD).model_copy(update={"body": paragraphs("正" * length)})
    found = pages(typeset(paper, fonts, issued_at=ISSUED_AT))
    assert black_rules(found[-1])[-1][1] == pytest.approx(262, abs=0.1)
    assert not any(black_rules(page) for page in found[:-1])
    signed = max(line.baseline for line in lines(found[-1]) if line.size == 16)
    assert signed < black_rules(found[-1])[0][1]
    assert "正" in found[-1].extract_text()


def test_copies_of_a_letter_have_no_rules(fonts: FontSet) -> None:
    found = pages(typeset(letter(), fonts, issued_at=ISSUED_AT))
    assert line_of("抄送：", found[-1]).baseline == pytest.approx(260, abs=2)
    assert not black_rules(found[-1])


def test_further_lines_of_copies_begin_under_the_first_organ(fonts: FontSet) -> None:
    copies = tuple(f"市第{n}号办公室" for n in range(30))
    page = pages(typeset(letter(copies=copies), fonts, issued_at=ISSUED_AT))[-1]
    organs = [line for line in lines(page) if line.size == 14 and 190 < line.baseline < 265]
    starts: dict[float, float] = {}
    for line in organs:
        starts[line.baseline] = min(line.left, starts.get(line.baseline, 999))
    first, *further = (left for _, left in sorted(starts.items()))
    assert first == line_of("抄送：", page).left
    assert further == [pytest.approx(28 + 4 * 14 / POINTS, abs=0.2)] * len(further)
    assert len(further) >= 4


@pytest.mark.parametrize("organ", ["督查室", "滨海市人民政府督查室", "滨海市" * 15])
def test_without_a_seal_the_date_begins_two_characters_after_the_organ(organ: str, fonts: FontSet) -> None:
    paper = letter(seal="none", body=paragraphs(LANES))
    signed = paper.signature.model_copy(update={"organ": organ})  # type: ignore[union-attr]
    page = first_page(paper.model_copy(update={"signature": signed}), fonts)
    named, date = line_of(organ[:3], page), line_of("2026年11月17日", page)
    assert date.left - named.left == pytest.approx(2 * CELL, abs=0.1)
    assert max(line.left for line in lines(page)) < 184


def test_where_the_paper_will_be_sealed_a_note_stands_between_organ_and_date(fonts: FontSet) -> None:
    page = first_page(letter(body=paragraphs(LANES)), fonts)
    organ, note, date = (
        line_of(text, page) for text in ("滨海市人民政府督查室", "（印章）", "2026年11月17日")
    )
    assert organ.baseline < note.baseline < date.baseline
    assert organ.left < note.left < organ.left + 10 * CELL
    assert "（印章）" not in first_page(letter(body=paragraphs(LANES), seal="none"), fonts).extract_text()
