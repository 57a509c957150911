"""The whole life of a matter before a real Chromium, by four people, each at the page he comes to."""

from pathlib import Path

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, UNIT_HEAD, at
from tests.disguises import png
from tests.web.test_in_a_browser import comes
from workflow.services import register

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

TITLE, UNIT = "海港大道路灯夜间不亮问题", "市城市管理局"

LIFE = (
    *((OFFICER, "提出拟办"), (DIRECTOR, "交办"), (LIAISON, "签收"), (LIAISON, "更换灯具，逐段送电")),
    *((LIAISON, "灯具到货延误"), (UNIT_HEAD, "同意"), (OFFICER, "情况属实"), (DIRECTOR, "同意延期")),
    *((LIAISON, "全部路灯已点亮"), (OFFICER, "连续三晚抽查均亮"), (DIRECTOR, "现场核查属实")),
)
"""Who did what, as the timeline has to tell it."""


class Office:
    """A browser in which one person after the other sits down."""

    def __init__(self, page, pages):
        self.page, self.pages = page, pages

    def sits_down(self, person, day):
        """Somebody who signed in a moment ago, at his front page."""
        self.pages.now = day
        comes(self.page, self.pages, person)

    def goes_to(self, *links):
        for name in links:
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def fills(self, button, *, proof=None, **fields):
        """A form, and what the page says once it is sent."""
        page = self.page
        for label, words in fields.items():
            box = page.get_by_label(label).first
            is_choice = box.evaluate("one => one.tagName") == "SELECT"
            box.select_option(words) if is_choice else box.fill(words)
        for name, photo in (proof or {}).items():
            page.locator(f"input[name={name}]").set_input_files(photo)
        page.get_by_role("button", name=button, exact=True).first.click()
        return page.get_by_role("status").first.inner_text()


def test_a_matter_lives_from_opening_to_striking_off_by_four_people(office, opened, pages, tmp_path):
    desk = Office(opened, pages)
    number = opens_and_hands_out(desk)
    takes_on_and_asks_for_time(desk, number)
    grants_time(desk, number)
    reports_and_is_struck_off(desk, number, proof(tmp_path))
    told = register.show(office, number, today=at(2026, 7, 28))
    assert told["case"]["state"] == "closed"
    opened.goto(f"/cases/{number}")
    told = opened.locator("#timeline li").all_inner_texts()
    for person, words in LIFE:
        assert any(person in entry and words in entry for entry in told), (person, words)


def opens_and_hands_out(desk):
    desk.sits_down(OFFICER, at(2026, 7, 1))
    desk.page.goto("/cases/new/open")
    asked = "路灯全部点亮，连续三晚抽查均亮"
    desk.fills("拟办", 事项名称=TITLE, 事项来源="市民热线", 可量化=asked)
    number = desk.page.locator("h1 + .number, .number").first.inner_text().split()[0]
    desk.sits_down(DIRECTOR, at(2026, 7, 1, 15))
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("交办")
    assert "交办" in desk.fills("交办", 牵头单位=UNIT, 办结期限="15wd")
    return number


def takes_on_and_asks_for_time(desk, number):
    desk.sits_down(LIAISON, at(2026, 7, 2))
    desk.goes_to("签收")
    assert "签收" in desk.fills("签收")
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("承办")
    assert "承办" in desk.fills("承办", 办理方案="更换灯具，逐段送电")
    desk.sits_down(LIAISON, at(2026, 7, 13))
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("申请延期")
    assert "延期" in desk.fills("申请延期", 办结日期="2026-07-29", 理由="灯具到货延误")


def grants_time(desk, number):
    for person, button, said in (
        (UNIT_HEAD, "同意申请延期", {}),
        (OFFICER, "审核延期", {"意见": "情况属实"}),
        (DIRECTOR, "同意延期", {"意见": "同意"}),
    ):
        desk.sits_down(person, at(2026, 7, 14))
        desk.goes_to("签批室", "逐件签批")
        told = desk.fills(button, **said)
        assert "已办理" in told


def reports_and_is_struck_off(desk, number, photo):
    desk.sits_down(LIAISON, at(2026, 7, 27))
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("报结")
    assert "报结" in desk.fills("报结", 办理结果="全部路灯已点亮", proof={"evidence": photo})
    desk.sits_down(OFFICER, at(2026, 7, 28))
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("核查")
    checked = {"核查方式": "现场核查", "核查（审核）结论": "属实", "核查情况": "连续三晚抽查均亮"}
    assert "核查" in desk.fills("核查", **checked, proof={"evidence_after": photo})
    desk.sits_down(DIRECTOR, at(2026, 7, 28, 15))
    desk.page.goto(f"/cases/{number}")
    desk.goes_to("销号")
    assert "销号" in desk.fills("销号", 核查情况="现场核查属实", proof={"evidence": photo})


def proof(folder: Path) -> Path:
    made = folder / "整改后照片.png"
    made.write_bytes(png())
    return made
