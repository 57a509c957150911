"""`duban deadline --batch` as a process: streaming, past any line, flat in memory, at home anywhere."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from workflow.services.reckoning import MAX_LINE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "workflow.cli", "deadline", "--batch"]
PATIENCE, MEGABYTE = 60, 1_024
# A process starts with the peak of the one it was forked from: here it would tell the memory of the tests.
SCALES = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(code)"
)
MANY, FEW = 200_000, 2_000
ROW = {"id": 1, "start": "2026-02-10", "limit": {"unit": "working_days", "value": 15}}
ANSWER = {"id": 1, "due": "2026-03-09", "provisional": False, "error": None}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No installation, no setting, an empty directory."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}


@pytest.fixture
def batch(environment: dict[str, str], tmp_path: Path) -> Callable[..., list[Any]]:
    """Answers to the lines, sent at once; the command must end well and say nothing else."""

    def call(*lines: bytes, **changed: str) -> list[Any]:
        done = subprocess.run(
            COMMAND,
            input=b"".join(lines),
            env={**environment, **changed},
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return [json.loads(line) for line in done.stdout.splitlines()]

    return call


def line(end: bytes = b"\n", **changes: Any) -> bytes:
    return json.dumps({**ROW, **changes}).encode() + end


def codes(answers: list[Any]) -> list[str | None]:
    return [answer["error"] and answer["error"]["code"] for answer in answers]


def test_without_an_installation_a_date_is_counted_and_nothing_left_behind(batch, tmp_path):
    assert batch(line()) == [ANSWER]
    assert list(tmp_path.iterdir()) == []


def test_nothing_asked_is_nothing_answered(batch):
    assert batch() == batch(b"\n \r\n\t\n") == []


def test_a_row_is_answered_before_the_next_is_asked(environment, tmp_path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(COMMAND, env=environment, cwd=tmp_path, **pipes) as asked:
        for number in range(3):
            asked.stdin.write(line(id=number))
            asked.stdin.flush()
            assert select.select([asked.stdout], [], [], PATIENCE)[0], "no answer while the input stays open"
            assert json.loads(asked.stdout.readline()) == {**ANSWER, "id": number}
        assert asked.communicate(timeout=PATIENCE) == (b"", b"")
    assert asked.returncode == 0


def test_blank_lines_windows_lines_and_a_last_line_without_end_are_read(batch):
    answers = batch(b"\n", line(b"\r\n", id=1), b"  \n\t\r\n", line(id=2), b"\n", line(b"", id=3))
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert codes(answers) == [None] * 3


ILL_LINES = {
    "cut": b'{"id": 1, "start": "2026-02-10"\n',
    "text": b"due 15 working days\n",
    "not a number": b'{"id": NaN}\n',
    "two rows": line(b"") + line(),
    "not UTF-8": b'{"id": "\xff\xfe"}\n',
    "gbk": '{"id": "督办"}\n'.encode("gbk"),
    "utf-16": '{"id": 1}'.encode("utf-16") + b"\n",
    "a lone surrogate": b'{"id": "\\ud800"}\n',
    "a null": b"\x00\n",
    "a list": b"[]\n",
    "a number": b"1e400\n",
    "bottomless": b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("ill", ILL_LINES.values(), ids=ILL_LINES)
def test_a_line_that_is_no_row_is_refused_and_the_next_answered(batch, ill):
    answers = batch(line(id=1), ill, line(id=3))
    assert codes(answers) == [None, "row_invalid", None]
    assert answers[1]["id"] is None


DEEP = [(field, depth) for field in ("id", "start") for depth in (100, 300, 900, 1_000)]
DEEP += [(field, 1_000) for field in ("op", "calendar", "rule", "pauses", "limit")]


@pytest.mark.parametrize(("field", "depth"), DEEP)
def test_a_row_of_any_depth_is_answered_and_the_next_too(batch, field, depth):
    deep = line().replace(b"}\n", b', "%s": %s}\n' % (field.encode(), b"[" * depth + b"]" * depth))
    answers = batch(deep, line(id=2))
    assert len(answers) == 2
    assert answers[1] == {**ANSWER, "id": 2}


def test_a_huge_line_is_refused_and_the_next_answered(batch):
    huge = line(note="督" * MAX_LINE)
    answers = batch(huge, line(id=2), b"x" * (3 * MAX_LINE) + b"\n", line(id=4), huge[:-2])
    assert codes(answers) == ["row_too_long", None, "row_too_long", None, "row_too_long"]


@pytest.mark.parametrize("end", [b"\n", b""], ids=["ended", "not ended"])
def test_a_line_as_long_as_may_be_is_answered(batch, end):
    room = MAX_LINE - len(line(b"", note=""))
    whole, longer = (line(end, note="x" * (room + more)) for more in (0, 1))
    assert codes(batch(whole)) == [None]
    assert codes(batch(longer)) == ["row_too_long"]


def test_a_calendar_nobody_knows_is_refused_with_those_that_are(batch):
    refused, answered = batch(line(calendar="mars"), line(calendar="cn"))
    assert refused["error"]["code"] == "calendar_unknown"
    assert "cn" in refused["error"]["message"]
    assert answered == ANSWER


def test_the_answers_are_the_same_in_any_zone_and_language_of_the_machine(batch):
    rows = [line(start="2026-02-10T23:30"), line(start="2026-02-10T23:30:00Z"), line(limit={"unit": "x"})]
    here = batch(*rows)
    assert here == batch(*rows, TZ="America/New_York", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert here[0]["due"] == "2026-03-10T00:00:00+08:00"
    assert here[1]["due"] == "2026-03-11T00:00:00+08:00"


def test_a_reader_who_goes_away_leaves_no_traceback(environment, tmp_path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(COMMAND, env=environment, cwd=tmp_path, bufsize=0, **pipes) as asked:
        asked.stdin.write(line())
        asked.stdout.readline()
        asked.stdout.close()
        with suppress(BrokenPipeError):
            for _ in range(1_000):
                asked.stdin.write(line())
        told = asked.stderr.read()
        assert b"Traceback" not in told
        assert b"BrokenPipe" not in told
        asked.wait(timeout=PATIENCE)


def generated(count: int) -> Iterator[bytes]:
    """Rows of all kinds; every hundredth ill, a few hundred calendars of their own among them."""
    units = ("working_days", "days", "months", "working_hours")
    for number in range(count):
        day = f"{2015 + number % 11}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        unit = units[number % 4]
        row = {"id": number, "start": f"{day}T10:00", "limit": {"unit": unit, "value": number % 30 + 1}}
        if number % 3 == 0:
            holiday = f"2026-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}"
            row["calendar"] = {"holidays": [holiday], "week": {"mon": [["09:00", "17:00"]]}}
        yield b"{\n" if number % 100 == 99 else json.dumps(row).encode() + b"\n"


def long_years(count: int) -> Iterator[bytes]:
    """Rows that each lay out sixty years of a calendar of their own."""
    hours = {name: [["08:30", "12:00"], ["13:30", "18:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
    asked = {"op": "working_time_between", "start": "1990-01-01", "end": "2050-01-01"}
    for number in range(count):
        calendar = {"week": hours, "holidays": [f"2026-{number // 28 + 1:02}-{number % 28 + 1:02}"]}
        yield json.dumps({"id": number, **asked, "calendar": calendar}).encode() + b"\n"


def most_memory(environment: dict[str, str], folder: Path, lines: Iterator[bytes]) -> int:
    """Megabytes the command held at most while it answered the lines."""
    asked, answered = folder / "rows.in", folder / "rows.out"
    with asked.open("wb") as file:
        file.writelines(lines)
    with asked.open("rb") as rows, answered.open("wb") as answers:
        weighing = [sys.executable, "-c", SCALES, *COMMAND]
        weighed = subprocess.run(
            weighing,
            stdin=rows,
            stdout=answers,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            check=True,
        )
    with answered.open("rb") as answers:
        assert sum(1 for _ in answers) == asked.read_bytes().count(b"\n")
    return int(weighed.stderr.split()[-1]) // MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is told in other units")
def test_memory_stays_flat_over_two_hundred_thousand_rows(environment, tmp_path):
    few, many = (most_memory(environment, tmp_path, generated(count)) for count in (FEW, MANY))
    assert many < few + 150
    assert many < 400


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is told in other units")
def test_the_years_of_calendars_long_answered_are_not_kept(environment, tmp_path):
    few, many = (most_memory(environment, tmp_path, long_years(count)) for count in (5, 100))
    assert many < few + 150
