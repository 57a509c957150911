"""审计: what the auditor looks for, holds against what he kept, and takes along, before the pages."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest

from tests.administrators import with_three
from tests.builders import (
    AUDIT_ADMIN,
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    at,
    give,
    rows,
    signed,
    sweep_on,
)
from tests.services.test_correcting_nodes import STEPS
from tests.stories import DUE_SOON, GROUND, a_case_admonished
from tests.unguarded import behind_the_application
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.playing import LATER
from workflow.services import audit_works, cases, checkpoints
from workflow.services.past_leaves import PAGE
from workflow.services.retention import seal
from workflow.storage.work_models import AuditWork
from workflow.web.frame.pages import address_of

SECRET = "灯具去向待查"
DAYS = "first=2026-07-01&last=2026-07-03"


@pytest.fixture
def him(pages):
    pages.now = at(2026, 7, 30)
    return pages.signed_in(AUDITOR)


def carried_out(office, pages):
    assert audit_works.carry_out(office, clock=lambda: pages.now)


def test_an_entry_is_found_by_each_of_its_marks_and_leads_to_its_place(office, him):
    case = a_case(office)
    give(office, case, "comment", OFFICER, at(2026, 7, 2), text=SECRET)
    a_case(office, "assigned", lead_unit="市交通运输局")
    asked = (f"case={case.number}", f"person={OFFICER}", "unit=市城市管理局", "kind=commented",
             f"text={SECRET}", "since=2026-07-02&until=2026-07-02",
             f"text={SECRET}&clock=occurred&order=oldest")  # fmt: skip
    for one in asked:
        shown = him.sees(f"/audit/search?{one}")
        (at_it,) = re.findall(r'beyond=(\d+)#e\d+">[^<]*</a>\s*</td>', shown.rpartition(SECRET)[2])[:1]
        assert f'id="e{int(at_it) + 1}"' in him.sees(f"/cases/{case.number}?order=oldest&beyond={at_it}")
    assert SECRET not in him.sees("/audit/search?unit=市交通运输局")


def test_nothing_is_looked_into_before_it_is_asked_and_what_is_shown_is_written_down(office, him):
    case = a_case(office)
    assert "填写一个或几个条件" in him.sees("/audit/search")
    assert f"查看事项（{case.number}" not in him.sees("/audit/access?sort=read")
    him.sees(f"/audit/search?case={case.number}")
    assert f"查看事项（{case.number}，检索到的记载" in him.sees("/audit/access?sort=read")


@pytest.mark.parametrize(
    "asked",
    ["case=滨督2026-999", "person=没有这个人", "unit=天外局", "kind=飞升", "since=昨天", "text=机密★10年",
     "since=2026-07-03&until=2026-07-01", "text=a&after=nothing"],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_told_and_no_fault(office, him, asked):
    assert 'role="alert"' in him.sees(f"/audit/search?{asked}")


def test_entries_are_leafed_through_to_the_end_and_none_twice(office, him, monkeypatch):
    case, seen, path = a_case(office), [], "/audit/search?text=会商&order=oldest"
    orders = [cases.Order("comment", case.number, {"text": f"第{one}次会商"}) for one in range(120)]
    cases.perform_all(office, orders, by=signed(OFFICER), at=at(2026, 7, 2))
    while path:
        shown = him.sees(path)
        seen += re.findall(r"第(\d+)次会商", shown)
        path = next(iter(re.findall(r'href="([^"]+)" rel="next"', shown)), "").replace("&amp;", "&")
    assert seen == [str(one) for one in range(120)]


def test_a_day_is_shown_as_it_was_of_the_register_and_of_a_case(office, him):
    case = a_case(office, "assigned")
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 3))
    for day, state in (("2026-07-02", "交办"), ("2026-07-03", "台账")):
        assert f'<td class="state">{state}</td>' in him.sees(f"/audit/day?day={day}")
        assert f'<span class="state">{state}</span>' in him.sees(f"/audit/day?day={day}&case={case.number}")
    for wrong in (
        "day=2026-06-01&case=" + case.number,
        "day=2027-01-01",
        "day=昨天",
        "day=2026-07-01&case=x",
    ):
        assert 'role="alert"' in him.sees(f"/audit/day?{wrong}")


def test_a_past_day_counts_the_nodes_a_matter_had_then(office, him):
    case = a_case(office)
    give(office, case, "plan_nodes", LIAISON, at(2026, 7, 6), nodes=STEPS)
    counted = [
        re.findall(r"<dt>节点</dt><dd>(\d+)个", him.sees(f"/audit/day?day=2026-07-0{day}&case={case.number}"))
        for day in (4, 6)
    ]
    assert counted == [[], [str(len(STEPS))]]


def test_two_days_differ_in_what_was_written_between_them(office, him):
    case = a_case(office, "assigned")
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 3))
    shown = him.sees(f"/audit/differences?{DAYS}")
    assert "1项有新的记载" in shown and "<del>交办</del> → <ins>台账</ins>" in shown
    shown = him.sees(f"/audit/differences?{DAYS}&case={case.number}")
    assert "<del>交办</del> → <ins>台账</ins>" in shown and "签收，登入台账" in shown
    assert 'role="alert"' in him.sees("/audit/differences?first=2026-07-03&last=2026-07-01")


def test_hashes_are_folded_away_and_the_machine_is_called_by_its_name(office, pages, him):
    case = a_case(office, "handling", due_on=date(2026, 7, 22))
    sweep_on(office, at(2026, 7, 23))
    pages.now = at(2026, 7, 24)
    shown = him.sees(f"/audit/differences?first=2026-07-22&last=2026-07-23&case={case.number}")
    listed, folded = shown.partition("<table")[2].split("<summary>哈希、标识和版本")
    assert "文书标识" in folded and not re.search(r"[0-9a-f]{64}", listed)
    assert "<ins>系统</ins>" in listed and "<ins>system</ins>" not in shown


def test_an_export_is_asked_for_fetched_and_verified_by_what_lies_beside_it(office, pages, him):
    case = a_case(office)
    told = him.sends("/audit/exports", form="jsonl", reason="年度审计")
    assert told.headers["location"] == "/audit/exports" and "等候" in him.sees("/audit/exports")
    carried_out(office, pages)
    (file,) = re.findall(r'href="(/audit/works/[^"]+)"', him.sees("/audit/exports"))
    answer = him.get(file)
    packed = zipfile.ZipFile(BytesIO(answer.content))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (
        case.number in packed.read(packed.namelist()[0]).decode() and "verify_history.py" in packed.namelist()
    )
    assert pages.signed_in(DIRECTOR).get(file).status_code == 404


def test_a_form_that_cannot_be_carried_out_comes_back_with_what_was_typed(office, him):
    answer = him.sends("/audit/exports", form="csv", case="滨督2026-999", reason="年度审计")
    assert answer.status_code == 404 and 'id="case-error"' in answer.text and "年度审计" in answer.text
    answer = him.sends("/audit/report", first="2026-07-05", last="2026-07-01")
    assert answer.status_code == 422 and 'id="last-error"' in answer.text
    assert rows(office, AuditWork) == []


def test_another_report_than_the_one_under_way_is_not_passed_off_as_the_answer(office, him):
    him.sends("/audit/report", first="2026-06-01", last="2026-06-30")
    answer = him.sends("/audit/report", first="2026-01-01", last="2026-01-31")
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert "另一项出具审计报告" in answer.text and 'value="2026-01-31"' in answer.text
    assert len(rows(office, AuditWork)) == 1


def test_a_double_click_asks_once(office, him):
    form = him.form("/audit/verification")
    places = {him.post("/audit/verification", data=form).headers["location"] for _ in range(2)}
    assert len(places) == 1 and len(rows(office, AuditWork)) == 1


def test_a_report_counts_and_is_fetched(office, pages, him):
    a_case(office)
    him.sends("/audit/report", first="2026-07-01", last="2026-07-31")
    carried_out(office, pages)
    shown = him.sees("/audit/report")
    assert "核查事项1个" in shown and "不合流程" in shown
    assert him.get(re.findall(r'href="(/audit/works/[^"]+)"', shown)[0]).status_code == 200


def test_a_checkpoint_is_made_once_fetched_and_held_against_the_database(office, him):
    a_case(office)
    page = "/audit/checkpoints"
    assert him.sends(page, to=page).headers["location"].endswith("?made=1")
    assert him.sends(page, to=page).headers["location"].endswith("?made=0")
    kept = him.get(f"{page}/1").text
    assert kept == checkpoints.show(office, 1)["text"]
    assert "逐字相同" in him.sends(page, to="/audit/comparison", text=f"各位：\n\n{kept}\n此致").text
    handed = {"file": ("checkpoint.txt", kept.replace("number: 1\n", "number: 7\n").encode())}
    told = him.sends(page, to="/audit/comparison", text="", files=handed).text
    assert "被改动，或是伪造的" in told and "本库没有第7号检查点" in told
    assert him.sends(page, to="/audit/comparison", text="随便写写").status_code == 409


def test_the_audit_administrator_has_the_access_log_and_no_way_to_a_matter(office, pages, him):
    with_three(office)
    case = a_case(office)
    him.sees(f"/cases/{case.number}")
    browser = pages.signed_in(AUDIT_ADMIN)
    shown = browser.sees("/audit/access")
    assert f"查看事项（{case.number}" in shown and f"/cases/{case.number}" not in shown
    assert "审计</a>" not in shown and browser.get("/audit/search").status_code == 403


def test_the_access_log_says_what_it_does_not_hold_and_does_not_hold_it(office, pages):
    with_three(office)
    case = a_case(office, "handling")
    address = f"/cases/{case.number}"
    assert pages.signed_in(LIAISON).get(address).status_code == 200
    assert pages.signed_in("BH214-L").get(address).status_code == 404
    log = pages.signed_in(AUDIT_ADMIN).sees("/audit/access?sort=read")
    assert "承办单位的人看本单位的事项不记，无权查看、未能打开的也不记" in log
    assert case.number not in log


def test_who_failed_to_sign_in_is_found_by_name_though_he_did_nothing(office, pages, him):
    pages.stranger().sends("/sign-in", login="r022", password="猜的密码一二三")
    assert "登录失败（江惟一，密码不对" in him.sees(f"/audit/access?sort=failed&person={AUDITOR}")
    assert "登录失败" not in him.sees(f"/audit/access?sort=failed&person={OFFICER}").rpartition("</form>")[2]


def test_words_about_a_person_are_withheld_on_every_page(office, pages):
    pages.now = at(2026, 8, 25)
    case = a_case_admonished(office)
    him, days = pages.signed_in(AUDITOR), f"first=2026-07-01&last=2026-08-24&case={case.number}"
    paths = (f"search?case={case.number}", f"day?day=2026-08-24&case={case.number}", f"differences?{days}")
    for path in paths:
        shown = him.sees(f"/audit/{path}")
        assert "诫勉" in shown and not {one for one in GROUND.values() if str(one) in shown}
    assert "没有符合条件的记载" in him.sees(f"/audit/search?text={GROUND['facts'][:10]}")


COSTS = {
    "/audit": 12, "/audit/search": 12, "/audit/access": 12, "/audit/day?day=2026-07-20": 12,
    f"/audit/differences?{DAYS}": 12, "/audit/verification": 12, "/audit/exports": 12, "/audit/report": 12,
    "/audit/checkpoints": 12, "/audit/search?since=2026-07-01": 14,
}  # fmt: skip
"""Statements; a search that finds something tells what its cases rest on, and notes that they are read."""


@pytest.mark.parametrize("path", COSTS)
def test_a_page_costs_few_queries_and_bytes_however_many_matters_there_are(office, him, path):
    for _ in range(PAGE + 5):
        a_case(office, "assigned")
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= COSTS[path] and len(shown.encode()) <= MOST_BYTES


def test_a_finding_on_a_sealed_matter_leads_only_those_there_who_may_see_it(office, pages, him):
    case = a_case(office, "archived")
    seal(office, case.number, reason="经鉴定", by=signed(DIRECTOR, LATER), at=LATER)
    behind_the_application(office, "UPDATE events SET hash = 'x' WHERE case_id = :id", id=case.id)
    pages.now = LATER
    pages.signed_in(OFFICER).sends("/audit/verification", checkpoint="")
    carried_out(office, pages)
    link = f'href="{address_of(case.number)}?'
    found = {who: pages.signed_in(who).sees("/audit/verification") for who in (OFFICER, DIRECTOR)}
    assert link in found[DIRECTOR] and link not in found[OFFICER] and "已封存" in found[OFFICER]


def test_a_verification_with_a_thousand_findings_is_shown_in_pages(office, pages, him):
    case = a_case(office)
    orders = [cases.Order("comment", case.number, {"text": f"第{one}次会商"}) for one in range(300)]
    cases.perform_all(office, orders, by=signed(OFFICER), at=DUE_SOON)
    behind_the_application(office, "UPDATE events SET hash = 'x' WHERE case_id = :id", id=case.id)
    him.sends("/audit/verification", checkpoint="")
    carried_out(office, pages)
    shown = him.sees("/audit/verification")
    more = re.findall(r'href="([^"]+)" rel="next"', shown)[0].replace("&amp;", "&")
    assert "最先的改动" in shown and len(shown.encode()) <= MOST_BYTES
    assert shown.count("<li>") >= 100 and "<li>" in him.sees(more)
    assert date(2026, 7, 30).isoformat() in shown
