"""`duban backup` and `duban restore` as an operator and a program read them."""

import json
import shutil

import pytest

from tests.builders import a_case
from workflow.signing import signing_file

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def elsewhere(office, environment, tmp_path, monkeypatch):
    """The environment of another host, with the keys and nothing else."""

    def move(keys=True):
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        for path in (office.settings.secret_file, signing_file(office.settings.secret_file)) if keys else ():
            shutil.copy(path, folder)
        monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///{folder / 'duban.db'}")
        monkeypatch.setenv("DUBAN_SECRET_FILE", str(folder / "duban.secret"))
        monkeypatch.setenv("DUBAN_FILES", str(folder / "files"))
        return folder

    return move


def test_a_restore_rehearsed_from_end_to_end(office, ask, duban, elsewhere):
    a_case(office)
    made = ask("backup", "a.duban")
    elsewhere()
    done = ask("restore", "a.duban")
    assert (done["restored"], done["entries"], done["entered"]) == (True, made["entries"], True)
    assert (done["verification"]["verdict"], done["keys_missing"]) == ("clean", [])
    assert duban("outbox", "send", "--json").json["code"] == "held_restored"
    released = ask("sweep", "release", "--as", "吕喆", "--reason", "换主机", "--used", "滨督函〔2026〕7号")
    assert released["branch"]["numbers"] == [{"series": "滨督函", "year": 2026, "from": 1, "to": 7}]
    assert [one["code"] for one in ask("verify")["notices"]] == ["branch_left"]
    assert "说明：日志第" in duban("verify").out


def test_people_are_told_what_to_keep_and_what_comes_next(office, duban, elsewhere):
    out = duban("backup", "a.duban").out
    assert "密钥文件不在备份中" in out and office.secret.newest.id in out
    elsewhere()
    out = duban("restore", "a.duban").out
    assert "未见篡改" in out and "duban sweep release" in out


def test_people_are_told_what_lies_outside_and_that_it_was_expected(
    office, duban, ask, elsewhere, monkeypatch
):
    tmp_path = office.settings.files.parent
    (tmp_path / "outside").mkdir()
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", str(tmp_path / "outside"))
    ask("backup", "a.duban")
    a_case(office)
    ask("checkpoint")
    folder = elsewhere()
    later = duban("restore", "a.duban").out
    assert "发现篡改" in later and "系统之外有1个检查点在备份之后" in later and "出自备份" not in later
    monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///{folder / 'again.db'}")
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", str(tmp_path / "none"))
    first = duban("restore", "a.duban").out
    assert "未锚定" in first and "--since" in first and "在备份之后" not in first


def test_without_keys_they_are_named_and_the_exit_code_is_two(office, duban, elsewhere):
    duban("backup", "a.duban")
    elsewhere(keys=False)
    answer = duban("restore", "a.duban")
    assert answer.code == 2
    assert office.secret.newest.id in answer.out and "没有检查点签名密钥" in answer.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["backup", "a.duban"], "backup_exists"),
        (["backup", "no/a.duban"], "backup_folder"),
        (["restore", "none.duban"], "backup_missing"),
        (["restore", "a.duban"], "backup_damaged"),
        (["sweep", "release", "--as", "吕喆", "--used", "7"], "document_number_invalid"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(duban, tmp_path, words, code):
    (tmp_path / "a.duban").write_bytes(b"x")
    answer = duban(*words, "--json")
    assert (answer.code, json.loads(answer.out)["code"]) == (1, code)


def test_the_doctor_tells_of_the_last_backup(duban, ask):
    def told():
        return {one["check"]: one for one in duban("doctor", "--json").json["findings"]}["backup"]

    assert (told()["level"], "尚未备份" in told()["message"]) == ("warning", True)
    ask("backup", "a.duban")
    assert (told()["level"], "最近一次备份" in told()["message"]) == ("ok", True)
