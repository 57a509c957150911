"""The register an office would hand us: every count, every trap, every row of its description."""

import hashlib
from collections import Counter
from datetime import date

import pytest

from states.errors import Refusal

NEEDS_PERSON = {
    17: "date_month_end",
    28: "date_year_missing",
    31: "date_month_end",
    38: "number_duplicate",
    39: "number_duplicate",
    45: "date_immediate",
    47: "date_year_end",
    53: "unit_unknown",
    60: "date_immediate",
    61: "closed_without_date",
    68: "date_immediate",
    70: "unit_several_leads",
    72: "unit_vague",
}

# row, column, code, and a piece of the message
PROBLEMS = [
    (17, "O", "date_month_end", "“2026年9月底”建议按2026-09-30"),
    (28, "O", "date_year_missing", "“10月15日前”未写年份，按交办时间建议2026-10-15"),
    (31, "O", "date_month_end", "“2026年12月底前”建议按2026-12-31"),
    (38, "B", "number_duplicate", "编号“滨督2026-031”与第39行重复"),
    (39, "B", "number_duplicate", "编号“滨督2026-031”与第38行重复"),
    (45, "O", "date_immediate", "按“一般问题1周”建议2026-04-29"),
    (47, "O", "date_year_end", "“年底前”建议按2026-12-31"),
    (51, "O", "date_impossible", "“2026年2月30日”不存在（2月只有28天）"),
    (53, "I", "unit_unknown", "牵头单位“市数字城市运营中心”不在单位名录"),
    (60, "O", "date_immediate", "建议2026-10-26"),
    (61, "V", "closed_without_date", "已标“是否销号：是”但缺销号时间"),
    (68, "O", "date_immediate", "建议2026-11-25"),
    (70, "I", "unit_several_leads", "建议首位“市委组织部”为牵头、“市委综合考核工作办公室”转为配合"),
    (72, "J", "unit_vague", "配合单位“有关单位”无法对应具体单位"),
]
NOTES = [
    (5, "C", "merged_value", "第5—9行"),
    (7, "J", "unit_separator", "配合单位识别为2个"),
    (8, "J", "unit_separator", "配合单位识别为3个"),
    (10, "J", "unit_group", "“各区市”按单位组展开为10个单位"),
    (11, "P", "extension", "保留原期限2026-10-08，现期限2026-11-30，不计逾期"),
    (12, "I", "unit_separator_in_name", "“南湾区人民政府”，不拆分"),
    (12, "S", "percent_text", "55%"),
    (21, "O", "calendar_unknown_year", "2027-01-15"),
    (22, "O", "merged_value", "第22—24行"),
    (23, "I", "unit_needs_legal_owner", "牵头为指挥部，法定责任单位按名录为市住房城乡建设局"),
    (23, "J", "unit_group", "“各区市”"),
    (26, "J", "unit_separator", "配合单位识别为3个"),
    (28, "B", "fullwidth", "编号规范为“滨督2026-023”"),
    (28, "M", "fullwidth", "交办时间识别为2026-08-17"),
    (30, "J", "unit_group", "“各区（市）”按单位组“各区市”展开为10个单位"),
    (30, "O", "date_rest_day", "2026-12-20为星期日"),
    (32, "I", "trailing_space", "牵头单位去除尾部空格后识别为市城市管理局"),
    (33, "J", "unit_separator", "配合单位识别为3个"),
    (33, "T", "light_differs", "台账亮灯为“绿”，按规则应为红（逾期3个工作日）"),
    (40, "J", "unit_separator", "配合单位识别为4个"),
    (46, "O", "date_ongoing", "“长期坚持”转为长期事项"),
    (47, "S", "percent_text", "85%"),
    (55, "Q", "text_long", "3000字"),
    (62, "Q", "text_formula", "以“=”开头"),
    (63, "W", "text_formula", "备注以“@”开头"),
    (64, "O", "date_ongoing", "“长期坚持”"),
    (65, "U", "not_yet_closed", "“待销号（已报申请）”识别为未销号"),
    (66, "O", "date_rest_day", "2026-11-15为星期日"),
    (71, "B", "number_missing", "编号为空"),
]
SKIPPED = {
    **{1: "title_rows", 2: "title_rows"},
    **dict.fromkeys((4, 15, 35, 54, 67), "section_row"),
    **{34: "subtotal_row", 59: "blank_row", 73: "footer_rows", 74: "footer_rows"},
}

# row, number, lead unit, dispatched, current due, closed on; needs-a-person rows as if accepted
EVERY_ROW = """
5 001 市城市管理局 2026-01-13 2026-01-20 2026-01-19
6 002 市住房城乡建设局 2026-02-03 2026-09-30 2026-10-16
7 003 市公安局交警支队 2026-03-02 2026-04-02 2026-03-30
8 004 云山市人民政府 2026-03-09 2026-12-15 –
9 005 北桥区人民政府 2026-06-05 2026-06-12 2026-06-12
10 006 市工业和信息化局 2026-07-13 2026-07-20 2026-07-20
11 007 市财政局 2026-09-01 2026-11-30 –
12 008 南湾区人民政府 2026-09-10 2026-10-10 –
13 009 市公安局交警支队 2026-09-29 2026-10-29 –
14 010 市园林和林业局 2026-11-05 2026-11-12 –
16 011 市住房城乡建设局 2026-02-25 2026-11-30 –
17 012 西岭区人民政府 2026-03-04 2026-09-30 2026-09-28
18 013 市住房城乡建设局 2026-03-04 2026-11-19 –
19 014 市交通运输局 2026-03-16 2026-11-20 –
20 015 市交通运输局 2026-03-16 2026-12-25 –
21 016 滨海地铁集团 2026-03-16 2027-01-15 –
22 017 青禾区人民政府 2026-03-16 2026-12-31 –
23 018 市城市更新和城市建设指挥部办公室 2026-03-16 2026-12-31 –
24 019 泉河市人民政府 2026-03-16 2026-12-31 –
25 020 市园林和林业局 2026-02-27 2026-09-30 2026-09-25
26 021 市园林和林业局 2026-02-27 2026-10-30 2026-10-28
27 022 市园林和林业局 2026-05-08 2026-05-15 2026-05-20
28 023 市公安局交警支队 2026-08-17 2026-10-15 –
29 024 市公安局交警支队 2026-04-09 2026-11-23 –
30 025 市自然资源和规划局 2026-05-12 2026-12-20 –
31 026 西岭区人民政府 2026-05-12 2026-12-31 –
32 027 市城市管理局 2026-10-23 2026-11-24 –
33 028 市城市更新和城市建设指挥部办公室 2026-03-16 2026-11-17 –
36 029 市商务局 2026-06-25 2026-08-14 2026-08-07
37 030 南湾区人民政府 2026-07-29 2026-10-29 –
38 031 高新区管委会 2026-08-03 2026-09-03 2026-09-02
39 032 泉河市人民政府 2026-08-03 2026-12-10 –
40 033 市商务局 2026-09-24 2026-11-25 –
41 034 滨海供电公司 2026-11-12 2026-11-19 –
42 035 市水务局 2026-10-12 2026-11-12 –
43 036 市教育局 2026-07-20 2026-08-20 2026-08-19
44 037 市地方金融管理局 2026-10-16 2026-11-17 –
45 038 东港区人民政府 2026-04-22 2026-04-29 2026-04-24
46 039 市工业和信息化局 2026-02-24 – –
47 040 市统计局 2026-03-11 2026-12-31 –
48 041 市发展改革委 2026-10-09 2026-12-31 –
49 042 高新区管委会 2026-04-13 2026-04-20 2026-04-17
50 043 市工业和信息化局 2026-04-13 2026-11-30 –
51 044 市行政审批局 2026-01-26 – –
52 045 市人力资源社会保障局 2026-05-18 2026-12-18 –
53 046 – 2026-09-14 2026-12-14 –
55 047 市政府办公室 2026-02-27 2026-12-31 –
56 048 市教育局 2026-02-27 2026-08-31 2026-08-28
57 049 市生态环境局 2026-09-15 2026-09-22 2026-09-21
58 050 滨海水务集团 2026-11-13 2026-11-20 –
60 051 市城市管理局 2026-10-19 2026-10-26 2026-10-20
61 052 市市场监管局 2026-08-07 2026-09-07 –
62 053 市市场监管局 2026-09-22 2026-11-27 –
63 054 滨海公共交通集团 2026-10-26 2026-11-02 2026-11-02
64 055 市人力资源社会保障局 2026-02-27 – –
65 056 市卫生健康委 2026-02-27 2026-11-13 –
66 057 市城市管理局 2026-06-01 2026-11-15 –
68 058 市住房城乡建设局 2026-11-18 2026-11-25 –
69 059 市纪委监委 2026-10-12 2026-12-25 –
70 060 市委组织部 2026-09-07 2026-12-11 –
71 – 市委综合考核工作办公室 2026-10-20 2026-11-25 –
72 062 市委市政府督查室 2026-09-01 2026-12-31 –
"""


def _shown(day: date | None) -> str:
    return day.isoformat() if day else "–"


def test_every_matter_falls_into_the_class_it_belongs_to(sample):
    counts = Counter(row.verdict.value for row in sample.rows)
    assert counts == {"importable": 48, "needs_person": 13, "rejected": 1}


def test_nineteen_matters_are_closed_and_the_rest_are_not(sample):
    assert Counter(row.matter.closed for row in sample.rows) == {True: 19, False: 43}


def test_each_row_that_needs_a_person_has_one_reason_and_a_suggestion(sample):
    asked = {row.row: row.problems for row in sample.rows if row.verdict == "needs_person"}
    assert {row: [problem.code for problem in found] for row, found in asked.items()} == {
        row: [code] for row, code in NEEDS_PERSON.items()
    }
    assert all(problem.suggestion for found in asked.values() for problem in found)


@pytest.mark.parametrize(("row", "column", "code", "words"), PROBLEMS)
def test_a_trap_is_asked_about_in_its_place(sample_rows, row, column, code, words):
    assert any(
        problem.column == column and problem.code == code and words in problem.message
        for problem in sample_rows[row].problems
    )


@pytest.mark.parametrize(("row", "column", "code", "words"), NOTES)
def test_a_trap_is_noted_in_its_place(sample_rows, row, column, code, words):
    assert any(
        note.column == column and note.code == code and words in note.message
        for note in sample_rows[row].notes
    )


def test_rows_that_are_no_matters_are_listed_and_reading_goes_on(sample):
    assert {skipped.row: skipped.code for skipped in sample.skipped} == SKIPPED
    assert "第34行为小计，跳过" in {skipped.reason for skipped in sample.skipped}


def test_the_heading_is_found_under_the_titles_with_all_its_columns(sample):
    assert (sample.sheet, sample.header_row, len(sample.columns)) == ("督办台账", 3, 23)
    assert any(note.code == "header_alias" and "23项" in note.message for note in sample.notes)


def test_the_sheet_of_instructions_is_skipped_by_name(sample):
    assert any(note.code == "sheet_skipped" and "填表说明" in note.message for note in sample.notes)


@pytest.mark.parametrize("line", EVERY_ROW.split("\n")[1:-1])
def test_every_row_states_what_its_description_says(sample_rows, directory, line):
    row, number, lead, *dates = line.split()
    reading = sample_rows[int(row)]
    takeable = all(problem.remedy is not None for problem in reading.problems)
    matter = (reading.accepted() if takeable else reading).matter
    assert (matter.number or "–").removeprefix("滨督2026-") == number
    assert (directory.unit(matter.lead_unit).name if matter.lead_unit else "–") == lead
    assert [_shown(day) for day in (matter.dispatched_on, matter.due_on, matter.closed_on)] == dates


def test_the_description_covers_every_matter(sample):
    assert [row.row for row in sample.rows] == [int(line.split()[0]) for line in EVERY_ROW.split("\n")[1:-1]]


def test_rare_characters_are_read_as_they_stand(sample_rows):
    assert [sample_rows[row].matter.contact_name for row in (6, 10, 17)] == ["陶堃", "龚䶮", "冼喆"]


def test_a_text_of_three_thousand_characters_is_kept_whole(sample_rows):
    progress = sample_rows[55].matter.progress
    assert len(progress) == 3_000
    assert hashlib.sha256(progress.encode()).hexdigest().startswith("e3f6d266c2d615b3")


def test_hostile_text_is_kept_as_the_text_it_is(sample_rows):
    assert sample_rows[62].matter.progress.startswith('=HYPERLINK("http')
    assert sample_rows[63].matter.remark.startswith("@SUM(")


def test_merged_values_reach_every_row_of_their_range(sample_rows):
    assert {sample_rows[row].matter.source for row in range(5, 10)} == {"书记批示件"}
    assert {sample_rows[row].matter.due_on for row in (22, 23, 24)} == {date(2026, 12, 31)}


def test_completion_rates_are_whole_percents(sample_rows):
    assert [sample_rows[row].matter.completion_rate for row in (5, 8, 12, 46)] == [100, 72, 55, None]


def test_a_matter_put_up_for_closing_is_open_and_says_so(sample_rows):
    matter = sample_rows[65].matter
    assert (matter.closed, matter.closing_requested) == (False, True)


def test_the_original_limit_is_kept_beside_the_extension(sample_rows):
    matter = sample_rows[11].matter
    assert (matter.original_due_on, matter.extended_to) == (date(2026, 10, 8), date(2026, 11, 30))


def test_lights_that_hide_an_overdue_matter_are_all_pointed_out(sample):
    hidden = [row.row for row in sample.rows if any(note.code == "light_differs" for note in row.notes)]
    assert hidden == [13, 14, 18, 28, 33, 41, 42, 44, 65, 66]


def test_an_accepted_row_is_importable_and_remembers_what_was_asked(sample_rows):
    row = sample_rows[17].accepted()
    assert (row.verdict, row.problems) == ("importable", ())
    assert row.notes[-1].code == "date_month_end"


def test_a_duplicate_takes_the_number_missing_from_the_series(sample_rows):
    assert sample_rows[38].accepted().matter.number == "滨督2026-031"
    assert sample_rows[39].accepted().matter.number == "滨督2026-032"


def test_a_closed_matter_without_date_is_accepted_as_put_up_for_closing(sample_rows):
    matter = sample_rows[61].accepted().matter
    assert (matter.closed, matter.closing_requested, matter.closed_on) == (False, True, None)


def test_of_several_leads_the_first_leads_and_the_others_help(sample_rows, directory):
    matter = sample_rows[70].accepted().matter
    helpers = [directory.unit(code).name for code in matter.co_units]
    assert helpers == ["市委综合考核工作办公室", "市委办公室"]


@pytest.mark.parametrize(("row", "words"), [(53, "先在单位名录登记"), (51, "不存在")])
def test_a_row_without_an_answer_of_its_own_cannot_be_accepted(sample_rows, row, words):
    with pytest.raises(Refusal, match=words) as refusal:
        sample_rows[row].accepted()
    assert refusal.value.code == "suggestion_missing"
