"""`duban policy …`: an office reads, checks and compares its rules before it works by them."""

import pytest

from tests.builders import a_case, at, sweep_on, with_approval_stage
from tests.states.conftest import TABLES
from workflow.cli.app import run

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

DEFAULT = (TABLES / "default_policy.toml").read_text(encoding="utf-8")


@pytest.fixture
def own(tmp_path):
    """Writes an office's own policy, the default with one thing changed."""

    def write(right: str, wrong: str, name: str = "规则.toml") -> str:
        assert right in DEFAULT
        (tmp_path / name).write_text(DEFAULT.replace(right, wrong, 1), encoding="utf-8")
        return name

    return write


def test_the_policy_in_force_is_shown_with_its_limits(ask, duban):
    document = ask("policy", "show")
    assert [row["id"] for row in document["categories"]] == ["ordinary", "complex", "very_complex"]
    assert {"category": "complex", "clock": "handle", "unit": "months"}.items() <= document["limits"][
        2
    ].items()
    assert [rung["step"] for rung in document["rungs"]] == ["due_soon", "reminder", "inquiry", "admonition"]
    shown = duban("policy", "show").out
    assert all(word in shown for word in ("特别复杂", "1周", "各类别", "函询", "依据："))


def test_a_sound_policy_has_nothing_to_find(ask, duban, own):
    name = own("offset = 11", "offset = 12")
    document = ask("policy", "check", name)
    assert (document["file"], document["findings"], document["ok"]) == (name, [], True)
    assert len(document["digest"]) == 64
    assert "未发现问题" in duban("policy", "check", name).out


def test_every_fault_is_listed_and_the_exit_code_is_one(duban, own):
    name = own('category = "ordinary"', 'category = "easy"')
    answer = duban("policy", "check", name, "--json")
    assert (answer.code, answer.json["ok"]) == (1, False)
    codes = {one["code"]: one["level"] for one in answer.json["findings"]}
    assert codes == {"category_unknown": "fault", "category_unlimited": "fault"}
    told = duban("policy", "check", name)
    assert (told.code, "不可使用" in told.out, "错误" in told.out) == (1, True, True)


def test_a_warning_is_told_and_leaves_the_exit_code(duban, own):
    answer = duban("policy", "check", own("[unclocked]", '[unclocked]\nhandling = "办理中"'), "--json")
    assert (answer.code, answer.json["ok"]) == (0, True)
    assert [one["level"] for one in answer.json["findings"]] == ["warning"]


@pytest.mark.parametrize("command", [("check",), ("diff", "default")])
@pytest.mark.parametrize(("wrong", "code"), [("version = ", "policy_syntax"), ("", "policy_field")])
def test_what_cannot_be_read_is_refused_with_its_code(duban, own, command, wrong, code):
    answer = duban("policy", *command, own("version = 3", wrong), "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert duban("policy", *command, "没有.toml", "--json").json["code"] == "file_not_found"


@pytest.mark.usefixtures("home")
def test_check_diff_and_presets_need_no_installation(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for words in (["check", "petition"], ["diff", "default", "petition"], ["presets"]):
        assert run(["policy", *words]) == 0
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in "".join(capfd.readouterr())


def test_check_says_whether_reports_are_capped(ask, duban):
    assert "reports_per_unit_month" in ask("policy", "check", "default")["notes"][0]
    assert "没有设每月反馈次数上限" in duban("policy", "check", "default").out.replace("\n", "")
    for capped in ("government_inspection", "shanxi_13710"):
        assert ask("policy", "check", capped)["notes"] == []


def test_the_office_s_own_stage_must_be_accounted_for(duban, tmp_path, monkeypatch):
    (tmp_path / "流程.toml").write_text(with_approval_stage(), encoding="utf-8")
    monkeypatch.setenv("DUBAN_LIFECYCLE", "流程.toml")
    answer = duban("policy", "check", "default", "--json")
    assert {one["code"] for one in answer.json["findings"]} == {"state_without_clock"}


def test_the_office_s_own_wording_is_looked_over(duban, tmp_path, monkeypatch):
    (tmp_path / "templates" / "notices").mkdir(parents=True)
    (tmp_path / "templates" / "notices" / "reminder.txt.j2").write_text("{{ case.titel }}", encoding="utf-8")
    monkeypatch.setenv("DUBAN_TEMPLATES", "templates")
    answer = duban("policy", "check", "default", "--json")
    assert [one["code"] for one in answer.json["findings"]] == ["wording_invalid"]


def test_a_difference_is_told_in_sentences(ask, duban, own):
    name = own("max_times = 2\n", "")
    document = ask("policy", "diff", "current", name)
    (change,) = document["changes"]
    assert change == {
        "place": "extension.max_times",
        "before": "2次",
        "after": "不限",
        "sentence": "延期最多次数由2次改为不限",
    }
    assert document["from"]["policy"] == document["to"]["policy"] == "《督办阶梯默认规则》第3版"
    assert duban("policy", "diff", "default", name).out.strip() == change["sentence"]


def test_equal_policies_are_said_to_be_equal(ask, duban):
    assert ask("policy", "diff", "current", "default")["changes"] == []
    assert duban("policy", "diff", "default", "default").out.strip() == "两份规则内容相同"


def test_the_presets_are_listed_with_what_they_rest_on(ask, duban):
    names = [one["name"] for one in ask("policy", "presets")["presets"]]
    assert names == ["default", "cadre_inquiry", "government_inspection", "petition", "shanxi_13710"]
    assert "信访工作条例" in duban("policy", "presets").out


def test_another_policy_is_simulated_over_the_past_and_told_in_words(ask, duban, office, own):
    case = a_case(office)
    sweep_on(office, at(2026, 7, 23))
    name = own("offset = 1\n", "offset = 2\n")
    found = ask("policy", "simulate", name)
    assert (found["cases"], found["differing"], found["differences"][0]["case"]) == (1, 1, case.number)
    told = duban("policy", "simulate", name, "--since", "2026-07-01").out
    assert "提醒2026-07-24" in told and "推演假定" in told and "没有发出任何文书" in told


def test_a_faulty_policy_is_simulated_as_little_as_it_is_used(duban, own):
    name = own("offset = 6", "offset = 0")
    assert duban("policy", "simulate", name, "--json").json["code"] == "rung_order"
    assert duban("policy", "simulate", "没有.toml", "--json").json["code"] == "file_not_found"
    assert duban("policy", "simulate", name, "--since", "昨天", "--json").json["code"] == "date_invalid"
