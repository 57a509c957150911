"""Taking over a register: what goes in, what waits, what is refused, and that repeating changes nothing."""

import hashlib
from collections import Counter
from datetime import date

import pytest
from openpyxl import Workbook

from states.errors import Refusal
from tests.builders import (
    LIAISON,
    OFFICER,
    at,
    kinds,
    row_counts,
    rows,
    signed,
    stored,
    stored_files,
    suspended,
)
from tests.registers import SAMPLE, SHEET, TAKEN_OVER, WAITING_ROWS, a_register, changed_copy, take_over
from workflow.services import units
from workflow.services.importing import import_register
from workflow.services.verification import verify
from workflow.storage.models import Case, Document, Event, OutboxMessage, StoredFile
from workflow.storage.session import reading

IMPORTABLE = """
5 001 市城市管理局 2026-01-13 2026-01-20 2026-01-19 closed
6 002 市住房城乡建设局 2026-02-03 2026-09-30 2026-10-16 closed
7 003 市公安局交警支队 2026-03-02 2026-04-02 2026-03-30 closed
8 004 云山市人民政府 2026-03-09 2026-12-15 – handling
9 005 北桥区人民政府 2026-06-05 2026-06-12 2026-06-12 closed
10 006 市工业和信息化局 2026-07-13 2026-07-20 2026-07-20 closed
11 007 市财政局 2026-09-01 2026-11-30 – handling
12 008 南湾区人民政府 2026-09-10 2026-10-10 – handling
13 009 市公安局交警支队 2026-09-29 2026-10-29 – handling
14 010 市园林和林业局 2026-11-05 2026-11-12 – handling
16 011 市住房城乡建设局 2026-02-25 2026-11-30 – handling
18 013 市住房城乡建设局 2026-03-04 2026-11-19 – handling
19 014 市交通运输局 2026-03-16 2026-11-20 – handling
20 015 市交通运输局 2026-03-16 2026-12-25 – handling
21 016 滨海地铁集团 2026-03-16 2027-01-15 – handling
22 017 青禾区人民政府 2026-03-16 2026-12-31 – handling
23 018 市住房城乡建设局 2026-03-16 2026-12-31 – handling
24 019 泉河市人民政府 2026-03-16 2026-12-31 – handling
25 020 市园林和林业局 2026-02-27 2026-09-30 2026-09-25 closed
26 021 市园林和林业局 2026-02-27 2026-10-30 2026-10-28 closed
27 022 市园林和林业局 2026-05-08 2026-05-15 2026-05-20 closed
29 024 市公安局交警支队 2026-04-09 2026-11-23 – handling
30 025 市自然资源和规划局 2026-05-12 2026-12-20 – handling
32 027 市城市管理局 2026-10-23 2026-11-24 – handling
33 028 市住房城乡建设局 2026-03-16 2026-11-17 – handling
36 029 市商务局 2026-06-25 2026-08-14 2026-08-07 closed
37 030 南湾区人民政府 2026-07-29 2026-10-29 – handling
40 033 市商务局 2026-09-24 2026-11-25 – handling
41 034 滨海供电公司 2026-11-12 2026-11-19 – handling
42 035 市水务局 2026-10-12 2026-11-12 – handling
43 036 市教育局 2026-07-20 2026-08-20 2026-08-19 closed
44 037 市地方金融管理局 2026-10-16 2026-11-17 – handling
46 039 市工业和信息化局 2026-02-24 – – handling
48 041 市发展改革委 2026-10-09 2026-12-31 – handling
49 042 高新区管委会 2026-04-13 2026-04-20 2026-04-17 closed
50 043 市工业和信息化局 2026-04-13 2026-11-30 – handling
52 045 市人力资源社会保障局 2026-05-18 2026-12-18 – handling
55 047 市政府办公室 2026-02-27 2026-12-31 – handling
56 048 市教育局 2026-02-27 2026-08-31 2026-08-28 closed
57 049 市生态环境局 2026-09-15 2026-09-22 2026-09-21 closed
58 050 滨海水务集团 2026-11-13 2026-11-20 – handling
62 053 市市场监管局 2026-09-22 2026-11-27 – handling
63 054 滨海公共交通集团 2026-10-26 2026-11-02 2026-11-02 closed
64 055 市人力资源社会保障局 2026-02-27 – – handling
65 056 市卫生健康委 2026-02-27 2026-11-13 – verifying
66 057 市城市管理局 2026-06-01 2026-11-15 – handling
69 059 市纪委监委 2026-10-12 2026-12-25 – handling
71 063 市委综合考核工作办公室 2026-10-20 2026-11-25 – handling
"""
"""Row, number, lead unit, dispatched, due, closed on, state: as the register's description has them."""

WAITING = """
17 012 西岭区人民政府 2026-03-04 2026-09-30 2026-09-28 closed
28 023 市公安局交警支队 2026-08-17 2026-10-15 – handling
31 026 西岭区人民政府 2026-05-12 2026-12-31 – handling
38 031 高新区管委会 2026-08-03 2026-09-03 2026-09-02 closed
39 032 泉河市人民政府 2026-08-03 2026-12-10 – handling
45 038 东港区人民政府 2026-04-22 2026-04-29 2026-04-24 closed
47 040 市统计局 2026-03-11 2026-12-31 – handling
60 051 市城市管理局 2026-10-19 2026-10-26 2026-10-20 closed
61 052 市市场监管局 2026-08-07 2026-09-07 – verifying
68 058 市住房城乡建设局 2026-11-18 2026-11-25 – handling
70 060 市委组织部 2026-09-07 2026-12-11 – handling
72 062 市委市政府督查室 2026-09-01 2026-12-31 – handling
"""
"""The same of the rows that wait, once their suggestions are taken. Row 53 has none."""


def counts(report):
    sorted_out = len(report.needs_person), len(report.rejected)
    return report.rows, report.imported, report.updated, report.unchanged, *sorted_out


def stated(office, line):
    """A line of the description beside the case it speaks of."""
    _, number, lead, *rest = line.split()
    facts = stored(office, f"滨督2026-{number}").facts
    with reading(office.engine) as tx:
        unit = units.directory(tx).unit(facts.lead_unit).name
    dates = [day.isoformat() if day else "–" for day in (facts.dispatched_on, facts.due_on, facts.closed_on)]
    return [unit, *dates, facts.state], [lead, *rest]


def test_what_can_go_in_goes_in_and_the_rest_is_told(office):
    report = take_over(office)
    assert counts(report) == (62, 48, 0, 0, 13, 1)
    assert [problem.row for problem in report.needs_person] == list(WAITING_ROWS)
    assert [problem.row for problem in report.rejected] == [51]
    assert len(rows(office, Case)) == 48
    assert verify(office).exit_code == 0


def test_every_matter_stands_as_the_register_states_it(office):
    take_over(office)
    for line in IMPORTABLE.strip().splitlines():
        found, expected = stated(office, line)
        assert found == expected, line


def test_every_suggestion_can_be_taken_but_that_of_an_unknown_unit(office):
    take_over(office)
    report = take_over(office, accept=WAITING_ROWS)
    assert counts(report) == (62, 12, 0, 48, 1, 1)
    (left,) = report.needs_person
    assert (left.row, left.code) == (53, "unit_unknown")
    assert "先在单位名录登记“市数字城市运营中心”" in left.message
    for line in WAITING.strip().splitlines():
        found, expected = stated(office, line)
        assert found == expected, line


def test_each_suggestion_is_taken_by_itself(office):
    take_over(office)
    taken = {row: take_over(office, accept=[row], dry_run=True).imported for row in WAITING_ROWS}
    assert taken == {row: int(row != 53) for row in WAITING_ROWS}


def test_a_second_import_changes_nothing(office):
    take_over(office)
    before = Counter(entry.case_id for entry in rows(office, Event) if entry.case_id)
    assert counts(take_over(office)) == (62, 0, 0, 48, 13, 1)
    assert Counter(entry.case_id for entry in rows(office, Event) if entry.case_id) == before


def test_accepted_rows_are_known_again_without_being_named(office):
    take_over(office, accept=WAITING_ROWS)
    assert counts(take_over(office)) == (62, 0, 0, 60, 1, 1)
    assert len(rows(office, Case)) == 60


def test_two_matters_under_one_number_stay_apart_for_good(office):
    take_over(office, accept=[38, 39])
    leads = [stored(office, f"滨督2026-{number}").facts.title for number in ("031", "032")]
    assert leads[0] != leads[1]
    report = take_over(office)
    assert counts(report) == (62, 0, 0, 50, 11, 1)
    assert [stored(office, f"滨督2026-{number}").facts.title for number in ("031", "032")] == leads


def test_a_matter_without_a_number_is_given_the_next_of_its_series(office):
    take_over(office)
    assert stored(office, "滨督2026-063").facts.origin.startswith(f"{SAMPLE.name}·{SHEET}·第71行")
    take_over(office)
    assert len(rows(office, Case)) == 48


def test_a_dry_run_tells_the_same_and_writes_nothing(office):
    before = row_counts(office)
    promised = take_over(office, accept=[17], dry_run=True).as_json()
    assert row_counts(office) == before
    assert not stored_files(office)
    assert promised == take_over(office, accept=[17]).as_json()


def test_a_dry_run_of_a_changed_register_tells_the_same_and_writes_nothing(office, tmp_path):
    take_over(office)
    before, changed = row_counts(office), changed_copy(tmp_path / "台账.xlsx", Q8="土壤调查完成")
    promised = take_over(office, changed, dry_run=True).as_json()
    assert row_counts(office) == before
    assert promised == take_over(office, changed).as_json()


def test_a_changed_cell_restates_its_case_and_no_other(office, tmp_path):
    take_over(office)
    report = take_over(office, changed_copy(tmp_path / "台账.xlsx", Q8="土壤调查完成"))
    assert counts(report) == (62, 0, 1, 47, 13, 1)
    case = stored(office, "滨督2026-004")
    assert (kinds(office, case), case.facts.progress) == (["taken_over", "restated"], "土壤调查完成")
    assert Counter(entry.kind for entry in rows(office, Event))["restated"] == 1
    assert verify(office).exit_code == 0


def test_a_matter_closed_in_the_register_since_is_closed_here(office, tmp_path):
    take_over(office)
    closed = changed_copy(tmp_path / "台账.xlsx", U8="是", V8="2026-11-19")
    assert take_over(office, closed).updated == 1
    facts = stored(office, "滨督2026-004").facts
    assert (facts.state, facts.closed_on, facts.outcome) == ("closed", date(2026, 11, 19), "on_time")


def test_a_case_handled_in_the_system_is_not_overwritten(office, tmp_path):
    take_over(office)
    later = at(2026, 11, 23)
    case = suspended(office, "滨督2026-004", later, date(2027, 1, 8))
    report = take_over(office, changed_copy(tmp_path / "台账.xlsx", Q8="土壤调查完成"), later)
    assert counts(report) == (62, 0, 0, 48, 13, 1)
    (note,) = [note for note in report.notes if note.code == "managed_in_system"]
    assert (note.row, "滨督2026-004" in note.message) == (8, True)
    assert stored(office, case).facts == case.facts


def test_nothing_is_back_dated_or_invented(office):
    take_over(office)
    for entry in (entry for entry in rows(office, Event) if entry.case_id):
        assert (entry.kind, entry.occurred_at, entry.recorded_at) == ("taken_over", TAKEN_OVER, TAKEN_OVER)
    assert rows(office, Document) == rows(office, OutboxMessage) == []
    assert not any(case.witnessed for case in rows(office, Case))


def test_an_entry_names_the_file_the_sheet_and_the_row_it_came_from(office):
    take_over(office)
    digest = hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert stored(office, "滨督2026-001").facts.origin == f"{SAMPLE.name}·{SHEET}·第5行（sha256:{digest}）"
    assert [file.sha256 for file in rows(office, StoredFile)] == [digest]


def test_the_import_itself_stands_in_the_office_journal(office):
    take_over(office)
    (note,) = [entry for entry in rows(office, Event) if entry.kind == "register_imported"]
    assert (note.case_id, note.occurred_at) == (0, TAKEN_OVER)
    assert all(word in note.payload for word in (SHEET, '"cases":48', '"rows":62'))


@pytest.mark.parametrize(("by", "actor"), [(OFFICER, "R011"), (None, "system")])
def test_the_import_is_signed_by_whoever_gave_it(office, tmp_path, by, actor):
    path = a_register(tmp_path / "台账.xlsx", {})
    import_register(office, path, by=signed(by, TAKEN_OVER), at=TAKEN_OVER)
    signatures = {entry.kind: entry.actor for entry in rows(office, Event) if entry.actor == actor}
    assert {"register_imported", "taken_over"} <= signatures.keys()


def test_three_thousand_characters_stay_three_thousand(office):
    take_over(office)
    progress = stored(office, "滨督2026-047").facts.progress
    assert len(progress) == 3_000
    assert hashlib.sha256(progress.encode()).hexdigest().startswith("e3f6d266c2d615b3")


def test_hostile_text_stays_the_text_it_is(office):
    take_over(office)
    assert stored(office, "滨督2026-053").facts.progress.startswith('=HYPERLINK("http')
    assert stored(office, "滨督2026-054").facts.remark.startswith("@SUM(")


def test_rare_characters_stay_what_they_are(office):
    take_over(office, accept=WAITING_ROWS)
    people = [stored(office, f"滨督2026-{number}").facts.contact_name for number in ("002", "006", "012")]
    assert people == ["陶堃", "龚䶮", "冼喆"]


def test_an_extension_keeps_the_first_limit_beside_the_present_one(office):
    take_over(office)
    facts = stored(office, "滨督2026-007").facts
    assert (facts.original_due_on, facts.due_on) == (date(2026, 10, 8), date(2026, 11, 30))


def test_a_matter_for_the_long_run_has_no_limit(office):
    take_over(office)
    facts = stored(office, "滨督2026-039").facts
    assert (facts.open_ended, facts.due_on, facts.state) == (True, None, "handling")


def test_helpers_are_found_behind_groups_and_several_names(office):
    take_over(office)
    assert len(stored(office, "滨督2026-006").facts.co_units) == 11
    assert len(stored(office, "滨督2026-004").facts.co_units) == 3


def test_progress_is_told_to_the_last_row(office):
    told = []
    take_over(office, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 48) for done in range(1, 49)]


@pytest.mark.parametrize("row", [4, 75, 999_999])
def test_a_row_that_is_no_matter_cannot_be_accepted(office, row):
    before = row_counts(office)
    with pytest.raises(Refusal, match=f"第{row}行不是事项行") as refused:
        take_over(office, accept=[17, row])
    assert refused.value.code == "row_unknown"
    assert row_counts(office) == before


def test_a_liaison_may_not_take_over_a_register(office):
    before = row_counts(office)
    with pytest.raises(Refusal):
        import_register(office, SAMPLE, by=signed(LIAISON, TAKEN_OVER), at=TAKEN_OVER)
    assert row_counts(office) == before


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_name_nobody_bears_is_refused_before_the_file_is_looked_at(office, tmp_path, dry_run):
    missing, by = tmp_path / "没有.xlsx", signed("无此人", TAKEN_OVER)
    with pytest.raises(Refusal) as refused:
        import_register(office, missing, by=by, at=TAKEN_OVER, dry_run=dry_run)
    assert refused.value.code == "person_unknown"


ONE_BAD_ROW = [
    ({"牵头单位": "市不存在局"}, "needs_person", "unit_unknown", "不在单位名录"),
    ({"办结时限": "2026年2月30日"}, "rejected", "date_impossible", "2月只有28天"),
    ({"办结时限": "2026年9月底"}, "needs_person", "date_month_end", "2026-09-30"),
    ({"督办事项": "=1+1"}, "needs_person", "formula_live", "公式"),
    ({"督办事项": None}, "needs_person", "title_missing", "事项名称为空"),
    ({"督办事项": "亮" * 3_000}, "needs_person", "title_too_long", "超过2000字"),
    ({"督办编号": "滨" * 65}, "needs_person", "number_too_long", "超过64字"),
]


@pytest.mark.parametrize("bad", ONE_BAD_ROW)
def test_a_bad_row_is_told_in_chinese_and_the_others_go_in(office, tmp_path, bad):
    cells, verdict, code, words = bad
    path = a_register(tmp_path / "台账.xlsx", {}, {"督办编号": "滨督2026-902", "督办事项": "另一件"} | cells)
    report = take_over(office, path)
    (problem,) = getattr(report, verdict)
    assert (problem.row, problem.code) == (3, code)
    assert words in problem.message
    assert [case.number for case in rows(office, Case)] == ["滨督2026-901"]


def test_of_the_same_row_twice_one_case_is_made(office, tmp_path):
    report = take_over(office, a_register(tmp_path / "台账.xlsx", {}, {}))
    assert [(one.row, one.code) for one in report.needs_person] == [(3, "number_duplicate")]
    assert [case.number for case in rows(office, Case)] == ["滨督2026-901"]


def test_a_number_on_two_matters_lets_neither_in(office, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {}, {"督办事项": "另一件"})
    report = take_over(office, path)
    assert [(one.row, one.code) for one in report.needs_person] == [
        (2, "number_duplicate"),
        (3, "number_duplicate"),
    ]
    assert rows(office, Case) == []


@pytest.mark.parametrize("heading", ["事项来源", "包保领导", "目前进展情况"])
def test_a_long_or_rare_text_is_kept_whole(office, tmp_path, heading):
    text = "喆堃䶮𠮷" * 750
    take_over(office, a_register(tmp_path / "台账.xlsx", {heading: text}))
    facts = stored(office, "滨督2026-901").facts
    assert text in (facts.source, facts.accountable_leader, facts.progress)


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
REFUSED_FILES = [
    ("旧台账.xls", OLE, "workbook_broken"),
    ("网页.xlsx", b"<html><table></table></html>", "workbook_xls"),
    ("半截.xlsx", SAMPLE.read_bytes()[:9_000], "workbook_broken"),
    ("不是表.xlsx", b"%PDF-1.7 not a workbook", "workbook_broken"),
    ("空.xlsx", b"", "workbook_empty"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED_FILES)
def test_a_file_that_is_no_register_leaves_nothing_behind(office, tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert_refused_whole(office, path, code)


def test_an_empty_sheet_leaves_nothing_behind(office, tmp_path):
    Workbook().save(tmp_path / "空表.xlsx")
    assert_refused_whole(office, tmp_path / "空表.xlsx", "workbook_empty")


def test_a_register_without_a_heading_leaves_nothing_behind(office, tmp_path):
    headless = changed_copy(tmp_path / "台账.xlsx", **{f"{chr(65 + column)}3": None for column in range(23)})
    assert_refused_whole(office, headless, "header_missing")


def test_a_register_with_a_heading_only_holds_no_matter(office, tmp_path):
    assert counts(take_over(office, a_register(tmp_path / "台账.xlsx"))) == (0, 0, 0, 0, 0, 0)


def test_a_mark_of_state_secrets_keeps_the_whole_file_out(office, tmp_path):
    assert_refused_whole(office, changed_copy(tmp_path / "台账.xlsx", W9="机密★10年"), "state_secret")


def assert_refused_whole(office, path, code):
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        take_over(office, path)
    assert refused.value.code == code
    assert path.name in refused.value.message or code in ("state_secret", "header_missing")
    assert row_counts(office) == before
    assert not stored_files(office)
