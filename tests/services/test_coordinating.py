"""Coordination through the real services: asked, settled at its level, with the matters that come of it."""

from datetime import date

import pytest

from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.facts import CaseFacts
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LEAD_CODE,
    LEADER,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    kinds,
    papers,
    row_counts,
    rows,
    signed,
    stored,
)
from tests.locks import reads_of
from workflow.errors import NotFound
from workflow.services import coordinating, duties, register, timeline
from workflow.services.coordinating import Child
from workflow.services.verification import verify
from workflow.storage.models import Case

ASKED, DECIDED = at(2026, 7, 13), at(2026, 7, 15)
KNOT = {"blocker": "变压器迁改费用无着落", "wanted": "明确迁改主体和资金来源"}
MINUTES = "由供电公司月底前完成迁改，费用由市财政局保障"
POWER = Child("望海街道变压器迁改", "市水务局", Limit(LimitUnit.WORKING_DAYS, 10))
MONEY = Child("保障变压器迁改费用", "市财政局", date(2026, 7, 31), "7月底前拨付迁改费用")


def a_request(office, level="office", by=LIAISON, case=None):
    return give(office, case or a_case(office), "request_coordination", by, ASKED, level=level, **KNOT)


def settled(office, case, by=DIRECTOR, when=DECIDED, **more):
    details = {"minutes": MINUTES, "evidence": [a_paper_of_proof(office, "协调会议纪要")]} | more
    return coordinating.decide(office, case.number, by=signed(by, when), at=when, **details)


def shown(office, case):
    return register.show(office, case.number, today=DECIDED)


@pytest.mark.parametrize(
    ("level", "by"), [("office", DIRECTOR), ("leader", LEADER), ("principal", PRINCIPAL)]
)
def test_each_level_settles_what_was_asked_of_it(office, level, by):
    case = settled(office, a_request(office, level), by).case
    assert (case.facts.coordination_level, case.facts.state) == (None, "handling")
    assert case.facts.due_on == date(2026, 7, 22)
    assert verify(office).findings == []


@pytest.mark.parametrize(("level", "by"), [("office", LEADER), ("leader", DIRECTOR), ("meeting", LEADER)])
def test_another_level_does_not_settle_it(office, level, by):
    with pytest.raises(NotPermitted) as refused:
        settled(office, a_request(office, level), by)
    assert refused.value.code == "decider_of_another_level"


@pytest.mark.parametrize("by", [OFFICER, "柏乐山"])
def test_only_the_lead_unit_asks_and_takes_back(office, by):
    with pytest.raises(NotPermitted):
        a_request(office, by=by)
    with pytest.raises(NotPermitted):
        give(office, a_request(office), "withdraw_coordination", by, DECIDED)


@pytest.mark.parametrize("by", ["BH213-L", "BH213-H"])
def test_the_people_of_another_unit_neither_ask_nor_take_back(office, by):
    with pytest.raises(NotPermitted):
        a_request(office, by=by)
    with pytest.raises(NotPermitted):
        give(office, a_request(office), "withdraw_coordination", by, DECIDED)


@pytest.mark.parametrize("by", [OFFICER, LIAISON, UNIT_HEAD])
def test_neither_the_unit_nor_an_officer_settles_it(office, by):
    case = a_request(office)
    for command in ("decide_coordination", "decline_coordination"):
        details = {"reason": "自行协商"} if command.startswith("decline") else {}
        with pytest.raises(NotPermitted):
            give(office, case, command, by, DECIDED, **details)


def test_one_request_is_open_at_a_time(office):
    case = a_request(office)
    with pytest.raises(FactInvalid) as refused:
        a_request(office, "leader", case=case)
    assert refused.value.code == "coordination_open"
    give(office, case, "withdraw_coordination", UNIT_HEAD, DECIDED)
    assert a_request(office, "leader", case=stored(office, case)).facts.coordination_level == "leader"


def test_nothing_is_settled_that_nobody_asked_for(office):
    with pytest.raises(FactMissing) as refused:
        settled(office, a_case(office), children=[POWER])
    assert refused.value.code == "coordination_not_asked"


def test_a_request_that_is_declined_keeps_its_reason(office):
    case = a_request(office)
    give(office, case, "decline_coordination", DIRECTOR, DECIDED, reason="属本单位职责")
    (told,) = shown(office, case)["coordination"]["settled"]
    assert (told["outcome_label"], told["reason"], told["settled_by"]) == (
        "不予协调",
        "属本单位职责",
        DIRECTOR,
    )


def test_the_open_request_is_shown_and_lies_with_its_decider(office):
    case = a_request(office, "leader")
    told = shown(office, case)["coordination"]
    assert (told["open"]["level_label"], told["open"]["by"], told["settled"]) == ("分管领导", LIAISON, [])
    assert told["open"]["blocker"] == KNOT["blocker"]
    (mine,) = duties.owed(office, day=date(2026, 7, 13), person=LEADER).lists
    assert [duty.label for duty in mine.duties] == ["待协调议定"]


def test_a_new_limit_is_a_new_epoch_and_settles_the_extension_asked_for(office):
    case = asking(office, a_request(office), ASKED, date(2026, 8, 5))
    found = settled(office, case, due_on=date(2026, 7, 20)).case.facts
    assert (found.due_on, found.original_due_on) == (date(2026, 7, 20), date(2026, 7, 22))
    assert (found.epoch, found.extensions, found.extension_to) == (2, 0, None)
    assert shown(office, case)["coordination"]["settled"][0]["due_on"] == "2026-07-20"
    assert verify(office).findings == []


def test_the_director_s_decision_hands_out_what_it_sets(office):
    case = a_request(office)
    done = settled(office, case, children=[POWER, MONEY])
    power, money = (stored(office, one.number).facts for one in done.children)
    assert (power.parent, power.link, power.state) == (case.number, "coordination", "assigned")
    assert (power.requirement, power.due_on) == (POWER.title, date(2026, 7, 29))
    assert (money.requirement, money.due_on) == (MONEY.requirement, date(2026, 7, 31))
    assert money.basis == f"{case.number}经督查室于2026年7月15日协调议定"
    assert len(papers(office, "assignment")) == 3
    assert verify(office).findings == []


def test_a_matter_is_locked_before_it_is_decided_on(office, monkeypatch):
    case = a_request(office)
    reads = reads_of(monkeypatch)
    settled(office, case, children=[POWER])
    assert reads[0] == "cases_for_update"


def test_a_matter_without_lead_unit_stays_a_draft(office):
    (child,) = settled(office, a_request(office), children=[Child("拟订路灯移交办法")]).children
    assert (child.facts.state, child.facts.lead_unit) == ("draft", None)


@pytest.mark.parametrize(("level", "by"), [("leader", LEADER), ("principal", PRINCIPAL)])
def test_what_a_leader_sets_waits_for_the_director_with_the_unit_that_was_meant(office, level, by):
    case = a_request(office, level)
    done = settled(office, case, by, children=[POWER])
    (child,) = done.children
    assert (child.facts.state, child.facts.lead_unit, done.dispatched) == ("draft", None, False)
    (told,) = shown(office, case)["coordination"]["settled"][0]["children"]
    assert (told["number"], told["lead_unit_name"]) == (child.number, "市水务局")
    assert told["term"] == "10个工作日"
    give(office, child, "assign", DIRECTOR, DECIDED, lead_unit="市水务局", limit=POWER.term)


AGREED = "会议议定：牵头单位市水务局，时限10个工作日"


def test_a_draft_shows_what_was_agreed_of_it_and_its_parent_by_then(office):
    case = a_request(office, "leader")
    power, money, plain = settled(office, case, LEADER, children=[POWER, MONEY, Child("拟订办法")]).children
    assert shown(office, power)["agreed"] == {
        "in": case.number, "lead_unit": "市水务局", "term": "10个工作日", "words": AGREED,
    }  # fmt: skip
    assert shown(office, money)["agreed"]["words"] == "会议议定：牵头单位市财政局，时限2026-07-31"
    assert shown(office, plain)["agreed"] is shown(office, case)["agreed"] is None


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"lead_unit": "市水务局", "limit": POWER.term}, f"{AGREED}。"),
        (
            {"lead_unit": "市财政局", "limit": POWER.term},
            f"{AGREED}；本次交办：牵头单位市财政局，时限2026-07-29，请核对。",
        ),
        (
            {"lead_unit": "市水务局", "due_on": date(2026, 9, 1)},
            f"{AGREED}；本次交办：牵头单位市水务局，时限2026-09-01，请核对。",
        ),
        (
            {"lead_unit": "市水务局", "open_ended": True, "cadence": "每月"},
            f"{AGREED}；本次交办：牵头单位市水务局，时限长期，请核对。",
        ),
    ],
)
def test_whoever_hands_it_out_is_reminded_and_may_order_otherwise(office, order, told):
    (child,) = settled(office, a_request(office, "leader"), LEADER, children=[POWER]).children
    done = give(office, child, "assign", DIRECTOR, DECIDED, **order)
    assert (done.decision.warnings, done.facts.state) == ((told,), "assigned")


def test_a_day_that_was_agreed_is_kept_by_a_limit_that_ends_on_it(office):
    (child,) = settled(office, a_request(office, "leader"), LEADER, children=[MONEY]).children
    order = {"lead_unit": "市财政局", "limit": Limit(LimitUnit.WORKING_DAYS, 12)}
    assert "本次交办" not in give(office, child, "assign", DIRECTOR, DECIDED, **order).decision.warnings[0]


@pytest.mark.parametrize(("level", "by"), [("office", DIRECTOR), ("leader", LEADER)])
def test_a_day_that_has_passed_is_refused_whoever_decides(office, level, by):
    case = a_request(office, level)
    with pytest.raises(FactInvalid, match="子事项“保障费用”的日期2026-07-14已经过去") as refused:
        settled(office, case, by, children=[POWER, Child("保障费用", term=date(2026, 7, 14))])
    assert refused.value.code == "date_in_the_past"
    assert settled(office, case, by, children=[Child("保障费用", term=DECIDED.date())]).children


@pytest.mark.parametrize(
    ("level", "by", "lead"), [("office", DIRECTOR, None), ("leader", LEADER, "市水务局")]
)
def test_leave_to_pass_the_cap_needs_a_matter_that_goes_out(office, level, by, lead):
    with pytest.raises(FactInvalid) as refused:
        children = [Child("变压器迁改", lead, POWER.term)]
        settled(office, a_request(office, level), by, children=children, over_cap=True, reason="防汛")
    assert refused.value.code == "nothing_dispatched"


@pytest.mark.parametrize(
    ("child", "code"),
    [
        (Child("迁改", "火星局", POWER.term), "unit_unknown"),
        (Child("迁改变压器", "市水务局"), "limit_missing"),
        (Child("修好", "市水务局", POWER.term), "requirement_vague"),
        (Child("变压器迁改", "市水务局", date(2026, 7, 1)), "date_in_the_past"),
    ],
)
def test_decision_and_matters_go_in_together_or_not_at_all(office, child, code):
    case = a_request(office)
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        settled(office, case, children=[MONEY, child])
    assert refused.value.code == code
    assert (row_counts(office), stored(office, case).facts.coordination_level) == (before, "office")


def test_a_child_without_a_limit_has_that_of_its_parent_s_category(office):
    case = a_request(office, case=a_case(office, complexity="ordinary"))
    (child,) = settled(office, case, children=[Child("变压器迁改", "市水务局")]).children
    assert (child.facts.complexity, child.facts.due_on) == ("ordinary", date(2026, 7, 22))


def test_more_matters_than_a_meeting_sets_are_refused(office):
    with pytest.raises(FactInvalid) as refused:
        settled(office, a_request(office), children=[Child("变压器迁改")] * 51)
    assert refused.value.code == "too_many"
    assert len(rows(office, Case)) == 1


def test_a_matter_that_is_not_there_is_not_settled(office):
    with pytest.raises(NotFound) as refused:
        coordinating.decide(office, "滨督2026-999", by=signed(DIRECTOR), at=DECIDED)
    assert refused.value.code == "case_unknown"


def test_the_same_child_twice_is_refused(office):
    with pytest.raises(FactInvalid) as refused:
        settled(office, a_request(office), children=[POWER, MONEY, POWER])
    assert refused.value.code == "child_twice"


def test_the_history_names_level_and_children_and_the_parent_shows_them(office):
    case = a_request(office)
    (child,) = settled(office, case, children=[POWER]).children
    told = [one["sentence"] for one in timeline.history(office, case.number)][-2:]
    assert told == ["提请协调（督查室）", f"协调议定（子事项{child.number}）"]
    (line,) = shown(office, case)["children"]
    assert (line["number"], line["link_label"], line["state_label"]) == (child.number, "协调议定", "交办")
    assert line["lead_unit"] == "市水务局"


def test_what_nobody_settled_is_told_as_lapsed(office):
    case = a_request(office)
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, DECIDED, result="全部复亮", evidence=proof)
    told = shown(office, case)["coordination"]
    assert (told["open"], told["settled"][0]["outcome"]) == (None, None)
    assert told["settled"][0]["outcome_label"] == "未议定，随改派、报结或结束终止"


def test_only_the_lead_of_the_matter_is_meant_by_the_unit(office):
    case = a_request(office, by=UNIT_HEAD)
    facts: CaseFacts = case.facts
    assert (facts.lead_unit, facts.coordination_by) == (LEAD_CODE, "BH212-H")
    assert kinds(office, case)[-1] == "coordination_requested"
