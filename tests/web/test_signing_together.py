"""Several decided at once in the signing room: only of one kind, only about units, each told by itself."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from tests.builders import CLERK, DIRECTOR, OFFICER, a_case, at, climb, give, raised, rows, signed, stored
from tests.stories import INQUIRY, REMINDER, a_case_to_admonish
from tests.web.test_signing import give_on, proposed, reviewed, to_ask
from tests.writing import HANDLER, OTHER_HANDLER, TO_PERSON, drafted
from workflow.services.documents import judging
from workflow.storage.models import Escalation

TICK = re.compile(r'name="tick" value="([^"]+)"')
PRINCIPAL = "顾砚清"


def ticks(browser):
    return TICK.findall(browser.sees("/signing"))


def approves(browser, tick, opinion="同意"):
    form = browser.form("/signing")
    return browser.post("/signing", data={"_form": "a-form-of-his", **form, "tick": tick, "opinion": opinion})


def test_what_is_of_one_kind_is_approved_with_one_opinion_and_each_is_told(office, pages):
    pages.now = INQUIRY
    to_ask(office)
    browser = pages.signed_in(DIRECTOR)
    answer = approves(browser, ticks(browser))
    assert "已批准3件" in answer.text and proposed(office) == []
    assert ticks(browser) == []


def test_what_one_runs_into_leaves_the_others_decided(office, pages):
    pages.now = INQUIRY
    papers = [reviewed(office, a_case(office), hands=(CLERK,)) for _ in range(2)]
    browser = pages.signed_in(DIRECTOR)
    given = [one for one in ticks(browser) if one.startswith("paper~")]
    judging.send_back(office, papers[0], by=signed(CLERK, INQUIRY), at=INQUIRY, reason="措辞")
    answer = approves(browser, given)
    assert "已批准1件，1件没有办理" in answer.text and "已不在等您签批之列" in answer.text


def test_a_matter_somebody_acted_on_meanwhile_is_not_approved(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    browser = pages.signed_in(DIRECTOR)
    given = ticks(browser)
    give_on(office, raised(office, "inquiry").id, "draft", OFFICER, question="为何两次承诺均未兑现？")
    answer = approves(browser, given)
    assert "已批准0件，1件没有办理" in answer.text and "又有1条新的办理记载" in answer.text
    assert raised(office, "inquiry").state == "proposed"


@pytest.mark.parametrize("seen", ["", "x", "-1", "999", "9" * 19])
def test_a_tick_that_does_not_say_what_it_showed_approves_nothing(office, pages, seen):
    pages.now = INQUIRY
    to_ask(office, 2)
    browser = pages.signed_in(DIRECTOR)
    given = ticks(browser)
    given[1] = f"{given[1].rpartition('~')[0]}~{seen}"
    answer = approves(browser, given)
    assert answer.status_code == 403 and "表单不完整" in answer.text and len(proposed(office)) == 2


def test_a_paper_is_signed_by_the_whole_hash_of_what_was_read(office, pages):
    reviewed(office, a_case(office), hands=(CLERK,))
    browser = pages.signed_in(DIRECTOR)
    for left in (0, 1, 63):
        given = [f"{one.rpartition('~')[0]}~{one.rpartition('~')[2][:left]}" for one in ticks(browser)]
        assert approves(browser, given).status_code == 403
    assert len(ticks(browser)) == 1


def test_where_the_database_fails_midway_each_is_told_what_became_of_it(office, pages, monkeypatch, caplog):
    papers = [reviewed(office, a_case(office), hands=(CLERK,)) for _ in range(2)]
    browser, real, begun = pages.signed_in(DIRECTOR), judging.sign, []

    def failing(*given, **more):
        begun.append(given)
        if len(begun) == 2:
            raise OperationalError("UPDATE", {}, Exception("disk I/O error"))
        return real(*given, **more)

    monkeypatch.setattr(judging, "sign", failing)
    answer = approves(browser, ticks(browser))
    assert "已批准1件，1件没有办理" in answer.text and "数据库出错" in answer.text
    assert len(ticks(browser)) == 1 and any(one in caplog.text for one in papers)


def test_what_nobody_drafted_has_no_tick_and_is_told_by_its_row_where_one_is_sent(office, pages):
    pages.now = INQUIRY
    case = a_case(office, "handling")
    climb(office, REMINDER, INQUIRY)
    browser = pages.signed_in(DIRECTOR)
    assert ticks(browser) == [] and "问题未拟" in browser.sees("/signing")
    tick = f"measure~{raised(office, 'inquiry').id}~{stored(office, case).seq}"
    assert "请补充后再办" in approves(browser, [tick]).text
    give_on(office, raised(office, "inquiry").id, "draft", OFFICER, question="为何至今未修复？")
    assert len(ticks(browser)) == 1 and "问题未拟" not in browser.sees("/signing")


def test_several_kinds_are_refused_together_and_nothing_is_decided(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    reviewed(office, a_case(office), hands=(CLERK,))
    browser = pages.signed_in(DIRECTOR)
    answer = approves(browser, ticks(browser))
    assert answer.status_code == 422 and "不是同一种" in answer.text
    assert len(proposed(office)) == 1


def test_a_paper_about_a_person_has_no_tick_and_is_refused_where_one_is_sent(office, pages):
    paper = drafted(office, a_case(office), "personal_reminder", TO_PERSON, by=HANDLER)
    judging.review(office, paper, by=signed(OTHER_HANDLER), at=at(2026, 7, 1))
    browser = pages.signed_in(PRINCIPAL)
    assert ticks(browser) == [] and f"/signing/paper/{paper}" in browser.sees("/signing")
    answer = approves(browser, [f"paper~{paper}~{'0' * 64}"])
    assert answer.status_code == 422 and "须逐件办理" in answer.text
    assert f"/signing/paper/{paper}" in browser.sees("/signing")


def test_a_measure_about_a_person_is_refused_where_one_is_sent(office, pages):
    a_case_to_admonish(office)
    pages.now = at(2026, 8, 24)
    measure = raised(office, "admonition")
    answer = approves(pages.signed_in(PRINCIPAL), [f"measure~{measure.id}~999"])
    assert answer.status_code == 422 and "须逐件办理" in answer.text
    assert raised(office, "admonition").state == "proposed"


def test_a_stranger_to_a_measure_approves_it_by_no_form(office, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    answer = approves(pages.signed_in(OFFICER), [f"measure~{raised(office, 'inquiry').id}~999"])
    assert "已批准0件" in answer.text and raised(office, "inquiry").state == "proposed"


def test_a_form_sent_twice_approves_once(office, pages):
    pages.now = INQUIRY
    first_asked, _ = to_ask(office, 2)
    browser = pages.signed_in(DIRECTOR)
    form = {**browser.form("/signing"), "tick": ticks(browser), "opinion": "同意"}
    first = browser.post("/signing", data=form)
    give(office, first_asked, "log_urge", OFFICER, INQUIRY, means="phone", spoke_with="盛宁远", answer="在办")
    second = browser.post("/signing", data=form)
    assert "已批准2件" in first.text and second.status_code == 409 and "没有重复办理" in second.text
    assert {one.state for one in rows(office, Escalation) if one.step == "inquiry"} == {"issued"}
