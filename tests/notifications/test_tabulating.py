"""A report on paper: its text, its pages, its heading on each of them, the same bytes every time."""

import hashlib
from io import BytesIO

from pypdf import PdfReader

from notifications import tabulating
from notifications.fonts import find_fonts
from notifications.report import Column, Report, Table
from notifications.tabulating import typeset_report
from tests.builders import at

MADE_AT = at(2026, 9, 1)
FONTS = find_fonts(system=False)
COLUMNS = (Column("case", "事项编号", 8), Column("reason", "偏离理由", 30))


def a_report(*rows) -> Report:
    tables = (
        Table("例外情况", "由人偏离规则的办理。", COLUMNS, rows),
        Table("逾期", "逾期的。", COLUMNS, ()),
    )
    facts = (("期间", "2026-07-01至2026-07-31"), ("短码", "检查点eb3663c4"))
    return Report(
        "督查督办审计报告", facts, ("只说明记载了什么。",), ("督查室主任（签字）",), "页脚文字", tables
    )


def printed(*rows):
    """The pages of a report of these rows, as their text."""
    return [page.extract_text() for page in reader(*rows).pages]


def reader(*rows):
    return PdfReader(BytesIO(typeset_report(a_report(*rows), FONTS, made_at=MADE_AT)))


def test_the_cover_says_what_it_is_of_and_leaves_room_to_sign():
    cover, *_ = printed()
    assert all(word in cover for word in ("督查督办审计报告", "2026-07-01", "eb3663c4", "督查室主任（签字）"))


def test_every_cell_is_there_as_it_was_written():
    _, page = printed(("滨督2026-001", "#let x = 1 *粗* $a$ <b> @c \\ `代码` =标题"))
    assert "#let x = 1 *粗* $a$ <b> @c \\ `代码` =标题" in page and "滨督2026-001" in page
    assert "（无）" in page, "a section without any row says so"


def test_pages_are_numbered_and_each_bears_the_heading_of_its_table():
    pages = printed(*((f"滨督2026-{n:03}", "理由" * 40) for n in range(120)))
    assert len(pages) > 4
    for place, page in enumerate(pages, start=1):
        assert f"第{place}页，共{len(pages)}页" in page.replace(" ", "") and "页脚文字" in page
    assert all("事项编号" in page and "偏离理由" in page for page in pages[1:-1])


def test_every_page_is_a4_across_with_its_fonts_in_the_file():
    for page in reader(("滨督2026-001", "理由")).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & described.get_object().keys()


def test_it_is_an_archival_file():
    metadata = reader().trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata and "<pdfaid:conformance>B" in metadata


def test_a_long_text_folds_over_pages_and_a_long_word_within_its_column():
    pages = printed(("滨督2026-001", "长" * 12_000), ("f" * 64, "末行"))
    text = "".join(pages)
    assert len(pages) > 3 and text.count("长") == 12_000 and "末行" in text
    assert text.replace("\n", "").replace("\u200b", "").count("f" * 64) == 1


def test_the_same_report_gives_the_same_bytes():
    report = a_report(("滨督2026-001", "理由"))
    first, again = (hashlib.sha256(typeset_report(report, FONTS, made_at=MADE_AT)).digest() for _ in range(2))
    assert first == again


def test_of_too_many_rows_the_first_are_printed_and_it_says_so(monkeypatch):
    monkeypatch.setattr(tabulating, "MOST_PRINTED", 2)
    page = printed(*((f"滨督2026-{n:03}", "理由") for n in range(5)))[1].replace("\n", "")
    assert "滨督2026-001" in page and "滨督2026-002" not in page
    assert "本节共5件，此处列出前2件，其余见同时出具的表格（xlsx）。" in page


def test_a_character_nobody_can_print_keeps_no_report_from_being_made():
    cover, page = printed(("a\x01b", "理由\U00012000\U00013000止"))
    assert "a〓b" in page and "理由〓〓止" in page
    assert "现有字体中没有的字以〓代替" in cover and "U+12000" in cover and "U+13000" in cover
