"""A file is kept once a scanner found nothing in it; without a verdict it stays outside."""

import json
import stat
import sys
import tempfile
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.builders import LIAISON, a_case, give, history, row_counts, stored_files
from tests.clamd import VERSION, a_clamd, a_port_nobody_answers
from tests.services.test_doctor import findings
from workflow.errors import FileRefused
from workflow.services import scanning
from workflow.services.doctor import FAULT, OK, WARNING
from workflow.services.scanning import EICAR, scan
from workflow.services.verification import verify
from workflow.settings import Settings

CLEAN = "312盏路灯已全部修复".encode()


def refusal_of(scanner, data=CLEAN):
    with pytest.raises(FileRefused) as refused:
        scan(scanner, "灯.txt", data)
    return refused.value


@pytest.fixture
def clamd():
    with a_clamd() as server:
        yield server


def at(server):
    return f"clamd:127.0.0.1:{server.server_address[1]}"


def test_the_bytes_go_to_clamd_whole_and_its_version_is_named(clamd):
    data = CLEAN * 10_000
    assert scan(at(clamd), "灯.txt", data) == VERSION
    assert clamd.streams == [data]


def test_what_clamd_finds_is_refused_by_name(clamd):
    refusal = refusal_of(at(clamd), EICAR)
    assert (refusal.code, refusal.facts["virus"]) == ("file_infected", "Win.Test.EICAR_HDB-1")
    assert refusal.facts["scanner"] == VERSION


def test_clamd_is_spoken_to_over_a_socket_of_this_machine():
    with tempfile.TemporaryDirectory() as folder, a_clamd(f"{folder}/clamd.ctl"):
        assert scan(f"clamd:{folder}/clamd.ctl", "灯.txt", CLEAN) == VERSION
        assert refusal_of(f"clamd:{folder}/clamd.ctl", EICAR).code == "file_infected"


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "stream: OKAY", "UNKNOWN COMMAND"])
def test_an_answer_that_is_no_verdict_is_none(answer):
    with a_clamd(answer=answer) as server:
        refusal = refusal_of(at(server))
    assert refusal.code == "scan_failed" and answer in refusal.message and "DUBAN_SCAN" in refusal.message


def test_a_scanner_that_is_not_there_or_says_nothing_lets_nothing_in(monkeypatch, clamd):
    assert refusal_of(f"clamd:127.0.0.1:{a_port_nobody_answers()}").code == "scan_failed"
    assert refusal_of("clamd:/nowhere/clamd.ctl").code == "scan_failed"
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    clamd.shutdown()
    assert refusal_of(at(clamd)).code == "scan_failed"


def a_program(folder, body):
    """A program that reads a file on its standard input, as a command to call."""
    path = folder / "查毒.py"
    path.write_text(f"#!{sys.executable}\nimport sys\ndata = sys.stdin.buffer.read()\n{body}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"command:'{path}' --no-summary -"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("print('stream: Eicar FOUND'); sys.exit(1 if b'EICAR' in data else 0)", "file_infected"),
        ("print('engine broken'); sys.exit(2)", "scan_failed"),
        ("import os; os.kill(os.getpid(), 9)", "scan_failed"),
    ],
)
def test_a_command_judges_by_its_exit_code(tmp_path, body, code):
    assert refusal_of(a_program(tmp_path, body), EICAR).code == code


def test_a_command_that_finds_nothing_is_named(tmp_path):
    assert scan(a_program(tmp_path, "sys.exit(len(data) == 0)"), "灯.txt", CLEAN) == "查毒.py"
    assert refusal_of("command:/nowhere/clamdscan -").code == "scan_failed"


def test_a_command_that_never_ends_is_no_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.3)
    assert refusal_of(a_program(tmp_path, "import time; time.sleep(60)")).code == "scan_failed"


def with_scanner(office, scanner):
    return replace(office, settings=office.settings.model_copy(update={"scan": scanner}))


def reported(office, case, data):
    path = office.settings.files.parent / "灯.txt"
    path.write_bytes(data)
    return give(office, case, "report_progress", LIAISON, progress="已修复120盏", evidence=[path])


def test_the_entry_names_what_looked_at_the_file(office, clamd):
    case = reported(with_scanner(office, at(clamd)), a_case(office), CLEAN)
    (told,) = json.loads(history(office, case)[-1].payload)["details"]["evidence"]
    assert told["scanned_by"] == VERSION
    assert verify(office).findings == []


def test_an_infected_file_leaves_nothing_behind(office, clamd):
    case, counts = a_case(office), row_counts(office)
    kept = stored_files(office)
    with pytest.raises(FileRefused) as refused:
        reported(with_scanner(office, at(clamd)), case, EICAR)
    assert refused.value.code == "file_infected"
    assert row_counts(office) == counts and stored_files(office) == kept


def test_the_doctor_tries_the_scanner_on_the_file_all_scanners_know(office, clamd):
    assert findings(office)["scan"] == [(WARNING, "未设置查毒程序（DUBAN_SCAN），附件不查毒")]
    assert findings(office, scan=at(clamd))["scan"] == [(OK, f"附件由{VERSION}查毒，试查无误")]
    with a_clamd(answer="stream: OK") as blind:
        ((level, message),) = findings(office, scan=at(blind))["scan"]
    assert (level, "EICAR" in message) == (FAULT, True)


def test_a_scan_holds_up_nobody_else(office, monkeypatch):
    """The database is written by others while a file is looked at."""
    case, other = a_case(office), a_case(office)

    def slow(*_):
        give(office, other, "report_progress", LIAISON, progress="同时办理")
        return "慢"

    monkeypatch.setattr("workflow.services.files.scan", slow)
    reported(with_scanner(office, "clamd:/x"), case, CLEAN)


@pytest.mark.parametrize(
    "value", ["clamd", "clamd:", "clamd:host", "clamd:host:端口", "clamscan -", "command: "]
)
def test_a_setting_that_names_no_scanner_is_refused(value):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, scan=value)


def test_an_empty_setting_is_no_scanner():
    assert Settings(_env_file=None, scan="").scan is None
