"""Forms as they are printed: rows that grow, places to sign, tables that go on, in the type area always."""

import re
from typing import Any

import pytest

from notifications.fonts import FontSet
from notifications.typesetting import typeset
from tests.notifications.ruler import Line, lines, pages, text_of
from tests.notifications.sheets import FORM, composed
from tests.notifications.test_typesetting import ISSUED_AT

LONG = "经现场核查，47处堵点中有31处已经打通，其余涉及产权争议，正在协调。"
HEAD = "@版式 表单\n@标题 登记表\n"
TYPE_AREA_END, SIZE_4 = 262, 14


def printed(notice: str, fonts: FontSet) -> Any:
    return pages(typeset(composed(notice), fonts, issued_at=ISSUED_AT))


def line_of(text: str, page: Any) -> Line:
    return next(line for line in lines(page) if text in line.text)


def as_read(page: Any) -> str:
    return "".join(page.extract_text().split())


def test_a_form_has_every_word_of_its_rows_in_their_order(fonts: FontSet) -> None:
    text = text_of(typeset(composed(FORM), fonts, issued_at=ISSUED_AT))
    told = ["销号申请（审批）表", "内部", "滨督销〔2026〕7号", "事项名称", "47处堵点全部打通。", "现场照片"]
    told += ["牵头单位意见", "同意申请销号。", "签名：甲某", "2026年11月12日", "督查室意见", "本表一式两份。"]
    places = [text.index(words) for words in told]
    assert places == sorted(places)


def test_a_form_of_one_page_has_neither_red_nor_a_page_number(fonts: FontSet) -> None:
    (page,) = printed(FORM, fonts)
    assert "—" not in as_read(page)
    assert b"0.84" not in page.get_contents().get_data()


def test_labels_stand_in_a_column_of_at_least_25_millimetres(fonts: FontSet) -> None:
    (page,) = printed(FORM, fonts)
    assert line_of("老旧小区消防通道堵塞整治", page).left - 28 >= 25


@pytest.mark.parametrize("rows", [1, 4, 12])
def test_a_tall_cell_keeps_the_room_its_lines_need(rows: int, fonts: FontSet) -> None:
    (page,) = printed(f"{HEAD}@大格 情况|{rows}|有字。\n@格 下一行|乙\n", fonts)
    room = line_of("乙", page).baseline - line_of("有字。", page).baseline
    assert room >= rows * (SIZE_4 + 8) * 25.4 / 72


def test_a_row_grows_with_its_text(fonts: FontSet) -> None:
    (page,) = printed(f"{HEAD}@格 事项|{LONG * 6}\n@格 下一行|乙\n", fonts)
    value = [line for line in lines(page) if line.left > 50 and line.size == SIZE_4]
    assert len({line.baseline for line in value}) >= 7
    assert line_of("乙", page).baseline > max(line.baseline for line in value if line.text != "乙")


def test_an_opinion_is_signed_at_the_bottom_right_of_its_cell(fonts: FontSet) -> None:
    (page,) = printed(f"{HEAD}@意见 审批意见|5|同意。|甲某|2026年3月5日\n@格 下一行|乙\n", fonts)
    words, signed = line_of("同意。", page), line_of("签名：", page)
    assert signed.left > 100
    assert signed.baseline - words.baseline == pytest.approx(5 * 22 * 25.4 / 72, abs=1)
    assert line_of("乙", page).baseline - signed.baseline < 12


def test_an_opinion_nobody_gave_has_room_to_sign_and_to_date(fonts: FontSet) -> None:
    (page,) = printed(f"{HEAD}@意见 审批意见|3\n", fonts)
    signed, year, day = (line_of(one, page) for one in ("签名：", "年", "日"))
    assert year.left - signed.left > 4 * SIZE_4 * 25.4 / 72
    assert 170 < day.left < 184


def test_a_long_row_goes_on_over_pages_within_the_type_area(fonts: FontSet) -> None:
    found = printed(HEAD + f"@大格 情况|3|{LONG}\n" + f"@续 {LONG * 8}\n" * 12, fonts)
    assert len(found) >= 3
    for page in found:
        cells = [line for line in lines(page) if line.size == SIZE_4 and line.baseline < 265]
        assert max(line.baseline for line in cells) < TYPE_AREA_END
    assert "".join(map(as_read, found)).count("产权争议") == 97


def test_a_short_row_is_never_parted(fonts: FontSet) -> None:
    filling = "".join(f"@格 第{n}行|{LONG}\n" for n in range(1, 40))
    found = printed(HEAD + filling, fonts)
    for n in range(1, 40):
        page = next(page for page in found if f"第{n}行" in as_read(page))
        assert re.search(rf"第{n}行{LONG[:-1]}", as_read(page))


def test_a_form_of_several_pages_numbers_them(fonts: FontSet) -> None:
    found = printed(HEAD + f"@大格 情况|3|{LONG}\n" + f"@续 {LONG * 8}\n" * 12, fonts)
    for n, page in enumerate(found, start=1):
        assert f"—{n}—" in as_read(page)


def test_a_table_in_a_form_repeats_its_heading_row_and_prints_each_item_once(fonts: FontSet) -> None:
    items = "".join(f"@项 {n}|第{n}号材料|{LONG}\n" for n in range(1, 61))
    found = printed(f"{HEAD}@栏 序号|材料|说明\n{items}@格 下一行|乙\n", fonts)
    assert len(found) >= 3
    assert all("序号材料说明" in as_read(page) for page in found)
    assert re.findall(r"第(\d+)号材料", "".join(map(as_read, found))) == [str(n) for n in range(1, 61)]


def test_every_page_of_a_record_has_room_to_sign_under_its_rows(fonts: FontSet) -> None:
    record = f"{HEAD}@页签 被谈话人|谈话人|记录人\n@大格 记录|3|{LONG}\n" + f"@续 {LONG * 8}\n" * 9
    for page in printed(record, fonts):
        signers = line_of("本页签名", page)
        assert "本页签名被谈话人：谈话人：记录人：" in as_read(page)
        rows = [line for line in lines(page) if line.size == SIZE_4 and line.baseline < signers.baseline]
        assert max(line.baseline for line in rows) < 250 < signers.baseline < TYPE_AREA_END


@pytest.mark.parametrize("seal", ["留位", "不用印"])
def test_the_signature_of_a_form_stands_under_its_last_row(seal: str, fonts: FontSet) -> None:
    signed = f"@用印 {seal}\n@署名 滨海市人民政府督查室\n@日期 2026年11月17日\n"
    for count in range(16, 26):
        rows = "".join(f"@格 第{n}行|乙\n" for n in range(count))
        last = printed(HEAD + rows + signed, fonts)[-1]
        assert f"第{count - 1}行" in as_read(last)
        assert "2026年11月17日" in as_read(last)


@pytest.mark.parametrize(
    ("wide", "whole"),
    [
        ("0000-12345678", "0000-12345678"),
        ("a.name@duban.example", "a.name@duban.example"),
        ("滨督函〔2026〕12号", "滨督函〔2026〕12号"),
    ],
)
def test_what_is_too_long_for_a_narrow_cell_is_broken_and_whole_in_the_text_layer(
    wide: str, whole: str, fonts: FontSet
) -> None:
    (page,) = printed(f"{HEAD}@格 一|{wide}|二|{wide}|三|{wide}\n", fonts)
    assert as_read(page).count(whole) == 3
    assert max(line.left for line in lines(page)) < 184
    assert len({line.baseline for line in lines(page) if line.size == SIZE_4}) >= 2


@pytest.mark.parametrize("label", ["意见", "主要负责人意见", "承办单位主要负责人意见（盖章）", "长" * 40])
def test_a_label_stays_within_its_column(label: str, fonts: FontSet) -> None:
    (page,) = printed(f"{HEAD}@格 {label}|内容\n", fonts)
    cells = [line for line in lines(page) if line.size == SIZE_4 and line.text != "内容"]
    assert "".join(line.text for line in cells) == label
    assert all(line.left > 28 and line.left + len(line.text) * SIZE_4 * 25.4 / 72 < 55.1 for line in cells)


def test_a_form_with_forty_attachments_and_an_annex_keeps_within_its_pages(fonts: FontSet) -> None:
    told = "".join(f"@附件 第{n}份材料\n" for n in range(1, 41)) + "@附表 清单\n@表头 甲\n@行 乙\n"
    found = printed(FORM + told, fonts)
    assert re.findall(r"第(\d+)份材料", "".join(map(as_read, found))) == [str(n) for n in range(1, 41)]
    assert (
        max(line.baseline for page in found for line in lines(page) if line.text not in "—1234")
        < TYPE_AREA_END
    )
    assert "附件41清单" in as_read(found[-1])


def test_a_draft_of_a_form_is_marked_as_one(fonts: FontSet) -> None:
    pdf = typeset(composed(FORM, draft=True), fonts, issued_at=ISSUED_AT)
    assert "草稿" in text_of(pdf)
