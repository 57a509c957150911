"""工作台: what each finds on his desk, and where it leads."""

import re

from tests.administrators import with_three
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    SYSTEM_ADMIN,
    UNIT_HEAD,
    a_case,
    at,
    give,
    on_escalation,
    raised,
    signed,
    sweep_on,
)
from tests.services.test_webhooks import deal, made
from tests.stories import INQUIRY, QUESTION, SERVED, a_case_to_admonish, a_case_to_ask
from tests.web.counting import asked_for
from tests.web.playing import CO_UNIT
from tests.writing import brought_to, drafted
from workflow.services import authorisation
from workflow.services.webhooks import administering, standing

HREF = re.compile(r'<a class="button(?: main)?" href="([^"]+)">([^<]+)</a>')
WAY = re.compile(r'class="button(?: main)?" href="(/cases/[^"]+/acts/[^"]+)"')


def with_a_task(office):
    task = {"unit": CO_UNIT, "task_title": "迁移占压灯杆的公交站牌12处", "due_on": at(2026, 7, 16).date()}
    give(office, a_case(office, "assigned"), "add_task", OFFICER, **task)


def test_everybody_begins_at_his_desk_and_the_auditor_at_the_register(pages):
    assert pages.signed_in(OFFICER).get("/").headers["location"] == "/desk"
    assert pages.signed_in(AUDITOR).get("/").headers["location"] == "/cases"


def test_what_is_owed_stands_under_when_it_is_due_with_the_way_to_do_it(office, pages):
    pages.now = at(2026, 7, 20)
    late = a_case(office, "assigned")
    shown = pages.signed_in(LIAISON).sees("/desk")
    assert "已经逾期" in shown and "待签收" in shown
    assert re.search(r"逾期\d+个工作日", shown)
    assert f"/cases/{late.number}/acts/acknowledge" in shown.replace("%E6%BB%A8%E7%9D%A3", "滨督")


def test_every_way_on_a_desk_opens_its_form(office, pages):
    pages.now = at(2026, 7, 20)
    with_a_task(office)
    for state in ("assigned", "registered", "handling", "verifying"):
        a_case(office, state)
    for person in (OFFICER, DIRECTOR, LIAISON, "BH213-L"):
        browser = pages.signed_in(person)
        ways = WAY.findall(browser.sees("/desk"))
        assert ways, person
        assert all("<form" in browser.sees(way.replace("&amp;", "&")) for way in ways)


def test_the_task_a_duty_is_about_is_filled_in(office, pages):
    with_a_task(office)
    browser = pages.signed_in("BH213-L")
    (way,) = (one for one in WAY.findall(browser.sees("/desk")) if "/acknowledge_task?" in one)
    assert re.search(r'name="task"[^>]* value="1"', browser.sees(way))


def row_of(browser, asked):
    """The ways of the one row that asks this, by what they are called."""
    (row,) = (one for one in browser.sees("/desk").split("<tr>") if f">{asked}" in one)
    return {label: href for href, label in HREF.findall(row)}


def test_a_proposal_leads_whoever_may_decide_on_it_to_where_it_is_signed(office, pages):
    a_case_to_ask(office)
    pages.now = INQUIRY
    measure, browser = raised(office, "inquiry").id, pages.signed_in(DIRECTOR)
    ways = row_of(browser, "待审批（函询）")
    assert ways["去签批"] == f"/signing/measure/{measure}" and ways["查看办理"].endswith(measure)
    assert "批准" in browser.sees(ways["去签批"])


def test_whoever_drafted_a_proposal_is_not_led_to_sign_it(office, pages):
    a_case_to_ask(office)
    pages.now = INQUIRY
    on_escalation(office, "inquiry", "draft", DIRECTOR, INQUIRY, question=QUESTION)
    assert "/signing/measure/" not in pages.signed_in(DIRECTOR).sees("/desk")


def test_a_paper_leads_its_unit_to_the_form_that_signs_for_it_and_then_to_the_reply(office, pages):
    a_case_to_ask(office)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    pages.now = SERVED
    browser = pages.signed_in(LIAISON)
    to_sign = row_of(browser, "待签收文书（函询）")["签收"]
    assert to_sign.endswith("/acts/sign") and "<form" in browser.sees(to_sign)
    on_escalation(office, "inquiry", "sign", LIAISON, SERVED)
    to_reply = row_of(browser, "待回复（函询）")["回复"]
    assert to_reply.endswith("/acts/reply") and "<form" in browser.sees(to_reply)


def test_nothing_of_a_measure_about_a_person_is_named(office, pages):
    case = a_case_to_admonish(office)
    pages.now = at(2026, 9, 1)
    shown = pages.signed_in("颜秉文").sees("/desk")
    assert "待办的干部监督事项" in shown and case.number not in shown


def test_a_paper_that_waits_for_his_signature_lies_on_his_desk_too(office, pages):
    paper = brought_to(office, drafted(office, a_case(office, "handling")), "reviewed")["document"]
    pages.now = at(2026, 7, 3)
    desk = pages.signed_in(DIRECTOR).sees("/desk")
    assert f'href="/signing/paper/{paper}"' in desk and "另有文书1件待办" in desk
    assert "待办的文书" not in pages.signed_in(LIAISON).sees("/desk")
    pages.signed_in(DIRECTOR).sees(f"/signing/paper/{paper}")


def test_what_is_told_to_the_one_behind_it_says_whose_it_is(office, pages):
    give(
        office,
        a_case(office),
        "request_extension",
        LIAISON,
        due_on=at(2026, 8, 31).date(),
        reason="灯具到货推迟",
    )
    hers, heads = (pages.signed_in(person).sees("/desk") for person in (LIAISON, UNIT_HEAD))
    assert "由单位主要负责人办理，请提醒" in hers and "consent_extension" not in hers
    assert "acts/consent_extension" in heads and "请提醒" not in heads


def test_who_looks_after_everything_sees_how_everything_stands_and_a_unit_does_not(office, pages):
    for _ in range(2):
        a_case(office, "handling")
    a_case(office, "handling", due_on=at(2026, 8, 7).date())
    pages.now = at(2026, 8, 3)
    shown = pages.signed_in(OFFICER).sees("/desk")
    told = re.sub("<[^>]+>", "", shown.partition('<p class="stands">')[2].partition("</p>")[0])
    assert told == "台账在办3项：红灯2（逾期2）、黄灯1、绿灯0（未交办、挂起的不计）"
    assert 'href="/cases?light=red&amp;order=due"' in shown
    assert pages.signed_in(OFFICER).sees("/cases?light=lit&order=due").count('name="tick"') == 3
    assert 'class="stands"' not in pages.signed_in(LIAISON).sees("/desk")


def test_many_proposals_say_whose_matter_each_is_and_how_late(office, pages):
    authorisation.revoke(office, by=signed(DIRECTOR), at=OPENED, reason="首次导入，先核对")
    for _ in range(4):
        a_case(office, "handling")
    sweep_on(office, at(2026, 7, 23))
    pages.now = at(2026, 7, 24)
    shown = pages.signed_in(DIRECTOR).sees("/desk")
    assert shown.count("待审批（提醒）") == 1 and "4项，事项逾期久的在前" in shown
    assert len(re.findall(r"事项逾期\d+个工作日", shown)) == 4
    assert len(re.findall(rf'class="what">{LEAD}<', shown)) == 4


def test_a_desk_asks_no_more_for_a_longer_list(office, pages):
    pages.now = at(2026, 7, 24)
    browser, asked = pages.signed_in(DIRECTOR), []
    for _ in range(2):
        a_case(office, "verifying")
        browser.sees("/desk")
        asked.append(len(asked_for(office, browser, "/desk")[0]))
    assert asked[0] == asked[1]


def test_the_desk_of_the_three_says_what_they_have(office, pages):
    with_three(office)
    shown = pages.signed_in(SYSTEM_ADMIN).sees("/desk")
    assert "三员不办理事项" in shown and "台账" not in shown
    assert all(f'<a href="{one}">' in shown for one in ("/accounts", "/roles", "/sessions"))


def test_an_empty_desk_says_where_to_go(pages):
    shown = pages.signed_in(LIAISON).sees("/desk")
    assert "现在没有您的待办" in shown and 'href="/cases"' in shown


def test_a_receiver_that_was_stopped_stands_on_the_desk_until_somebody_sees_to_it(office, pages):
    his = pages.signed_in(OFFICER)
    assert "推送已停止" not in his.sees("/desk")
    one = made(office)
    told = {"because": "gone", "answer": "410"}
    standing.stop(office, one[0].id, told, by=signed(None), at=OPENED)
    assert "推送已停止" in his.sees("/desk")
    deal(office, administering.resume, one)
    assert "推送已停止" not in his.sees("/desk")
