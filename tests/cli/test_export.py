"""`duban export history` from the command line."""

import json
import subprocess
import sys

import pytest

from tests.builders import AUDITOR, a_case, history

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def in_groups(key):
    """As the doctor prints it, in capitals."""
    return " ".join(key[at : at + 4] for at in range(0, 64, 4)).upper()


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


@pytest.mark.parametrize(("spelt", "code"), [(lambda key: key, 0), (in_groups, 0), (lambda _: "zz", 2)])
def test_a_public_key_is_taken_as_paper_has_it_and_a_slip_is_no_verdict(duban, ask, tmp_path, spelt, code):
    ask("checkpoint")
    ask("export", "history", "--format", "jsonl", str(tmp_path / "e.jsonl"))
    key = spelt(ask("evidence")["signing_key"])
    ours = duban("verify", "--export", str(tmp_path / "e.jsonl"), "--public-key", key, "--json")
    alone = [sys.executable, "-I", str(tmp_path / "verify_history.py"), str(tmp_path / "e.jsonl")]
    theirs = subprocess.run([*alone, "--public-key", key], capture_output=True, text=True, check=False)
    assert (ours.code, theirs.returncode) == (code, code), theirs.stdout


@pytest.mark.parametrize("option", ["--export", "--since"])
@pytest.mark.parametrize("content", [None, "", "不是"])
def test_what_cannot_be_verified_is_no_verdict_of_tampering(duban, tmp_path, option, content):
    file = tmp_path / "another"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    answer = duban("verify", option, str(file))
    assert answer.code == 2 and "发现篡改" not in answer.out


def test_the_warehouse_is_told_of_in_one_document(ask, office):
    case = a_case(office)
    done = ask("export", "warehouse", "仓库", "--as", AUDITOR, "--reason", "季度分析")
    assert (done["schema_version"], done["as_of"], done["unreadable"]) == (1, None, [])
    assert {one["file"]: one["rows"] for one in done["files"]}["cases.parquet"] == 1
    assert (office.settings.files.parent / "仓库" / "manifest.json").is_file() and case.number


def test_a_warehouse_is_not_written_over_something(duban, office, tmp_path):
    (tmp_path / "仓库").mkdir()
    (tmp_path / "仓库" / "x").write_text("x")
    answer = duban("export", "warehouse", "仓库", "--json")
    assert (answer.code, answer.json["code"]) == (1, "export_exists")


def test_without_pyarrow_the_command_says_what_is_missing(duban, monkeypatch):
    monkeypatch.delitem(sys.modules, "workflow.parquet_form", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = duban("export", "warehouse", "仓库", "--json")
    assert (answer.code, answer.json["code"]) == (2, "warehouse_missing")
