"""`duban export history` from the command line."""

import json

import pytest

from tests.builders import AUDITOR, a_case, history

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.mark.parametrize(
    ("form", "file", "told"),
    [
        ("xes", "log.xes", "xes"),
        ("ocel", "log.json", "ocel-json"),
        ("ocel", "log.jsonocel", "ocel-json"),
        ("ocel", "log.SQLITE", "ocel-sqlite"),
        ("csv", "log.csv", "csv"),
    ],
)
def test_the_answer_tells_what_lies_in_the_file(ask, office, form, file, told):
    entries = len(history(office, a_case(office)))
    done = ask("export", "history", "--format", form, file, "--as", AUDITOR)
    assert (office.settings.files.parent / file).stat().st_size > 0
    assert (done["form"], done["scope"], done["cases"], done["entries"]) == (told, "all", 1, entries)
    assert len(done["sha256"]) == 64 and done["journal_seq"] > 0 and done["unreadable"] == []


def test_people_are_told_where_it_lies_and_under_which_entry(duban, office):
    a_case(office)
    said = duban("export", "history", "--format", "csv", "log.csv")
    assert said.code == 0 and "已写出log.csv：事项1个" in said.out and "日志第" in said.out


def test_one_case_with_a_reason(ask, office, tmp_path):
    case, _ = a_case(office), a_case(office)
    done = ask("export", "history", "log.json", "--format", "ocel", "--case", case.number, "--reason", "审计")
    document = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    assert done["scope"] == case.number == document["duban"]["scope"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["log.csv"], "usage"),
        (["log.csv", "--format", "docx"], "export_form_unknown"),
        (["log.txt", "--format", "ocel"], "export_suffix"),
        (["无/log.csv", "--format", "csv"], "export_folder"),
        (["log.csv", "--format", "csv", "--case", "滨督2026-999"], "case_unknown"),
        (["log.csv", "--format", "csv", "--as", "无此人"], "person_unknown"),
        (["log.csv", "--format", "csv", "--as", "盛宁远"], "export_all_not_permitted"),
    ],
)
def test_a_refusal_leaves_no_file(duban, tmp_path, words, code):
    answer = duban("export", "history", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(("log", ".duban"))]


def test_a_file_is_overwritten_only_when_asked(duban, tmp_path):
    words = ("export", "history", "log.csv", "--format", "csv", "--json")
    assert [duban(*words).code, duban(*words).code, duban(*words, "--force").code] == [0, 1, 0]
