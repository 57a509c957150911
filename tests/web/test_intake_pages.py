"""来件 on the pages: looked through, dealt with once, and texts taken apart into drafts that are chosen."""

import re

import pytest

from tests.builders import LIAISON, OFFICER, a_case, a_paper_of_proof, kinds, rows
from tests.intake import CONTACT, an_arrival, sent
from tests.states.test_minutes import INSTRUCTION, MINUTES
from tests.web.browsing import session_of
from tests.web.chromium import chromium
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.test_in_a_browser import NARROW
from workflow.services.intake import desk
from workflow.storage.models import Case

WIDE = {"width": 1440, "height": 900}
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def his(pages):
    return pages.signed_in(OFFICER)


def deal(browser, item, act, **filled):
    place = f"/intake/{item}"
    form = re.search(rf'action="{place}/{act}">\s*(.*?)</form>', browser.sees(place), re.S)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    return browser.post(f"{place}/{act}", data={**hidden, **filled})


def test_the_desk_and_the_inbox_tell_what_waits(office, his):
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    assert "来件1件待办" in his.sees("/desk")
    asked, shown = asked_for(office, his, "/intake")
    assert f'href="/intake/{item}"' in shown and len(asked) <= 12 and len(shown.encode()) <= MOST_BYTES


def test_an_item_shows_what_it_says_its_files_and_what_it_may_be_about(office, his):
    case, item = a_case(office), sent(office, an_arrival(), a_paper_of_proof(office)).item
    asked, shown = asked_for(office, his, f"/intake/{item}")
    assert CONTACT in shown and case.number in shown and "事项名称相同" in shown and len(asked) <= 14
    (place,) = set(re.findall(r'href="(/intake/\w+/files/\w+)"', shown))
    assert his.get(place).content == a_paper_of_proof(office).read_bytes()


def test_a_double_click_registers_once_and_leads_to_the_matter(office, his):
    item = sent(office, an_arrival()).item
    place = f"/intake/{item}"
    form = re.search(rf'action="{place}/register">\s*(.*?)</form>', his.sees(place), re.S)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    filled = {**hidden, "title": "修复路灯", "source": "滨海热线"}
    answers = [his.post(f"{place}/register", data=filled) for _ in range(2)]
    (case,) = rows(office, Case)
    assert {one.status_code for one in answers} == {303} and desk.waiting(office) == 0
    assert all("/cases/" in one.headers["location"] for one in answers) and case.title == "修复路灯"


def test_a_refused_form_comes_back_as_it_was_filled_in(office, his):
    item = sent(office, an_arrival()).item
    answer = deal(his, item, "register", title="修复路灯", source="机密★10年")
    assert answer.status_code == 422 and 'value="修复路灯"' in answer.text and rows(office, Case) == []
    answer = deal(his, item, "join", number="滨督2026-999")
    assert answer.status_code == 404 and 'value="滨督2026-999"' in answer.text


@pytest.mark.parametrize(
    ("act", "filled"),
    [
        ("register", {"title": "修复路灯", "source": "热线", "requirement": "三日内复亮"}),
        ("return", {"reason": "重复件"}),
    ],
)
def test_what_was_typed_comes_back_where_somebody_was_faster(office, his, act, filled):
    item = sent(office, an_arrival()).item
    place = f"/intake/{item}"
    form = re.search(rf'action="{place}/{act}">\s*(.*?)</form>', his.sees(place), re.S)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    deal(his, item, "join", number=a_case(office).number)
    answer = his.post(f"{place}/{act}", data={**hidden, **filled})
    assert answer.status_code == 422 and "没有办理，可以复制" in answer.text
    assert all(f">{one}</dd>" in answer.text for one in filled.values())
    assert "可以复制" not in his.sees(place)


def test_an_item_is_laid_to_a_candidate_or_returned(office, his):
    case, one = a_case(office), sent(office, an_arrival()).item
    assert deal(his, one, "join", candidate=case.number).headers["location"] == "/intake?done=joined"
    assert kinds(office, case)[-1] == "intake_linked"
    other = sent(office, an_arrival("RX-0002")).item
    assert deal(his, other, "return", reason="不属本办职责").headers["location"] == "/intake?done=returned"
    assert "不属本办职责" in his.sees(f"/intake/{other}") and CONTACT not in his.sees(f"/intake/{other}")


def test_nobody_of_a_unit_sees_the_inbox(office, pages):
    item, liaison = sent(office, an_arrival()).item, pages.signed_in(LIAISON)
    for place in ("/intake", f"/intake/{item}", "/intake/draft"):
        assert liaison.get(place).status_code == 403
    assert "/intake" not in liaison.sees("/desk")


def take_apart(browser, text="", **files):
    return browser.post(
        "/intake/draft", data={**browser.form("/intake/draft"), "text": text}, files=files or None
    )


def test_minutes_become_drafts_that_are_chosen_and_corrected(office, his):
    shown = take_apart(his, MINUTES).text
    assert "找到4项" in shown and "“于2026年9月30日前”" in shown and rows(office, Case) == []
    hidden = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)">', shown))
    row = {
        "title-0": "完善管网",
        "source-0": "会议纪要",
        "basis-0": "",
        "requirement-0": "按期完成",
        "chosen-0": "yes",
    }
    left = {"title-1": "不立", "source-1": "会议纪要", "basis-1": "", "requirement-1": ""}
    answers = [his.post("/intake/draft/open", data={**hidden, **row, **left}) for _ in range(2)]
    (case,) = rows(office, Case)
    assert (case.state, case.title, case.lead_unit) == ("draft", "完善管网", None)
    assert [one.status_code for one in answers] == [200, 303]


def test_a_numbered_item_nothing_was_found_in_is_told(his):
    shown = take_apart(his, MINUTES + "三、会议通报了上月情况。\n").text
    assert "找到4项" in shown and "三、会议通报了上月情况" in shown and "未列入" in shown


def test_a_text_file_is_read_and_one_with_a_mark_is_refused(his):
    answer = take_apart(his, file=("批示.txt", INSTRUCTION.encode("gb18030")))
    assert "请市生态环境局牵头" in answer.text
    answer = take_apart(his, file=("批示.txt", "机密★ 请市住建局研究".encode()))
    assert answer.status_code == 422 and "国家秘密" in answer.text


def test_nothing_chosen_opens_nothing(office, his):
    shown = take_apart(his, MINUTES).text
    hidden = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)">', shown))
    answer = his.post("/intake/draft/open", data={**hidden, "title-0": "完善管网"})
    assert answer.status_code == 422 and 'value="完善管网"' in answer.text and rows(office, Case) == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "telephone"])
def test_it_is_worked_with_at_any_width_without_scripts(office, pages, size):
    a_case(office)
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    sent(office, an_arrival(text="今晚又有三盏不亮。"))
    with chromium() as browser, browser.new_context(viewport=size, java_script_enabled=False) as context:
        cookie = {"name": "duban", "value": session_of(office, OFFICER, pages.now), "url": pages.url}
        context.add_cookies([cookie])
        shown = context.new_page()
        for path in ("/intake", f"/intake/{item}", "/intake/draft"):
            shown.goto(pages.url + path)
            fits(shown, size, path)
        shown.fill("#text", MINUTES)
        shown.get_by_role("button", name="找出事项").click()
        fits(shown, size, "/taken")
        shown.get_by_role("button", name="开为拟办").click()
        assert "已立4项" in shown.content() and len(rows(office, Case)) == 5
        shown.goto(f"{pages.url}/intake/{item}")
        shown.get_by_role("button", name="登记为新事项").click()
        assert "/cases/" in shown.url and desk.waiting(office) == 0


def fits(shown, size, path):
    """No page is wider than its screen."""
    box = shown.locator("main").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], path
