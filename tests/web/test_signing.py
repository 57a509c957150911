"""签批室: what waits for whom, in which order, and what becomes of a decision."""

import re

import pytest

from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    SYSTEM_ADMIN,
    UNIT_HEAD,
    a_case,
    at,
    climb,
    give,
    raised,
    rows,
    signed,
)
from tests.stories import INQUIRY, OPENED, QUESTION, REMINDER, a_case_to_admonish
from tests.web.browsing import HIDDEN
from tests.web.test_sight import queries_of
from tests.writing import CIRCULAR, FOR_LEADER, HANDLER, ORDER, OTHER_HANDLER, TO_PERSON, drafted
from workflow.services import deputies, escalations, signing_room
from workflow.services.documents import drafting, judging
from workflow.services.seeing import Onlooker
from workflow.storage.models import Escalation
from workflow.web.frame.pages import address_of

CHECKED = {"method": "document", "finding": "passed", "verification": "夜间抽查均亮"}
ONE = re.compile(r'<a href="(/signing/[^"]+)"')
FORM = re.compile(r'<form class="card" .*?action="([^"]+)">(.*?)</form>', re.DOTALL)


def to_ask(office, count=3):
    """Late matters whose inquiries wait, each with its question drafted."""
    cases = [a_case(office, "handling") for _ in range(count)]
    climb(office, REMINDER, INQUIRY)
    for one in proposed(office):
        give_on(office, one.id, "draft", OFFICER, question=QUESTION)
    return cases


def proposed(office):
    return [one for one in rows(office, Escalation) if (one.step, one.state) == ("inquiry", "proposed")]


def give_on(office, measure, command, person, **details):
    escalations.act(office, measure, command, by=signed(person, INQUIRY), at=INQUIRY, **details)


def reviewed(office, *given, hands=FOR_LEADER, **more):
    paper = drafted(office, *given, **more)
    judging.review(office, paper, by=signed(hands[0]), at=OPENED)
    return paper


def waits_for(pages, person):
    return ONE.findall(pages.signed_in(person).sees("/signing"))


def form_of(shown, command):
    """The address and the hidden fields of one of the forms of a page."""
    address, inside = next(one for one in FORM.findall(shown) if one[0].endswith(command))
    return address, dict(HIDDEN.findall(inside))


def decides(browser, path, command, **filled):
    address, hidden = form_of(browser.sees(path), command)
    return browser.post(address, data={**hidden, **filled})


def test_a_proposal_past_reading_keeps_none_of_the_others_back(office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL takes no such date")
    bad, *others = to_ask(office, 3)
    with office.engine.begin() as tx:
        tx.exec_driver_sql(f"UPDATE escalations SET raised_on = 'soon' WHERE case_id = {bad.id}")
    found = signing_room.room(office, by=Onlooker(DIRECTOR, INQUIRY))
    assert {one.number for one in found.waiting if one.kind == "measure"} == {one.number for one in others}
    assert found.unreadable == (bad.number,)


def test_a_proposal_waits_for_those_who_may_decide_on_it_and_for_nobody_else(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    path = f"/signing/measure/{raised(office, 'inquiry').id}"
    for person in (DIRECTOR, LEADER):
        assert path in waits_for(pages, person)
    for person in (OFFICER, CLERK, LIAISON, UNIT_HEAD, AUDITOR, SYSTEM_ADMIN):
        browser = pages.signed_in(person)
        assert path not in browser.sees("/signing")
        assert {browser.get(f"{path}{end}").status_code for end in ("", "/preview", "/acts/approve")} == {404}


def test_a_deputy_finds_what_waits_for_whom_he_stands_in_for(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    days = {"valid_from": OPENED.date(), "valid_to": at(2026, 8, 31).date()}
    deputies.appoint(office, DIRECTOR, "岑朗月", "director", by=signed(DIRECTOR), at=OPENED, **days)
    assert waits_for(pages, "岑朗月")


def test_one_who_stands_back_or_drafted_it_does_not_find_it(office, pages):
    pages.now = INQUIRY
    a_case(office, "handling")
    climb(office, REMINDER, INQUIRY)
    measure = raised(office, "inquiry").id
    give_on(office, measure, "recuse", LEADER, reason="亲属在该单位任职")
    give_on(office, measure, "draft", DIRECTOR, question=QUESTION)
    assert waits_for(pages, LEADER) == waits_for(pages, DIRECTOR) == []


def test_what_is_snoozed_does_not_wait(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    give_on(
        office,
        raised(office, "inquiry").id,
        "snooze",
        DIRECTOR,
        until=at(2026, 8, 5).date(),
        reason="待会后定",
    )
    assert waits_for(pages, DIRECTOR) == []


def test_a_paper_waits_for_its_reviewer_then_for_its_signer_never_for_its_author(office, pages):
    paper = f"/signing/paper/{drafted(office, a_case(office))}"
    assert paper in waits_for(pages, CLERK)
    assert paper not in waits_for(pages, OFFICER) and paper not in waits_for(pages, DIRECTOR)
    assert decides(pages.signed_in(CLERK), paper, "review").status_code == 303
    assert paper in waits_for(pages, DIRECTOR) and paper not in waits_for(pages, CLERK)
    signed_ = decides(pages.signed_in(DIRECTOR), paper, "sign", opinion="同意")
    assert signed_.status_code == 303 and paper not in waits_for(pages, DIRECTOR)


def test_a_paper_of_no_matter_is_signed_by_the_leader(office, pages):
    paper = reviewed(office, None, "circular", CIRCULAR)
    path = f"/signing/paper/{paper}"
    browser = pages.signed_in(LEADER)
    assert path in waits_for(pages, LEADER) and "通报" in browser.sees(path)
    answer = decides(browser, path, "sign", opinion="同意印发")
    assert "已办理" in browser.sees(answer.headers["location"])


def test_a_paper_about_a_person_is_for_those_who_may_read_it(office, pages):
    case = a_case(office)
    paper = drafted(office, case, "personal_reminder", TO_PERSON, by=HANDLER)
    judging.review(office, paper, by=signed(OTHER_HANDLER), at=OPENED)
    path = f"/signing/paper/{paper}"
    assert path in waits_for(pages, "顾砚清")
    for person in (OFFICER, CLERK, DIRECTOR, UNIT_HEAD, AUDITOR):
        assert path not in waits_for(pages, person)
        assert pages.signed_in(person).get(f"{path}/preview").status_code == 404


def test_a_measure_about_a_person_is_counted_and_not_named(office, pages):
    case = a_case_to_admonish(office)
    pages.now = at(2026, 8, 24)
    browser = pages.signed_in("顾砚清")
    shown = browser.sees("/signing")
    assert "另有1件针对个人的措施" in shown and case.number not in shown
    assert browser.get(f"/signing/measure/{raised(office, 'admonition').id}").status_code == 404


def test_more_time_waits_hand_after_hand_and_is_granted_here(office, pages):
    case = a_case(office)
    give(office, case, "request_extension", LIAISON, due_on=at(2026, 8, 7).date(), reason="灯具采购延误")
    path = {one: f"/signing/{one}/" for one in ("consent", "review_extension", "decide_extension")}
    for person, kind, command, said in (
        (UNIT_HEAD, "consent", "consent_extension", {}),
        (OFFICER, "review_extension", "review_extension", {"opinion": "情况属实"}),
        (DIRECTOR, "decide_extension", "grant_extension", {"opinion": "同意"}),
    ):
        (href,) = (one for one in waits_for(pages, person) if one.startswith(path[kind]))
        answer = decides(pages.signed_in(person), href, command, **said)
        assert answer.status_code == 303, answer.text
    assert waits_for(pages, DIRECTOR) == []


def test_a_matter_to_be_handed_out_or_struck_off_leads_to_its_form(office, pages):
    for state, kind, command in (("draft", "advance", "assign"), ("verifying", "close", "close_out")):
        case = a_case(office, state)
        if state == "verifying":
            give(office, case, "record_verification", OFFICER, **CHECKED)
        (href,) = (one for one in waits_for(pages, DIRECTOR) if one.startswith(f"/signing/{kind}/"))
        browser = pages.signed_in(DIRECTOR)
        assert f'href="{href}/acts/{command}"' in browser.sees(href)
        assert "<form" in browser.sees(f"{href}/acts/{command}")


def test_the_latest_matter_comes_first_and_after_it_the_one_that_waits_longest(office, pages):
    a_case(office, "draft", at(2026, 7, 8))
    late = to_ask(office, 1)[0]
    pages.now = INQUIRY
    first, *_ = waits_for(pages, DIRECTOR)
    assert first.startswith("/signing/measure/")
    assert late.number in pages.signed_in(DIRECTOR).sees(first)


def test_every_line_says_since_when_it_waits(office, pages):
    a_case(office, "draft", at(2026, 7, 8))
    case = a_case(office)
    give(office, case, "request_extension", LIAISON, due_on=at(2026, 8, 7).date(), reason="灯具采购延误")
    for person in (DIRECTOR, UNIT_HEAD):
        told = re.findall(
            r'data-label="等候自" class="day wide">([^<]*)<', pages.signed_in(person).sees("/signing")
        )
        assert told and all("月" in one for one in told), person


def test_a_decision_leads_to_the_next_one_and_says_what_was_done(office, pages):
    pages.now = INQUIRY
    to_ask(office)
    browser = pages.signed_in(DIRECTOR)
    first, second, third = waits_for(pages, DIRECTOR)
    answer = decides(browser, first, "approve", opinion="同意")
    assert answer.headers["location"].startswith(second)
    assert "已办理：批准" in browser.sees(answer.headers["location"])
    answer = decides(browser, third, "reject", reason="已当面督促")
    assert answer.headers["location"].startswith(second)
    assert "已办理：不批准" in browser.sees(answer.headers["location"])
    answer = decides(browser, second, "approve")
    assert answer.headers["location"].startswith("/signing?")
    assert "全部办完了" in browser.sees(answer.headers["location"])
    assert sorted(one.state for one in rows(office, Escalation) if one.step == "inquiry") == [
        "issued", "issued", "rejected",
    ]  # fmt: skip


def test_no_address_claims_a_decision_that_was_not_taken(office, pages):
    pages.now = INQUIRY
    (case,) = to_ask(office, 1)
    told = f"did=escalation_approved&on={case.number}"
    assert "已办理" not in pages.signed_in(DIRECTOR).sees(f"/signing?{told}")


def test_a_return_wants_its_reason_and_the_form_comes_back_with_what_was_written(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    (path,) = waits_for(pages, DIRECTOR)
    refused = decides(pages.signed_in(DIRECTOR), path, "reject", reason="")
    assert refused.status_code == 422 and "理由" in refused.text
    assert raised(office, "inquiry").state == "proposed"


def test_what_nobody_drafted_is_marked_as_owed_by_whoever_approves(office, pages):
    pages.now = INQUIRY
    a_case(office, "handling")
    climb(office, REMINDER, INQUIRY)
    (path,) = waits_for(pages, DIRECTOR)
    owed = re.compile(r'<label for="approve-(\w+)">[^<]* <b class="owed"')
    assert owed.findall(pages.signed_in(DIRECTOR).sees(path)) == ["question"]
    give_on(office, raised(office, "inquiry").id, "draft", OFFICER, question=QUESTION)
    assert owed.findall(pages.signed_in(DIRECTOR).sees(path)) == []


def test_a_refused_decision_comes_back_beside_its_paper_with_what_was_written(office, pages):
    pages.now = INQUIRY
    to_ask(office, 2)
    browser, path = pages.signed_in(DIRECTOR), waits_for(pages, DIRECTOR)[0]
    refused = decides(browser, path, "reject", reason="  ")
    shown = refused.text
    assert refused.status_code == 422 and 'id="reason-error"' in shown
    assert "第1件，共2件" in shown and "下一件" in shown and "为什么在这里" in shown and QUESTION in shown
    address, hidden = form_of(shown, "reject")
    again = browser.post(address, data={**hidden, "reason": "已当面督促"})
    assert again.status_code == 303


def test_what_was_drafted_anew_meanwhile_is_refused_with_the_news(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    browser, (path,) = pages.signed_in(DIRECTOR), waits_for(pages, DIRECTOR)
    address, hidden = form_of(browser.sees(path), "approve")
    give_on(
        office, raised(office, "inquiry").id, "draft", CLERK, question="另一个问题：为何两次承诺均未兑现？"
    )
    answer = browser.post(address, data=hidden)
    assert (answer.status_code, raised(office, "inquiry").state) == (409, "proposed")
    assert "在您填写期间的新记载" in answer.text


def test_a_paper_changed_behind_his_back_is_not_signed(office, pages):
    case = a_case(office)
    paper = reviewed(office, case)
    browser, path = pages.signed_in(DIRECTOR), f"/signing/paper/{paper}"
    address, hidden = form_of(browser.sees(path), "sign")
    judging.send_back(office, paper, by=signed(CLERK), at=OPENED, reason="措辞")
    said = {"order": {**ORDER["order"], "level": "橙色"}}
    drafting.revise(office, paper, stated={**ORDER, **said}, by=signed(OFFICER), at=OPENED)
    judging.review(office, paper, by=signed(CLERK), at=OPENED)
    answer = browser.post(address, data={**hidden, "opinion": "同意"})
    assert answer.status_code == 409 and "已有改动" in answer.text and "在您填写期间的新记载" in answer.text
    assert path in waits_for(pages, DIRECTOR)


def test_what_somebody_else_decided_is_refused_with_how_it_stands(office, pages):
    pages.now = INQUIRY
    (case,) = to_ask(office, 1)
    browser, (path,) = pages.signed_in(DIRECTOR), waits_for(pages, DIRECTOR)
    address, hidden = form_of(browser.sees(path), "reject")
    give_on(office, raised(office, "inquiry").id, "approve", LEADER)
    answer = browser.post(address, data={**hidden, "reason": "不必"})
    assert answer.status_code == 409 and "已经有人办理，现为“已发出”" in answer.text
    assert '<dd class="words">不必</dd>' in answer.text and 'href="/signing">回到签批室' in answer.text
    assert f'href="{address_of(case.number)}">看' in answer.text


@pytest.mark.parametrize(
    ("state", "told"), [("draft", "随即编号印发督查通知单"), ("verifying", "将要发出的（草稿）")]
)
def test_a_decision_says_which_paper_it_sends(office, pages, state, told):
    case = a_case(office, state)
    if state == "verifying":
        give(office, case, "record_verification", OFFICER, **CHECKED)
    (path,) = waits_for(pages, DIRECTOR)
    shown = pages.signed_in(DIRECTOR).sees(path)
    assert told in shown and "不发出文书" not in shown
    assert "<dt>事项来源</dt><dd>" in shown


def test_a_form_sent_twice_is_carried_out_once(office, pages):
    pages.now = INQUIRY
    to_ask(office, 2)
    browser, path = pages.signed_in(DIRECTOR), waits_for(pages, DIRECTOR)[0]
    address, hidden = form_of(browser.sees(path), "approve")
    answers = [browser.post(address, data=hidden) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len(proposed(office)) == 1


def test_a_paper_shows_its_draft_as_text_and_as_a_print_within_the_page(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    browser, (path,) = pages.signed_in(DIRECTOR), waits_for(pages, DIRECTOR)
    assert QUESTION in browser.sees(path)
    answer = browser.get(f"{path}/preview")
    assert answer.content.startswith(b"%PDF") and answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert browser.get(f"{path}/preview").content == answer.content


def test_the_room_is_led_to_by_those_who_sign_and_from_their_desks(office, pages):
    days = {"valid_from": OPENED.date(), "valid_to": at(2026, 8, 31).date()}
    deputies.appoint(office, DIRECTOR, "岑朗月", "director", by=signed(DIRECTOR), at=OPENED, **days)
    led = {DIRECTOR: True, CLERK: True, "岑朗月": True, LIAISON: False, AUDITOR: False}
    for person, is_led in led.items():
        assert ('href="/signing"' in pages.signed_in(person).sees("/desk")) is is_led


def test_a_list_goes_on_behind_its_last_line(office, pages):
    for _ in range(23):
        a_case(office, "draft")
    browser = pages.signed_in(DIRECTOR)
    first = browser.sees("/signing")
    more = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    pages_ = [ONE.findall(first), ONE.findall(browser.sees(more))]
    assert [len(one) for one in pages_] == [20, 3] and not set(pages_[0]) & set(pages_[1])


@pytest.mark.parametrize("after", ["~", "x", "~~~~~~", "00000~2026-07-01~measure~" + "9" * 300])
def test_no_place_in_an_address_makes_the_list_fail(office, pages, after):
    pages.signed_in(DIRECTOR).sees(f"/signing?after={after}")


def test_one_more_that_waits_costs_no_query_of_its_own(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    reviewed(office, a_case(office), hands=(CLERK,))
    browser = pages.signed_in(DIRECTOR)
    browser.sees("/signing")
    few = queries_of(office, browser, "/signing")
    to_ask(office, 3)
    reviewed(office, a_case(office), hands=(CLERK,))
    assert queries_of(office, browser, "/signing") == few
