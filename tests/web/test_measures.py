"""Measures on the pages: who sees one, what it offers whom, its forms, and its paper."""

import re

import pytest

from states.vocabulary import Role as R
from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    SYSTEM_ADMIN,
    a_case,
    a_receipt,
    at,
    on_escalation,
    raised,
    sweep_on,
)
from tests.stories import (
    DUE_SOON,
    GROUND,
    INQUIRY,
    QUESTION,
    SERVED,
    a_case_admonished,
    a_case_to_ask,
)
from tests.web.playing import PEOPLE, appoint_deputy, take_in_whoever_is_alone
from tests.web.rights import EVERYBODY
from tests.web.rights import Somebody as S

OFFERED = re.compile(r'/acts/(\w+)"')
STRANGERS = {R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN, S.NO_ROLE, S.CO_LIAISON, S.ACCOUNTABLE}
UNIT = {R.LIAISON, R.UNIT_HEAD}
HANDLER = "颜秉文"
"""Of the organization department."""

DESK = {R.OFFICER, S.DEPUTY, R.CLERK, R.DIRECTOR}
DECIDING = {"approve", "reject", "snooze", "recuse"}
WHO = [one for one in EVERYBODY if one in PEOPLE and one is not S.DEBTOR]
"""Whoever owes another password sees no page before he has set it."""


def page_of(case, office, step):
    return f"/cases/{case.number}/measures/{raised(office, step).id}"


def offered(browser, path):
    answer = browser.get(path)
    return answer.status_code, set(OFFERED.findall(answer.text))


def with_desk(who, *commands, director=()):
    return {*(commands if who in DESK else ()), *(director if who is R.DIRECTOR else ())}


@pytest.fixture
def asked(office, pages):
    """A late matter whose inquiry waits for its approver, on that day; everybody is there."""
    take_in_whoever_is_alone(office)
    appoint_deputy(office)
    pages.now = INQUIRY
    return a_case_to_ask(office)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_proposal_is_the_office_s_and_decided_by_its_approvers(office, pages, asked):
    path = page_of(asked, office, "inquiry")
    for who in WHO:
        found = offered(pages.signed_in(PEOPLE[who]), path)
        wanted = with_desk(who, "draft", director=DECIDING | {"withdraw"})
        wanted |= DECIDING if who is R.LEADER else set()
        assert found == ((404, set()) if who in STRANGERS | UNIT else (200, wanted)), who


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_what_was_issued_is_its_unit_s_to_sign_for_and_the_desk_s_to_follow(office, pages, asked):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    path = page_of(asked, office, "inquiry")
    for who in WHO:
        wanted = with_desk(who, "serve", "conclude", director=["withdraw"])
        wanted |= {"sign"} if who in UNIT else set()
        found = offered(pages.signed_in(PEOPLE[who]), path)
        assert found == ((404, set()) if who in STRANGERS else (200, wanted)), who


@pytest.mark.parametrize("command", ["approve", "sign", "judge", "nothing-like-it"])
def test_no_form_of_a_command_that_is_not_his_is_opened_or_taken(office, pages, asked, command):
    path = f"{page_of(asked, office, 'inquiry')}/acts/{command}"
    browser = pages.signed_in(OFFICER)
    form = browser.form(f"/cases/{asked.number}/acts/comment")
    sent = 404 if command == "nothing-like-it" else 409
    assert (browser.get(path).status_code, browser.post(path, data=form).status_code) == (404, sent)
    assert raised(office, "inquiry").state == "proposed"


def test_an_inquiry_goes_from_its_approval_to_its_reply_by_forms(office, pages, asked):
    path = page_of(asked, office, "inquiry")
    his = pages.signed_in(DIRECTOR).sends(f"{path}/acts/approve", question=QUESTION)
    assert his.status_code == 303, his.text
    assert raised(office, "inquiry").state == "issued"
    pages.signed_in(LIAISON).sends(f"{path}/acts/sign")
    pages.now = SERVED
    said = {"reply": "灯具已到货，八月五日前全部复亮", "judgement": "sufficient"}
    answer = pages.signed_in(CLERK).sends(f"{path}/acts/answer", **said)
    assert "已办理：登记回复" in pages.signed_in(CLERK).sees(answer.headers["location"])
    assert raised(office, "inquiry").state == "concluded"


@pytest.fixture
def served(office, asked):
    """The inquiry as its unit has it in hand."""
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    on_escalation(office, "inquiry", "sign", LIAISON, INQUIRY)
    return page_of(asked, office, "inquiry")


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_reply_is_its_unit_s_to_give_and_the_desk_s_to_enter(office, pages, served):
    for who in WHO:
        wanted = with_desk(who, "answer", "conclude", director=["withdraw"])
        wanted |= {"reply"} if who in UNIT else set()
        found = offered(pages.signed_in(PEOPLE[who]), served)
        assert found == ((404, set()) if who in STRANGERS else (200, wanted)), who


def test_a_unit_replies_from_its_desk_with_its_letter_and_history_says_by_whose_account(
    office, pages, served
):
    his = pages.signed_in(LIAISON)
    assert re.search(r"待回复.*?查看办理", his.sees("/desk"), re.S)
    assert "acts/reply" in re.search(r'class="button main" href="([^"]+)"', his.sees(served))[1]
    letter = [("evidence", ("回函.txt", "灯具已到货".encode(), "text/plain"))]
    answer = his.sends(f"{served}/acts/reply", files=letter, reply="灯具已到货，八月五日前全部复亮")
    assert "已办理：回复" in his.sees(answer.headers["location"])
    assert raised(office, "inquiry").state == "answered"
    told = his.sees(served.partition("/measures")[0])
    assert "登记回复（函询" in told and "单位以本单位账号提交" in told and "回函.txt" in told


def test_the_first_button_is_the_next_act_of_who_looks(office, pages, asked):
    path, main = page_of(asked, office, "inquiry"), r'class="button main" href="[^"]*/acts/(\w+)"'
    assert re.findall(main, pages.signed_in(DIRECTOR).sees(path)) == ["approve"]
    assert re.findall(main, pages.signed_in(OFFICER).sees(path)) == ["draft"]
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    assert re.findall(main, pages.signed_in(CLERK).sees(path)) == ["serve"]
    assert re.findall(main, pages.signed_in(LIAISON).sees(path)) == ["sign"]


def test_a_form_sent_twice_is_carried_out_once(office, pages, asked):
    browser, path = pages.signed_in(DIRECTOR), f"{page_of(asked, office, 'inquiry')}/acts/approve"
    form = {**browser.form(path), "question": QUESTION}
    first, second = browser.post(path, data=form), browser.post(path, data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert "没有重复办理" in browser.sees(second.headers["location"])


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(office, pages, asked):
    path = f"{page_of(asked, office, 'inquiry')}/acts/snooze"
    refused = pages.signed_in(DIRECTOR).sends(path, until="2027-01-01", reason="待调度会后再定")
    assert refused.status_code == 422
    assert "暂缓到的日期须在" in refused.text and "待调度会后再定" in refused.text


def test_what_would_go_out_is_shown_before_and_what_went_out_after(office, pages, asked):
    browser, path = pages.signed_in(DIRECTOR), page_of(asked, office, "inquiry")
    assert "文书（草稿）" in browser.sees(path)
    browser.sends(f"{path}/acts/approve", question=QUESTION)
    assert QUESTION in browser.sees(path) and "打开PDF" in browser.sees(path)


def test_a_paper_is_opened_by_those_who_see_it_and_read_under_a_policy_of_its_own(office, pages, asked):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    path = f"/cases/{asked.number}/papers/{raised(office, 'inquiry').document_id}"
    answer = pages.signed_in(LIAISON).get(path)
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"].startswith("inline;")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert {pages.signed_in(one).get(path).status_code for one in ("BH214-L", SYSTEM_ADMIN)} == {404}


def test_a_measure_that_concerns_a_person_has_no_page_and_its_paper_only_its_handlers(office, pages):
    case = a_case_admonished(office)
    pages.now = at(2026, 8, 24)
    page, paper = page_of(case, office, "admonition"), raised(office, "admonition").document_id
    assert {pages.signed_in(one).get(page).status_code for one in (OFFICER, DIRECTOR, HANDLER)} == {404}
    file = f"/cases/{case.number}/papers/{paper}"
    assert {pages.signed_in(one).get(file).status_code for one in (OFFICER, DIRECTOR, LIAISON)} == {404}
    assert pages.signed_in(HANDLER).get(file).content.startswith(b"%PDF")


def test_the_matter_s_page_leads_to_its_measures_and_papers(office, pages, asked):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    on_escalation(office, "inquiry", "serve", CLERK, SERVED, evidence=a_receipt(office))
    browser = pages.signed_in(LIAISON)
    shown = browser.sees(f"/cases/{asked.number}")
    links = set(re.findall(r'href="(/cases/[^"]+/(?:measures|papers)/[^"]+)"', shown))
    assert len(links) >= 4
    assert {browser.get(link).status_code for link in links} == {200}


def test_a_plain_mail_has_its_page_and_its_words_as_well(office, pages):
    case = a_case(office, "handling")
    sweep_on(office, DUE_SOON)
    pages.now = DUE_SOON
    browser, sent = pages.signed_in(LIAISON), raised(office, "due_soon")
    assert "期限" in browser.sees(page_of(case, office, "due_soon"))
    answer = browser.get(f"/cases/{case.number}/papers/{sent.document_id}")
    assert answer.content.startswith(b"%PDF")
    assert "None" not in browser.sees(f"/cases/{case.number}")


def test_what_a_measure_holds_against_a_person_is_told_on_no_page_of_the_matter(office, pages):
    case = a_case_admonished(office)
    pages.now = at(2026, 8, 24)
    for person in (OFFICER, CLERK, AUDITOR, DIRECTOR):
        shown = pages.signed_in(person).sees(f"/cases/{case.number}")
        assert GROUND["clause"] not in shown and GROUND["facts"] not in shown


def test_no_address_claims_an_act_that_was_not_done(office, pages, asked):
    shown = pages.signed_in(DIRECTOR).sees(f"{page_of(asked, office, 'inquiry')}?done=withdraw")
    assert "已办理" not in shown


def test_the_approver_sees_what_was_drafted_and_writes_nothing_else(office, pages, asked):
    path = page_of(asked, office, "inquiry")
    pages.signed_in(OFFICER).sends(f"{path}/acts/draft", question=QUESTION)
    his = pages.signed_in(DIRECTOR)
    assert QUESTION in his.sees(path)
    assert 'name="question"' not in his.sees(f"{path}/acts/approve")
    assert QUESTION in his.sees(f"{path}/acts/draft")


def test_what_was_drafted_anew_meanwhile_is_not_approved_unseen(office, pages, asked):
    path = page_of(asked, office, "inquiry")
    pages.signed_in(OFFICER).sends(f"{path}/acts/draft", question=QUESTION)
    his = pages.signed_in(DIRECTOR)
    form = his.form(f"{path}/acts/approve")
    pages.signed_in(CLERK).sends(f"{path}/acts/draft", question="另一个问题：为何两次承诺均未兑现？")
    answer = his.post(f"{path}/acts/approve", data=form)
    assert (answer.status_code, raised(office, "inquiry").state) == (409, "proposed")
    assert "在您填写期间的新记载" in answer.text
