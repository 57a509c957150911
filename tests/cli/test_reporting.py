"""`duban report` as people and programs read it."""

from pathlib import Path

import pytest

from tests.builders import LEAD, a_case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
JULY = ("report", "month", "2026-07", "--at", "2026-07-24")


@pytest.fixture
def two(office):
    """One closed in time, one of another unit."""
    a_case(office, "closed")
    a_case(office, "assigned", lead_unit="市水务局")


@pytest.mark.usefixtures("two")
def test_people_read_every_number_with_its_basis(duban):
    out = duban(*JULY).out
    assert "2026年7月督查事项办理情况" in out
    assert "本期尚未结束" in out
    line = next(line for line in out.splitlines() if "按期办结率 " in line)
    assert "1/2  50.0%" in line


@pytest.mark.usefixtures("two")
def test_the_document_has_the_fields_outsiders_rely_on(ask):
    found = ask(*JULY)
    assert [found[name] for name in ("span", "period", "since", "until", "is_over")] == [
        *("month", "2026-07", "2026-07-01", "2026-07-31", False),
    ]
    flow = found["total"]["flow"]
    assert [flow[name] for name in ("carried", "accepted", "closed", "open")] == [0, 2, 1, 1]
    assert {line["name"] for line in found["units"]} == {LEAD, "市水务局"}
    assert found["total"]["rates"]["on_time"] == {
        "numerator": 1, "denominator": 2, "percent": "50.0", "stated": 0,
    }  # fmt: skip
    assert found["bases"]["on_time"]["cohort"] == "due"
    assert (found["before"], found["year_before"], found["written"]) == (None, None, None)
    assert found["late"]["count"] == len(found["late"]["listed"]) == 1


@pytest.mark.usefixtures("two")
def test_a_unit_gets_its_own_alone(ask):
    assert ask(*JULY, "--as", "盛宁远")["total"]["flow"]["accepted"] == 1
    assert ask(*JULY, "--unit", "市水务局")["scope"] == ["市水务局"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("suffix", ["xlsx", "html", "pdf", "docx"])
def test_a_file_is_written_and_told_of(ask, tmp_path: Path, suffix):
    out = tmp_path / f"月报.{suffix}"
    written = ask(*JULY, "--out", str(out))["written"]
    assert (written["format"], written["file"]) == (suffix, str(out))
    assert out.stat().st_size > 1_000


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("span", "period"), [("quarter", "2026Q3"), ("季度", "2026年第三季度"), ("year", "2026")]
)
def test_quarters_and_years_are_counted_alike(ask, span, period):
    assert ask("report", span, period, "--at", "2026-07-24")["total"]["flow"]["accepted"] == 2
