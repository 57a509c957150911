"""Looking into a case at the command line: told to the journal first, on every road that shows one."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.builders import AUDITOR, LIAISON, a_case
from tests.parting import a_role_that_only_reads
from workflow.storage.session import transaction

ROADS = [
    ("case", "show", "NUMBER"),
    ("case", "history", "NUMBER"),
    ("case", "diff", "NUMBER", "--from", "2026-07-01T00:00:00+08:00", "--to", "2026-07-02T00:00:00+08:00"),
    ("case", "nodes", "NUMBER"),
    ("explain", "NUMBER"),
    ("render", "reminder", "--case", "NUMBER", "--out", "a.txt"),
    ("audit", "search", "--case", "NUMBER"),
    ("audit", "search", "--actor", LIAISON),
]


@pytest.fixture
def number(office):
    return a_case(office).number


def readings(ask, number):
    return ask("audit", "journal", "--kind", "case_read", "--case", number)["entries"]


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("road", ROADS, ids=lambda road: " ".join(road[:2]))
def test_every_road_that_shows_a_case_leaves_its_entry(ask, number, road):
    ask(*(number if word == "NUMBER" else word for word in road))
    (entry,) = readings(ask, number)
    assert entry["sentence"].startswith(f"查看事项（{number}，")
    assert "操作系统账号" in entry["sentence"]


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_viewer_is_told_by_his_code_and_his_unit_not_at_all(ask, number):
    ask("case", "show", number, "--as", LIAISON)
    assert readings(ask, number) == []
    ask("case", "show", number, "--as", AUDITOR)
    assert [one["actor"] for one in readings(ask, number)] == ["R022"]
    assert ask("audit", "search", "--case", number, "--kind", "case_read")["entries"] == readings(ask, number)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_unit_is_not_told_who_read_its_case(duban, ask, number):
    ask("case", "show", number, "--as", AUDITOR)
    events = ask("case", "history", number, "--as", LIAISON)["events"]
    assert "case_read" not in {one["kind"] for one in events}
    refused = duban("audit", "journal", "--case", number, "--as", LIAISON, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not_yours")


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_case_is_not_shown_where_its_reading_cannot_be_written(office, duban, number):
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE evidence SET key_id = 'another'"))
    refused = duban("case", "show", number, "--json")
    assert (refused.code, refused.json["code"]) == (1, "reading_unrecorded")
    assert "路灯" not in refused.out


def test_a_database_that_can_only_be_read_shows_it_and_says_so(
    office, duban, environment, monkeypatch, number
):
    with only_readable(office, environment["DUBAN_DATABASE_URL"]) as url:
        monkeypatch.setenv("DUBAN_DATABASE_URL", url)
        shown = duban("case", "show", number, "--json")
    assert (shown.code, shown.json["case"]["number"]) == (0, number)
    assert "没有记入历史" in shown.err


@contextmanager
def only_readable(office, database_url):
    """The same database as a file nobody may write, or as a role that may only read."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        Path(f"file:{url.database}").parent.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///file:{url.database}?mode=ro&uri=true"
        return
    with a_role_that_only_reads(office) as role:
        yield url.update_query_dict({"options": f"-c role={role}"}).render_as_string(hide_password=False)
