"""Tables behind a paper: named in its 附件说明, on pages of their own, in every form it is written in."""

import re
from typing import Any

import pytest

from notifications.document import Annex, Document
from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.plain import as_html, as_text
from notifications.stationery import Stationery, load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.ruler import lines, pages, text_of
from tests.notifications.test_typesetting import ISSUED_AT

EM = 16 * 25.4 / 72
COLUMNS = ("日期", "说明")
LEDGER = Annex(
    title="期限逐日计算表", columns=COLUMNS, rows=tuple((f"第{n}日", "工作日") for n in range(1, 81))
)
TABLE = "\n@附表 堵点清单\n@表头 小区|要求\n@行 甲小区|{{ case.requirement }}\n@行 乙小区|\n"


def reminder(*annexes: Annex) -> Document:
    return compose(load_stationery("reminder"), FACTS["reminder"]).with_annexes(annexes)


def worded(notice: str, facts: dict[str, Any] = FACTS["reminder"]) -> Document:
    usual = load_stationery("reminder")
    return compose(
        Stationery("reminder", usual.notice + notice, usual.subject, usual.text, usual.html), facts
    )


@pytest.fixture(scope="module")
def printed(fonts: FontSet) -> Any:
    """A reminder with eighty days behind it."""
    return pages(typeset(reminder(LEDGER), fonts, issued_at=ISSUED_AT))


def first_page_of(text: str, printed: Any) -> int:
    return next(place for place, page in enumerate(printed) if text in "".join(page.extract_text().split()))


def test_the_wording_begins_a_table_and_its_title_joins_the_attachments() -> None:
    paper = worded(TABLE, with_fact(FACTS["reminder"], "case.requirement", "打通|并划线"))
    assert paper.attachments == ("堵点清单",)
    (annex,) = paper.annexes
    assert (annex.columns, annex.rows) == (("小区", "要求"), (("甲小区", "打通|并划线"), ("乙小区", "")))


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("\n@行 甲|乙\n", "“@行”要写在“@附表”之后"),
        ("\n@附表 堵点清单\n@表头 小区|要求\n@行 甲小区\n", "“堵点清单”第1行有1栏，表头有2栏"),
        ("\n@附表 堵点清单\n@表头 小区|要求\n", "“附表各行”缺失"),
        ("\n@附表 堵点清单\n@行 甲小区\n", "“表头”缺失"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_place(notice: str, said: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=said):
        worded(notice)


def test_an_annex_nobody_named_is_refused() -> None:
    with pytest.raises(ValueError, match="附件说明没有写明附表“期限逐日计算表”"):
        Document.model_validate({**reminder(LEDGER).model_dump(), "attachments": ("别的",)})


def test_one_annex_has_no_number_and_several_have() -> None:
    other = Annex(title="堵点清单", columns=("小区",), rows=(("甲小区",),))
    assert reminder(LEDGER).label_of(LEDGER) == "附件"
    assert [reminder(LEDGER, other).label_of(one) for one in (LEDGER, other)] == ["附件1", "附件2"]


def test_an_annex_begins_a_page_with_its_label_flush_left_and_its_title_on_the_third_line(
    printed: Any,
) -> None:
    label, title = lines(printed[first_page_of("附件期限逐日计算表", printed)])[:2]
    assert (label.text, label.size, round(label.left, 1)) == ("附件", 16, 28.0)
    assert label.baseline - 0.88 * EM == pytest.approx(37, abs=0.1)
    assert (title.text, title.size) == ("期限逐日计算表", 22)
    third = 37 + 2 * 10.446 + EM / 2
    assert title.baseline - 0.38 * 22 * 25.4 / 72 == pytest.approx(third, abs=0.2)
    assert title.left == pytest.approx(28 + (156 - 7 * 22 * 25.4 / 72) / 2, abs=0.2)


def test_a_table_repeats_its_head_on_every_page_and_keeps_within_the_type_area(printed: Any) -> None:
    tables = printed[first_page_of("附件期限逐日计算表", printed) :]
    assert len(tables) >= 3
    for page in tables:
        cells = [line for line in lines(page) if line.size == 12]
        assert "".join(line.text for line in cells[:2]) == "日期说明"
        assert max(line.baseline for line in cells) < 262


def test_every_row_is_printed_once(printed: Any) -> None:
    text = "".join("".join(page.extract_text().split()) for page in printed)
    assert re.findall(r"第(\d+)日", text) == [str(n) for n in range(1, 81)]


def test_copies_stand_on_the_last_page_behind_the_annexes(printed: Any) -> None:
    assert first_page_of("抄送：", printed) == len(printed) - 1


def test_a_row_grows_with_its_text_and_no_text_leaves_the_page(fonts: FontSet) -> None:
    long = Annex(
        title="清单", columns=("小区", "要求"), rows=(("甲", "打通消防通道并划线" * 40), ("乙", "同上"))
    )
    found = pages(typeset(reminder(long), fonts, issued_at=ISSUED_AT))[-1]
    cells = [line for line in lines(found) if line.size == 12]
    assert max(line.left for line in cells) < 184
    assert len({round(line.baseline, 1) for line in cells}) > 10


def test_a_title_too_long_for_a_line_takes_two(fonts: FontSet) -> None:
    long = Annex(title="市住房和城乡建设局牵头办理事项期限逐日计算情况表", columns=("日",), rows=(("一",),))
    pdf = typeset(reminder(long), fonts, issued_at=ISSUED_AT)
    assert [line.size for line in lines(pages(pdf)[-1])].count(22) == 2


def test_a_paper_with_annexes_is_sound_and_always_the_same_file(fonts: FontSet) -> None:
    paper = reminder(LEDGER)
    pdf = typeset(paper, fonts, issued_at=ISSUED_AT)
    assert examine(pdf, paper).faults == ()
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>B<", pdf)
    typeset(reminder(), fonts, issued_at=ISSUED_AT)
    assert typeset(paper, fonts, issued_at=ISSUED_AT) == pdf


def test_markup_in_a_cell_is_text_in_every_form(fonts: FontSet) -> None:
    odd = Annex(title="清单", columns=("甲",), rows=(("<b>#text[x]</b> $a$",),))
    page = as_html(reminder(odd))
    assert "<td>&lt;b&gt;#text[x]&lt;/b&gt; $a$</td>" in page
    assert "<b>#text[x]</b>$a$" in text_of(typeset(reminder(odd), fonts, issued_at=ISSUED_AT))


def test_the_screen_and_the_plain_text_tell_the_table_too() -> None:
    page, text = as_html(reminder(LEDGER)), as_text(reminder(LEDGER))
    assert page.count("<tr>") == 81
    assert '<th scope="col" class="hei">日期</th>' in page
    assert "附件：期限逐日计算表\n" in text
    assert "\n附件\n\n期限逐日计算表\n\n日期    说明\n第1日   工作日\n" in text
