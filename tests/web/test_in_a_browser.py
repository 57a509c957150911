"""The pages before a real Chromium, with scripts on and off: what a person does from sign-in on."""

from typing import Any

import pytest
from playwright.sync_api import Page

from states.accounts.administrators import Change
from tests.administrators import with_three
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    OFFICER,
    OPENED,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    a_case,
    signed,
    stored,
)
from tests.stories import INQUIRY
from tests.unguarded import behind_the_application
from tests.web.browsing import session_of
from tests.web.test_signing import proposed, to_ask
from workflow.services import audit_works
from workflow.services.accounts import adding, invitations, roles

PASSWORD = "海港 大道 42 号的灯亮了"
NARROW = {"width": 390, "height": 844}

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


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


def test_two_administrators_open_an_account_and_give_a_role_each_signed_in(office, opened, pages):
    with_three(office)
    comes(opened, pages, SYSTEM_ADMIN)
    opened.locator("summary").click()
    opened.get_by_label("人员").fill(OFFICER)
    opened.get_by_role("button", name="开通并取得邀请链接").click()
    token = opened.locator("code").inner_text().rpartition("/")[2]
    opened.get_by_role("link", name="职责", exact=True).click()
    opened.locator("summary").click()
    proposal = opened.locator("form.card")
    proposal.get_by_label("人员").fill(OFFICER)
    proposal.get_by_label("变动").select_option("授予")
    proposal.get_by_label("职责").select_option("档案员")
    proposal.get_by_role("button", name="提请").click()
    assert "待安全保密管理员核准" in opened.get_by_role("status").inner_text()
    comes(opened, pages, SECURITY_ADMIN)
    opened.get_by_role("button", name="核准", exact=True).click()
    code = opened.locator("code").inner_text()
    assert invitations.accept(office, token, PASSWORD, code=code, at=OPENED) == "r011"
    opened.get_by_role("link", name="职责", exact=True).click()
    opened.get_by_label(f"授予：{OFFICER}档案员职责").check()
    opened.get_by_role("button", name="核准所选", exact=True).click()
    assert "已核准1项" in opened.get_by_role("status").inner_text()


def test_whoever_gives_a_reason_and_presses_enter_refuses(office, opened, pages):
    with_three(office)
    adding.add(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)
    roles.propose(office, OFFICER, "archivist", Change.GRANT, by=signed(SYSTEM_ADMIN), at=OPENED)
    comes(opened, pages, SECURITY_ADMIN)
    opened.get_by_label("理由").fill("本人没有申请")
    opened.get_by_label("理由").press("Enter")
    assert "不予核准，已经作废" in opened.get_by_role("status").inner_text()
    opened.goto("/roles")
    opened.get_by_label(f"授予：{OFFICER}档案员职责").check()
    opened.get_by_label("不予核准的理由").fill("已有他人担任")
    opened.get_by_label("不予核准的理由").press("Enter")
    assert "不予核准1项" in opened.get_by_role("status").inner_text()


def comes(page, pages, person):
    """Somebody who signed in a moment ago, at his front page."""
    token = session_of(pages.office, person, pages.now)
    page.context.add_cookies([{"name": "duban", "value": token, "url": pages.url}])
    page.goto("/")


def test_on_a_telephone_no_page_of_the_three_is_wider_than_the_screen(office, opened, pages):
    with_three(office)
    give_role = {"by": signed(SYSTEM_ADMIN), "at": OPENED}
    roles.propose(office, OFFICER, "archivist", Change.GRANT, **give_role)
    opened.set_viewport_size(NARROW)
    for person in (SYSTEM_ADMIN, SECURITY_ADMIN):
        comes(opened, pages, person)
        for path in ("/accounts", "/accounts/R023", "/roles", "/roles/requests", "/sessions"):
            opened.goto(path)
            assert wide(opened) <= NARROW["width"], path


def test_on_paper_the_lists_of_the_three_stand_without_their_forms(office, opened, pages):
    with_three(office)
    roles.propose(office, OFFICER, "archivist", Change.GRANT, by=signed(SYSTEM_ADMIN), at=OPENED)
    opened.emulate_media(media="print")
    comes(opened, pages, SECURITY_ADMIN)
    assert opened.get_by_text(SYSTEM_ADMIN).is_visible()
    opened.goto("/roles")
    assert opened.get_by_role("table", name="待核准的职责和名录变动").is_visible()
    assert [one.is_visible() for one in opened.locator("form, button, input").all()].count(True) == 0


def test_on_a_telephone_no_page_is_wider_than_the_screen(office, opened):
    case = a_case(office, "handling")
    sign_in(opened, office, OFFICER)
    opened.set_viewport_size(NARROW)
    for path in ("/cases", f"/cases/{case.number}", "/cases/new/open", "/account"):
        opened.goto(path)
        assert wide(opened) <= NARROW["width"]


def test_the_director_signs_three_in_a_row(office, opened, pages):
    pages.now = INQUIRY
    to_ask(office)
    comes(opened, pages, DIRECTOR)
    opened.get_by_role("link", name="签批室", exact=True).click()
    opened.get_by_role("link", name="逐件签批").click()
    for left in (2, 1, 0):
        opened.get_by_label("意见").fill("同意，请按期答复")
        opened.get_by_role("button", name="批准（函询）", exact=True).click()
        assert "已办理：批准" in opened.get_by_role("status").inner_text()
        assert len(proposed(office)) == left
    assert "全部办完了" in opened.get_by_role("status").inner_text()


@pytest.mark.parametrize("opened", [True], indirect=True, ids=["scripts"])
def test_keys_lead_through_the_signing_room_and_not_while_somebody_writes(office, opened, pages):
    pages.now = INQUIRY
    to_ask(office)
    comes(opened, pages, DIRECTOR)
    opened.goto("/signing")
    for key, place in (("n", "第1件"), ("j", "第2件"), ("n", "第3件"), ("k", "第2件")):
        opened.keyboard.press(key)
        opened.get_by_text(place).wait_for()
        opened.wait_for_load_state()  # a page shows its words before its deferred script listens
    opened.get_by_label("意见").press("n")
    assert opened.get_by_text("第2件").is_visible() and opened.get_by_label("意见").input_value() == "n"


def test_on_a_telephone_the_signing_room_is_no_wider_than_the_screen(office, opened, pages):
    pages.now = INQUIRY
    to_ask(office, 1)
    opened.set_viewport_size(NARROW)
    comes(opened, pages, DIRECTOR)
    opened.goto("/signing")
    assert wide(opened) <= NARROW["width"]
    opened.get_by_role("link", name="逐件签批").click()
    assert wide(opened) <= NARROW["width"]


def test_what_is_done_with_ticks_covers_no_row_until_one_is_ticked(office, opened, pages):
    for _ in range(20):
        a_case(office, "draft")
    comes(opened, pages, OFFICER)
    opened.goto("/cases")
    rows, bar = opened.locator("tbody tr"), opened.locator("p.together")
    last, below = rows.last.bounding_box(), bar.bounding_box()
    assert below["y"] >= last["y"] + last["height"] and below["width"] >= last["width"]
    rows.first.locator("input").check()
    assert bar.bounding_box()["y"] < opened.viewport_size["height"]


def test_on_a_telephone_a_role_and_a_matter_take_few_lines(office, opened, pages):
    with_three(office)
    a_case(office, "handling")
    opened.set_viewport_size(NARROW)
    for person, place, most in ((SYSTEM_ADMIN, "/roles", 75), (OFFICER, "/cases", 120)):
        comes(opened, pages, person)
        opened.goto(place)
        assert (
            opened.locator("section:last-of-type tbody tr, .ticked tbody tr").first.bounding_box()["height"]
            <= most
        )
        assert opened.locator("td:visible", has_text="—").count() == 0
        assert wide(opened) <= NARROW["width"]


def wide(page: Page) -> float:
    """How wide a page is; a table or a form may stick out of what holds it."""
    boxes = (one.bounding_box() for one in page.locator("body, main, main *").all())
    return max(one["x"] + one["width"] for one in boxes if one)


def test_an_auditor_finds_a_planted_change_and_follows_the_link(office, opened, pages):
    pages.now, case = INQUIRY, a_case(office, "handling")
    planted = "UPDATE events SET payload = replace(payload, 'BH212', 'BH213') WHERE case_id = :id AND seq = 2"
    behind_the_application(office, planted, id=case.id)
    comes(opened, pages, AUDITOR)
    opened.get_by_role("link", name="审计", exact=True).click()
    opened.get_by_role("main").get_by_role("link", name="立即核验").first.click()
    opened.get_by_role("button", name="立即核验").click()
    opened.get_by_text("等候").wait_for()
    audit_works.carry_out(office, clock=lambda: pages.now)
    opened.reload()
    assert "发现篡改" in opened.locator(".verdict-box").inner_text()
    opened.get_by_role("link", name=f"{case.number} 第2条").first.click()
    assert opened.url.endswith("#e2") and opened.locator("#e2").is_visible()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 1024, "height": 768}])
def test_a_decision_is_taken_without_scrolling(office, pages, opened, size):
    pages.now = INQUIRY
    to_ask(office, 1)
    comes(opened, pages, DIRECTOR)
    opened.set_viewport_size(size)
    opened.goto("/signing")
    opened.locator("#onward").click()
    for name in ("批准（函询）", "不批准（函询）"):
        box = opened.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["y"] + box["height"] < size["height"]
