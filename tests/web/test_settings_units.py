"""设置, 单位和人员: put right on the road of a directory, with the second key where it holds."""

import re

import pytest
from sqlalchemy import event

from tests.administrators import SYSTEM_ADMIN, with_three
from tests.builders import AUDITOR, DIRECTOR, OFFICER, a_case, rows
from workflow.services.verification import inspection
from workflow.storage.directory_models import Person, RoleRequest, Unit

UNIT = "/settings/units/BH212"


def form_in(browser, path, action):
    """What stands in a page's form that goes there, as a browser would send it."""
    form = browser.sees(path).partition(f'action="{action}"')[2].partition("</form>")[0]
    filled = dict(re.findall(r'<input [^>]*?name="(\w+)"[^>]*? value="([^"]*)"', form))
    areas = re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form)
    return {**filled, **dict(areas)}


def amends(browser, path=UNIT, act="/amend", **changed):
    return browser.post(path + act, data={**form_in(browser, path, path + act), **changed})


def unit(office, code="BH212"):
    return next(one for one in rows(office, Unit) if one.code == code)


def test_a_telephone_number_is_put_right_and_nothing_else_moves(office, pages):
    before = {one.code: one for one in rows(office, Person)}
    answer = amends(pages.signed_in(DIRECTOR), phone="0999-1234567")
    assert answer.status_code == 303 and unit(office).phone == "0999-1234567"
    assert before.keys() == {one.code for one in rows(office, Person)}


def test_before_the_three_are_in_office_the_director_puts_everything_right_at_once(office, pages):
    amends(pages.signed_in(DIRECTOR), email="new@binhai.example", aliases="城管执法支队本部")
    assert unit(office).email == "new@binhai.example"


def test_what_leads_notices_to_somebody_waits_for_the_second_key_and_is_shown_as_waiting(office, pages):
    with_three(office)
    him, old = pages.signed_in(SYSTEM_ADMIN), unit(office).email
    amends(him, email="else@binhai.example", phone="0999-7654321")
    assert (unit(office).email, unit(office).phone) == (old, "0999-7654321")
    assert {one.change for one in rows(office, RoleRequest)} >= {"mail"}
    shown = him.sees(UNIT)
    assert "待确认" in shown and "else@binhai.example" in shown


def test_a_form_filled_in_before_somebody_else_acted_comes_back_with_what_was_typed(office, pages):
    him = pages.signed_in(DIRECTOR)
    opened = form_in(him, UNIT, f"{UNIT}/amend")
    amends(pages.signed_in(DIRECTOR), phone="0999-1111111")
    answer = him.post(f"{UNIT}/amend", data={**opened, "phone": "0999-2222222"})
    assert answer.status_code == 409 and "0999-2222222" in answer.text
    assert unit(office).phone == "0999-1111111"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "不是邮箱"}, "email"),
        ({"parent": "天外局"}, "parent"),
        ({"name": "市公安局"}, "name"),
        ({"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, "valid_to"),
        ({"remark": "一" * 3000}, "remark"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(office, pages, changed, field):
    answer = amends(pages.signed_in(DIRECTOR), **changed)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text


def test_a_merger_is_looked_at_before_it_is_registered(office, pages):
    case, him = a_case(office), pages.signed_in(OFFICER)
    decree = {"into": "市公安局", "on": "2026-07-01", "basis": "滨编发〔2026〕3号"}
    seen = amends(him, act="/merge", **decree)
    assert seen.status_code == 200 and case.number in seen.text and unit(office).valid_to is None
    done = him.post(
        f"{UNIT}/merge",
        data={
            **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', seen.text)),
            "decision": "do",
        },
    )
    assert done.status_code == 303 and "已停用" in him.sees(UNIT)


def test_a_renaming_with_a_wrong_day_comes_back_beside_it(office, pages):
    given = {"to": "市城市运行局", "on": "2031-07-01", "basis": "滨编发〔2026〕3号"}
    answer = amends(pages.signed_in(OFFICER), act="/rename", **given)
    assert answer.status_code == 422 and 'id="on-error"' in answer.text


def test_how_somebody_is_reached_is_put_right_and_his_roles_stay(office, pages):
    him = pages.signed_in(DIRECTOR)
    before = him.sees(f"/settings/people/{OFFICER_CODE(office)}").count("督查员")
    path = f"/settings/people/{OFFICER_CODE(office)}"
    answer = amends(him, path, "", phone="0999-3333333")
    assert answer.status_code == 303 and "0999-3333333" in him.sees(path)
    assert him.sees(path).count("督查员") == before > 0


def OFFICER_CODE(office):
    return next(one.code for one in rows(office, Person) if one.name == OFFICER)


def test_the_auditor_reads_and_is_offered_no_form(office, pages):
    shown = pages.signed_in(AUDITOR).sees(UNIT)
    assert "更正</summary>" not in shown and shown.count('method="post"') == 1


def test_whoever_may_not_is_refused_by_the_act_itself(office, pages):
    sent = amends(pages.signed_in(DIRECTOR), name="市城市管理局")
    his = pages.signed_in(OFFICER)
    answer = his.post(f"{UNIT}/amend", data={**his.form(UNIT), "name": "别的局"})
    assert answer.status_code == 403 and sent.status_code in (303, 422)


def test_the_record_of_what_was_put_right_verifies(office, pages):
    amends(pages.signed_in(DIRECTOR), phone="0999-1234567", liaison_name="新联络员")
    assert not [one for one in inspection.verify(office).findings if one.code.startswith("directory")]


@pytest.mark.parametrize("path", ["/settings", "/settings/units", UNIT, "/settings/people"])
def test_a_page_costs_few_queries_and_bytes(office, pages, path):
    him = pages.signed_in(DIRECTOR)
    him.sees(path)
    seen = []

    def count(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(office.engine, "before_cursor_execute", count)
    shown = him.sees(path)
    event.remove(office.engine, "before_cursor_execute", count)
    found = [one for one in seen if one != "BEGIN"]
    assert len(found) <= 12, found
    assert len(shown.encode()) <= 150_000
