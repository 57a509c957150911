"""What goes wrong beneath a command, and what a person is told of it: a sentence and a code."""

import json
import re
import sqlite3

import psycopg.errors
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from tests.builders import LIAISON, a_case, kinds, row_counts
from workflow.cli import faults
from workflow.cli.app import run
from workflow.services import explaining, verification
from workflow.storage import session

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NUMBER = "滨督2026-001"

USAGE = [
    (["seed"], "缺少选项--cases（事项数）"),
    (["case", "show"], "缺少“事项编号”"),
    (["case", "list", "--as-off", "2026-07-01"], "没有“--as-off”这个选项，是否指--as-of"),
    (["case", "history", NUMBER, "--bogus"], "没有“--bogus”这个选项，可用的有--task、--as-of、--as、--json"),
    (["serve", "--port", "eighty"], "选项--port（监听端口）应为整数"),
    (["serve", "--port", "65536"], "选项--port（监听端口）不得大于65535"),
    (["seed", "--cases"], "选项“--cases”后面缺少要填的值"),
    (["case", "list", "--json=yes"], "选项“--json”不带值"),
    (["case", "show", NUMBER, "多余"], "多写了“多余”"),
]


@pytest.mark.parametrize(("words", "said"), USAGE)
def test_a_slip_in_the_words_is_told_in_chinese_with_the_way_out(duban, words, said):
    answer = duban(*words)
    assert (answer.code, "(usage)" in answer.err) == (1, True)
    told = "".join(answer.err.split())
    assert said.replace(" ", "") in told
    assert not re.search("Missing|such|Invalid|valid|unexpected|requires", told)


def broken(*_args, **_kwargs):
    raise KeyError("nobody foresaw this")


def test_what_nobody_foresaw_is_internal_with_two_and_no_traceback(environment, monkeypatch, capfd):
    monkeypatch.setattr(verification, "verify", broken)
    assert run(["verify", "--json"]) == 2
    out, err = capfd.readouterr()
    assert (json.loads(out)["code"], "Traceback" in out + err) == ("internal", False)
    assert "KeyError" in json.loads(out)["message"]


def test_whoever_asks_for_the_traceback_is_shown_it(environment, monkeypatch, capfd):
    monkeypatch.setattr(verification, "verify", broken)
    monkeypatch.setenv("DUBAN_TRACEBACK", "1")
    assert run(["verify"]) == 2
    assert "nobody foresaw this" in capfd.readouterr().err


@pytest.fixture
def writer(office, monkeypatch):
    """Somebody who holds the database's write lock, and commands that will not wait long for it."""
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(make_url(office.settings.database_url).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


ACKNOWLEDGE = ["case", "acknowledge", NUMBER, "--as", "盛宁远", "--at", "2026-07-02"]


def test_a_database_that_stays_busy_is_told_and_nothing_is_done(duban, office, request):
    a_case(office, "assigned")
    before = row_counts(office)
    request.getfixturevalue("writer")
    answer = duban(*ACKNOWLEDGE, "--json")
    assert (answer.code, answer.json["code"]) == (1, "database_busy")
    assert "请稍后重试" in answer.json["message"]
    assert row_counts(office) == before


def test_a_busy_database_is_asked_once_more(duban, office, request, monkeypatch):
    case = a_case(office, "assigned")
    writer, is_transient = request.getfixturevalue("writer"), faults.is_transient

    def and_then_free(error):
        writer.execute("ROLLBACK")
        return is_transient(error)

    monkeypatch.setattr(faults, "is_transient", and_then_free)
    assert duban(*ACKNOWLEDGE, "--json").code == 0
    assert kinds(office, case).count("acknowledged") == 1


def test_the_list_is_read_while_somebody_writes(ask, office, request):
    a_case(office, "assigned")
    request.getfixturevalue("writer")
    assert len(ask("case", "list")["cases"]) == 1


ANSWERS = [
    (OperationalError, psycopg.errors.DeadlockDetected(), "database_busy"),
    (OperationalError, psycopg.errors.SerializationFailure(), "database_busy"),
    (DataError, psycopg.errors.StringDataRightTruncation(), "data_refused"),
    (IntegrityError, psycopg.errors.UniqueViolation(), "data_refused"),
    (OperationalError, psycopg.OperationalError("connection refused"), "database_away"),
]


@pytest.mark.parametrize(("kind", "cause", "code"), ANSWERS)
def test_a_database_s_answers_are_told_apart(duban, monkeypatch, kind, cause, code):
    def failing(*_args, **_kwargs):
        raise kind("SELECT 1", {}, cause)

    monkeypatch.setattr(explaining, "explain", failing)
    answer = duban("explain", NUMBER, "--json")
    assert (answer.code, answer.json["code"]) == (2 if code == "database_away" else 1, code)


def test_a_file_that_cannot_be_written_is_told_in_chinese(duban, office):
    a_case(office, "assigned")
    message = duban("render", "assignment", "--case", NUMBER, "--out", "没有/文书.txt", "--json").json[
        "message"
    ]
    assert message == "文件或文件夹“没有/文书.txt”无法读写：不存在，请核对路径和权限。"


BROKEN = {
    "duban.toml": lambda folder: (folder / "duban.toml").write_text("= broken"),
    ".env": lambda folder: (folder / ".env").write_bytes(b"DUBAN_FILES=\xff"),
}


@pytest.mark.parametrize("file", BROKEN)
def test_with_broken_settings_help_is_given_and_the_doctor_names_the_fault(duban, tmp_path, file):
    BROKEN[file](tmp_path)
    assert duban("--help").code == duban("render", "--help").code == 0
    examined = duban("doctor", "--json")
    (found,) = examined.json["findings"]
    assert (examined.code, found["check"], found["level"]) == (2, "settings", "fault")
    assert file in found["message"]


@pytest.mark.parametrize("words", [["case", "list"], ["case", "open"], ["case", "--help"], ["diagram"]])
def test_with_broken_settings_a_command_that_needs_them_is_misconfigured(duban, tmp_path, words):
    BROKEN["duban.toml"](tmp_path)
    answer = duban(*words)
    assert (answer.code, "(settings_unreadable)" in answer.err) == (2, True)


def test_the_doctor_names_a_faulty_table(duban, tmp_path, monkeypatch):
    (tmp_path / "流程.toml").write_text("name = ", encoding="utf-8")
    monkeypatch.setenv("DUBAN_LIFECYCLE", "流程.toml")
    examined = duban("doctor", "--json")
    assert (examined.code, examined.json["findings"][0]["check"]) == (2, "settings")


def test_a_torn_pdf_is_refused_in_chinese_and_in_nothing_else(duban_process, office, tmp_path):
    number, torn = a_case(office).number, tmp_path / "验收单.pdf"
    torn.write_bytes(b"%PDF-1.7\n1 0 obj << /Type /Catalog >>\nendobj\n")
    told = ("--progress", "已修复120盏", "--evidence", str(torn), "--as", LIAISON, "--at", "2026-07-06T10:00")
    done = duban_process("case", "report-progress", number, *told)
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert "验收单.pdf" in line and "file_broken" in line
