"""A register imported again after somebody changed it: what it says now, and what waits for a person."""

import json
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.builders import OPENED, TITLE, a_draft, history, kinds, rows, stored
from tests.registers import a_register, take_over
from workflow.services.verification import verify
from workflow.storage.models import Case

NUMBER = "滨督2026-901"


@pytest.fixture
def again(office, tmp_path):
    """Take over the good matter, then the same with cells changed; gives the second report."""

    def import_both(first: dict, *second: dict, accept=()):
        take_over(office, a_register(tmp_path / "台账.xlsx", first), accept=accept)
        return take_over(office, a_register(tmp_path / "台账.xlsx", *second))

    return import_both


def codes(report):
    return [(problem.row, problem.code) for problem in report.needs_person]


def outcome(report):
    return report.imported, report.updated, report.unchanged, report.rows_waiting


def test_an_emptied_cell_clears_the_fact(office, again):
    report = again({}, {"包保领导": None, "目前进展情况": ""})
    facts = stored(office, NUMBER).facts
    assert (outcome(report), facts.accountable_leader, facts.progress) == ((0, 1, 0, 0), None, None)
    told = json.loads(history(office, stored(office, NUMBER))[-1].payload)["details"]
    assert told["cleared"] == ["accountable_leader", "progress"]
    assert verify(office).exit_code == 0


def test_a_column_that_is_missing_clears_nothing(office, tmp_path):
    take_over(office, a_register(tmp_path / "台账.xlsx", {}))
    path = a_register(tmp_path / "台账.xlsx", {"目前进展情况": "路基完成"})
    without_column(path, "包保领导")
    assert outcome(take_over(office, path)) == (0, 0, 1, 0)
    assert stored(office, NUMBER).facts.accountable_leader == "苗立言"


def test_a_matter_for_the_long_run_that_gets_a_date_has_a_limit(office, again):
    report = again({"办结时限": "长期坚持"}, {})
    facts = stored(office, NUMBER).facts
    assert (outcome(report), facts.open_ended, facts.due_on) == ((0, 1, 0, 0), False, date(2026, 12, 15))


def test_a_matter_with_a_date_that_becomes_one_for_the_long_run_has_none(office, again):
    report = again({}, {"办结时限": "长期坚持"})
    facts = stored(office, NUMBER).facts
    assert outcome(report) == (0, 1, 0, 0)
    assert (facts.open_ended, facts.due_on, facts.original_due_on) == (True, None, None)
    assert stored(office, NUMBER).next_action_at is None


def test_what_a_person_accepted_once_goes_in_again(office, again):
    vague = {"办结时限": "2026年12月底"}
    assert outcome(again(vague, vague, accept=[2])) == (0, 0, 1, 0)
    assert outcome(again(vague, vague | {"目前进展情况": "桥梁合龙"})) == (0, 1, 0, 0)
    assert stored(office, NUMBER).facts.progress == "桥梁合龙"


def test_another_date_than_the_accepted_one_waits_for_a_person(office, again):
    report = again({"办结时限": "2026年12月底"}, {"办结时限": "2027年1月底"}, accept=[2])
    assert (outcome(report), codes(report)) == ((0, 0, 0, 1), [(2, "date_month_end")])
    assert stored(office, NUMBER).facts.due_on == date(2026, 12, 31)


def test_a_new_problem_of_an_accepted_row_waits_for_a_person(office, again):
    vague = {"办结时限": "2026年12月底"}
    report = again(vague, vague | {"是否销号": "看情况"}, accept=[2])
    assert (outcome(report), codes(report)) == ((0, 0, 0, 1), [(2, "closing_unclear")])


def test_a_problem_accepted_on_a_known_matter_is_remembered_as_well(office, tmp_path):
    vague = a_register(tmp_path / "待定.xlsx", {"办结时限": "2026年12月底"})
    take_over(office, a_register(tmp_path / "台账.xlsx", {"办结时限": "2026-12-31"}))
    assert outcome(take_over(office, vague, accept=[2])) == (0, 1, 0, 0)
    assert outcome(take_over(office, vague)) == (0, 0, 1, 0)
    assert kinds(office, stored(office, NUMBER)) == ["taken_over", "restated"]


def test_of_two_under_one_number_the_second_waits_after_the_first_was_accepted(office, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {}, {"督办事项": "小学操场改造"})
    assert outcome(take_over(office, path, accept=[2])) == (1, 0, 0, 1)
    report = take_over(office, path)
    assert (outcome(report), codes(report)) == ((0, 0, 1, 1), [(3, "number_duplicate")])


ANOTHER = {"督办事项": "小学操场改造", "牵头单位": "市教育局"}


def test_a_number_of_another_matter_waits_and_takes_a_free_one(office, again, tmp_path):
    report = again({}, ANOTHER)
    (problem,) = report.needs_person
    assert (outcome(report), problem.code) == ((0, 0, 0, 1), "number_taken")
    assert problem.suggestion == "改用空号“滨督2026-902”"
    path = a_register(tmp_path / "台账.xlsx", ANOTHER)
    assert outcome(take_over(office, path, accept=[2])) == (1, 0, 0, 0)
    assert outcome(take_over(office, path)) == (0, 0, 1, 0)
    titles = [stored(office, number).facts.title for number in (NUMBER, "滨督2026-902")]
    assert titles == ["海安路断头路打通", "小学操场改造"]


def test_a_case_opened_here_does_not_swallow_the_register_s_matter(office, tmp_path):
    number = a_draft(office, OPENED).number
    report = take_over(office, a_register(tmp_path / "台账.xlsx", {"督办编号": number}))
    assert codes(report) == [(2, "number_taken")]
    assert stored(office, number).facts.title == TITLE


@pytest.mark.parametrize("change", [{"督办事项": "海安路打通"}, {"牵头单位": "市住房城乡建设局"}])
def test_a_matter_reworded_or_handed_to_another_unit_stays_the_same(office, again, change):
    assert outcome(again({}, change)) == (0, 1, 0, 0)
    assert len(rows(office, Case)) == 1


def test_a_free_number_taken_is_not_given_out_again(office, again, tmp_path):
    again({}, {})
    nameless = ANOTHER | {"督办编号": None, "督办事项": "图书馆夜间开放"}
    path = a_register(tmp_path / "台账.xlsx", ANOTHER, nameless)
    assert take_over(office, path, accept=[2]).imported == 2
    assert {row.number for row in rows(office, Case)} == {NUMBER, "滨督2026-902", "滨督2026-903"}


def test_every_problem_of_every_row_is_told_and_rows_are_counted(office, tmp_path):
    bad = [
        {"督办编号": f"滨督2026-9{n:02}", "督办事项": f"第{n}件", "办结时限": "年底前", "牵头单位": "无此局"}
        for n in range(10)
    ]
    report = take_over(office, a_register(tmp_path / "台账.xlsx", *bad))
    wanted = {(row, code) for row in range(2, 12) for code in ("date_year_end", "unit_unknown")}
    assert (set(codes(report)), len(report.needs_person), report.rows_waiting) == (wanted, 20, 10)


def without_column(path, heading):
    book = load_workbook(path)
    (cell,) = (cell for cell in book.active[1] if cell.value == heading)
    book.active.delete_cols(cell.column)
    book.save(path)
