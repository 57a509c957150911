"""What reports units are asked for: counted, capped, and past the cap only by the director with a reason."""

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    OPENED,
    OTHER,
    THREE_WEEKS,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    history,
    relapsed,
    signed,
    suspended,
    under_policy,
)
from tests.reforming import HEIR, HEIR_CODE, HEIR_LIAISON, merged, split_up
from workflow.errors import NotFound
from workflow.services import cases, coordinating, retargeting, splitting
from workflow.services.burden import burden
from workflow.services.cases import Order
from workflow.services.coordinating import Child
from workflow.services.installation import STANDARD, _source, install
from workflow.services.splitting import Part

DAY = at(2026, 7, 10)


def seen(office, when=DAY, unit=None):
    found = burden(office, today=when, unit=unit).as_json()["units"]
    return [(one["name"], one["matters"], one["asked_a_month"], one["given_last_30_days"]) for one in found]


@pytest.fixture
def capped(office, tmp_path):
    """An office that asks a unit for at most five reports a month."""
    rule = 'most_often = "day"\n'
    own = under_policy(office, tmp_path, rule, rule + "reports_per_unit_month = 5\n")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return office


WEEKLY = """
[[limits]]
category = "{}"
clock = "feedback"
unit = "weeks"
amount = 1
starts = "acknowledged"
"""


def weekly(office, folder, category):
    """The same cap, and a report a week from the matters of a category (or of all)."""
    rule = 'most_often = "day"\n'
    own = under_policy(office, folder, rule, f"{rule}reports_per_unit_month = 5\n{WEEKLY.format(category)}")
    install(own, by=signed(None, at(2026, 7, 2, 9, 30))).engine.dispose()


def refused(office, *given, **details) -> FactInvalid:
    with pytest.raises(FactInvalid) as found:
        give(office, *given, **details)
    return found.value


def test_units_are_counted_worst_first(office):
    a_case(office, cadence="每月")
    for cadence in ("每周", "每日"):
        a_case(office, "assigned", lead_unit=OTHER, cadence=cadence)
    assert seen(office) == [(OTHER, 2, "25.3", 0), (LEAD, 1, "1.0", 0)]
    assert seen(office, unit=LEAD_CODE) == seen(office, unit=LEAD) == [(LEAD, 1, "1.0", 0)]


def test_what_asks_for_nothing_now_is_no_burden(office):
    a_case(office, cadence="不定期")
    a_case(office)
    a_case(office, "verifying", cadence="每周")
    suspended(office, a_case(office, cadence="每周"), OPENED, at(2026, 7, 20).date())
    assert seen(office) == []
    assert seen(office, unit=LEAD) == [(LEAD, 0, "0.0", 0)]


def test_reports_given_are_those_of_the_last_thirty_days(office):
    case = a_case(office, cadence="每周")
    for day in (2, 9):
        give(office, case, "report_progress", LIAISON, at(2026, 7, day), progress="修了几盏")
    assert seen(office, at(2026, 7, 10)) == [(LEAD, 1, "4.3", 2)]
    assert seen(office, at(2026, 8, 3)) == [(LEAD, 1, "4.3", 1)]


def test_reports_count_for_the_unit_that_led_when_they_were_given(office):
    case = a_case(office, cadence="每周")
    give(office, case, "report_progress", LIAISON, at(2026, 7, 2), progress="修了几盏")
    give(office, case, "reassign", DIRECTOR, at(2026, 7, 3), lead_unit=OTHER, reason="职能调整")
    assert seen(office) == [(OTHER, 1, "4.3", 0), (LEAD, 0, "0.0", 1)]
    assert seen(office, unit=LEAD) == [(LEAD, 0, "0.0", 1)]
    assert seen(office, at(2026, 8, 3)) == [(OTHER, 1, "4.3", 0)]


def test_a_former_unit_is_shown_as_long_as_it_reported_in_the_window(office):
    case = a_case(office, cadence="每周")
    give(office, case, "report_progress", LIAISON, at(2026, 7, 2), progress="修了几盏")
    split_up(office, cases={case.number: HEIR})
    give(office, case, "report_progress", HEIR_LIAISON, at(2026, 7, 9), progress="又修了几盏")
    assert seen(office) == [(HEIR, 1, "4.3", 1), (LEAD, 0, "0.0", 1)]


def test_a_category_s_cadence_is_a_burden_too(office, tmp_path):
    term = 'unit = "weeks"\namount = 2\nstarts = "acknowledged"\n\n'
    row = f'[[limits]]\ncategory = "*"\nclock = "feedback"\n{term}'
    own = under_policy(office, tmp_path, "[pause]", row + "[pause]")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    a_case(office)
    a_case(office, cadence="不定期")
    (unit,) = burden(office, today=DAY).units
    assert (unit.terms, unit.asked_a_month) == ({"每2周": 1}, "2.2")


def test_a_unit_nobody_knows_is_refused(office):
    with pytest.raises(NotFound) as found:
        burden(office, today=DAY, unit="火星局")
    assert found.value.code == "unit_unknown"


def test_a_dispatch_past_the_cap_is_refused_with_the_figure(capped):
    a_case(capped, cadence="每周")
    draft = a_draft(capped)
    order = {"lead_unit": LEAD, "complexity": "ordinary"}
    found = refused(capped, draft, "assign", DIRECTOR, **order, cadence="周调度")
    assert found.code == "burden_over_cap"
    assert found.facts == {"unit": LEAD_CODE, "asked_a_month": "4.3", "would_be": "8.7", "cap": 5}
    assert f"{LEAD}其他事项每月已须反馈4.3次" in found.message
    assert give(capped, draft, "assign", DIRECTOR, **order, cadence="每季度").facts.state == "assigned"


def test_another_unit_s_burden_is_its_own(capped):
    a_case(capped, cadence="每周")
    assert a_case(capped, "assigned", lead_unit=OTHER, cadence="每周").facts.cadence == "每周"


def test_a_cadence_past_the_cap_is_refused_and_a_longer_one_never(capped):
    case = a_case(capped, cadence="每周")
    found = refused(capped, case, "set_cadence", OFFICER, DAY, cadence="每日", reason="攻坚")
    assert (found.code, found.facts["would_be"]) == ("burden_over_cap", "21.0")
    give(capped, case, "set_cadence", DIRECTOR, DAY, cadence="每日", reason="防汛调度", over_cap=True)
    assert give(capped, case, "set_cadence", OFFICER, DAY, cadence="每周", reason="汛期已过")


def test_past_the_cap_the_director_says_why(capped):
    case = a_case(capped, cadence="每周")
    with pytest.raises(NotPermitted) as forbidden:
        give(capped, case, "set_cadence", OFFICER, DAY, cadence="每日", reason="防汛调度", over_cap=True)
    assert forbidden.value.code == "over_cap_by_director"
    draft, order = a_draft(capped), {"lead_unit": LEAD, "complexity": "ordinary", "cadence": "每日"}
    with pytest.raises(FactMissing) as unsaid:
        give(capped, draft, "assign", DIRECTOR, **order, over_cap=True)
    assert unsaid.value.code == "reason_missing"
    give(capped, draft, "assign", DIRECTOR, **order, over_cap=True, reason="防汛调度")
    assert '"over_cap":true' in next(one for one in history(capped, draft) if one.kind == "assigned").payload
    (unit,) = burden(capped, today=DAY).units
    assert (unit.is_over, unit.cap) == (True, 5)


def test_orders_of_one_transaction_are_weighed_together(capped):
    drafts = [a_draft(capped), a_draft(capped)]
    order = {"lead_unit": LEAD, "complexity": "ordinary", "cadence": "每周"}
    orders = [Order("assign", draft.number, order) for draft in drafts]
    with pytest.raises(FactInvalid) as found:
        cases.perform_all(capped, orders, by=signed(DIRECTOR), at=OPENED)
    assert found.value.code == "burden_over_cap"
    assert seen(capped) == []


def test_a_matter_handed_on_is_asked_of_its_new_unit(capped):
    a_case(capped, "assigned", lead_unit=OTHER, cadence="每周")
    case = a_case(capped, cadence="每周")
    order = {"lead_unit": OTHER, "reason": "改由水务部门管养"}
    assert refused(capped, case, "reassign", DIRECTOR, DAY, **order).code == "burden_over_cap"
    moved = give(capped, case, "reassign", DIRECTOR, DAY, over_cap=True, **order)
    assert moved.facts.lead_unit != LEAD_CODE


def test_a_matter_taken_up_again_is_weighed(capped, tmp_path):
    weekly(capped, tmp_path, "*")
    case = relapsed(capped, a_case(capped, "closed"), DAY)
    a_case(capped, cadence="每周")
    order = {"limit": THREE_WEEKS, "reason": "又有11盏不亮"}
    assert refused(capped, case, "reopen", DIRECTOR, DAY, **order).code == "burden_over_cap"
    assert give(capped, case, "reopen", DIRECTOR, DAY, over_cap=True, **order).facts.state == "handling"
    (unit,) = burden(capped, today=DAY).units
    assert (unit.matters, unit.is_over) == (2, True)


def test_another_category_that_asks_more_often_is_weighed(capped, tmp_path):
    weekly(capped, tmp_path, "complex")
    a_case(capped, cadence="每周")
    case, order = a_case(capped, complexity="ordinary"), {"complexity": "complex", "reason": "涉及三家单位"}
    assert refused(capped, case, "reclassify", DIRECTOR, DAY, **order).facts["would_be"] == "8.7"
    give(capped, case, "reclassify", DIRECTOR, DAY, over_cap=True, **order)
    assert give(capped, case, "reclassify", DIRECTOR, DAY, complexity="ordinary", reason="已理顺")


@pytest.mark.parametrize("reason", ["防汛调度", None])
def test_what_a_meeting_hands_out_passes_the_cap_by_the_director_s_reason(capped, tmp_path, reason):
    a_case(capped, "assigned", lead_unit=OTHER, cadence="每周")
    case = a_case(capped)
    weekly(capped, tmp_path, "*")
    give(capped, case, "request_coordination", LIAISON, DAY, level="office", blocker="缺钱", wanted="给钱")
    decision = {"minutes": "由水务局迁改", "evidence": [a_paper_of_proof(capped)]}
    decision |= {"children": [Child("变压器迁改", OTHER, THREE_WEEKS)], "by": signed(DIRECTOR), "at": DAY}
    with pytest.raises(FactInvalid) as over:
        coordinating.decide(capped, case.number, **decision)
    assert over.value.code == "burden_over_cap"
    if reason is None:
        with pytest.raises(FactMissing):
            coordinating.decide(capped, case.number, **decision, over_cap=True)
    else:
        assert coordinating.decide(capped, case.number, **decision, over_cap=True, reason=reason).dispatched


def test_parts_of_a_matter_pass_the_cap_for_the_reason_of_the_split(capped, tmp_path):
    a_case(capped, "assigned", lead_unit=OTHER, cadence="每周")
    case = a_case(capped)
    weekly(capped, tmp_path, "*")
    parts = {"parts": [Part("管廊渗水治理", OTHER)], "reason": "涉及两家", "by": signed(DIRECTOR), "at": DAY}
    with pytest.raises(FactInvalid) as over:
        splitting.split(capped, case.number, **parts)
    assert over.value.code == "burden_over_cap"
    _, part = splitting.split(capped, case.number, **parts, over_cap=True)
    assert '"over_cap":true' in history(capped, part)[-2].payload


def test_a_reform_is_never_refused_and_tells_what_its_successor_is_asked_for(capped):
    a_case(capped, cadence="每周"), a_case(capped, "assigned", lead_unit=HEIR, cadence="每周")
    promised, done = merged(capped, dry_run=True).as_json(), merged(capped).as_json()
    told = {"asked_before": "4.3", "asked_after": "8.7", "cap": 5, "over_cap": True, "over_by": "3.7"}
    assert promised["burdens"] == done["burdens"] == [{"unit": HEIR_CODE, "name": HEIR, **told}]
    assert seen(capped, unit=HEIR) == [(HEIR, 2, "8.7", 0)]


def retargeted(office, do=retargeting.apply, **more):
    return do(office, "current", None, by=signed(DIRECTOR), at=DAY, reason="规则修订", **more)


def test_a_policy_that_asks_more_often_is_weighed_case_by_case_as_previewed(capped, tmp_path):
    cases_ = [a_case(capped), a_case(capped)]
    weekly(capped, tmp_path, "*")
    planned = [one.refused and one.refused["code"] for one in retargeted(capped, retargeting.plan)]
    done = retargeted(capped)
    assert planned == [None, "burden_over_cap"]
    assert [one["case"] for one in done.done] == [cases_[0].number]
    assert [one["code"] for one in done.refused] == ["burden_over_cap"]


def test_past_the_cap_only_the_matters_that_pass_it_say_so(capped, tmp_path):
    a_case(capped), a_case(capped)
    weekly(capped, tmp_path, "*")
    assert [one.over_cap for one in retargeted(capped, retargeting.plan, over_cap=True)] == [False, True]
    assert (len(retargeted(capped, over_cap=True).done), seen(capped)) == (2, [(LEAD, 2, "8.7", 0)])


def test_a_matter_whose_table_knows_no_way_past_the_cap_is_shown_one(office, tmp_path):
    table = _source(None, STANDARD).replace(
        '"due_on", "over_cap"]\nguards = ["relapse', '"due_on"]\nguards = ["relapse'
    )
    (tmp_path / "older.toml").write_text(table, encoding="utf-8")
    older = office.settings.model_copy(update={"lifecycle": tmp_path / "older.toml"})
    install(older, by=signed(None, at(2026, 7, 1, 9, 15))).engine.dispose()
    case = relapsed(office, a_case(office, "closed"), DAY)
    weekly(office, tmp_path, "*")
    a_case(office, cadence="每周")
    order = {"reason": "反弹", "limit": THREE_WEEKS}
    assert "先改用现行流程（adopt）" in refused(office, case, "reopen", DIRECTOR, DAY, **order).message
    give(office, case, "adopt", DIRECTOR, DAY, reason="流程修订")
    assert give(office, case, "reopen", DIRECTOR, DAY, **order, over_cap=True).facts.state == "handling"
