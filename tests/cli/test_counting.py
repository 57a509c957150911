"""`duban deadline` for a person: one date, forward or back, with the small calendar that explains it."""

import pytest

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def test_a_date_is_counted_and_explained(duban):
    told = duban("deadline", "--start", "2026-09-18", "--limit", "15wd").out
    assert "自2026-09-18起15个工作日：2026-10-15" in told
    assert "第二百零三条（法定休假日顺延" in told
    assert " 8✓  9✓ 10班11休" in told


def test_a_due_date_gives_its_latest_start(ask):
    found = ask("deadline", "--due", "2026-10-15", "--limit", "15wd")
    assert (found["start"], found["due"], found["ledger"][-1]["number"]) == ("2026-09-18", "2026-10-15", 15)


def test_another_rule_is_named_and_followed(ask):
    found = ask("deadline", "--start", "2026-07-01", "--limit", "7d", "--rule", "local-start-day-counts")
    assert (found["due"], found["rule"]["name"]) == ("2026-07-07", "local-start-day-counts")


def test_hours_end_at_an_instant_by_their_own_rule(ask):
    found = ask("deadline", "--start", "2026-11-20", "--limit", "24h")
    assert (found["due"], found["rule"]["name"]) == ("2026-11-21T00:00:00+08:00", "hours")


def test_a_date_into_an_unknown_year_says_so(duban):
    told = duban("deadline", "--start", "2026-12-21", "--limit", "15wd").out
    assert "2027-01-12（暂定" in told


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "start_or_due"),
        (["--start", "2026-09-18", "--due", "2026-09-30", "--limit", "7d"], "start_or_due"),
        (["--start", "2026-09-18"], "limit_missing"),
        (["--start", "2026-02-30", "--limit", "7d"], "date_invalid"),
        (["--start", "2026-09-18", "--limit", "0wd"], "limit_out_of_range"),
        (["--start", "2026-09-18", "--limit", "7d", "--rule", "moon"], "counting_rule_unknown"),
        (["--start", "2026-09-18", "--limit", "7d", "--calendar", "火星"], "calendar_unknown"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(duban, words, code):
    answer = duban("deadline", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
