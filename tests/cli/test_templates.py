"""`duban template …`: an office changes its words, tries them, and knows later which it used."""

import shutil
from dataclasses import replace

import pytest

from notifications.wording_files import kinds
from tests.builders import a_case, at

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NAME = "notices/reminder.txt.j2"


@pytest.fixture
def folder(environment, tmp_path, monkeypatch):
    """The office's own folder, not there yet."""
    monkeypatch.setenv("DUBAN_TEMPLATES", "用语")
    return tmp_path / "用语"


@pytest.fixture
def copied(ask, folder):
    """The office's folder with the reminder in it."""
    ask("template", "copy", "reminder")
    return folder


def reword(folder, before, after, name=NAME):
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), encoding="utf-8")


def row_of(ask, kind):
    return next(one for one in ask("template", "list")["templates"] if one["kind"] == kind)


def test_every_kind_is_listed_with_where_its_words_come_from(ask, copied):
    listed = ask("template", "list")
    assert [one["kind"] for one in listed["templates"]] == list(kinds())
    own = [one["kind"] for one in listed["templates"] if one["from"] == "office"]
    assert (listed["folder"], own, row_of(ask, "reminder")["changed"]) == ("用语", ["reminder"], False)
    reword(copied, "现予提醒", "特此提醒")
    assert row_of(ask, "reminder")["changed"] is True


def test_a_kind_that_cannot_be_used_says_why_in_the_list(ask, duban, copied):
    reword(copied, "addressee", "adressee")
    row = row_of(ask, "reminder")
    assert (row["digest"], row["error"]["code"]) == (None, "wording_invalid")
    assert "第14行" in duban("template", "list").out


def test_what_was_changed_is_shown_as_a_difference(ask, duban, copied):
    assert ask("template", "diff", "reminder")["files"] == []
    reword(copied, "现予提醒", "特此提醒")
    (file,) = ask("template", "diff", "reminder")["files"]
    assert file["file"] == NAME
    assert next(line for line in file["lines"] if "特此提醒" in line).startswith("+")
    assert "特此提醒" in duban("template", "diff", "reminder").out


def test_the_words_in_force_and_the_packaged_ones_are_shown(ask, copied):
    reword(copied, "现予提醒", "特此提醒")
    own, packaged = ask("template", "show", "reminder"), ask("template", "show", "reminder", "--packaged")
    assert ["特此提醒" in one["files"][0]["text"] for one in (own, packaged)] == [True, False]


def test_copying_again_replaces_nothing(ask, copied):
    reword(copied, "现予提醒", "特此提醒")
    done = ask("template", "copy", "reminder")
    assert (done["written"], len(done["kept"])) == ([], 4)
    assert "特此提醒" in (copied / NAME).read_text(encoding="utf-8")


def test_a_packaged_change_is_told_until_somebody_has_seen_it(ask, copied):
    (copied / ".packaged" / NAME).write_text("上一版", encoding="utf-8")
    assert [one["code"] for one in ask("template", "check", "reminder")["findings"]] == ["packaged_changed"]
    ask("template", "copy", "reminder", "--seen")
    assert ask("template", "check", "reminder")["findings"] == []


@pytest.mark.usefixtures("environment")
def test_copying_needs_a_folder(duban):
    answer = duban("template", "copy", "reminder", "--json")
    assert (answer.code, answer.json["code"]) == (2, "templates_unset")


def test_checking_names_file_line_and_what_to_do(duban, copied):
    reword(copied, "addressee", "adressee")
    answer = duban("template", "check", "reminder", "--json")
    (found,) = answer.json["findings"]
    assert (answer.code, answer.json["sound"]) == (1, False)
    assert (found["file"], found["line"], found["level"]) == (NAME, 14, "fault")
    assert "adressee" in found["message"] and "addressee" in found["advice"]
    assert "第14行" in duban("template", "check", "reminder").out


def test_a_folder_is_checked_before_it_is_used(duban, copied, tmp_path, monkeypatch):
    shutil.copytree(copied, tmp_path / "试用")
    reword(tmp_path / "试用", "@署名", "@落款")
    assert duban("template", "check", "reminder").code == 0
    assert duban("template", "check", "reminder", "--dir", "试用").code == 1
    (tmp_path / "试用" / "notices" / "Urge.txt.j2").write_text("a", encoding="utf-8")
    found = duban("template", "check", "--dir", "试用", "--json").json["findings"]
    assert [one["code"] for one in found if one["kind"] is None] == ["file_misnamed"]


def test_a_folder_that_is_not_there_is_the_one_finding(duban, folder):
    answer = duban("template", "check", "--json")
    assert (answer.code, [one["code"] for one in answer.json["findings"]]) == (1, ["wording_folder_missing"])


def test_an_unknown_kind_is_refused_with_the_known_ones(duban, folder):
    for command in ("show", "diff", "copy", "check", "history"):
        answer = duban("template", command, "提醒", "--json")
        assert (answer.code, answer.json["code"]) == (1, "kind_unknown")


def test_it_is_known_which_papers_were_issued_with_which_words(ask, duban, office, folder):
    first = a_case(office, "assigned", at(2026, 7, 1))
    ask("template", "copy", "assignment")
    reword(folder, "有关事项通知如下", "有关事项告知如下", "notices/assignment.txt.j2")
    with_own = replace(office, settings=office.settings.model_copy(update={"templates": folder}))
    second = a_case(with_own, "assigned", at(2026, 7, 2))
    used = ask("template", "history", "assignment")["wordings"]
    assert [(one["in_force"], one["count"], one["papers"][0]["case"]) for one in used] == [
        (True, 1, second.number),
        (False, 1, first.number),
    ]
    assert used[0]["papers"][0]["number"] in duban("template", "history", "assignment").out


def test_words_once_used_can_be_read_again(ask, duban, office, copied):
    a_case(office, "assigned", at(2026, 7, 1))
    (used,) = ask("template", "history", "assignment")["wordings"]
    files = ask("template", "show", "assignment", "--hash", used["digest"][:12])["files"]
    assert "@标题" in files[0]["text"]
    assert duban("template", "show", "assignment", "--hash", "zz", "--json").json["code"] == "wording_unknown"
