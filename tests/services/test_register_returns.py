"""A register taken out, edited in a spreadsheet and brought back: exactly what was edited is corrected."""

import csv
import json
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from states.register.returning import KEY
from tests.builders import DIRECTOR, OFFICER, history, rows, signed, stored
from tests.registers import TAKEN_OVER, a_register, take_over
from workflow.services import cases
from workflow.services.importing import import_register
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import Taking, export_register
from workflow.services.register_filters import Asked
from workflow.services.verification import verify
from workflow.storage.models import Event

EVERY = {one.id for one in COLUMNS}
HEADINGS = {one.id: one.heading or one.title for one in COLUMNS}
FIRST = 4
"""The row of the first matter."""


@pytest.fixture
def out(office, tmp_path):
    """Take a register of three matters out; the file."""
    numbers = [{"督办编号": f"滨督2026-90{one}", "督办事项": f"海安路断头路{one}"} for one in (1, 2, 3)]
    take_over(office, a_register(tmp_path / "原.xlsx", *numbers))
    return taken_out(office, tmp_path / "出.xlsx")


def taken_out(office, file, form="xlsx", encoding="utf-8", *, columns=EVERY, words=""):
    taking = Taking(form, encoding)
    asked, by = Asked(words, order="number"), signed(None, TAKEN_OVER)
    export_register(office, file, asked, columns, by=by, taking=taking, force=True)
    return file


def edit(file, **cells):
    """Change cells, by the name of their column and the place of their matter, and save as openpyxl does."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[3]}
    for name, value in cells.items():
        column, _, at = name.rpartition("_")
        sheet.cell(FIRST + int(at), places[HEADINGS[column]], value)
    book.save(file)
    return file


def bring_back(office, file, by=OFFICER, **options):
    return import_register(office, file, by=signed(by, TAKEN_OVER), at=TAKEN_OVER, **options)


def corrections(office):
    return [
        (one["case"], one["details"]["field"])
        for one in (json.loads(row.payload) for row in rows(office, Event) if row.kind == "corrected")
    ]


def codes(problems):
    return [(one.row, one.column, one.code) for one in problems]


def test_what_was_not_edited_changes_nothing(office, out):
    before = len(rows(office, Event))
    report = bring_back(office, edit(out))
    assert (report.unchanged, report.corrected, report.imported) == (3, 0, 0)
    assert len(rows(office, Event)) == before


def test_an_edited_cell_is_a_correction_with_old_new_and_reason(office, out):
    report = bring_back(office, edit(out, title_1="海安路北段", leader_1="覃若谷"), reason="校对后更正")
    assert (report.corrected, report.needs_person, report.rejected) == (1, (), ())
    facts = stored(office, "滨督2026-902").facts
    assert (facts.title, facts.accountable_leader) == ("海安路北段", "覃若谷")
    entry = history(office, stored(office, "滨督2026-902"))[-1]
    assert json.loads(entry.personal)["details"]["reason"] == "校对后更正"
    assert verify(office).findings == []


@pytest.mark.parametrize(
    ("column", "value", "stands"),
    [
        ("dispatched", datetime(2026, 3, 3), ("dispatched_on", date(2026, 3, 3))),  # noqa: DTZ001
        ("rate", 0.6, ("completion_rate", 60)),
        ("co_units", "市水务局、市公安局", ("co_units", ("BH214", "BH205"))),
        ("category", "复杂", ("complexity", "complex")),
        ("progress", "桥面\n完成", ("progress", "桥面\n完成")),
    ],
)
def test_every_kind_of_cell_comes_back(office, out, column, value, stands):
    field, found = stands
    assert bring_back(office, edit(out, **{f"{column}_0": value}), by=DIRECTOR).rejected == ()
    assert getattr(stored(office, "滨督2026-901").facts, field) == found


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "销号"), ("light", "绿"), ("due", date(2027, 1, 1)), ("unit", "市水务局"), ("number", "改号")],
)
def test_what_no_file_may_change_is_refused_on_its_cell(office, out, column, value):
    report = bring_back(office, edit(out, **{f"{column}_0": value, "title_1": "照常更正"}))
    (problem,) = report.rejected
    assert (problem.row, problem.header, problem.code) == (FIRST, HEADINGS[column], "not_editable")
    assert corrections(office) == [("滨督2026-902", "title")]


def test_a_row_changed_here_meanwhile_is_a_conflict_that_shows_both_values(office, out):
    file = edit(out, title_0="表中改的", title_1="另一项")
    taken = {"field": "title", "old": "海安路断头路1", "new": "系统中改的", "reason": "笔误"}
    cases.perform(office, "滨督2026-901", "correct", by=signed(OFFICER, TAKEN_OVER), at=TAKEN_OVER, **taken)
    report = bring_back(office, file)
    (problem,) = report.rejected
    assert problem.code == "changed_meanwhile"
    assert "系统中改的" in problem.message and "表中改的" in problem.message
    assert (report.corrected, stored(office, "滨督2026-901").facts.title) == (1, "系统中改的")


def test_a_row_changed_here_and_not_edited_stays(office, out):
    taken = {"field": "title", "old": "海安路断头路1", "new": "系统中改的", "reason": "笔误"}
    cases.perform(office, "滨督2026-901", "correct", by=signed(OFFICER, TAKEN_OVER), at=TAKEN_OVER, **taken)
    assert bring_back(office, out).unchanged == 3
    assert stored(office, "滨督2026-901").facts.title == "系统中改的"


def test_a_deleted_row_changes_nothing_and_a_new_one_is_a_new_matter(office, out):
    book = load_workbook(out)
    sheet = book.worksheets[0]
    sheet.delete_rows(FIRST)
    places = {cell.value: cell.column for cell in sheet[3]}
    for heading, value in {"督办事项": "新的", "牵头单位": "市水务局", "办结时限": "2026-12-31"}.items():
        sheet.cell(FIRST + 2, places[heading], value)
    book.save(out)
    report = bring_back(office, out)
    assert (report.imported, report.unchanged, corrections(office)) == (1, 2, [])
    assert stored(office, "滨督2026-904").facts.title == "新的"


def test_without_the_keys_every_difference_waits_for_a_person(office, out):
    book = load_workbook(edit(out, title_0="表中改的"))
    book.worksheets[0].delete_cols(len(COLUMNS) + 1)
    book.save(out)
    report = bring_back(office, out)
    assert codes(report.needs_person) == [(FIRST, "B", "key_lost")] and corrections(office) == []
    assert bring_back(office, out, accept=[FIRST]).corrected == 1
    assert corrections(office) == [("滨督2026-901", "title")]


def test_rows_may_be_sorted_and_columns_taken_away(office, out):
    book = load_workbook(edit(out, title_2="第三项"))
    sheet = book.worksheets[0]
    sheet.move_range(f"A{FIRST + 2}:Z{FIRST + 2}", rows=5)
    sheet.delete_cols(3, 2)
    book.save(out)
    report = bring_back(office, out)
    assert (report.corrected, report.unchanged) == (1, 2)
    assert corrections(office) == [("滨督2026-903", "title")]


def test_a_copied_row_is_told_from_a_new_one(office, out):
    book = load_workbook(out)
    sheet = book.worksheets[0]
    for cell in sheet[FIRST]:
        sheet.cell(FIRST + 3, cell.column, cell.value)
    book.save(out)
    assert [one.code for one in bring_back(office, out).rejected] == ["row_copied"]


def sorted_as_seen(book, wanted):
    """Put the rows of the columns people see in another order, the hidden one left where it was."""
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in sheet[FIRST + one]][: len(COLUMNS)] for one in wanted]
    for at, values in enumerate(rows):
        for column, value in enumerate(values, start=1):
            sheet.cell(FIRST + at, column).value = value


def test_the_filter_reaches_over_the_keys_so_that_they_are_sorted_with_their_rows(office, out):
    sheet = load_workbook(out).worksheets[0]
    assert range_boundaries(sheet.auto_filter.ref) == (1, FIRST - 1, len(COLUMNS) + 1, FIRST + 2)


def test_keys_that_a_sort_left_behind_are_found_by_the_numbers(office, out):
    book = load_workbook(edit(out, title_0="第一项", remark_2="再看"))
    sorted_as_seen(book, [2, 0, 1])
    book.save(out)
    report = bring_back(office, out)
    assert (report.corrected, report.unchanged, report.rejected) == (2, 1, ())
    assert sorted(corrections(office)) == [("滨督2026-901", "title"), ("滨督2026-903", "remark")]


def test_a_number_typed_over_is_no_sort(office, out):
    report = bring_back(office, edit(out, number_0="滨督2026-902", number_1="滨督2026-901"))
    assert [one.code for one in report.rejected] == ["not_editable"] * 2 and corrections(office) == []


@pytest.mark.parametrize(
    ("titles", "refused"), [(("照此新立", "海安路断头路1"), [FIRST]), (("一样", "两样"), [FIRST, FIRST + 1])]
)
def test_of_a_copy_and_its_original_the_one_that_was_left_alone_is_the_matter(office, out, titles, refused):
    book = load_workbook(out)
    sheet = book.worksheets[0]
    sheet.insert_rows(FIRST)
    for cell in sheet[FIRST + 1]:
        sheet.cell(FIRST, cell.column).value = cell.value
    for at, title in enumerate(titles):
        sheet.cell(FIRST + at, 2, title)
    book.save(out)
    report = bring_back(office, out)
    assert [(one.row, one.code) for one in report.rejected] == [(row, "row_copied") for row in refused]
    assert report.corrected == 0 and corrections(office) == []


def test_columns_nobody_reads_are_told(office, out):
    book = load_workbook(edit(out, remark_0="写在这里"))
    sheet = book.worksheets[0]
    next(cell for cell in sheet[FIRST - 1] if cell.value == "备注").value = "说明"
    sheet.insert_cols(3)
    sheet.cell(FIRST - 1, 3, "联系电话")
    book.save(out)
    report = bring_back(office, out)
    assert [(one.column, one.code) for one in report.notes] == [
        ("C", "column_unknown"), ("Q", "column_unknown"), ("", "column_gone"),
    ]  # fmt: skip
    assert "备注" in report.notes[-1].message and report.unchanged == 3


def test_without_a_key_what_no_file_may_change_waits_and_stays(office, out):
    book = load_workbook(edit(out, due_0=date(2027, 1, 1), title_0="表中改的"))
    book.worksheets[0].delete_cols(len(COLUMNS) + 1)
    book.save(out)
    due = stored(office, "滨督2026-901").facts.due_on
    assert codes(bring_back(office, out).needs_person) == [(FIRST, "B", "key_lost"), (FIRST, "F", "key_lost")]
    assert bring_back(office, out, accept=[FIRST]).corrected == 1
    facts = stored(office, "滨督2026-901").facts
    assert (facts.title, facts.due_on) == ("表中改的", due)


def test_a_dry_run_tells_what_the_rules_refuse_and_writes_nothing(office, out):
    before = len(rows(office, Event))
    report = bring_back(office, edit(out, title_0="", title_1="好的"), dry_run=True)
    assert (report.corrected, codes(report.rejected)) == (1, [(FIRST, "B", "correction_empty")])
    assert len(rows(office, Event)) == before


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_csv_comes_back_in_either_encoding(office, out, tmp_path, encoding):
    file = taken_out(office, tmp_path / "出.csv", "csv", encoding)
    known = "utf-8-sig" if encoding == "utf-8" else encoding
    with file.open(encoding=known, newline="") as stream:
        lines = list(csv.reader(stream))
    lines[2][1] = "海安路北段"
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(lines)
    report = bring_back(office, file)
    assert (report.corrected, report.unchanged) == (1, 2)
    assert corrections(office) == [("滨督2026-902", "title")]


def test_the_keys_are_hidden_and_name_no_words(office, out):
    sheet = load_workbook(out).worksheets[0]
    column = next(cell for cell in sheet[3] if str(cell.value).startswith(KEY))
    assert sheet.column_dimensions[column.column_letter].hidden
    assert "海安路" not in sheet.cell(FIRST, column.column).value


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda one: one.strip(" -—–－_/\\　") and one.strip() not in ("空", "（空）", "(空)"))
EDITS = st.dictionaries(
    st.tuples(st.sampled_from(["title", "leader", "progress", "remark", "basis"]), st.integers(0, 2)),
    TEXTS,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_random_edits_are_exactly_these_corrections(office, out, tmp_path, edits):
    file = taken_out(office, tmp_path / "随机.xlsx")
    before = [stored(office, f"滨督2026-90{one}").facts for one in (1, 2, 3)]
    told = len(corrections(office))
    fields = {one.id: one.field for one in COLUMNS}
    report = bring_back(office, edit(file, **{f"{name}_{at}": text for (name, at), text in edits.items()}))
    wanted = {
        (f"滨督2026-90{at + 1}", fields[name])
        for (name, at), text in edits.items()
        if "".join((getattr(before[at], fields[name]) or "").split()) != "".join(text.split())
    }
    assert report.rejected == report.needs_person == ()
    assert sorted(corrections(office)[told:]) == sorted(wanted)
