"""What a case's page shows beside its history: its way, its days, what lies inside it, and its papers."""

import re

import pytest
from sqlalchemy import event

from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    late_cases,
    rows,
    signed,
    suspended,
)
from tests.services.test_correcting_nodes import STEPS
from tests.stories import ADMONITION, a_case_admonished
from tests.web.playing import CO_UNIT
from tests.web.rich import AUGUST, a_rich_case
from workflow.services import attachments, cases
from workflow.storage.models import Document

INSTRUCTED = {"leader": "舒景行", "instruction": "限国庆前全部复亮", "instructed_on": OPENED.date()}
FRIDAY, LATE = at(2026, 7, 10), at(2026, 7, 29)


def page_of(pages, case, person=OFFICER, query=""):
    return pages.signed_in(person).sees(f"/cases/{case.number}{query}")


def standing(shown, label):
    """How a state stands on the list of the way, and what is noted of it."""
    return re.search(rf'<li class="([\w ]+)"[^>]*><b>{label}</b>(?: <span>([^<]*)</span>)?', shown).groups()


@pytest.fixture
def case(office):
    return a_case(office, "handling")


def test_the_head_says_how_many_days_are_left_and_how_many_it_is_late(office, pages, case):
    pages.now = FRIDAY
    assert "还剩8个工作日（12天）" in page_of(pages, case)
    pages.now = LATE
    assert "已超期5个工作日（7天）" in page_of(pages, case)


def test_while_a_matter_is_set_aside_its_days_stand_still(office, pages, case):
    suspended(office, case, FRIDAY, at(2026, 8, 3).date())
    pages.now = at(2026, 7, 20)
    shown = page_of(pages, case)
    assert "计时已停，停时尚余" in shown
    assert standing(shown, "限期办结")[0] == "been may"


def ahead(shown):
    """What the page says comes next."""
    return re.search("<h3>下一步是什么、何时</h3>(.*?)</ul>", shown, re.DOTALL)[1]


def test_a_matter_that_is_set_aside_tells_when_it_is_looked_at_again(office, pages, case):
    suspended(office, case, FRIDAY, at(2026, 8, 3).date())
    pages.now = at(2026, 7, 20)
    shown = page_of(pages, case)
    assert "挂起至2026年8月3日" in ahead(shown) and "2026-08-03复查" in shown
    assert re.search("<dt>复查日期</dt><dd>2026年8月3日", shown)
    pages.now = at(2026, 8, 10)
    assert "待复查：督查室主任" in ahead(page_of(pages, case))


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        ("draft", "待交办：督查室主任"),
        ("verifying", "待核查：督查员、督查室主任"),
        ("closed", "待到达的步骤"),
    ],
)
def test_off_the_ladder_the_next_step_is_what_is_owed_and_by_whom(office, pages, state, owed):
    assert owed in ahead(page_of(pages, a_case(office, state)))


def test_at_the_end_of_the_ladder_the_next_step_is_the_work_and_a_person_is_never_named(office, pages):
    case = a_case_admonished(office)
    pages.now = ADMONITION
    for person, counted in ((OFFICER, True), (LIAISON, False)):
        told = ahead(page_of(pages, case, person))
        assert "待办结：市城市管理局督查联络员，期限2026年7月22日（已逾期" in told
        assert ("另有1件待办的干部监督事项" in told, "诫勉" in told) == (counted, False)


def test_the_way_travelled_and_the_next_steps_are_drawn_and_told(office, pages, case):
    shown = page_of(pages, case)
    assert standing(shown, "台账")[0] == "been" and standing(shown, "销号") == ("far", "未到")
    assert standing(shown, "限期办结")[0] == "now" and standing(shown, "待审核") == ("may", "可报结")
    assert shown.count('class="went"') >= 4 and "<desc" in shown and "接下来可以：" in shown


def test_every_day_of_the_limit_has_its_sign_on_the_calendar(office, pages, case):
    shown = page_of(pages, case)
    assert re.search(r'class="start[^"]*" title="起算[^"]*">1<i>起</i>', shown)
    assert re.search(r'class="due" title="到期[^"]*">22<i>止</i>', shown)


def test_the_days_an_extension_added_are_told_from_those_before(office, pages, case):
    asking(office, case, FRIDAY, at(2026, 8, 5).date())
    give(office, case, "grant_extension", DIRECTOR, FRIDAY)
    shown = page_of(pages, case)
    assert re.search(r'class="extended" title="延期后计入[^"]*">23<i>延</i>', shown)
    assert "灯具到货推迟" in shown and "属实，建议同意" in shown


def test_a_request_for_more_time_says_whom_it_waits_for(office, pages, case):
    give(office, case, "request_extension", LIAISON, FRIDAY, due_on=at(2026, 8, 5).date(), reason="灯具未到")
    assert "申请延期至2026年8月5日，待单位主要负责人同意。" in page_of(pages, case)
    give(office, case, "consent_extension", UNIT_HEAD, FRIDAY)
    assert "申请延期至2026年8月5日，待审核。" in page_of(pages, case)


def test_tasks_of_co_units_and_milestones_are_listed_with_their_days(office, pages, case):
    order = {"unit": CO_UNIT, "task_title": "提供电缆走向图", "due_on": at(2026, 7, 14).date()}
    give(office, case, "add_task", DIRECTOR, OPENED, **order)
    give(office, case, "plan_nodes", LIAISON, OPENED, nodes=STEPS)
    shown = page_of(pages, case)
    assert "提供电缆走向图" in shown and "2026年7月14日" in shown
    assert shown.count('<rect class="open"') == len(STEPS)


def test_a_matter_without_tasks_milestones_and_extensions_has_no_empty_sections(office, pages, case):
    shown = page_of(pages, case)
    assert not {"协办任务", "节点", "延期"} & set(re.findall("<h2>([^<]*)</h2>", shown))


def test_a_paper_is_read_in_the_page_and_only_one_that_he_may_read(office, pages, case):
    (paper,) = rows(office, Document)
    shown = page_of(pages, case, query=f"?paper={paper.id}")
    (source,) = re.findall('<iframe src="([^"]+)"', shown)
    framed = pages.signed_in(OFFICER).get(source)
    assert framed.content.startswith(b"%PDF") and framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed.headers["content-security-policy"]
    assert "<iframe" not in page_of(pages, case, query="?paper=nothing")


COMMENTS, MOST_QUESTIONS = 2_000, 12


@pytest.fixture
def rich(office):
    return a_rich_case(office)


@pytest.fixture
def long(office, case):
    """A matter two thousand things were said of."""
    orders = [cases.Order("comment", case.number, {"text": f"第{one}次会商"}) for one in range(COMMENTS)]
    cases.perform_all(office, orders, by=signed(OFFICER), at=OPENED)
    return case


def test_a_long_history_is_leafed_through_to_its_end_and_nothing_is_told_twice(pages, long):
    him, seen, path = pages.signed_in(OFFICER), [], f"/cases/{long.number}?order=oldest"
    while path:
        shown = him.sees(path)
        assert len(shown.encode()) <= 150_000
        seen += re.findall(r'<li id="e(\d+)"', shown)
        path = next(iter(re.findall(r'href="([^"#]+)#timeline" rel="next"', shown)), "").replace("&amp;", "&")
    assert seen == [str(one) for one in range(1, len(seen) + 1)] and len(seen) > COMMENTS


def test_the_newest_entries_come_first_unless_the_oldest_are_asked_for(pages, long):
    newest, oldest = page_of(pages, long), page_of(pages, long, query="?order=oldest")
    assert f"第{COMMENTS - 1}次会商" in newest and "第0次会商" not in newest
    assert "提出拟办" in oldest and f"第{COMMENTS - 1}次会商" not in oldest


def test_a_long_history_costs_no_more_questions_than_a_short_one(office, pages, long):
    him, short = pages.signed_in(OFFICER), a_case(office, "handling")
    assert asked_for(office, him, long) == asked_for(office, him, short) <= MOST_QUESTIONS


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, AUDITOR, LIAISON, UNIT_HEAD])
def test_a_matter_with_everything_in_it_is_read_with_twelve_questions(office, pages, rich, person):
    pages.now = AUGUST
    assert 1 < asked_for(office, pages.signed_in(person), rich) <= MOST_QUESTIONS


def test_among_others_a_matter_costs_no_more_questions(office, pages, rich):
    pages.now = AUGUST
    him = pages.signed_in(OFFICER)
    alone = asked_for(office, him, rich)
    late_cases(office, 50)
    assert asked_for(office, him, rich) == alone


def test_an_act_on_a_task_or_a_milestone_stands_beside_it(office, pages, rich):
    pages.now = AUGUST
    his, hers = page_of(pages, rich, LIAISON), page_of(pages, rich, "BH213-L")
    assert re.findall(r"acts/reach_node\?node=(\d)", his) == ["1"]
    assert set(re.findall(r"acts/acknowledge_task\?task=(\d)", hers)) == {"1", "2"}
    assert "acts/acknowledge_task" not in his


def test_many_files_come_a_leaf_at_a_time_the_newest_first(office, pages, case):
    for serial in range(45):
        proof = [a_paper_of_proof(office, f"第{serial}份")]
        give(office, case, "record_instruction", OFFICER, evidence=proof, **INSTRUCTED)
    him, seen, path = pages.signed_in(OFFICER), [], f"/cases/{case.number}"
    while path:
        shown = him.sees(path)
        seen += re.findall(r"/files/([0-9a-f]{64})", shown)
        path = next(iter(re.findall(r'href="([^"]+)#files" rel="next"', shown)), "").replace("&amp;", "&")
    assert seen == [one.sha256 for one in attachments.listed(office, case.number, by=None)][::-1]


def asked_for(office, browser, case):
    seen = []
    browser.sees(f"/cases/{case.number}")

    def count(*words):
        if not words[2].startswith("BEGIN"):
            seen.append(words[2])

    event.listen(office.engine, "before_cursor_execute", count)
    browser.sees(f"/cases/{case.number}")
    event.remove(office.engine, "before_cursor_execute", count)
    return len(seen)
