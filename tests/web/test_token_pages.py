"""One's own tokens and those of other systems, on their pages."""

import re

import httpx
import pytest

from tests.accounts.people import LOGIN, PASSWORD, an_account
from tests.administrators import with_three
from tests.builders import LEAD, OFFICER, OPENED, SECURITY_ADMIN, SYSTEM_ADMIN, rows
from tests.web.browsing import account_of
from workflow.storage.account_models import ApiToken

TOKENS, MACHINES = "/account/tokens", "/machines"
SECRET = re.compile(r"duban_\w{46}")
ASKED = {"name": "统计脚本", "scope": ["read", "write"], "days": "30", "password": PASSWORD}
MACHINE = {"name": "热线平台", "scope": ["read"], "days": "90", "answerable": OFFICER, "units": f"{LEAD}\n"}


@pytest.fixture
def officer(pages, office):
    an_account(office, login=LOGIN)
    return pages.signed_in(OFFICER)


def bearing(pages, secret) -> httpx.Response:
    return pages.stranger().get("/api/v1/nothing", headers={"authorization": f"Bearer {secret}"})


def test_a_token_is_shown_once_and_works(pages, officer):
    answer = officer.sends(TOKENS, **ASKED)
    (secret,) = set(SECRET.findall(answer.text))
    assert answer.headers["cache-control"] == "no-store"
    assert bearing(pages, secret).status_code == 404
    listed = officer.sees(TOKENS)
    assert not SECRET.search(listed) and "统计脚本" in listed and "查看、办理" in listed


def test_a_token_that_is_revoked_works_no_more(pages, officer, office):
    secret = SECRET.findall(officer.sends(TOKENS, **ASKED).text)[0]
    (row,) = rows(office, ApiToken)
    answer = officer.sends(TOKENS, to=f"{TOKENS}/{row.id}/revoke")
    assert answer.headers["location"] == f"{TOKENS}?done=revoked"
    assert "令牌已撤销" in officer.sees(f"{TOKENS}?done=revoked")
    assert bearing(pages, secret).status_code == 401


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "falsch"}, "原密码不对"),
        ({"name": ""}, "请写明用途"),
        ({"scope": []}, "请至少选择一项权限"),
        ({"scope": ["root"]}, "没有“root”这一权限"),
        ({"days": "9999"}, "请选择有效期"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(officer, office, changed, told):
    answer = officer.sends(TOKENS, **(ASKED | changed))
    assert answer.status_code == 422 and told in answer.text
    assert rows(office, ApiToken) == []


def test_a_form_sent_twice_makes_one_token(officer, office):
    form = {**officer.form(TOKENS), **ASKED}
    first, second = (officer.post(TOKENS, data=form) for _ in range(2))
    assert first.status_code == 200
    assert second.headers["location"] == f"{TOKENS}?done=again"
    assert len(rows(office, ApiToken)) == 1


def test_a_machine_goes_from_one_key_to_the_other(pages, office):
    with_three(office)
    account_of(office, OFFICER)
    system, security = pages.signed_in(SYSTEM_ADMIN), pages.signed_in(SECURITY_ADMIN)
    made = system.sends(MACHINES, **MACHINE)
    secret = SECRET.findall(made.text)[0]
    assert "经安全保密管理员核准才有效" in made.text
    assert bearing(pages, secret).json()["code"] == "token_waiting"
    (row,) = rows(office, ApiToken)
    assert system.sends(MACHINES, to=f"{MACHINES}/{row.id}/confirm").status_code == 403
    assert security.sends(MACHINES, to=f"{MACHINES}/{row.id}/confirm").status_code == 303
    assert bearing(pages, secret).status_code == 404
    assert LEAD in security.sees(MACHINES)


def test_a_machine_is_declined_with_a_reason_alone(pages, office):
    with_three(office)
    account_of(office, OFFICER)
    system, security = pages.signed_in(SYSTEM_ADMIN), pages.signed_in(SECURITY_ADMIN)
    system.sends(MACHINES, **MACHINE)
    (row,) = rows(office, ApiToken)
    assert security.sends(MACHINES, to=f"{MACHINES}/{row.id}/decline").status_code == 422
    answer = security.sends(MACHINES, to=f"{MACHINES}/{row.id}/decline", reason="范围过大")
    assert answer.status_code == 303
    assert rows(office, ApiToken)[0].ended_for == "declined"


def test_whoever_answers_for_a_machine_sees_it_and_may_end_it(pages, officer, office):
    with_three(office)
    pages.signed_in(SYSTEM_ADMIN).sends(MACHINES, **MACHINE)
    (row,) = rows(office, ApiToken)
    assert "系统接口，由您负责" in officer.sees(TOKENS)
    assert officer.sends(TOKENS, to=f"{TOKENS}/{row.id}/revoke").status_code == 303
    assert rows(office, ApiToken)[0].ended_at == OPENED


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"answerable": ""}, "请写明系统接口由谁负责"),
        ({"answerable": "没有此人"}, "不在名录中"),
        ({"units": ""}, "请写明这个接口可以查看哪些单位"),
        ({"units": "没有这个单位"}, "没有这个单位"),
        ({"scope": ["write"]}, "须以本人名义进行"),
    ],
)
def test_what_is_wrong_with_a_machine_is_said(pages, office, changed, told):
    system = pages.signed_in(SYSTEM_ADMIN)
    with_three(office)
    account_of(office, OFFICER)
    answer = system.sends(MACHINES, **(MACHINE | changed))
    assert 400 <= answer.status_code < 500 and told in answer.text
    assert rows(office, ApiToken) == []
