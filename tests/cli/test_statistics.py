"""`duban statistics` as people and programs read it."""

from datetime import date

import pytest
from rich.cells import cell_len

from tests.builders import DIRECTOR, LEAD, a_case, asking, at, give
from workflow.cli.output import screen

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def three(office):
    """One closed in time, one extended past its first date, one of another unit left lying."""
    a_case(office, "closed")
    case = a_case(office)
    asking(office, case, at(2026, 7, 10), date(2026, 8, 5))
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 13))
    a_case(office, "assigned", lead_unit="市水务局")


def line_of(out, label):
    """The cells of the first line that begins with a label."""
    line = next(line for line in out.splitlines() if line.startswith(f"│ {label} "))
    return [cell.strip() for cell in line.strip("│").split("│")]


@pytest.mark.usefixtures("three")
def test_both_due_dates_stand_side_by_side_with_their_numbers(duban):
    out = duban("statistics", "--at", "2026-07-24").out
    assert line_of(out, "办结率")[1] == "1/3  33.3%"
    assert line_of(out, "按期办结率")[1:4] == [
        "1/2  50.0%",
        "1/3  33.3%",
        "按期办结／应办结（已销号或已逾期）",
    ]
    assert line_of(out, "逾期率")[1:3] == ["1/3  33.3%", "2/3  66.7%"]
    assert line_of(out, "退回率")[1] == "0/1   0.0%"


@pytest.mark.usefixtures("three")
def test_a_period_says_which_matters_each_share_is_of(duban):
    out = duban("statistics", "--from", "2026-07-01", "--until", "2026-07-31", "--at", "2026-07-24").out
    assert line_of(out, "办结率")[3] == "销号／本期交办"
    assert line_of(out, "逾期率")[1:4] == ["1/2  50.0%", "2/3  66.7%", "逾期（含逾期办结）／本期到期、有期限"]
    assert "只计本期到期的事项" in out


@pytest.mark.usefixtures("three")
def test_units_are_listed_worst_first(duban):
    out = duban("statistics", "--by-unit", "--at", "2026-07-24").out
    assert out.index("市水务局") < out.index(LEAD)
    assert line_of(out, "市水务局")[4:6] == ["1/1 100.0%", "1/1 100.0%"]
    assert line_of(out, LEAD)[2:6] == ["1/1 100.0%", "1/2  50.0%", "0/2   0.0%", "1/2  50.0%"]


@pytest.mark.usefixtures("three")
def test_the_document_has_the_fields_outsiders_rely_on(ask):
    words = ("--from", "2026-07-01", "--until", "2026-07-31", "--by-unit", "--at", "2026-07-24")
    found = ask("statistics", *words)
    assert [found[name] for name in ("as_of", "since", "until")] == ["2026-07-24", "2026-07-01", "2026-07-31"]
    share = {"numerator": 2, "denominator": 3, "percent": "66.7", "stated": 0}
    assert found["total"]["rates"]["overdue_originally"] == share
    assert found["total"]["rates"]["overdue"]["denominator"] == 2, "one is due in August by now"
    assert found["bases"]["overdue"]["denominator"] == "本期到期、有期限"
    assert [line["name"] for line in found["units"]] == ["市水务局", LEAD]
    assert [line["group"] for line in found["lines"]] == [line["unit"] for line in found["units"]]
    assert found["by"] == "unit"
    assert [ask("statistics")[name] for name in ("by", "lines", "units")] == [None, None, None]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("word", "by", "names"),
    [
        ("category", "category", ["未定类别"]),
        ("包保领导", "leader", ["未定包保领导"]),
        ("month", "month", ["2026-07"]),
        ("unit", "unit", ["市水务局", LEAD]),
    ],
)
def test_lines_are_told_apart_by_whatever_is_asked(duban, ask, word, by, names):
    found = ask("statistics", "--by", word, "--at", "2026-07-24")
    assert (found["by"], [line["name"] for line in found["lines"]]) == (by, names)
    assert sum(line["matters"] for line in found["lines"]) == found["total"]["matters"] == 3
    out = duban("statistics", "--by", word, "--at", "2026-07-24").out
    assert all(line_of(out, name) for name in names)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_no_number_is_cut_on_any_screen(duban, monkeypatch, width):
    monkeypatch.setattr(screen, "_width", width)
    out = duban("statistics", "--by-unit", "--at", "2026-07-24").out
    tables = [line for line in out.splitlines() if line[:1] in "┏┡└│┃"]
    assert max(map(cell_len, tables)) <= width
    assert out.count("100.0%") == 5
    assert LEAD in out


def test_an_empty_register_has_no_shares(duban, ask):
    assert line_of(duban("statistics", "--by-unit").out, "办结率")[1] == "—"
    assert ask("statistics")["total"]["rates"]["closed"]["percent"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--from", "明天"], "date_invalid"),
        (["--until", "2101-01-01"], "year_out_of_range"),
        (["--at", "下周"], "instant_invalid"),
        (["--from", "2026-08-01", "--until", "2026-07-01"], "period_reversed"),
        (["--by", "心情"], "grouping_unknown"),
        (["--by", "leader", "--by-unit"], "grouping_twice"),
    ],
)
def test_a_period_nobody_can_read_is_refused(duban, words, code):
    answer = duban("statistics", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
