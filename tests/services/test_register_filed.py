"""The register as an office files it: what it looks like in Excel and on paper, and the sheets beside it."""

from datetime import datetime

import pytest
from openpyxl import load_workbook

from tests.builders import DIRECTOR, LEAD, a_case, at, climb, give, signed
from tests.stories import DUE_SOON, REMINDER
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import export_register
from workflow.services.register_filters import Asked
from workflow.workbooks.filing import COLOURS, DAY

EVERY, FIRST = {one.id for one in COLUMNS}, 4
LATER = at(2026, 8, 3)


@pytest.fixture
def filed(office, tmp_path):
    """Take out what there is; the workbook."""

    def take(chosen=EVERY, when=LATER):
        file = tmp_path / "出.xlsx"
        export_register(office, file, Asked(order="number"), chosen, by=signed(None, when), force=True)
        return load_workbook(file)

    return take


def row_of(sheet, row):
    return dict(zip((cell.value for cell in sheet[FIRST - 1]), sheet[row], strict=True))


def test_the_heading_stays_in_sight_and_columns_are_wide_enough(office, filed):
    a_case(office)
    for sheet in filed():
        assert sheet.freeze_panes == "C4" and sheet.auto_filter.ref.startswith("A3:")
        shown = [one for one in sheet[FIRST - 1] if not sheet.column_dimensions[one.column_letter].hidden]
        assert all(sheet.column_dimensions[one.column_letter].width >= 2 * len(one.value) for one in shown)
        assert sheet["A1"].value.startswith("督办台账")


def test_a_light_is_a_colour_and_a_word_and_a_day_is_a_day(office, filed):
    a_case(office)
    for when, word in ((at(2026, 7, 2), "绿"), (LATER, "红")):
        line = row_of(filed(when=when)["台账"], FIRST)
        light = line["亮灯"]
        assert light.value.startswith(word)
        assert (light.fill.fgColor.rgb[2:], light.font.color.rgb[2:]) == tuple(c[1:] for c in COLOURS[word])
        assert (line["办结时限"].value, line["办结时限"].number_format) == (datetime(2026, 7, 22), DAY)  # noqa: DTZ001
        assert line["办结时限"].data_type == line["交办日期"].data_type == "d"


def test_the_summary_counts_every_unit_and_all_of_them(office, filed):
    (
        a_case(office, "closed"),
        a_case(office),
        give(office, a_case(office), "withdraw", DIRECTOR, LATER, reason="重"),
    )
    sheet = filed()["按单位汇总"]
    (unit, total) = (row_of(sheet, row) for row in (FIRST, FIRST + 1))
    assert (unit["牵头单位"].value, total["牵头单位"].value) == (LEAD, "合计")
    for line in (unit, total):
        told = {name: cell.value for name, cell in line.items()}
        assert (told["事项"], told["在办"], told["已销号"], told["其他"]) == (3, 1, 1, 1)
        assert (told["红灯"], told["灰灯"]) == (1, 2)
        assert (told["按期办结"], told["应办结"], told["按期办结率"]) == (1, 2, 0.5)
        assert (told["逾期"], told["有期限"], told["逾期率"]) == (1, 2, 0.5)


def test_the_measures_stand_on_a_sheet_of_their_own(office, filed):
    case = a_case(office)
    climb(office, DUE_SOON, REMINDER)
    sheet = filed()["督办措施"]
    lines = [row_of(sheet, row) for row in range(FIRST, sheet.max_row + 1)]
    assert [one["措施"].value for one in lines] == ["期限提示", "提醒"]
    assert all((one["编号"].value, one["对象单位"].value) == (case.number, LEAD) for one in lines)
    assert isinstance(lines[1]["发出日期"].value, datetime) and lines[1]["文号"].value


@pytest.mark.parametrize(("chosen", "across"), [({"state", "light", "unit", "due"}, 1), (EVERY, 2)])
def test_a_page_shows_no_more_columns_than_can_be_read(office, filed, chosen, across):
    a_case(office)
    sheet = filed(chosen)["台账"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (
        "landscape", across, 0,
    )  # fmt: skip
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_title_cols == ("$A:$B" if across > 1 else None)
    assert "第&P页" in sheet.oddFooter.right.text
