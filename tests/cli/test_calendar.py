"""`duban calendar`: for programs one document, for people a year as it hangs on the wall."""

import json

import pytest

from tests.builders import DIRECTOR, LIAISON, row_counts

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NOTICE = {
    "year": 2027,
    "papers": ["国办发明电〔2026〕9号"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-09", "isOffDay": False},
    ],
}


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "2027.json"
    path.write_text(json.dumps(NOTICE), encoding="utf-8")
    return path


def test_the_year_of_a_program_has_every_exception_with_its_source(ask):
    shown = ask("calendar", "show", 2026)
    assert {"calendar", "year", "announced", "sources", "known_since", "digest", "week"} <= shown.keys()
    assert (shown["working_days"], len(shown["digest"])) == (248, 64)
    day = next(one for one in shown["days"] if one["date"] == "2026-10-10")
    assert (day["kind"], day["name"]) == ("make_up", "调休上班")
    assert shown["week"]["mon"] == [["08:30", "12:00"], ["13:30", "18:00"]]


def test_the_year_of_a_person_has_signs_a_legend_and_what_it_rests_on(duban, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    told = duban("calendar", "show", 2026).out
    assert "2026年工作日历　248个工作日　已公布" in told
    assert "14班15休" in told
    assert "休 放假　　班 调休上班" in told
    assert "2月15日（周日）至2月23日（周一）　9天" in told
    assert "周一至周五　08:30—12:00、13:30—18:00" in told
    assert "国务院办公厅关于2026年部分节假日安排的通知" in told


def test_an_unannounced_year_is_called_provisional(duban):
    assert "暂定" in duban("calendar", "show", 2027).out


def test_a_notice_is_loaded_and_listed(ask, duban, notice):
    done = ask("calendar", "import", notice, "--as", DIRECTOR, "--known-since", "2026-11-04")
    assert (done["new"], done["year"], done["source"]) == (True, 2027, "国办发明电〔2026〕9号")
    assert {"date": "2027-10-09", "before": "rest", "after": "make_up", "name": "国庆节"} in done["changes"]
    newest, base = ask("calendar", "list")["calendars"]
    assert (newest["calendar"], newest["in_force"], base["in_force"]) == (done["calendar"], True, False)
    assert (newest["known_since"], newest["announced"][-1]) == ("2026-11-04", 2027)
    assert done["calendar"] in duban("calendar", "list").out
    assert ask("calendar", "show", 2027, "--version", base["calendar"])["announced"] is False


def test_a_person_reads_what_changed_and_that_nothing_did(duban, notice):
    told = duban("calendar", "import", notice, "--as", DIRECTOR).out
    assert "已载入2027年安排" in told
    assert "2027-10-09（周六）" in told
    assert "没有另立版本" in duban("calendar", "import", notice, "--as", DIRECTOR).out


def test_a_file_that_is_not_the_whole_year_is_warned_of(duban, tmp_path):
    part = tmp_path / "part.csv"
    part.write_text("日期,类型\n2027-01-01,放假\n2027-05-01,放假\n", encoding="utf-8")
    told = duban("calendar", "import", part, "--dry-run").out
    assert "法定节假日10月1日按此成为工作日" in told


def test_a_dry_run_writes_nothing(office, duban, notice):
    before = row_counts(office)
    assert "将载入2027年安排" in duban("calendar", "import", notice, "--dry-run").out
    assert row_counts(office) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", "1800"], "year_out_of_range"),
        (["show", "今年"], "usage"),
        (["show", "2026", "--version", "没有"], "calendar_unknown"),
        (["show", "2026", "--version", "版" * 65], "text_too_long"),
        (["import", "2027.json"], "person_missing"),
        (["accept", "--all", "滨督2026-001", "--as", DIRECTOR], "number_or_all"),
        (["import", "没有.csv", "--as", DIRECTOR], "file_not_found"),
        (["import", "2027.json", "--as", LIAISON], "not_permitted"),
        (["import", "2027.json", "--as", DIRECTOR, "--known-since", "2999-01-01"], "year_out_of_range"),
        (["import", "2027.json", "--as", DIRECTOR, "--year", "2026"], "notice_year_conflict"),
        (["import", "2027.json", "--as", DIRECTOR, "--year", "0"], "notice_year_conflict"),
        (["import", "2027.json", "--as", DIRECTOR, "--source", "绝 密 ★"], "state_secret"),
        (["bogus"], "unknown_command"),
    ],
)
@pytest.mark.usefixtures("notice")
def test_a_refusal_has_its_code_and_writes_nothing(office, duban, words, code):
    before = row_counts(office)
    answer = duban("calendar", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert row_counts(office) == before
