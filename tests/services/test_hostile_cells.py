"""What a spreadsheet would run, out and in again: no cell is a formula or a link, and every word is kept."""

import csv
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.builders import OFFICER, a_draft, signed, stored
from tests.registers import TAKEN_OVER, a_register, take_over
from tests.services.test_register_returns import EVERY, FIRST, bring_back, taken_out
from workflow.services.importing import import_register
from workflow.workbooks.csv_cells import LIKE_A_FORMULA, guarded, unguarded
from workflow.workbooks.filing import FiledRegister, Filing, Heading, Listing

HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A1", "'=1", "''=1",
    '=HYPERLINK("http://evil.example","看")', "http://evil.example", "mailto:a@evil.example", "#REF!",
    "<r><t>=1</t></r>", "</t></is></c><c><f>1+1</f></c>", "_x003D_1+1", "&equals;1", "=DDE(\"cmd\";\"/C\")",
    "{=1+1}", "%0A=1", "1E5", "007", "TRUE",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula_and_it_comes_back_as_it_was(office, tmp_path, text):
    number = a_draft(office, title=text, requirement=f"修复312盏；{text}").number
    file = taken_out(office, tmp_path / "出.xlsx")
    sheet = load_workbook(file).worksheets[0]
    assert {cell.data_type for cell in sheet[FIRST] if cell.value is not None} <= {"s", "n", "d"}
    assert sheet.cell(FIRST, 2).hyperlink is None and sheet.cell(FIRST, 2).quotePrefix
    with ZipFile(file) as package:
        parts = [package.read(one) for one in package.namelist() if "sheet" in one]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)
    assert bring_back(office, file).unchanged == 1
    assert stored(office, number).facts.title == text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_is_run_and_it_comes_back_as_it_was(office, tmp_path, text):
    a_draft(office, title=text)
    file = taken_out(office, tmp_path / "出.csv", "csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        cells = list(csv.reader(stream))[1]
    assert text in cells[1]
    assert not any(cell and LIKE_A_FORMULA.match(cell) and not cell.startswith("'") for cell in cells)
    assert bring_back(office, file).unchanged == 1


BLANKS = (
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\t\r\n@SUM(A1)",
    " =1+1",
    "　＝1",
    "\xa0+1",
    "\ufeff-1",
    "a\r\n=1",
    "\t说明",
)
"""What no fact begins with, as cells are stripped: said to the writers themselves."""


@pytest.mark.parametrize("text", BLANKS)
def test_blanks_before_it_make_no_cell_of_a_workbook_a_formula(tmp_path, text):
    filing = Filing("督办台账", "截至今日", "督查室", (Heading("编号", 9), Heading("事项", 9)), "校验")
    with FiledRegister(tmp_path / "出.xlsx", filing, made_at=TAKEN_OVER) as book:
        book.add(["1", text], "1|abcd")
        book.close([Listing("汇总", "说明", (Heading("单位", 9),), [[text]], [text])])
    for sheet, place in zip(load_workbook(tmp_path / "出.xlsx"), ("B4", "A4"), strict=True):
        cell = sheet[place]
        assert (cell.data_type, cell.quotePrefix, cell.hyperlink) == ("s", True, None)
        assert cell.value.replace("\r", "\n") == text.replace("\r", "\n")


@pytest.mark.parametrize("text", [*BLANKS, *HOSTILE])
def test_a_guard_stands_before_what_a_spreadsheet_runs_and_comes_off_again(text):
    told = guarded(text)
    assert told == text or (told[0], told[1:]) == ("'", text)
    assert told[0] == "'" or told.lstrip()[0] not in "=+-@＝＋－＠\t\r\n"
    assert unguarded(told) == text


@pytest.mark.parametrize("text", [one for one in HOSTILE if one != "#REF!"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_hostile_text_that_comes_in_is_kept_as_text(office, tmp_path, form, text):
    path = a_register(tmp_path / "来.xlsx", {})
    book = load_workbook(path)
    cell = book.active["C2"]
    cell.value, cell.data_type = text, "s"
    book.save(path)
    if form == "csv":
        path = tmp_path / "来.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(book.active.values)
    take_over(office, path)
    taken_for = {"xlsx": {"_x003D_1+1": "=1+1"}, "csv": {"'=1": "=1", "''=1": "'=1"}}[form]
    assert stored(office, "滨督2026-901").facts.title == taken_for.get(text, text)


def test_a_live_formula_that_comes_back_is_refused_on_its_cell(office, tmp_path):
    take_over(office, a_register(tmp_path / "原.xlsx", {}))
    file = taken_out(office, tmp_path / "出.xlsx", columns=EVERY)
    book = load_workbook(file)
    book.worksheets[0].cell(FIRST, 2, "=1+1")
    book.save(file)
    report = import_register(office, file, by=signed(OFFICER, TAKEN_OVER), at=TAKEN_OVER)
    assert [(one.row, one.column, one.code) for one in report.rejected] == [(FIRST, "B", "formula_live")]
