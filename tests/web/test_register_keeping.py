"""台账: columns and views of one's own, what is shown as a workbook, one act on many matters."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.builders import DIRECTOR, LIAISON, OFFICER, OTHER, a_case, a_draft, rows
from workflow.storage.models import Event
from workflow.storage.work_models import RegisterView

ASKED = "/cases?state=handling"


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


def test_views_are_bounded(office, pages):
    his = pages.signed_in(OFFICER)
    sent = [
        his.post("/register/views", data=form_of(his, words="灯", name=f"视图{one}")) for one in range(21)
    ]
    assert [one.status_code for one in sent] == [303] * 20 + [422]
    assert "请先删去不用的" in sent[-1].text


def test_what_is_shown_is_taken_out_with_an_entry(office, pages):
    handling, draft = a_case(office, "handling"), a_draft(office, title="=cmd|' /C calc'!A0")
    his = pages.signed_in(OFFICER)
    book = load_workbook(BytesIO(his.post("/register/export", data=form_of(his, state="draft")).content))
    cells = list(book["台账"].iter_rows())
    told = [one.value for row in cells for one in row]
    assert draft.number in told and handling.number not in told
    assert {one.data_type for row in cells for one in row if one.value == draft.facts.title} == {"s"}
    assert [one.actor for one in rows(office, Event) if one.kind == "register_exported"] == ["R011"]


def test_the_cover_says_what_was_looked_for_in_people_s_words(office, pages):
    a_case(office, "handling")
    his = pages.signed_in(OFFICER)
    sent = form_of(his, state="handling", order="due", words="路灯")
    cover = load_workbook(BytesIO(his.post("/register/export", data=sent).content)).worksheets[0]
    told = [one for row in cover.values for one in row]
    assert "编号或名称：路灯；环节：限期办结；排序：期限近的在前" in told


@pytest.mark.parametrize(
    ("back", "found"),
    [
        ("/cases?light=red&order=due&done=kept", "/cases?light=red&amp;order=due"),
        ("//evil.example/?x=1", "/cases"),
    ],
)
def test_an_act_on_many_leads_back_to_the_list_it_began_on(office, pages, back, found):
    number = a_case(office, "handling").number
    his = pages.signed_in(OFFICER)
    form = his.get("/register/acts", params={"act": "comment", "number": number, "back": back})
    assert f'<a href="{found}">返回台账</a>' in form.text


def test_a_unit_takes_out_its_own_alone(office, pages):
    mine, foreign = a_case(office, "handling"), a_case(office, "assigned", lead_unit=OTHER)
    hers = pages.signed_in(LIAISON)
    book = load_workbook(BytesIO(hers.post("/register/export", data=form_of(hers)).content))
    told = [one for row in book["台账"].values for one in row]
    assert mine.number in told and foreign.number not in told


def test_one_act_on_many_tells_what_became_of_each(office, pages):
    handling, draft = a_case(office, "handling"), a_draft(office)
    his = pages.signed_in(OFFICER)
    path = f"/register/acts?act=log_urge&number={handling.number}&number={draft.number}&number=无此号"
    sent = {**his.form(path), "number": [handling.number, draft.number, "无此号"], "means": "phone"}
    sent |= {"spoke_with": "盛宁远", "answer": "本周完成"}
    told = his.post("/register/acts/log_urge", data=sent)
    assert "已办理1项，未办理2项" in told.text and "没有这个事项" in told.text
    again = his.post("/register/acts/log_urge", data=sent)
    assert "此前已办理" in again.text
    assert len([one for one in rows(office, Event) if one.kind == "urged"]) == 1


def test_nobody_learns_of_a_foreign_matter_by_acting_on_it(office, pages):
    foreign = a_case(office, "assigned", lead_unit=OTHER)
    hers = pages.signed_in(LIAISON)
    sent = {**hers.form(f"/register/acts?act=acknowledge&number={foreign.number}"), "number": foreign.number}
    assert "没有这个事项" in hers.post("/register/acts/acknowledge", data=sent).text


@pytest.mark.parametrize(("act", "numbers"), [("close_out", ["x"]), ("comment", []), ("comment", range(101))])
def test_what_is_not_light_or_too_much_is_refused(office, pages, act, numbers):
    his = pages.signed_in(OFFICER)
    sent = form_of(his, _form="k", number=[str(one) for one in numbers], text="请核")
    assert his.post(f"/register/acts/{act}", data=sent).status_code == 422
