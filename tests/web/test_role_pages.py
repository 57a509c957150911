"""职责: the system administrator proposes, the security administrator decides, each on his own page."""

import re

import pytest

from states.accounts.administrators import Change
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import LIAISON, OFFICER, OPENED, rows, signed
from tests.services.test_directory_sights import take_in
from workflow.services.accounts import roles
from workflow.storage.directory_models import Person, RoleRequest

NEW = {"person": LIAISON, "change": "grant", "role": "officer"}


@pytest.fixture
def two(office, pages):
    """The system and the security administrator before their pages."""
    with_three(office)
    return pages.signed_in(SYSTEM_ADMIN), pages.signed_in(SECURITY_ADMIN)


def proposed(office, person=LIAISON, role="officer", change=Change.GRANT, by=SYSTEM_ADMIN):
    return roles.propose(office, person, role, change, by=signed(by), at=OPENED)["request"]


def held(office, person):
    found = roles.list_roles(office, person, by=signed(AUDIT_ADMIN), at=OPENED)
    return {one["role"] for one in found}


def decides(browser, word, *requests, **more):
    form = {**decision_form(browser), "request": list(requests), "decision": word, **more}
    return browser.post("/roles/decide", data=form)


def decision_form(browser):
    """The hidden fields of the form that decides."""
    form = browser.sees("/roles").partition('action="/roles/decide"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def proposes(browser, **filled):
    form = browser.sees("/roles").partition('method="post" action="/roles">')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    return browser.post("/roles", data={**hidden, **filled})


def test_all_that_waits_is_ticked_with_one_link(office, two):
    _, security = two
    for role in ("officer", "clerk"):
        proposed(office, role=role)
    assert security.sees("/roles").count(" checked") == 0
    assert security.sees("/roles?ticked=yes").count(" checked") == 2


def test_declining_without_a_reason_is_told_above_the_list_too(office, two):
    _, security = two
    shown = decides(security, "decline", proposed(office)).text
    assert "理由" in shown.partition('role="alert"')[2].partition("<table")[0]
    assert 'id="reason-error"' in shown


def test_one_proposes_the_other_confirms_each_signed_in(office, two):
    system, security = two
    answer = proposes(system, **NEW)
    assert "已提请授予盛宁远督查员职责，待安全保密管理员核准" in system.sees(answer.headers["location"])
    (request,) = [one.id for one in rows(office, RoleRequest)]
    assert "officer" not in held(office, LIAISON)
    result = decides(security, "confirm", request)
    assert result.status_code == 200 and "已核准，自2026年7月1日起" in result.text
    assert "officer" in held(office, LIAISON)
    assert re.search(r"已核准 米嘉树 <small>2026-07-01", system.sees("/roles/requests"))


def test_several_are_decided_at_once_with_a_result_a_row(office, two):
    one, other, third = (proposed(office, person, "archivist") for person in (LIAISON, "R010", "R011"))
    security = two[1]
    decides(security, "decline", other, reason="尚未到岗")
    result = decides(security, "confirm", one, other)
    assert "已核准1项，1项没有办理" in result.text
    assert "没有办理：该项提请不予核准，无须再定" in result.text
    assert re.findall('name="request" value="([^"]+)"', security.sees("/roles")) == [third]


def test_declining_needs_a_reason_beside_its_field_and_what_was_ticked_stays(office, two):
    request, security = proposed(office), two[1]
    answer = decides(security, "decline", request)
    assert answer.status_code == 422 and 'id="reason-error">不予核准须写明理由' in answer.text
    assert f'value="{request}" id="r-{request}" checked' in answer.text
    assert "不予核准1项" in decides(security, "decline", request, reason="尚未到岗").text
    assert "officer" not in held(office, LIAISON)


def test_where_none_is_ticked_that_is_said(office, two):
    proposed(office)
    answer = decides(two[1], "confirm")
    assert answer.status_code == 422 and "请勾选" in answer.text


def test_nobody_decides_on_himself_not_even_by_a_forged_form(office, pages, two):
    security = two[1]
    second = another_security_administrator(office, security)
    request = proposed(office, SECURITY_ADMIN, "security_admin", Change.END)
    assert "涉及本人" in security.sees("/roles") and f'value="{request}"' not in security.sees("/roles")
    result = decides(security, "confirm", request)
    assert "没有办理：本人的变动不能由本人核准" in result.text
    assert "已核准1项" in decides(pages.signed_in(second), "confirm", request).text


def another_security_administrator(office, security):
    """Somebody without another role, confirmed in that office."""
    roles.propose(office, "R012", "officer", Change.END, by=signed(SYSTEM_ADMIN), at=OPENED)
    decides(security, "confirm", proposed(office, "R012", "security_admin"))
    return "R012"


def test_a_double_click_decides_once(office, two):
    request, security = proposed(office), two[1]
    form = {**decision_form(security), "request": request, "decision": "confirm"}
    assert security.post("/roles/decide", data=form).status_code == 200
    again = security.post("/roles/decide", data=form, follow_redirects=True)
    assert "没有重复办理" in again.text


def test_the_same_form_proposes_once(office, two):
    form = {**two[0].form("/accounts"), **NEW}
    assert two[0].post("/roles", data=form).headers["location"].startswith("/roles?done=")
    assert two[0].post("/roles", data=form).headers["location"] == "/roles?done=again"
    assert len(rows(office, RoleRequest)) == 1


@pytest.mark.parametrize(
    ("filled", "field", "word"),
    [
        ({"person": "没有这个人"}, "person", "不在名录中"),
        ({"role": "liaison", "person": OFFICER}, "unit", "请写明单位"),
        ({"unit": "市水务局"}, "unit", "去掉单位"),
        ({"role": "liaison", "unit": "没有这个局"}, "unit", "不"),
        ({"role": "市长"}, "role", "没有"),
        ({"change": "both"}, "change", "请选择"),
        ({"change": "end"}, "role", "无可终止"),
        ({"valid_from": "2026-06-30"}, "valid_from", "已经过去"),
        ({"valid_from": "明天"}, "valid_from", "无法识别"),
        ({"role": "audit_admin"}, "role", "不能再任"),
    ],
)
def test_what_is_wrong_with_a_proposal_stands_beside_its_field(office, two, filled, field, word):
    answer = proposes(two[0], **{**NEW, **filled})
    error = re.search(rf'id="{field}-error">([^<]+)<', answer.text)
    assert answer.status_code == 422 and error and word in error[1]
    assert rows(office, RoleRequest) == []


def test_an_end_is_made_at_once_and_said_only_if_it_was(office, two):
    system = two[0]
    place = "/roles?person=R011&role=officer&done=ended"
    assert "已终止" not in system.sees(place)
    answer = proposes(system, person=OFFICER, change="end", role="officer")
    assert answer.headers["location"] == place and "已终止" in system.sees(place)
    assert held(office, OFFICER) == set()


def test_who_holds_what_is_found_by_person_role_and_unit(office, pages, two):
    audit = pages.signed_in(AUDIT_ADMIN)
    assert audit.sees("/roles?person=吕喆").count('<td class="first">') == 1
    assert "易守拙" in audit.sees("/roles?role=system_admin")
    at_unit = audit.sees("/roles?unit=市城市管理局")
    assert LIAISON in at_unit and OFFICER not in at_unit
    assert "不在名录中" in audit.sees("/roles?person=没有这个人")


def test_the_auditor_of_the_three_sees_and_changes_nothing(office, pages, two):
    request, audit = proposed(office), pages.signed_in(AUDIT_ADMIN)
    shown = audit.sees("/roles")
    assert LIAISON in shown and 'method="post" action="/roles' not in shown
    sent = {"request": request, "decision": "confirm", "_form": "a1", **NEW}
    for path in ("/roles", "/roles/decide"):
        assert audit.sends("/account", to=path, **sent).status_code == 403
    assert "officer" not in held(office, LIAISON)


def test_neither_does_the_work_of_the_other(office, two):
    request, (system, security) = proposed(office), two
    sent = {"request": request, "decision": "confirm", "_form": "a1", **NEW}
    assert system.sends("/account", to="/roles/decide", **sent).status_code == 403
    assert security.sends("/account", to="/roles", **sent).status_code == 403


def test_what_a_directory_would_have_stand_waits_in_a_sentence_and_is_decided_like_a_role(office, two):
    system, security = two
    former = next(one.email for one in rows(office, Person) if one.code == "R011")
    take_in(office, people={"R011": {"email": "new@example.org"}}, units={"BH213": {"aliases": ("灯塔局",)}})
    told = f"吕喆（R011）邮箱：{former} → new@example.org"
    assert told in system.sees("/roles") and " → 灯塔局" in system.sees("/roles")
    waiting = re.findall(r'<label for="r-([^"]+)">([^<]+)', security.sees("/roles"))
    mail, alias = sorted((request for request, _ in waiting), key=lambda one: told not in dict(waiting)[one])
    assert "已核准1项" in (done := decides(security, "confirm", mail)).text and told in done.text
    assert "不予核准1项" in decides(security, "decline", alias, reason="与他人同名").text
    assert "new@example.org" in {one.email for one in rows(office, Person)}


def test_the_end_of_the_auditor_waits_as_well(office, two):
    system, security = two
    answer = proposes(system, person="江惟一", change="end", role="auditor")
    assert "已提请终止江惟一审计查阅人职责，待安全保密管理员核准" in system.sees(answer.headers["location"])
    (request,) = [one.id for one in rows(office, RoleRequest)]
    assert "auditor" in held(office, "江惟一")
    decides(security, "confirm", request)
    assert "auditor" not in held(office, "江惟一")
