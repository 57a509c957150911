"""`DUBAN_LOG_FILE`: what commands log, in files of a day."""

import logging

import pytest
from sqlalchemy import text

from tests.builders import a_case
from workflow.storage.session import transaction

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def logs(duban, tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_LOG_FILE", str(tmp_path / "logs" / "duban.log"))
    return lambda: "".join(one.read_text("utf-8") for one in (tmp_path / "logs").iterdir())


def test_a_sweep_by_hand_logs_what_fails_in_it(duban, office, logs):
    case = a_case(office)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE cases SET policy = 'none'"))
    duban("sweep", "--once", "--at", "2026-07-23", "--json")
    (line,) = [one for one in logs().splitlines() if "duban.sweep" in one and case.number in one]
    assert "WARNING" in line and "未成" in line


def test_a_command_leaves_no_handler_behind(duban, logs):
    before = list(logging.getLogger().handlers)
    assert duban("case", "list").code == 0
    assert logging.getLogger().handlers == before


def test_a_file_that_cannot_be_written_is_told_at_once(duban, tmp_path, monkeypatch):
    (tmp_path / "occupied").write_text("")
    monkeypatch.setenv("DUBAN_LOG_FILE", str(tmp_path / "occupied" / "duban.log"))
    answer = duban("case", "list", "--json")
    assert (answer.code, answer.json["code"]) == (2, "log_file")


def test_a_term_below_the_law_s_is_refused_at_the_start(duban, logs, monkeypatch):
    monkeypatch.setenv("DUBAN_LOG_DAYS", "90")
    answer = duban("case", "list", "--json")
    assert (answer.code, answer.json["code"]) == (2, "setting_invalid")
