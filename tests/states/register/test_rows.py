"""Rows as offices really fill them in."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from states.errors import Refusal
from states.facts import CaseFacts
from states.register.matter import MatterRecord, fingerprint, is_of
from states.register.numbers import settle_taken
from states.register.rows import read_register
from states.register.sheet import Formula, MergedRange, Sheet

A_ROW = {
    "督办编号": "滨督2026-001",
    "督办事项": "海安路断头路打通",
    "牵头单位": "市交通运输局",
    "交办时间": date(2026, 3, 2),
    "办结时限": "2026年12月15日",
}
junk = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(Formula, st.text(max_size=10)),
    st.sampled_from(
        ["小计", "注：", "各区市", "有关单位", "长期坚持", "2026年2月30日", "#REF!", "待销号", "滨督2026-001"]
    ),
)


def codes(findings):
    return [finding.code for finding in findings]


def test_a_plain_row_is_importable_without_a_word(read_row):
    row = read_row()
    assert (row.verdict, row.problems, row.notes) == ("importable", (), ())


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("督办事项", None, "title_missing"),
        ("牵头单位", "", "unit_missing"),
        ("牵头单位", "综合科", "unit_ambiguous"),
        ("牵头单位", "各区市", "unit_several_leads"),
        ("牵头单位", "有关单位", "unit_vague"),
        ("办结时限", None, "due_missing"),
        ("办结时限", Formula("=F2+30"), "formula_live"),
        ("办结时限", "#REF!", "cell_error"),
        ("办结时限", date(2026, 1, 1), "date_order"),
        ("延期至", date(2026, 11, 1), "date_order"),
        ("延期至", "长期坚持", "date_unreadable"),
        ("交办时间", date(2026, 12, 1), "date_future"),
        ("交办时间", "立行立改", "date_unreadable"),
        ("销号时间", date(2026, 3, 30), "closed_date_without_mark"),
        ("是否销号", "看情况", "closing_unclear"),
        ("完成率", "过半", "rate_invalid"),
        ("完成率", 140, "rate_invalid"),
    ],
)
def test_what_has_no_single_reading_asks_a_person(read_row, heading, value, code):
    row = read_row(**{heading: value})
    assert row.verdict == "needs_person"
    assert code in codes(row.problems)
    assert all(problem.message and problem.suggestion for problem in row.problems)


def test_a_cell_that_excel_could_not_calculate_is_named(read_row):
    assert "cell_error" in codes(read_row(备注="#N/A").problems)


@pytest.mark.parametrize("mark", ["是", "已销号", "√", True])
def test_only_these_marks_mean_closed(read_row, mark):
    assert read_row(是否销号=mark, 销号时间="2026.3.30").matter.closed


@pytest.mark.parametrize("mark", ["否", "", None, "待销号（已报申请）", "申请销号"])
def test_other_marks_leave_a_matter_open(read_row, mark):
    assert not read_row(是否销号=mark).matter.closed


@pytest.mark.parametrize("rate", ["55%", 0.55, "0.55", 55, "５５％", "55.0%"])
def test_a_completion_rate_is_a_whole_percent_however_written(read_row, rate):
    assert read_row(完成率=rate).matter.completion_rate == 55


@pytest.mark.parametrize("text", ["=1+1", "+86 0000", "-5度", "@all", "＝A1"])
def test_text_that_excel_would_calculate_stays_text(read_row, text):
    row = read_row(备注=text)
    assert (row.matter.remark, codes(row.notes)) == (text, ["text_formula"])


def test_a_vague_extension_takes_the_place_of_the_limit_when_accepted(read_row):
    matter = read_row(延期至="2027年1月底").accepted().matter
    assert (matter.due_on, matter.original_due_on) == (date(2027, 1, 31), date(2026, 12, 15))


def test_a_vague_original_limit_does_not_displace_the_extension(read_row):
    matter = read_row(办结时限="年底前", 延期至=date(2027, 1, 20)).accepted().matter
    assert (matter.due_on, matter.original_due_on) == (date(2027, 1, 20), date(2026, 12, 31))


def test_several_leads_and_a_vague_helper_are_accepted_together(read_row, directory):
    matter = read_row(牵头单位="市财政局、市水务局", 配合单位="市教育局、有关单位").accepted().matter
    assert directory.unit(matter.lead_unit).name == "市财政局"
    assert [directory.unit(code).name for code in matter.co_units] == ["市水务局", "市教育局"]


def test_a_lead_unit_is_never_its_own_helper(read_row, directory):
    row = read_row(牵头单位="东港区", 配合单位="各区市")
    assert row.matter.lead_unit not in row.matter.co_units
    assert len(row.matter.co_units) == 9


def test_a_number_known_elsewhere_is_never_offered_for_a_duplicate(read_rows):
    twins = (A_ROW, A_ROW | {"督办事项": "另一件事"})
    reading = read_rows(*twins, known_numbers=frozenset({"滨督2026-002"}))
    assert reading.rows[1].accepted().matter.number == "滨督2026-003"


def test_the_same_row_twice_is_to_be_deleted_not_renumbered(read_rows):
    second = read_rows(A_ROW, A_ROW).rows[1]
    assert codes(second.problems) == ["number_duplicate"]
    with pytest.raises(Refusal, match="删除多余的行"):
        second.accepted()


def test_two_matters_alike_without_number_are_asked_about(read_rows):
    nameless = A_ROW | {"督办编号": None}
    assert [codes(row.problems) for row in read_rows(nameless, nameless).rows] == [["matter_duplicate"]] * 2


def test_a_fingerprint_ignores_how_the_same_words_are_typed():
    plain = MatterRecord(title="海安路(北段)打通", lead_text="市交通局", dispatched_on=date(2026, 3, 2))
    typed = MatterRecord(
        title=" 海安路（北段）\n打通", lead_text="市交通局\u3000", dispatched_on=date(2026, 3, 2)
    )
    assert fingerprint(plain) == fingerprint(typed)


@pytest.mark.parametrize("field", ["title", "source", "lead_text"])
def test_a_fingerprint_tells_different_matters_apart(field):
    assert fingerprint(MatterRecord(**{field: "甲"})) != fingerprint(MatterRecord(**{field: "乙"}))


def test_a_row_numbered_in_advance_is_blank(directory, calendar):
    cells = {1: {1: "序号", 2: "督办事项", 3: "牵头单位"}, 2: {1: 1, 2: "甲", 3: "市财政局"}, 3: {1: 2}}
    reading = read_register(
        [Sheet.filled("台账", cells)], directory=directory, calendar=calendar, as_of=date.max
    )
    assert [(skipped.row, skipped.code) for skipped in reading.skipped] == [(3, "blank_row")]


def test_a_heading_of_two_rows_ends_with_its_last(directory, calendar):
    cells = {
        1: {1: "事项名称", 2: "责任分工"},
        2: {2: "牵头\n部门", 3: "配合部门"},
        3: {1: "甲", 2: "市财政局", 3: "市教育局"},
    }
    merged = [MergedRange(1, 1, 2, 1), MergedRange(1, 2, 1, 3)]
    sheet = Sheet.filled("台账", cells, merged)
    reading = read_register([sheet], directory=directory, calendar=calendar, as_of=date(2026, 11, 20))
    assert (reading.header_row, reading.columns["lead_unit"].letter) == (2, "B")
    assert reading.rows[0].matter.title == "甲"


def test_a_heading_printed_again_is_skipped(read_rows):
    again = {"督办事项": "督办事项", "牵头单位": "牵头单位"}
    reading = read_rows(A_ROW, again, A_ROW | {"督办编号": "滨督2026-002"})
    assert [row.row for row in reading.rows] == [2, 4]


def test_where_no_unit_leads_the_responsible_unit_does(directory, calendar):
    cells = {1: {1: "问题", 2: "责任单位", 3: "涉及面积"}, 2: {1: "甲", 2: "市财政局"}}
    reading = read_register(
        [Sheet.filled("台账", cells)], directory=directory, calendar=calendar, as_of=date(2026, 11, 20)
    )
    assert reading.columns["lead_unit"].label == "责任单位"
    assert "涉及面积" in next(note.message for note in reading.notes if note.code == "column_unknown")


def test_a_table_without_lead_unit_is_refused_by_the_name_of_the_column(directory, calendar):
    sheet = Sheet.filled("台账", {1: {1: "序号", 2: "督办事项", 3: "办结时限"}})
    with pytest.raises(Refusal, match="缺少“牵头单位”列") as refusal:
        read_register([sheet], directory=directory, calendar=calendar, as_of=date(2026, 11, 20))
    assert refusal.value.code == "header_missing"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "督办编号",
                    "事项来源",
                    *A_ROW,
                    "配合单位",
                    "延期至",
                    "完成率",
                    "是否销号",
                    "销号时间",
                    "备注",
                ]
            ),
            junk,
        ),
        max_size=4,
    )
)
def test_junk_in_cells_is_reported_and_never_raises(read_rows, rows):
    reading = read_rows(*rows)
    assert len(reading.rows) + len(reading.skipped) <= len(rows)
    for row in reading.rows:
        assert (row.verdict == "importable") == (not row.problems)
        assert all(problem.code and problem.message for problem in (*row.problems, *row.notes))


def test_one_text_alone_at_the_left_is_a_section_title(read_rows):
    reading = read_rows({"督办编号": "一、城市更新"}, A_ROW)
    assert [(skipped.row, skipped.code) for skipped in reading.skipped] == [(2, "section_row")]


def test_a_row_with_only_a_remark_is_not_lost_as_a_title(read_rows):
    assert codes(read_rows({"备注": "待补"}).rows[0].problems) == [
        "title_missing",
        "unit_missing",
        "due_missing",
    ]


@pytest.mark.parametrize("label", ["一般", "复杂", " 特别复杂 "])
def test_a_known_complexity_is_taken_without_a_word(read_row, label):
    row = read_row(难易程度=label)
    assert (row.matter.complexity, row.notes) == (label.strip(), ())


def test_an_unknown_complexity_is_left_out_and_noted(read_row):
    row = read_row(难易程度="较难")
    assert (row.verdict, row.matter.complexity) == ("importable", "")
    (note,) = row.notes
    assert (note.code, "“较难”不认识" in note.message) == ("complexity_unknown", True)


def settled(reading, *taken_rows, known_numbers=()):
    """The rows once some of their numbers turned out to stand for other matters."""
    return settle_taken(reading.rows, reading.columns, set(taken_rows), known_numbers)


def test_a_number_of_another_matter_asks_a_person_and_offers_a_free_one(read_rows):
    second = A_ROW | {"督办编号": "滨督2026-002", "督办事项": "另一件事"}
    first, other = settled(read_rows(A_ROW, second), 2, known_numbers={"滨督2026-003"})
    (problem,) = first.problems
    assert (problem.column, problem.code, problem.suggestion) == (
        "A",
        "number_taken",
        "改用空号“滨督2026-004”",
    )
    assert (first.accepted().matter.number, other.problems) == ("滨督2026-004", ())


def test_a_free_number_is_offered_once(read_rows):
    twins = (A_ROW, A_ROW | {"督办事项": "另一件事"})
    first, second = settled(read_rows(*twins), 2)
    assert first.accepted().matter.number == "滨督2026-003"
    assert second.accepted().matter.number == "滨督2026-002"


CASE = CaseFacts(title="海安路断头路打通", lead_unit="BH213", origin="台账·第5行")


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        (CASE, True),
        (replace(CASE, title="海安路\u3000断头路打通 ", lead_unit="BH209"), True),
        (replace(CASE, title="海安路打通"), True),
        (replace(CASE, title="海安路打通", lead_unit="BH209"), False),
        (replace(CASE, title="海安路打通", origin=None), False),
    ],
)
def test_a_row_speaks_of_a_case_by_its_title_or_for_a_register_s_own_by_its_lead(facts, same):
    matter = MatterRecord(title="海安路断头路打通", lead_unit="BH213")
    assert is_of(matter, facts) is same
