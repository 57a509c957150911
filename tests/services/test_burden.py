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
    a_case,
    a_draft,
    at,
    give,
    history,
    signed,
    suspended,
    under_policy,
)
from workflow.errors import NotFound
from workflow.services import cases
from workflow.services.burden import burden
from workflow.services.cases import Order
from workflow.services.installation import install

DAY = at(2026, 7, 10)
OTHER = "市水务局"


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
