"""挂图作战: whose matters hang on it, what it says without eyes, what it costs, that it looks again."""

import re

import pytest

from tests.administrators import with_three
from tests.builders import (
    AUDIT_ADMIN,
    AUDITOR,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    OTHER,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    a_case,
    at,
)
from tests.services.test_milestones import planned
from tests.web.chromium import chromium
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.test_headers import FOREIGN_OR_INLINE

LEAD = "市城管局"
MONDAY = at(2026, 7, 27)
PATHS = ("/wall", "/wall/table")


@pytest.fixture
def hung(office, pages):
    """A matter with a plan and one of another unit, both overdue on a Monday."""
    planned(office, 10, 20)
    planned(office, 15, lead=OTHER)
    pages.now = MONDAY
    return pages


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, LEADER, AUDITOR])
def test_whoever_works_in_the_office_and_the_auditor_see_all_units(hung, person):
    for path in PATHS:
        shown = hung.signed_in(person).sees(path)
        assert LEAD in shown and OTHER in shown


def test_the_people_of_a_unit_see_their_own_alone(hung):
    him = hung.signed_in(LIAISON)
    for path in PATHS:
        shown = him.sees(path)
        assert LEAD in shown and OTHER not in shown
    assert "<dt>在办</dt><dd>1</dd>" in him.sees("/wall")


def test_the_three_administrators_are_shown_nothing(office, hung):
    with_three(office)
    for person in (SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN):
        him = hung.signed_in(person)
        assert [him.get(path).status_code for path in PATHS] == [403, 403]
        assert "挂图作战" not in him.sees("/account")


def test_every_drawing_says_what_it_shows(hung):
    shown = hung.signed_in(OFFICER).sees("/wall")
    said = re.findall(r'<desc id="(\w+)-words">([^<]+)</desc>', shown)
    assert [name for name, _ in said] == ["lights", "ranking", "due", "plan", "trend", "ahead"]
    assert f"{LEAD}红1、黄0、绿0" in dict(said)["lights"] and f"{OTHER}逾期1项" in dict(said)["ranking"]
    assert shown.count('role="img"') == len(said) and "节点10日" in dict(said)["plan"]


def test_the_tables_have_the_figures_of_the_drawings(hung):
    shown = hung.signed_in(OFFICER).sees("/wall/table")
    whole = shown.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert re.findall(r"<td>([^<]+)</td>", whole) == ["2", "2", "0", "0", "2", "100%", "2"]
    assert "节点10日：" in shown and "应于2026年7月10日完成，已错过" in shown


def test_each_table_says_what_its_drawing_says(office, hung):
    a_case(office, due_on=at(2026, 7, 29).date())
    a_case(office, "assigned", lead_unit="市交警支队")
    drawn, tables = (hung.signed_in(OFFICER).sees(path) for path in PATHS)
    said = dict(re.findall(r'<desc id="(\w+)-words">([^<]+)</desc>', drawn))
    lit = re.findall(r'<th scope="row">([^<]+)</th>', inside(tables, "lights"))
    assert [one.split("红")[0] for one in said["lights"].split("；")] == lit[:-1] and "市公安局" in lit
    assert "市交警支队" in inside(tables, "leading")
    whole = re.findall(r"<dd>(\d+)</dd>", drawn)
    due, trend = (numbers(said[one].replace("月", "日").split("；")) for one in ("due", "trend"))
    assert [row[-1] for row in due] == [row[-1] for row in in_table(tables, "due")]
    assert [row[-3:] for row in trend] == [row[-3:] for row in in_table(tables, "trend")]
    assert sum(row[-1] for row in due) == int(whole[5]) == 1
    ahead = in_table(tables, "ahead")
    first, last = ahead[0], ahead[-1]
    assert said["ahead"] == (
        f"明日红灯{first[-4]}项、黄灯{first[-3]}项；如无人办理，30天后红灯{last[-4]}项、黄灯{last[-3]}项；"
        f"其间到期{sum(row[-5] for row in ahead)}项"
    )
    ranked = tables.partition('id="ranking"')[2].partition("</section>")[0]
    assert all(f"{one.replace('逾期', '：逾期')}，在办" in ranked for one in said["ranking"].split("；"))


def numbers(lines):
    return [[int(one) for one in re.findall(r"\d+", line)] for line in lines]


def inside(shown, name):
    """A section of a page."""
    return shown.partition(f'id="{name}"')[2].partition("</section>")[0]


def in_table(shown, name):
    """The numbers of the rows of a table."""
    rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", inside(shown, name), re.DOTALL)
    return numbers(re.sub(r"<[^>]+>", " ", row) for row in rows)


def test_no_name_of_a_person_hangs_on_the_wall(office, pages):
    a_case(office, accountable_leader="舒景行")
    him = pages.signed_in(OFFICER)
    assert not any("舒景行" in him.sees(path) for path in PATHS)


def test_an_empty_wall_says_what_to_do(pages):
    him = pages.signed_in(OFFICER)
    shown = him.sees("/wall")
    assert "现在没有在办事项" in shown and 'href="/cases"' in shown and him.sees("/wall/table")


@pytest.mark.parametrize("person", [OFFICER, AUDITOR, LIAISON])
@pytest.mark.parametrize("path", PATHS)
def test_a_wall_costs_few_queries_and_bytes(office, hung, person, path):
    him = hung.signed_in(person)
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12, "\n".join(seen)
    assert len(shown.encode()) <= MOST_BYTES and not re.search(FOREIGN_OR_INLINE, shown)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("scripts", [True, False])
def test_it_looks_again_by_itself(office, hung, monkeypatch, scripts):
    monkeypatch.setattr("workflow.web.pages.wall_chart.EVERY_SECONDS", 1)
    with chromium() as browser:
        context = browser.new_context(java_script_enabled=scripts, base_url=hung.url)
        token = hung.signed_in(OFFICER).cookies["duban"]
        context.add_cookies([{"name": "duban", "value": token, "url": hung.url}])
        page = context.new_page()
        page.goto("/wall")
        planned(office, 17)
        page.get_by_text("3", exact=True).first.wait_for(timeout=10_000)
        assert page.locator(".headline dd").first.inner_text() == "3"
        context.close()
