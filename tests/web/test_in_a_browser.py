"""The pages before a real Chromium, with scripts on and off: what a person does from sign-in on."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.builders import DIRECTOR, OFFICER, OPENED, SYSTEM_ADMIN, a_case, signed, stored
from tests.web.chromium import chromium
from workflow.services.accounts import adding, invitations

PASSWORD = "海港 大道 42 号的灯亮了"
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def opened(request, browser, pages) -> Iterator[Callable[..., Page]]:
    """A page of a fresh browser; whatever it was refused by its own policy fails the test."""
    context = browser.new_context(java_script_enabled=request.param, viewport=WIDE, base_url=pages.url)
    refused: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [one for one in refused if "Content Security Policy" in one] == []


def sign_in(page: Page, office: Any, person: str) -> None:
    """By the page, as he does it."""
    invited = adding.add(office, person, by=signed(SYSTEM_ADMIN), at=OPENED)
    login = invitations.accept(office, invited.token, PASSWORD, at=OPENED)
    page.goto("/cases")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_the_director_signs_in_hands_a_matter_out_and_signs_out(office, opened):
    case = a_case(office, "draft")
    sign_in(opened, office, DIRECTOR)
    opened.get_by_role("link", name=case.number).click()
    opened.get_by_role("link", name="交办", exact=True).click()
    opened.get_by_label("牵头单位").first.fill("市城市管理局")
    opened.get_by_label("办结期限").fill("15wd")
    opened.get_by_role("button", name="交办").click()
    assert opened.get_by_role("status").inner_text() == "已办理：交办"
    assert stored(office, case).facts.state == "assigned"
    opened.get_by_role("button", name="退出").click()
    opened.goto(f"/cases/{case.number}")
    assert opened.get_by_role("heading", name="登录").is_visible()


def test_a_foreign_case_typed_into_the_address_is_as_if_it_were_not_there(office, opened):
    case = a_case(office, "handling")
    sign_in(opened, office, "BH214-L")
    answer = opened.goto(f"/cases/{case.number}")
    assert answer.status == 404 and case.facts.title not in opened.content()
    assert "没有这个页面" in opened.content()


def test_a_mistake_comes_back_with_what_was_typed(office, opened):
    sign_in(opened, office, OFFICER)
    opened.goto("/cases/new/open")
    opened.get_by_label("事项名称").fill("海港大道积水点整治")
    opened.get_by_label("事项来源").fill("机密★10年")
    opened.get_by_role("button", name="拟办").click()
    assert "国家秘密" in opened.locator("#source-error").inner_text()
    assert opened.get_by_label("事项名称").input_value() == "海港大道积水点整治"


def test_on_a_telephone_no_page_is_wider_than_the_screen(office, opened):
    case = a_case(office, "handling")
    sign_in(opened, office, OFFICER)
    opened.set_viewport_size(NARROW)
    for path in ("/cases", f"/cases/{case.number}", "/cases/new/open", "/account"):
        opened.goto(path)
        widths = opened.locator("body").bounding_box(), opened.locator("main").bounding_box()
        assert max(one["width"] for one in widths) <= NARROW["width"]
