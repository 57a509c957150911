"""台账: columns and views of one's own, what is shown as a workbook, one act on many matters."""

import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import OperationalError

from tests.administrators import with_three
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OTHER,
    SYSTEM_ADMIN,
    TITLE,
    a_case,
    a_draft,
    give,
    rows,
    signed,
)
from workflow.services import audit_works, cases, together
from workflow.services.accounts.disabling import disable
from workflow.storage.models import Event
from workflow.storage.work_models import RegisterView
from workflow.web.pages import register_keeping

URGED = {"means": "phone", "spoke_with": "盛宁远", "answer": "本周完成"}


def form_of(browser, **more):
    return {"_token": browser.form("/sign-in")["_token"], **more}


def test_columns_are_kept_for_whoever_chose_them(office, pages):
    a_case(office, "handling")
    his, hers = pages.signed_in(OFFICER), pages.signed_in(DIRECTOR)
    his.post("/register/columns", data=form_of(his, column=["light", "leader", "no such column"]))
    assert ">包保领导</th>" in his.sees("/cases") and ">期限</th>" not in his.sees("/cases")
    assert ">包保领导</th>" not in hers.sees("/cases")


def test_a_view_is_kept_under_a_name_and_nobody_else_sees_it(office, pages):
    his, hers = pages.signed_in(OFFICER), pages.signed_in(DIRECTOR)
    a_case(office, "handling")
    his.post("/register/views", data=form_of(his, state="handling", name="在办的"))
    assert '<a href="/cases?state=handling">在办的</a>' in his.sees("/cases")
    hers.post("/register/views", data=form_of(hers, drop="在办的"))
    assert "在办的" in his.sees("/cases") and "在办的" not in hers.sees("/cases")
    his.post("/register/views", data=form_of(his, drop="在办的"))
    assert rows(office, RegisterView) == []


def test_a_view_kept_under_a_name_he_has_says_that_it_replaces(office, pages):
    his, hers = pages.signed_in(OFFICER), pages.signed_in(DIRECTOR)
    for one in (his, hers):
        first = one.post("/register/views", data=form_of(one, state="handling", name="甲"))
        assert "视图已存好。" in one.sees(first.headers["location"])
    again = his.post("/register/views", data=form_of(his, words="路灯", name="甲"))
    assert "替换了原来的同名视图" in his.sees(again.headers["location"])


def test_views_are_bounded(office, pages):
    his = pages.signed_in(OFFICER)
    sent = [
        his.post("/register/views", data=form_of(his, words="灯", name=f"视图{one}")) for one in range(21)
    ]
    assert [one.status_code for one in sent] == [303] * 20 + [422]
    assert "请先删去不用的" in sent[-1].text


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "机密★10年 军用机场选址"},
        {"leader": "绝密★1年"},
        {"words": "倒过\u202e来的字"},
        {"due_from": "昨天"},
        {"order": "junk"},
    ],
)
def test_what_cannot_be_looked_for_is_kept_in_no_view(office, pages, asked):
    his = pages.signed_in(OFFICER)
    answer = his.post("/register/views", data=form_of(his, name="甲", **asked))
    assert answer.status_code == 422 and rows(office, RegisterView) == []


def test_views_go_with_the_account(office, pages):
    his, hers = pages.signed_in(OFFICER), pages.signed_in(DIRECTOR)
    for one in (his, hers):
        one.post("/register/views", data=form_of(one, words="王某某", name="来访人"))
    disable(office, OFFICER, by=signed(SYSTEM_ADMIN), at=pages.now)
    assert [one.person for one in rows(office, RegisterView)] == ["R010"]


def test_when_a_matter_changed_is_told_to_those_who_see_the_whole_of_it(office, pages):
    a_case(office, "handling")
    his, hers = pages.signed_in(OFFICER), pages.signed_in(LIAISON)
    for one in (his, hers):
        one.post("/register/columns", data=form_of(one, column=["changed", "due"]))
    assert ">最近变动</th>" in his.sees("/cases") and 'value="changed"' in his.sees("/cases")
    assert ">期限</th>" in hers.sees("/cases") and "最近变动" not in hers.sees("/cases")
    assert 'id="order-error"' in hers.sees("/cases?order=changed")
    told = load_workbook(BytesIO(hers.post("/register/export", data=form_of(hers)).content))
    assert "最近变动" not in [one for row in told["台账"].values for one in row]


def test_whoever_is_shown_what_matters_say_has_looked_into_them(office, pages):
    case, _ = a_case(office, "handling"), a_draft(office)
    him, hers = pages.signed_in(AUDITOR), pages.signed_in(LIAISON)
    him.sees("/cases")
    assert read(office) == []
    for one in (him, hers):
        one.post("/register/columns", data=form_of(one, column="progress"))
    him.sees("/cases"), him.sees("/cases?state=handling"), hers.sees("/cases")
    assert len(read(office)) == 2 and case.number in str(read(office))


def read(office):
    return [one.payload for one in rows(office, Event) if one.kind == "case_read"]


def test_one_of_the_three_takes_nothing_out(office, pages):
    with_three(office)
    his = pages.signed_in(SYSTEM_ADMIN)
    answer = his.post("/register/export", data=form_of(his))
    assert answer.status_code == 403 and "不得导出台账" in answer.text


def test_what_is_shown_is_taken_out_with_an_entry(office, pages):
    handling, draft = a_case(office, "handling"), a_draft(office, title="=cmd|' /C calc'!A0")
    his = pages.signed_in(OFFICER)
    book = load_workbook(BytesIO(his.post("/register/export", data=form_of(his, state="draft")).content))
    cells = list(book["台账"].iter_rows())
    told = [one.value for row in cells for one in row]
    assert draft.number in told and handling.number not in told
    assert {one.data_type for row in cells for one in row if one.value == draft.facts.title} == {"s"}
    assert [one.actor for one in rows(office, Event) if one.kind == "register_exported"] == ["R011"]


def test_the_line_below_the_title_says_what_was_looked_for_in_people_s_words(office, pages):
    a_case(office, "handling")
    his = pages.signed_in(OFFICER)
    sent = form_of(his, state="handling", order="due", words="路灯")
    sheet = load_workbook(BytesIO(his.post("/register/export", data=sent).content)).worksheets[0]
    assert "编号或名称：路灯；环节：限期办结；排序：期限近的在前" in sheet["A2"].value


@pytest.mark.parametrize(
    ("back", "found"),
    [
        ("/cases?light=red&order=due&done=kept", "/cases?light=red&amp;order=due"),
        ("//evil.example/?x=1", "/cases"),
    ],
)
def test_an_act_on_many_leads_back_to_the_list_it_began_on(office, pages, back, found):
    tick, his = f"{a_case(office, 'handling').number}~1", pages.signed_in(OFFICER)
    form = his.get("/register/acts", params={"act": "comment", "tick": tick, "back": back})
    assert f'<a href="{found}">返回台账</a>' in form.text


def test_a_unit_takes_out_its_own_alone(office, pages):
    mine, foreign = a_case(office, "handling"), a_case(office, "assigned", lead_unit=OTHER)
    hers = pages.signed_in(LIAISON)
    book = load_workbook(BytesIO(hers.post("/register/export", data=form_of(hers)).content))
    told = [one for row in book["台账"].values for one in row]
    assert mine.number in told and foreign.number not in told


def filled_in(browser, act, *shown, **filled):
    """The form of an act on the matters ticked, as they were shown on the page before."""
    ticks = [f"{one.number}~{one.seq}" for one in shown]
    path = f"/register/acts?{urlencode({'act': act, 'tick': ticks}, doseq=True)}"
    return {**browser.form(path), "tick": ticks, **filled}


def urges(office):
    return len([one for one in rows(office, Event) if one.kind == "urged"])


def test_the_page_ticks_what_it_shows(office, pages):
    case = a_case(office, "handling")
    assert f'name="tick" value="{case.number}~{case.seq}"' in pages.signed_in(OFFICER).sees("/cases")


def test_a_form_for_many_names_those_he_sees(office, pages):
    case, foreign = a_case(office, "handling"), a_case(office, "assigned", lead_unit=OTHER)
    ticks = [f"{one.number}~{one.seq}" for one in (case, foreign)]
    path = f"/register/acts?{urlencode({'act': 'acknowledge', 'tick': ticks}, doseq=True)}"
    assert f"{case.number} {TITLE}" in pages.signed_in(LIAISON).sees(path)
    assert f"{foreign.number} {TITLE}" not in pages.signed_in(LIAISON).sees(path)


def test_one_act_on_many_tells_what_became_of_each(office, pages):
    handling, draft = a_case(office, "handling"), a_draft(office)
    his = pages.signed_in(OFFICER)
    sent = filled_in(his, "log_urge", handling, draft, **URGED)
    told = his.post("/register/acts/log_urge", data={**sent, "tick": [*sent["tick"], "无此号~1"]})
    assert "已办理1项，未办理2项" in told.text and "没有这个事项" in told.text
    again = his.post("/register/acts/log_urge", data=sent)
    assert "此前已办理" in again.text and urges(office) == 1


def test_what_is_wrong_on_all_of_them_comes_back_as_it_was_filled_in(office, pages):
    cases, his = [a_case(office, "handling") for _ in range(2)], pages.signed_in(OFFICER)
    said = {**URGED, "means": "phone", "spoke_with": "", "answer": "月底前完成"}
    sent = filled_in(his, "log_urge", *cases, **said)
    told = his.post("/register/acts/log_urge", data=sent)
    assert told.status_code == 422 and "须写明催办对象" in told.text and "月底前完成" in told.text
    assert all(f'value="{case.number}~{case.seq}" checked' in told.text for case in cases)
    his.post("/register/acts/log_urge", data={**sent, "spoke_with": "盛宁远"})
    assert urges(office) == 2


def test_a_matter_somebody_acted_on_meanwhile_is_left_alone_and_told(office, pages):
    changed, same = a_case(office, "handling"), a_case(office, "handling")
    his = pages.signed_in(OFFICER)
    sent = filled_in(his, "log_urge", changed, same, **URGED)
    give(office, changed, "report_progress", LIAISON, progress="已修复一百盏")
    told = his.post("/register/acts/log_urge", data=sent)
    assert "已办理1项，未办理1项" in told.text and "又有1条新的办理记载" in told.text
    give(office, same, "report_progress", LIAISON, progress="已修复一百盏")
    again = his.post("/register/acts/log_urge", data=sent)
    assert "此前已办理" in again.text and urges(office) == 1


@pytest.mark.parametrize("tick", ["{number}", "{number}~", "{number}~x", "~1", "{number}~" + "9" * 19])
def test_a_tick_that_does_not_say_what_it_showed_is_refused(office, pages, tick):
    case, his = a_case(office, "handling"), pages.signed_in(OFFICER)
    sent = filled_in(his, "log_urge", case, **URGED) | {"tick": tick.format(number=case.number)}
    assert his.post("/register/acts/log_urge", data=sent).status_code == 403
    sent["tick"] = f"{case.number}~999"
    assert "表单不完整" in his.post("/register/acts/log_urge", data=sent).text
    assert urges(office) == 0


def test_where_the_database_fails_midway_each_is_told_what_became_of_it(office, pages, monkeypatch, caplog):
    first, second = a_case(office, "handling"), a_case(office, "handling")
    real = cases.perform_all

    def failing(office, orders, **more):
        if orders[0].number == second.number:
            raise OperationalError("UPDATE", {}, Exception("disk I/O error"))
        return real(office, orders, **more)

    monkeypatch.setattr(together.cases, "perform_all", failing)
    his = pages.signed_in(OFFICER)
    told = his.post("/register/acts/log_urge", data=filled_in(his, "log_urge", first, second, **URGED))
    assert told.status_code == 200 and "已办理1项，未办理1项" in told.text and "数据库出错" in told.text
    assert urges(office) == 1 and second.number in caplog.text


def test_nobody_learns_of_a_foreign_matter_by_acting_on_it(office, pages):
    foreign = a_case(office, "assigned", lead_unit=OTHER)
    hers = pages.signed_in(LIAISON)
    sent = filled_in(hers, "acknowledge", foreign)
    assert "没有这个事项" in hers.post("/register/acts/acknowledge", data=sent).text


@pytest.mark.parametrize(
    ("act", "numbers", "status"),
    [("close_out", ["x"], 404), ("comment", [], 422), ("comment", range(101), 422)],
)
def test_what_is_not_light_or_too_much_is_refused(office, pages, act, numbers, status):
    his = pages.signed_in(OFFICER)
    sent = form_of(his, _form="k", tick=[f"{one}~1" for one in numbers], text="请核")
    assert his.post(f"/register/acts/{act}", data=sent).status_code == status
    assert his.get("/register/acts", params={"act": act, "tick": sent["tick"]}).status_code == status


def test_more_than_anybody_waits_for_is_made_beside_the_pages(office, pages, monkeypatch):
    numbers = [a_case(office, "handling").number for _ in range(2)]
    monkeypatch.setattr(register_keeping, "MOST_SHOWN", 1)
    his, another = pages.signed_in(OFFICER), pages.signed_in(DIRECTOR)
    led = his.post("/register/export", data=form_of(his, form="csv"))
    assert (led.status_code, led.headers["location"]) == (303, "/register/exports")
    assert "等候" in his.sees("/register/exports") and "等候" not in another.sees("/register/exports")
    assert audit_works.carry_out(office, clock=lambda: pages.now) == 1
    (file,) = re.findall(r'href="(/register/exports/[^"]+/file)"', his.sees("/register/exports"))
    assert all(one in his.get(file).text for one in numbers)
    assert another.get(file).status_code == 404
    assert sum(one.kind == "register_exported" for one in rows(office, Event)) == 1


def test_another_export_than_the_one_under_way_says_so(office, pages, monkeypatch):
    a_case(office, "handling"), a_case(office, "handling")
    monkeypatch.setattr(register_keeping, "MOST_SHOWN", 1)
    his = pages.signed_in(OFFICER)
    his.post("/register/export", data=form_of(his, form="csv"))
    told = his.post("/register/export", data=form_of(his, form="xlsx"))
    assert told.status_code == 409 and "另一项导出台账" in told.text
    assert his.post("/register/export", data=form_of(his, form="csv")).status_code == 303
