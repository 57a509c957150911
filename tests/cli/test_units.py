"""`duban unit …`: seeing units, and registering what becomes of them."""

import re

import pytest

from tests.builders import DIRECTOR, LEAD, LIAISON, OFFICER, OTHER, a_case
from tests.reforming import BASIS, HEIR
from workflow.cli import register

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

WHEN = ("--on", "2026-07-06", "--at", "2026-07-06")
SIGNED = ("--basis", BASIS, "--as", OFFICER, *WHEN)
MERGE = ("unit", "merge", LEAD, "--into", HEIR, *SIGNED)


def test_a_merger_is_previewed_and_made(office, ask):
    case = a_case(office)
    promised, made = ask(*MERGE, "--dry-run"), ask(*MERGE)
    assert promised | {"dry_run": False} == made
    assert [(one["case"], one["part"], one["successor"]) for one in made["cases"]] == [
        (case.number, "lead", "BH223")
    ]
    assert ask("case", "show", case.number)["case"]["lead_unit"] == HEIR


def test_people_read_what_passed_on(office, duban):
    case = a_case(office, cadence="每周")
    told = duban(*MERGE).out
    assert f"{HEIR}每月须反馈由0.0次变为4.3次" in told
    assert all(
        word in told for word in ("已合并", case.number, f"{LEAD}（BH212）→{HEIR}（BH223）", LIAISON, BASIS)
    )
    assert f"{LEAD}→{HEIR}" in duban("case", "history", case.number).out


def test_people_read_names_of_the_units_a_matter_passes_between(office, duban):
    a_case(office)
    (row,) = (line for line in duban(*MERGE).out.splitlines() if "牵头" in line)
    assert LEAD in row and HEIR in row
    assert "上级：滨海市（BH000）" in duban("unit", "show", HEIR).out


def test_people_read_both_names_of_a_renamed_unit(office, duban):
    a_case(office)
    told = duban("unit", "rename", LEAD, "--to", "市城市综合管理局", *SIGNED).out
    (row,) = (line for line in told.splitlines() if "牵头" in line)
    assert f"{LEAD}（BH212）" in row and "市城市综合管理局" in row


def test_a_renaming_keeps_the_code(ask, duban):
    words = ("unit", "rename", LEAD, "--to", "市城市综合管理局", *SIGNED)
    assert ask(*words)["units"] == ["BH212"]
    assert ask("unit", "show", LEAD)["name"] == "市城市综合管理局"
    assert "市城管局" in duban("unit", "show", "BH212").out


def test_a_split_names_who_gets_what(office, ask, duban):
    case = a_case(office)
    words = ("unit", "split", LEAD, "--into", HEIR, "--into", OTHER, *SIGNED)
    refused = duban(*words, "--json")
    assert (refused.code, refused.json["code"]) == (1, "split_undecided")
    below = ("--below", f"BH212K1={HEIR}", "--below", f"BH212K2={OTHER}")
    assert ask(*words, *below, "--case", f"{case.number}={OTHER}")["cases"][0]["successor"] == "BH214"
    assert {one["name"] for one in ask("unit", "show", "BH212")["successors"]} == {HEIR, OTHER}


def test_a_list_holds_those_in_being_and_all_on_demand(ask, duban):
    ask(*MERGE)
    day = ("--at", "2026-07-08")
    assert "BH212" not in {one["code"] for one in ask("unit", "list", *day)["units"]}
    assert "BH212" in {one["code"] for one in ask("unit", "list", "--all", *day)["units"]}
    assert f"由{HEIR}承继" in duban("unit", "show", "BH212", *day).out
    assert "市商务局" in duban("unit", "list", *day).out


def test_an_older_directory_says_on_the_screen_what_it_left_as_it_is(ask, duban, copied_workbooks):
    ask(*MERGE)
    words = ("import", copied_workbooks / "单位名录.xlsx", "--as-of", "2026-07-08", "--dry-run")
    notes, told = ask(*words)["notes"], duban(*words).out
    assert {"person_unit_unknown", "unit_succeeded"} <= {note["code"] for note in notes}
    lines = told.splitlines()
    for note in notes:
        (line,) = (one for one in lines if f"{note['column']}列：{note['message']}" in one)
        assert line.strip().startswith(f"{note['sheet']}第")
        assert str(note["row"]) in re.split("[第、行]", line.split("列：")[0])


def test_of_many_notes_the_screen_says_how_many_are_left(ask, duban, copied_workbooks, monkeypatch):
    monkeypatch.setattr(register, "SHOWN_FINDINGS", 1)
    words = ("import", copied_workbooks / "单位名录.xlsx", "--dry-run")
    told, notes = duban(*words).out, ask(*words)["notes"]
    left = sum(note["message"] != notes[0]["message"] for note in notes)
    assert (told.count("person_unit_unknown"), f"其余{left}条见--json" in told) == (1, True)


def test_people_of_one_unit_outside_the_directory_are_told_in_one_line(duban, copied_workbooks):
    told = duban("import", copied_workbooks / "单位名录.xlsx", "--dry-run").out
    assert told.count("person_unit_unknown") == 2 and "人员第2、4、6、7行C列：单位“市委”不在单位名录" in told


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("--as", "person_missing"),
        ("--into", "into_missing"),
        ("--on", "on_missing"),
        ("--basis", "basis_missing"),
    ],
)
def test_what_is_missing_is_named(duban, left_out, code):
    place = MERGE.index(left_out)
    refused = duban(*MERGE[:place], *MERGE[place + 2 :], "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("unit", "show", "没有此局"), "unit_unknown"),
        (("unit", "show", "各区市"), "unit_ambiguous"),
        (("unit", "rename", LEAD, *SIGNED), "to_missing"),
        (("unit", "split", LEAD, "--into", HEIR, "--case", "滨督2026-001", *SIGNED), "share_invalid"),
        (("unit", "split", LEAD, "--case", "甲=乙", "--case", "甲=丙", *SIGNED), "share_invalid"),
        ((*MERGE, "--as", LIAISON), "not_permitted"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(duban, words, code):
    refused = duban(*words, "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


def test_a_group_is_listed_with_its_owner(office, ask, duban):
    draft = a_case(office, "draft")
    order = ("--lead", "招商专班", "--limit", "15wd", "--at", "2026-07-02")
    ask("case", "assign", draft.number, "--as", DIRECTOR, *order)
    assert ask("case", "list")["cases"][0]["lead_group"] == "市招商引资工作专班"
    for name in ("市商务局", "BH502", "招商引资"):
        assert len(ask("case", "list", "--unit", name)["cases"]) == 1
    assert "市招商引资工作专班（市商务局）" in duban("case", "list").out.replace("\n", "")
    assert "牵头专班" in duban("case", "show", draft.number).out
