"""The workbook of a report: read back as it was meant, never a formula, the same bytes every time."""

import hashlib
from datetime import UTC, timedelta
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from notifications.report import Column, Report, Table
from tests.builders import at
from workflow.workbooks.text_cells import MOST_CHARACTERS
from workflow.workbooks.writing import write_workbook

MADE_AT = at(2026, 9, 1)
COLUMNS = (Column("case", "事项", 8), Column("days", "天数", 4), Column("reason", "理由", 12))
DANGEROUS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1",
    "＠A1", "'=1", "=HYPERLINK(\"http://x\")", "#REF!", "1E5", "007", "TRUE",
)  # fmt: skip


def a_report(*rows) -> Report:
    table = Table("例外情况", "由人偏离规则的办理。", COLUMNS, rows)
    return Report(
        "审计报告", (("期间", "七月"),), ("只说明记载了什么。",), ("日期",), "督查室&审计", (table,)
    )


@pytest.fixture
def written(tmp_path):
    """Writes a report of these rows; its workbook, read back."""

    def write(*rows, name="报告.xlsx", made_at=MADE_AT):
        path = tmp_path / name
        write_workbook(path, a_report(*rows), made_at=made_at)
        return path

    return write


def sheet_of(path):
    return load_workbook(path)["例外情况"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_stays_text_whatever_it_begins_with(written, text):
    path = written((text, 3, text))
    cell = sheet_of(path)["A3"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("\r", "\n") == text.replace("\r", "\n")
    with ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in xml and "<f " not in xml


def test_a_number_is_a_number(written):
    cell = sheet_of(written(("滨督2026-001", 12, "")))["B3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (12, "n", False)


def test_it_is_ready_to_be_read_filtered_and_printed(written):
    sheet = sheet_of(written(*(("滨督2026-001", 1, "长" * 400) for _ in range(3))))
    assert [cell.value for cell in sheet[2]] == ["事项", "天数", "理由"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:C5")
    assert (sheet.print_title_rows, sheet.page_setup.paperSize) == ("$2:$2", 9)
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["B"].width
    assert sheet["C3"].alignment.wrap_text and sheet.row_dimensions[3].height > 100
    assert "&P" in sheet.oddFooter.right.text and sheet.oddFooter.left.text == "督查室&&审计"


def test_the_cover_comes_first_with_what_was_found(written):
    cover = load_workbook(written())["封面"]
    lines = [[cell.value for cell in row] for row in cover.iter_rows()]
    assert lines[0][0] == "审计报告" and ["期间", "七月"] in lines and ["说明", "只说明记载了什么。"] in lines


def test_the_same_report_gives_the_same_bytes(written):
    rows = [(f"滨督2026-{n:03}", n, "理由") for n in range(50)]
    first, again = (
        hashlib.sha256(written(*rows, name=one).read_bytes()).digest() for one in ("a.xlsx", "b.xlsx")
    )
    later = written(*rows, name="c.xlsx", made_at=MADE_AT + timedelta(days=1))
    assert first == again != hashlib.sha256(later.read_bytes()).digest()
    told = load_workbook(later).properties
    assert told.modified == told.created == (MADE_AT + timedelta(days=1)).astimezone(UTC).replace(tzinfo=None)


def test_what_no_cell_can_hold_is_replaced_or_cut_and_says_so(written):
    sheet = sheet_of(written(("a\x00b\x1f\ud800", 1, "理" * 40_000)))
    assert sheet["A3"].value == "a\ufffdb\ufffd\ufffd"
    assert len(sheet["C3"].value) == MOST_CHARACTERS and sheet["C3"].value.endswith("全文见该条记载）")


def test_nothing_is_left_beside_it(written, tmp_path):
    path = written(("滨督2026-001", 1, ""))
    assert list(tmp_path.iterdir()) == [path]
