"""An empty register to fill in: what an import knows, notes on every column, units to choose from."""

from openpyxl import load_workbook

from states.register.headers import REGISTER_NAMES
from tests.builders import stored
from tests.registers import TAKEN_OVER, take_over
from workflow.services import register_template


def blank(office, tmp_path):
    file = tmp_path / "模板.xlsx"
    register_template.put(office, file, at=TAKEN_OVER)
    return file


def test_every_column_is_known_and_says_what_to_write(office, tmp_path):
    sheet = load_workbook(blank(office, tmp_path)).worksheets[0]
    known = {names[0] for names in REGISTER_NAMES.values()}
    headings = [cell for cell in sheet[3] if cell.value]
    assert {cell.value for cell in headings} <= known
    assert all(cell.comment for cell in headings if cell.value != "备注")


def test_units_and_categories_are_chosen_from_what_there_is(office, tmp_path):
    book = load_workbook(blank(office, tmp_path))
    rules = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation]
    assert len(rules) == 2 and all("可选项" in one for one in rules)
    options = book["可选项"]
    chosen = {cell.value for row in options.iter_rows() for cell in row}
    assert options.sheet_state == "hidden" and {"市水务局", "一般", "特别复杂"} <= chosen


def test_what_is_filled_in_goes_in(office, tmp_path):
    file = blank(office, tmp_path)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[3]}
    filled = {"编号": "滨督2026-901", "督办事项": "路灯", "牵头单位": "市水务局", "办结时限": "2026-12-15"}
    for heading, value in filled.items():
        sheet.cell(4, places[heading], value)
    book.save(file)
    report = take_over(office, file)
    assert (report.imported, report.rejected, report.needs_person) == (1, (), ())
    assert stored(office, "滨督2026-901").facts.title == "路灯"
