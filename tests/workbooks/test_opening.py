"""Workbooks are opened whole or refused with a reason."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from states.register.sheet import Formula
from workflow.workbooks import container, opening
from workflow.workbooks.errors import WorkbookRefused
from workflow.workbooks.opening import open_workbook
from workflow.workbooks.quick import is_plain

DEMO = Path(__file__).parents[2] / "workflow" / "demo_data"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def book(tmp_path):
    """Write one sheet of these rows to a file, with the ranges merged."""

    def write(*rows, merged=(), name="台账.xlsx"):
        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        for block in merged:
            workbook.active.merge_cells(block)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


def rewrite(source, target, part, change):
    """Copy a workbook with the content of one part changed."""
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, change(whole.read(name)) if name.endswith(part) else whole.read(name))


def refusal_of(path):
    with pytest.raises(WorkbookRefused) as refusal:
        open_workbook(path)
    return refusal.value


def test_the_sample_opens_with_both_sheets_and_every_row():
    sheets = open_workbook(DEMO / "台账-样例.xlsx")
    assert [(sheet.name, sheet.last_row) for sheet in sheets] == [("督办台账", 74), ("填表说明", 7)]


def test_values_keep_their_kinds(book):
    values = ("文字", 3, 0.5, True, datetime(2026, 3, 2), None, "—")  # noqa: DTZ001
    (sheet,) = open_workbook(book(values))
    assert [sheet.value(1, column) for column in range(1, 8)] == list(values)


def test_a_merged_value_is_filled_and_its_origin_remembered(book):
    (sheet,) = open_workbook(book(("来源", "甲"), (None, "乙"), merged=["A1:A2"]))
    assert sheet.value(2, 1) == "来源"
    assert sheet.merged_from(2, 1) == (1, 1)
    assert sheet.merged_from(2, 2) is None


def test_a_title_bar_is_one_cell_of_its_row(book):
    (sheet,) = open_workbook(book(("督办台账",), (1, 2, 3), merged=["A1:C1"]))
    assert sheet.value(1, 3) == "督办台账"
    assert sheet.own_cells(1) == {1: "督办台账"}


def test_a_live_formula_is_given_and_never_evaluated(book):
    (sheet,) = open_workbook(book(("=1+1",)))
    assert sheet.value(1, 1) == Formula("=1+1")


def test_text_with_a_quote_prefix_stays_text():
    sheet = open_workbook(DEMO / "台账-样例.xlsx")[0]
    assert sheet.value(62, 17).startswith("=HYPERLINK(")


def test_a_hidden_sheet_is_read_too(book):
    path = book(("看得见",))
    workbook = load_workbook(path)
    hidden = workbook.create_sheet("隐藏")
    hidden.append(("看不见",))
    hidden.sheet_state = "hidden"
    workbook.save(path)
    assert [sheet.name for sheet in open_workbook(path)] == ["Sheet", "隐藏"]


def test_a_workbook_is_known_by_its_content_not_its_name(book):
    path = book(("甲",))
    stored = path.rename(path.with_name("3f2a9c"))
    assert open_workbook(stored)[0].value(1, 1) == "甲"


def test_formats_far_below_the_data_are_no_reason_to_refuse(book):
    path = book(("甲",))
    workbook = load_workbook(path)
    workbook.active.cell(1_048_576, 1).number_format = "0.00"
    workbook.save(path)
    assert open_workbook(path)[0].last_row == 1


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (OLE + b"\0" * 600, "workbook_broken", "另存为.xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "workbook_encrypted", "取消密码"),
        (b"\xef\xbb\xbf<html><table></table></html>", "workbook_xls", "网页"),
        (b"\x00\x01\x02", "workbook_broken", "不是Excel工作簿"),
        (b"PK\x03\x04 cut off", "workbook_broken", "损坏"),
        (b"", "workbook_empty", "空文件"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_by_what_it_is(tmp_path, content, code, words):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    refusal = refusal_of(path)
    assert refusal.code == code
    assert words in refusal.message
    assert "台账.xlsx" in refusal.message


def test_a_missing_file_and_a_folder_are_not_found(tmp_path):
    assert refusal_of(tmp_path / "没有.xlsx").code == "file_not_found"
    folder = refusal_of(tmp_path)
    assert (folder.code, "文件夹" in folder.message) == ("file_not_found", True)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "照片.xlsx", "w") as archive:
        archive.writestr("a.jpg", b"")
    refusal = refusal_of(tmp_path / "照片.xlsx")
    assert (refusal.code, "是压缩包" in refusal.message) == ("workbook_broken", True)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_is_broken(tmp_path, keep):
    whole = (DEMO / "台账-样例.xlsx").read_bytes()
    (tmp_path / "半截.xlsx").write_bytes(whole[: int(len(whole) * keep)])
    assert refusal_of(tmp_path / "半截.xlsx").code == "workbook_broken"


def test_a_damaged_sheet_is_broken_as_a_whole(tmp_path):
    rewrite(DEMO / "台账-样例.xlsx", tmp_path / "坏.xlsx", "sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert refusal_of(tmp_path / "坏.xlsx").code == "workbook_broken"


def test_an_entity_bomb_is_not_expanded(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom">]><worksheet>&b;</worksheet>'
    rewrite(DEMO / "台账-样例.xlsx", tmp_path / "炸弹.xlsx", "sheet1.xml", lambda _: bomb)
    assert refusal_of(tmp_path / "炸弹.xlsx").code == "workbook_broken"


def test_a_workbook_without_data_is_empty(book):
    assert refusal_of(book((" ", None), ("", "\u3000"))).code == "workbook_empty"


@pytest.mark.parametrize(
    ("module", "bound", "value"),
    [
        (container, "MAX_FILE", 1_000),
        (container, "MAX_UNPACKED", 10_000),
        (opening, "MAX_ROWS", 73),
        (opening, "MAX_COLUMNS", 22),
        (opening, "MAX_TEXT", 2_999),
        (opening, "MAX_MERGED_CELLS", 50),
    ],
)
def test_every_bound_is_kept(monkeypatch, module, bound, value):
    monkeypatch.setattr(module, bound, value)
    assert refusal_of(DEMO / "台账-样例.xlsx").code == "workbook_too_large"


def test_a_cell_far_to_the_right_is_beyond_bounds(book):
    path = book(("甲",))
    workbook = load_workbook(path)
    workbook.active["XFD1"] = "乙"
    workbook.save(path)
    assert refusal_of(path).code == "workbook_too_large"


def test_a_merged_range_over_the_whole_sheet_is_filled_within_the_used_area_only(book, tmp_path):
    small, vast = book(("甲", "乙"), (None, "丁"), merged=["A1:A2"]), tmp_path / "大.xlsx"
    rewrite(
        small, vast, "sheet1.xml", lambda xml: xml.replace(b'Cell ref="A1:A2"', b'Cell ref="A1:XFD1048576"')
    )
    (sheet,) = open_workbook(vast)
    assert sheet.merged_range(2, 2).label == "A1:XFD1048576"
    assert len(sheet.merges) == 4


def test_a_state_secret_refuses_the_file_by_place_and_never_by_content(book):
    refusal = refusal_of(book(("序号", "事项"), (1, "某事项 机密★10年")))
    assert (refusal.code, refusal.facts) == ("state_secret", {"sheet": "Sheet", "row": 2, "column": "B"})
    assert "第2行B列" in refusal.message
    assert "某事项" not in refusal.message + str(refusal.facts)


@pytest.mark.parametrize(
    ("cells", "column"), [(("项目属机密", "★10年"), None), (("商业", "秘密"), "B"), (("=机密★10年", ""), "A")]
)
def test_a_mark_stands_in_one_cell(book, cells, column):
    path = book(("序号", "事项"), cells)
    if column is None:
        assert open_workbook(path)
    else:
        assert refusal_of(path).facts["column"] == column


@pytest.mark.parametrize("text", ["qqq", "=qqq"])
def test_a_text_or_formula_beyond_its_bound_is_told_by_its_place(book, tmp_path, text):
    path, longer = book(("序号", "事项"), (1, text)), b"qqq" * 11_000
    rewrite(path, tmp_path / "长.xlsx", "sheet1.xml", lambda xml: xml.replace(b"qqq", longer))
    assert "第2行B列的文字超过" in refusal_of(tmp_path / "长.xlsx").message


def test_the_working_register_holds_dates_as_dates():
    sheet = open_workbook(DEMO / "台账-样例.xlsx")[0]
    assert sheet.value(5, 13).date() == date(2026, 1, 13)


def test_a_sheet_that_states_a_wrong_size_is_read_to_its_end(tmp_path):
    sample, lying = DEMO / "台账-样例.xlsx", tmp_path / "短.xlsx"
    rewrite(sample, lying, "sheet1.xml", lambda xml: xml.replace(b'ref="A1:W74"', b'ref="A1:B2"'))
    assert open_workbook(lying)[0].last_row == 74


HERE = Path(__file__).parent


def test_an_old_workbook_keeps_its_merged_cells_and_shows_what_formulas_showed():
    (sheet,) = open_workbook(HERE / "旧式台账.xls")
    assert sheet.value(3, 5).date() == date(2026, 3, 2)
    assert (sheet.value(5, 2), sheet.value(6, 2)) == ("市长信箱", "市长信箱")
    assert sheet.merged_range(1, 9).label == "A1:I1"


def test_an_old_workbook_whose_cells_lie_far_apart_is_refused_before_it_is_laid_out():
    refusal = refusal_of(HERE / "相距太远.xls")
    assert (refusal.code, "相距太远" in refusal.message) == ("workbook_too_large", True)


@pytest.mark.parametrize("name", ["台账-样例.xlsx", "单位名录.xlsx"])
def test_both_readers_read_the_same(monkeypatch, name):
    quickly = open_workbook(DEMO / name)
    monkeypatch.setattr(opening, "is_plain", lambda _: False)
    assert open_workbook(DEMO / name) == quickly


def test_a_workbook_with_a_formula_or_an_error_is_read_cell_by_cell(book):
    assert not is_plain(book(("=1+1",))) and not is_plain(book(("#REF!",)))
    assert is_plain(book(("甲", 1, None))) and is_plain(DEMO / "台账-样例.xlsx")


def test_cells_far_apart_are_never_laid_out_whole(book):
    path = book(("甲",))
    workbook = load_workbook(path)
    workbook.active["XFD90000"] = "乙"
    workbook.save(path)
    assert not is_plain(path)
