"""设置, 工作日历: a notice is looked at before it counts, and no date moves before somebody accepts it."""

import json
import re

import pytest

from tests.builders import AUDITOR, DIRECTOR, OFFICER, a_case, rows, stored
from tests.web.counting import asked_for
from workflow.storage.models import CalendarVersion

PATH, IMPACT = "/settings/calendars", "/settings/calendars/impact"
NOTICE = {
    "year": 2026,
    "papers": ["滨政办发〔2026〕7号"],
    "days": [{"name": "防汛", "date": f"2026-07-{day:02}", "isOffDay": True} for day in (6, 7, 8)],
}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def looked_at(browser, content=NOTICE, name="2026.json", **filled):
    """A notice handed in, to be looked at."""
    file = {"file": (name, content if isinstance(content, bytes) else json.dumps(content).encode())}
    form = {**browser.form(PATH), "decision": "look", **filled}
    return browser.post(PATH, data=form, files=file)


def loaded(browser):
    seen = looked_at(browser)
    assert seen.status_code == 200, seen.text
    return browser.post(PATH, data={**dict(HIDDEN.findall(seen.text)), "decision": "do"})


def test_looking_at_a_notice_lists_the_dates_and_loads_nothing(office, pages):
    case, before = a_case(office), len(rows(office, CalendarVersion))
    seen = looked_at(pages.signed_in(OFFICER))
    assert seen.status_code == 200 and case.number in seen.text and "尚未载入" in seen.text
    assert len(rows(office, CalendarVersion)) == before


def test_loading_moves_no_date_until_the_matter_is_accepted(office, pages):
    case, him = a_case(office), pages.signed_in(OFFICER)
    due = stored(office, case).facts.due_on
    assert loaded(him).headers["location"] == f"{IMPACT}?done=loaded"
    assert stored(office, case).facts.due_on == due
    told = him.sends(IMPACT, case=[case.number], decision="accept")
    assert "已重新计算1件" in told.text and stored(office, case).facts.due_on > due
    assert case.number not in him.sees(IMPACT)


def test_keeping_a_date_needs_a_reason_beside_its_field(office, pages):
    case, him = a_case(office), pages.signed_in(DIRECTOR)
    loaded(him)
    answer = him.sends(IMPACT, case=[case.number], decision="decline")
    assert answer.status_code == 422 and 'id="reason-error"' in answer.text
    told = him.sends(IMPACT, case=[case.number], decision="decline", reason="已向社会承诺")
    assert "维持不变1件" in told.text


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"{", b"a" * 40_000, "绝密".encode()])
def test_what_is_no_notice_comes_back_beside_the_file(pages, content):
    answer = looked_at(pages.signed_in(OFFICER), content, "通知.csv")
    assert answer.status_code == 422 and 'id="file-error"' in answer.text


def test_the_auditor_reads_and_may_not_load(pages):
    him = pages.signed_in(AUDITOR)
    assert "载入放假通知" not in him.sees(PATH)
    assert looked_at(him).status_code == 403


def test_a_year_nobody_counts_in_is_told_on_the_page(pages):
    assert pages.signed_in(OFFICER).get(f"{PATH}?year=2026&version=没有").status_code == 200


@pytest.mark.parametrize("path", [PATH, f"{PATH}?year=2027", IMPACT])
def test_a_page_costs_few_queries_and_bytes(office, pages, path):
    a_case(office), a_case(office)
    him = pages.signed_in(OFFICER)
    loaded(him)
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12 and len(shown.encode()) <= 150_000, seen
