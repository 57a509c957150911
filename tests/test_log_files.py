"""The log as files: one a day, one line a record, kept long enough, and told when it cannot be written."""

import logging
import os
import stat
from datetime import date, timedelta
from multiprocessing import get_context

import pytest

from tests.builders import at
from workflow.errors import ConfigurationError
from workflow.log_files import DailyFiles


@pytest.fixture
def files(tmp_path):
    made = DailyFiles(tmp_path / "logs" / "duban.log", 183)
    made.open_on(date(2026, 1, 1))
    for one in tmp_path.joinpath("logs").iterdir():
        one.unlink()
    yield made
    made.close()


def record(said, when=None, **more):
    made = logging.LogRecord("duban.test", logging.INFO, "here", 1, said, (), more.get("exc_info"))
    made.created = (when or at(2026, 11, 20)).timestamp()
    return made


def lines(files, day="2026-11-20"):
    return (files._path.parent / f"duban-{day}.log").read_text(encoding="utf-8").splitlines()


def test_a_day_has_a_file_of_its_own_by_the_office_s_clock(files):
    for day, hour in ((20, 23), (21, 0)):
        files.emit(record(f"{day}日", at(2026, 11, day, hour, 30)))
    assert [len(lines(files, f"2026-11-{day}")) for day in (20, 21)] == [1, 1]
    assert lines(files)[0] == f"2026-11-20T23:30:00.000+08:00 INFO duban.test [{os.getpid()}] 20日"


@pytest.mark.parametrize("forged", ["\n", "\r", "\x85", "\u2028", "\x0b", "\x1b[2J", "\u202e", "\x00"])
def test_nobody_s_words_make_a_line_of_their_own(files, forged):
    files.emit(record(f"登录：甲{forged}2026-11-20 INFO 伪造"))
    (line,) = lines(files)
    assert forged not in line and line.endswith("2026-11-20 INFO 伪造")


def test_a_failure_is_told_with_its_trace_in_one_line(files):
    try:
        raise ValueError("第一行\n第二行")
    except ValueError as error:
        files.emit(record("失败", exc_info=(ValueError, error, error.__traceback__)))
    (line,) = lines(files)
    assert "Traceback" in line and "第一行\\n第二行" in line


def test_the_files_are_the_owner_s_alone(files, tmp_path):
    files.emit(record("一"))
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert [stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "logs").iterdir()] == [0o600]


def test_183_days_of_records_are_kept_and_no_other_file_is_touched(files, tmp_path):
    logs, first = tmp_path / "logs", date(2026, 1, 1)
    for strange in ("duban.log", "duban-2025-01-01.log.gz", "other-2025-01-01.log"):
        (logs / strange).write_text("x")
    for days in range(190):
        files.emit(record("一", at(2026, 1, 1) + timedelta(days=days)))
    kept = sorted(one.name for one in logs.glob("duban-2026-*.log"))
    assert (len(kept), kept[0]) == (183, f"duban-{first + timedelta(days=7)}.log")
    assert len(list(logs.iterdir())) == 183 + 3


def test_a_clock_set_wrong_for_a_day_takes_no_more_than_one_file(files, tmp_path):
    for days in range(183):
        files.emit(record("一", at(2026, 1, 1) + timedelta(days=days)))
    files.emit(record("一", at(2046, 1, 1)))
    assert len(list((tmp_path / "logs").glob("duban-2026-*.log"))) == 182


def test_a_file_taken_away_is_made_anew(files, tmp_path):
    files.emit(record("一"))
    (tmp_path / "logs" / "duban-2026-11-20.log").rename(tmp_path / "taken")
    files.emit(record("二"))
    assert [line[-1] for line in lines(files)] == ["二"]


def _write(path, mark):
    made = DailyFiles(path, 183)
    for serial in range(200):
        made.emit(record(f"{mark}{serial}", at(2026, 11, 20) + timedelta(hours=serial)))
    made.close()


def test_two_processes_lose_nothing_at_the_turn_of_a_day(files):
    writers = [get_context("spawn").Process(target=_write, args=(files._path, mark)) for mark in "甲乙"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    written = [line for one in files._path.parent.iterdir() for line in one.read_text("utf-8").splitlines()]
    assert sorted(line.split()[-1] for line in written) == sorted(
        f"{m}{n}" for m in "甲乙" for n in range(200)
    )


def test_a_log_that_cannot_be_written_is_told_once_and_again_when_it_can(
    files, tmp_path, capsys, monkeypatch
):
    def full(*_words):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "open", full)
        for _ in range(3):
            files.emit(record("一"))
    told = capsys.readouterr().err
    assert (told.count("日志无法写入"), "No space left" in told) == (1, True)
    files.emit(record("二"))
    assert "已恢复" in capsys.readouterr().err
    assert [line[-1] for line in lines(files)] == ["二"]


def test_a_folder_that_cannot_be_made_is_refused_at_the_start(tmp_path):
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(ConfigurationError) as refused:
        DailyFiles(tmp_path / "logs" / "duban.log", 200).open_on(date(2026, 1, 1))
    assert refused.value.code == "log_file"
