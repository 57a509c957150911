"""Forms: one effect whatever the fingers do, nothing overwritten unseen, what is wrong beside its field."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_draft,
    give,
    rows,
    stored,
    with_reminders_approved,
)
from tests.mailing import send
from workflow.storage.models import Case, Event

OPENING = {"title": "海港大道积水点整治", "source": "市长信箱"}


def acts(office, kind):
    return sum(one.kind == kind for one in rows(office, Event))


def test_the_back_button_brings_nothing_about_a_second_time(office, pages):
    him = pages.signed_in(OFFICER)
    form = {**him.form("/cases/new/open"), **OPENING}
    first = him.post("/cases/new/open", data=form)
    again = him.post("/cases/new/open", data={**form, "title": "改了标题再交一次"})
    assert len(rows(office, Case)) == 1
    assert again.headers["location"].partition("?")[0] == first.headers["location"].partition("?")[0]
    assert "没有重复办理" in him.sees(again.headers["location"])


def test_a_second_matter_of_a_title_that_waits_is_opened_only_where_that_is_meant(office, pages):
    him, path = pages.signed_in(OFFICER), "/cases/new/open"
    assert him.sends(path, **OPENING).status_code == 303
    asked = him.sends(path, **OPENING)
    assert asked.status_code == 422 and re.search(
        r'id="again-error">已有同名的拟办事项滨督2026-001', asked.text
    )
    assert OPENING["source"] in asked.text and len(rows(office, Case)) == 1
    assert him.sends(path, **OPENING, again="yes").status_code == 303
    for other in (OPENING["title"] + "二期", OPENING["title"][:-2]):
        assert him.sends(path, **{**OPENING, "title": other}).status_code == 303
    assert len(rows(office, Case)) == 4


def test_a_double_click_has_one_effect(office, pages):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    form = him.form(path)
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: him.post(path, data=form), range(4)))
    assert {one.status_code for one in answers} == {303}
    assert acts(office, "acknowledged") == 1


def test_a_form_that_was_refused_may_be_sent_again_as_it_is_corrected(office, pages):
    him = pages.signed_in(OFFICER)
    form = {**him.form("/cases/new/open"), **OPENING}
    assert him.post("/cases/new/open", data={**form, "title": ""}).status_code == 422
    assert him.post("/cases/new/open", data=form).status_code == 303
    assert len(rows(office, Case)) == 1


def test_what_somebody_else_did_meanwhile_is_shown_before_anything_is_done(office, pages):
    case = a_case(office, "handling")
    him, path = pages.signed_in(DIRECTOR), f"/cases/{case.number}/acts/set_cadence"
    form = {**him.form(path), "cadence": "week", "reason": "重点事项"}
    give(office, case, "report_progress", LIAISON, progress="已修复一百盏")
    shown = him.post(path, data=form)
    assert shown.status_code == 409 and "新的记载" in shown.text and "重点事项" in shown.text
    assert stored(office, case).facts.cadence is None
    seen = re.search(r'name="_seen" value="(\d+)"', shown.text)
    assert him.post(path, data={**form, "_seen": seen[1]}).status_code == 303
    assert stored(office, case).facts.cadence == "每周"


def test_what_the_machine_enters_meanwhile_is_no_conflict(office, pages):
    case = a_case(office, "handling")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/report_progress"
    form = {**him.form(path), "progress": "已修复一百盏"}
    send(office, OPENED)
    assert him.post(path, data=form).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("due_on", "明天", "日期"),
        ("limit", "很快", "期限"),
        ("lead_unit", "没有这个单位", "没有"),
        ("co_units", "甲、" * 300, "最多"),
        ("occurred_at", "昨天", "时间"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(office, pages, field, value, told):
    case = a_draft(office)
    him, path = pages.signed_in(DIRECTOR), f"/cases/{case.number}/acts/assign"
    filled = {"lead_unit": "市城市管理局", "limit": "15wd", field: value}
    answer = him.sends(path, **filled)
    error = re.search(rf'id="{field}-error">([^<]+)<', answer.text)
    assert answer.status_code in (404, 422) and error and told in error[1]
    assert filled["limit"] in answer.text and stored(office, case).facts.state == "draft"


def test_a_policy_that_was_never_in_force_is_told_beside_its_field(office, pages):
    case, him = a_case(office, "handling"), pages.signed_in(DIRECTOR)
    answer = him.sends(f"/cases/{case.number}/acts/retarget", target="20wd", reason="规则修订")
    assert answer.status_code == 422 and re.search(r'id="target-error">没有哈希为“20wd”的规则', answer.text)


def test_another_version_of_the_policy_is_chosen_by_its_name_and_the_matter_is_put_under_it(
    office, pages, tmp_path
):
    case, him = a_case(office, "handling"), pages.signed_in(DIRECTOR)
    with_reminders_approved(office, tmp_path)
    path = f"/cases/{case.number}/acts/retarget"
    ((digest, label),) = re.findall(r'<option value="([0-9a-f]{64})"[^>]*>([^<]+)</option>', him.sees(path))
    assert digest[:12] in label and "启用" in label
    assert him.sends(path, target=digest, reason="规则修订").status_code == 303
    assert stored(office, case).facts.policy == digest


@pytest.mark.parametrize("path", ["/cases/new/open", "/cases/{number}/acts/comment"])
def test_what_is_entered_afterwards_has_happened(office, pages, path):
    him, path = pages.signed_in(OFFICER), path.format(number=a_case(office).number)
    answer = him.sends(path, **OPENING, text="请核查", occurred_at="2026-07-02T09:00")
    assert answer.status_code == 422 and re.search(r'id="occurred_at-error">[^<]*将来', answer.text)
    assert (len(rows(office, Case)), acts(office, "commented")) == (1, 0)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "'; DROP TABLE cases; --",
    "\u202e倒过来的字",
    "x" * 40_000,
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass"),
    "机密★10年",
]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda one: repr(one)[:24])
def test_hostile_words_are_kept_as_words_or_refused_and_never_run(office, pages, words):
    him = pages.signed_in(OFFICER)
    answer = him.sends("/cases/new/open", title=words, source=words)
    assert answer.status_code in (303, 422)
    shown = him.sees(answer.headers["location"]) if answer.status_code == 303 else answer.text
    assert "<script>alert" not in shown and "<img src=x" not in shown and ">49" not in shown


def test_what_can_be_corrected_is_chosen_by_its_name(office, pages):
    case, him = a_case(office, "handling"), pages.signed_in(OFFICER)
    path = f"/cases/{case.number}/acts/correct"
    shown = him.sees(path)
    assert '<option value="工作要求">' in shown and '<option value="销号日期">' not in shown
    filled = {"field": "包保领导", "old": "（空）", "new": "简宁", "reason": "登记时遗漏"}
    assert him.sends(path, **filled).status_code == 303
    assert stored(office, case).facts.accountable_leader == "简宁"


def test_a_rule_a_term_is_counted_by_is_chosen_by_what_it_says_and_the_term_written_as_people_do(
    office, pages
):
    case, him = a_draft(office), pages.signed_in(DIRECTOR)
    path, (name, title) = f"/cases/{case.number}/acts/assign", ("cn-agreed-no-roll", "当日不计，末日不顺延")
    assert f'<option value="{name}">{title}</option>' in him.sees(path)
    filled = {"lead_unit": "市城市管理局", "limit": "7天", "rule": name}
    assert him.sends(path, **filled).status_code == 303
    (clock,) = (one for one in stored(office, case).facts.clocks if one.rule == name)
    assert (clock.limit.unit, clock.limit.amount) == ("days", 7)


def test_files_come_with_a_form_and_are_attached(office, pages):
    case = a_case(office, "handling")
    him = pages.signed_in(LIAISON)
    proof = [("evidence", ("验收单.txt", "312盏已修复".encode(), "text/plain"))]
    answer = him.sends(f"/cases/{case.number}/acts/report_completion", files=proof, result="全部复亮")
    assert answer.status_code == 303, answer.text
    assert "验收单.txt" in him.sees(f"/cases/{case.number}")


def test_lines_are_lines_whatever_ends_them_on_the_way(office, pages):
    case = a_case(office, "handling")
    him = pages.signed_in(LIAISON)
    answer = him.sends(f"/cases/{case.number}/acts/report_progress", progress="已修一百盏\r\n其余月底前完成")
    assert answer.status_code == 303, answer.text
    assert "已修一百盏\n其余月底前完成" in him.sees(f"/cases/{case.number}")


@pytest.mark.parametrize("seen", [None, "", "abc", "-1", "9" * 18])
def test_a_form_that_does_not_say_what_it_showed_is_not_carried_out(office, pages, seen):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    form = {**him.form(path), "_seen": seen}
    answer = him.post(path, data={name: value for name, value in form.items() if value is not None})
    assert answer.status_code == 403 and stored(office, case).facts.state == "assigned"


def test_what_a_page_claims_to_be_done_was_done_by_whoever_sees_it(office, pages):
    case = a_case(office, "handling")
    assert "已办理" not in pages.signed_in(OFFICER).sees(f"/cases/{case.number}?done=close_out")
    assert "已办理：承办" in pages.signed_in(LIAISON).sees(f"/cases/{case.number}?done=begin")
