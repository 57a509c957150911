"""导入 on the pages: handed in, corrected where it is wrong, brought in once, and told how far it is."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.builders import DIRECTOR, LIAISON, OFFICER, rows, stored
from tests.registers import SAMPLE, TAKEN_OVER, a_register
from tests.web.browsing import session_of
from tests.web.chromium import chromium
from tests.web.conftest import DESK
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.test_in_a_browser import NARROW
from workflow.services.import_room import carrying_out
from workflow.storage.models import Case
from workflow.storage.work_models import ImportDraft

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def his(pages):
    pages.now = TAKEN_OVER
    return pages.signed_in(OFFICER)


def hand_in(browser, path=SAMPLE, name=None):
    """The address of the page of a file that is handed in."""
    file = {"file": (name or path.name, path.read_bytes())}
    answer = browser.post("/imports", data=browser.form("/imports"), files=file)
    assert answer.status_code == 303, answer.text[-1500:]
    return answer.headers["location"].partition("?")[0]


def send(browser, place, act, **filled):
    return browser.post(f"{place}/{act}", data={"_token": browser.form(place)["_token"], **filled})


def seen(browser, place):
    return re.search(r'name="seen" value="(\w+)"', browser.sees(place))[1]


def test_a_page_of_a_register_costs_few_queries_and_bytes(office, his):
    place = hand_in(his)
    for tab in ("", "?tab=ready", "?tab=out", "?one=55"):
        asked, shown = asked_for(office, his, place + tab)
        assert len(asked) <= 12 and len(shown.encode()) <= MOST_BYTES
    asked, _ = asked_for(office, his, "/imports")
    assert len(asked) <= 12


def test_a_form_that_is_refused_comes_back_as_it_was_filled_in(office, his):
    place = hand_in(his)
    answer = send(his, place, "lines", line="51", **{"c-51-15": "机密★10年"})
    assert answer.status_code == 422 and "国家秘密" in answer.text and 'value="机密★10年"' in answer.text


def test_a_double_click_brings_in_once(office, his):
    place = hand_in(his)
    sent = {"seen": seen(his, place)}
    assert [send(his, place, "start", **sent).headers["location"] for _ in range(2)] == [
        place,
        f"{place}?done=once",
    ]
    assert len(rows(office, Case)) == 48 and "没有重复导入" in his.sees(f"{place}?done=once")


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(carrying_out, "AT_ONCE", 1)


@pytest.mark.usefixtures("patient")
def test_a_long_register_waits_for_the_worker_and_is_found_again(office, his, pages, tmp_path):
    several = [{"督办编号": f"滨督2026-90{one}", "督办事项": f"第{one}处积水点"} for one in range(3)]
    place = hand_in(his, a_register(tmp_path / "台账.xlsx", *several))
    send(his, place, "start", seen=seen(his, place))
    waiting = his.sees(place)
    assert '<meta http-equiv="refresh" content="3">' in waiting and "0 / 3" in waiting
    assert send(his, place, "discard").status_code == send(his, place, "lines", line="2").status_code == 409
    his.post("/sign-out", data={"_token": his.form(place)["_token"]})
    carrying_out.carry_out_waiting(office, clock=lambda: TAKEN_OVER)
    again = pages.signed_in(OFFICER)
    assert "导入3项" in again.sees(place) and "已导入" in again.sees("/imports")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        ("台账.xlsx", b"PK\x03\x04", "台账.xlsx"),
        ("../../etc/x.xlsx", b"", "空文件"),
        ("a.exe", b"MZ", "不接收"),
        ("通知.csv", "机密★10年".encode(), "国家秘密"),
        ("a.ics", b"\x00\x01", "不是文本"),
    ],
)
def test_what_is_no_such_file_is_told_and_not_kept(office, his, name, content, told):
    answer = his.post("/imports", data=his.form("/imports"), files={"file": (name, content)})
    assert 400 <= answer.status_code < 500 and told in answer.text
    assert rows(office, ImportDraft) == []


@pytest.mark.parametrize("content", ["编号,事项名称,牵头单位,办结时限\n", "甲,乙\n丙,丁\n"])
def test_a_file_with_nothing_to_bring_in_is_told_so_and_deleted_from_the_list(office, his, content):
    answer = his.post("/imports", data=his.form("/imports"), files={"file": ("台账.csv", content.encode())})
    shown = his.sees(answer.headers["location"])
    assert "没有读到可以导入的内容" in shown and "请核对下面标出的问题" not in shown
    (discard,) = re.findall(r'action="(/imports/\w+/discard)"', his.sees("/imports"))
    his.post(discard, data={"_token": his.form("/imports")["_token"]})
    assert discard not in his.sees("/imports")


@pytest.mark.parametrize("act", ["lines", "columns", "options", "start", "discard", "nothing"])
def test_hostile_forms_and_foreign_files_are_no_fault(office, his, pages, act):
    place = hand_in(his)
    hostile = {"line": ["51", "x", "9" * 30], "c-51-15": "\x00<script>", "c-51-999": "=1+1", "f-3": "title"}
    hostile |= {
        "f-5": "title",
        "f-x": "y",
        "tab": "%",
        "after": "-1",
        "one": "1e9",
        "year": "二〇",
        "seen": "z",
    }
    assert send(his, place, act, **hostile).status_code < 500
    hers = pages.signed_in(DIRECTOR)
    assert (
        hers.get(place).status_code
        == hers.post(f"{place}/{act}", data=hers.form("/imports")).status_code
        == 404
    )
    assert pages.signed_in(LIAISON).get("/imports").status_code == 403
    for asked in ("tab=%00", "after=-1", "one=x", "after=99999999999999999999"):
        assert his.get(f"{place}?{asked}").status_code < 500


def test_the_way_in_is_shown_to_those_who_may(pages):
    shown = {
        one: 'href="/imports"' in pages.signed_in(one).sees("/cases") for one in (OFFICER, DIRECTOR, LIAISON)
    }
    assert shown == {OFFICER: True, DIRECTOR: True, LIAISON: False}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_officer_corrects_skips_and_brings_in_the_sample_register(office, pages, browser, scripts):
    pages.now = TAKEN_OVER
    context = browser.new_context(java_script_enabled=scripts, viewport=DESK, base_url=pages.url)
    token = session_of(office, OFFICER, pages.now)
    context.add_cookies([{"name": "duban", "value": token, "url": pages.url}])
    page = context.new_page()
    page.goto("/cases")
    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_label("选择文件").set_input_files(str(SAMPLE))
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_label("第51行 O 办结时限").fill("2026-02-27")
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="53", exact=True))
    line.get_by_label("跳过此行").check()
    page.get_by_role("button", name="采纳本页全部建议并保存").click()
    assert page.get_by_role("link", name="待处理 0").is_visible()
    page.get_by_role("button", name="导入可导入的61行").click()
    assert "已作为接续登记导入61项" in page.get_by_label("导入结果").inner_text()
    assert stored(office, "滨督2026-044").facts.due_on.isoformat() == "2026-02-27"
    context.close()


def test_on_a_telephone_no_cell_sticks_out(office, pages, browser):
    pages.now = TAKEN_OVER
    place = hand_in(pages.signed_in(OFFICER))
    context = browser.new_context(viewport=NARROW, base_url=pages.url)
    token = session_of(office, OFFICER, pages.now)
    context.add_cookies([{"name": "duban", "value": token, "url": pages.url}])
    page = context.new_page()
    for path in ("/imports", place, f"{place}?tab=out", f"{place}?one=17"):
        page.goto(path)
        wide = "Math.max(...[...document.querySelectorAll('*')].map(e => e.getBoundingClientRect().right))"
        assert page.evaluate(wide) <= NARROW["width"], path
    context.close()


def test_the_page_hands_out_a_template_and_keeps_a_source_s_columns(office, his, tmp_path):
    blank = his.get("/imports/template")
    assert load_workbook(BytesIO(blank.content)).sheetnames == ["督办台账", "可选项"]
    place = hand_in(his, a_register(tmp_path / "台账.xlsx", {}))
    kept = send(his, place, "columns", mapping="市住建局月报", **{"f-2": ""})
    assert kept.status_code == 303 and "记下了这一来源" in his.sees(kept.headers["location"])
