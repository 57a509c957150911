"""A form whose act is no longer its sender's when it comes: nothing is done, and nothing he typed is lost."""

import re
from datetime import date

import pytest

from states.vocabulary import Role
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    UNIT_HEAD,
    a_case,
    give,
    on_escalation,
    stored,
    suspended,
)
from tests.stories import INQUIRY, QUESTION, a_case_to_ask
from tests.web.test_measures import page_of

TYPED = "灯具已订货，\n七月底前分三批装完"


def filled(browser, case, command, **words):
    path = f"/cases/{case.number}/acts/{command}"
    return path, {**browser.form(path), **words}


def test_what_was_typed_comes_back_with_what_happened_and_why_it_is_too_late(office, pages):
    case, him = a_case(office, "registered"), pages.signed_in(LIAISON)
    path, form = filled(him, case, "begin", plan=TYPED)
    give(office, case, "begin", UNIT_HEAD, plan="由城管局照明科承办")
    shown = him.post(path, data=form)
    assert shown.status_code == 409
    assert TYPED in shown.text and "在您填写期间" in shown.text and "由城管局照明科承办" not in form.values()
    assert "事项现在为“限期办结”，不能再承办" in shown.text


def test_it_may_be_sent_again_where_the_act_is_possible_after_all(office, pages):
    case, him = a_case(office, "handling"), pages.signed_in(LIAISON)
    path, form = filled(him, case, "report_progress", progress=TYPED)
    suspended(office, case, OPENED, date(2026, 8, 3))
    late = him.post(path, data=form)
    give(office, case, "resume", DIRECTOR, reason="变压器已迁改")
    seen = {"_seen": re.search(r'name="_seen" value="(\d+)"', late.text)[1]}
    once_more = him.post(path, data={**form, **seen})
    assert (late.status_code, once_more.status_code) == (409, 409)
    seen = {"_seen": re.search(r'name="_seen" value="(\d+)"', once_more.text)[1]}
    assert him.post(path, data={**form, **seen}).status_code == 303


def test_whose_act_it_never_was_is_told_whose_it_is(office, pages):
    case, him = a_case(office, "registered"), pages.signed_in(OFFICER)
    form = {**him.form(f"/cases/{case.number}/acts/comment"), "plan": TYPED}
    shown = him.post(f"/cases/{case.number}/acts/begin", data=form)
    assert shown.status_code == 409 and "只能由" in shown.text and Role.LIAISON.label in shown.text
    assert stored(office, case).facts.state == "registered"


def test_who_may_see_the_matter_no_longer_is_told_that_there_is_none(office, pages):
    case, him = a_case(office, "registered"), pages.signed_in(LIAISON)
    path, form = filled(him, case, "begin", plan=TYPED)
    give(office, case, "reassign", DIRECTOR, lead_unit="市交通运输局", reason="职责在交通部门")
    assert him.post(path, data=form).status_code == 404


def test_no_page_leads_to_a_form_whose_act_is_not_his(office, pages):
    case, him = a_case(office, "registered"), pages.signed_in(OFFICER)
    assert him.get(f"/cases/{case.number}/acts/begin").status_code == 404


def test_who_goes_back_to_the_form_of_a_finished_act_is_told_how_it_stands_and_led_to_it(office, pages):
    case, him = a_case(office, "assigned"), pages.signed_in(LIAISON)
    path = f"/cases/{case.number}/acts/acknowledge"
    assert him.sends(path).status_code == 303
    shown = him.get(path)
    assert shown.status_code == 404 and "事项现在为“台账”，不能再签收" in shown.text
    (way,) = re.findall(r'href="(/cases/[^"]+)">回到事项', shown.text)
    assert case.number in him.sees(way)


def test_a_new_matter_typed_by_whoever_may_open_none_any_more_is_given_back(office, pages):
    him = pages.signed_in(DIRECTOR)
    form = {"_token": him.form("/sign-in")["_token"], "_form": "a", "title": "海港大道积水点整治"}
    shown = him.post("/cases/new/open", data=form)
    assert shown.status_code == 409 and "海港大道积水点整治" in shown.text


@pytest.mark.parametrize("command", ["sign", "no-such-act"])
def test_a_measure_s_form_comes_back_likewise(office, pages, command):
    pages.now, case = INQUIRY, a_case_to_ask(office)
    him, path = pages.signed_in(DIRECTOR), page_of(case, office, "inquiry")
    form = {**him.form(f"{path}/acts/reject"), "reason": "单位已报送情况"}
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    shown = him.post(f"{path}/acts/reject", data=form)
    assert shown.status_code == 409 and "单位已报送情况" in shown.text and "在您填写期间" in shown.text
    assert "“函询”已发出，不能再不批准" in shown.text
    assert him.post(f"{path}/acts/{command}", data=form).status_code == (409 if command == "sign" else 404)


def test_chosen_files_are_said_to_be_lost(office, pages):
    case, him = a_case(office, "handling"), pages.signed_in(LIAISON)
    path, form = filled(him, case, "report_completion", result=TYPED)
    give(office, case, "withdraw", DIRECTOR, reason="重复立项")
    proof = [("evidence", ("验收单.txt", "312盏已修复".encode(), "text/plain"))]
    shown = him.post(path, data=form, files=proof)
    assert shown.status_code == 409 and "附件没有保留" in shown.text


def test_the_form_of_a_sealed_matter_says_that_it_is_sealed(play):
    his, sealed = play.browser(Role.DIRECTOR), f"/cases/{play.sealed.number}"
    form = {**his.form(f"/cases/{play.own.number}/acts/comment"), "_seen": play.seen(sealed)}
    shown = his.post(f"{sealed}/acts/comment", data={**form, "text": "完成率与现场不符"})
    assert shown.status_code == 409 and "已于" in shown.text and "封存" in shown.text
    assert "完成率与现场不符" in shown.text
