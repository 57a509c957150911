"""An act cannot have happened before the clock it moves: a stated time is believed where it is possible."""

from datetime import date

import pytest

from states.errors import FactInvalid
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    at,
    climb,
    give,
    history,
    on_escalation,
    raised,
    signed,
    suspended,
)
from workflow.services import cases, escalations

BEFORE = at(2026, 6, 30)


def test_nobody_signs_for_a_matter_before_it_was_handed_out(office):
    case = a_case(office, "assigned")
    entries = len(history(office, case))
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "acknowledge", LIAISON, BEFORE)
    assert refused.value.code == "before_last_act"
    assert refused.value.facts["last"] == OPENED.isoformat()
    assert len(history(office, case)) == entries


def test_nothing_is_resumed_before_it_was_suspended(office):
    case = a_case(office)
    suspended(office, case, at(2026, 7, 6), date(2026, 7, 20))
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "resume", DIRECTOR, at(2026, 7, 3), reason="改造完成")
    assert refused.value.code == "before_last_act"
    assert give(office, case, "resume", DIRECTOR, at(2026, 7, 9), reason="改造完成").facts.state == "handling"


def test_an_act_of_the_past_may_be_entered_late(office):
    case = a_case(office, "assigned")
    by = signed(LIAISON, at(2026, 7, 9))
    cases.perform(office, case.number, "acknowledge", by=by, at=at(2026, 7, 2))
    entry = history(office, case)[-1]
    assert (entry.occurred_at, entry.recorded_at) == (at(2026, 7, 2), at(2026, 7, 9))


def test_what_an_old_register_states_is_not_witnessed_and_knows_no_order(office):
    stated = {"title": "望海街道路灯", "lead_unit": LEAD, "state": "handling", "origin": "台账第5行"}
    case = cases.create(
        office, "take_over", by=signed(OFFICER), at=OPENED, due_on=date(2026, 7, 22), source="来信", **stated
    )
    moved = {"state": "handling", "origin": "台账第5行", "due_on": date(2026, 9, 30)}
    assert give(office, case, "restate", OFFICER, BEFORE, **moved).facts.due_on == date(2026, 9, 30)


NOW, NEXT_YEAR = at(2026, 7, 2), at(2027, 7, 2)


def test_a_unit_does_not_sign_for_its_matter_on_a_day_that_has_not_come(office):
    case = a_case(office, "assigned")
    with pytest.raises(FactInvalid) as refused:
        cases.perform(office, case.number, "acknowledge", by=signed(LIAISON, NOW), at=NEXT_YEAR)
    assert refused.value.code == "stated_ahead"
    assert refused.value.facts["today"] == "2026-07-02"
    later_today = at(2026, 7, 2, 23)
    signed_for = cases.perform(office, case.number, "acknowledge", by=signed(LIAISON, NOW), at=later_today)
    assert signed_for.facts.state == "registered"


def test_a_unit_does_not_sign_for_an_inquiry_ahead_of_its_time(office):
    a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31), question="为何未修复？")
    issued, by = raised(office, "inquiry"), signed(LIAISON, at(2026, 8, 3))
    with pytest.raises(FactInvalid) as refused:
        escalations.act(office, issued.id, "sign", by=by, at=NEXT_YEAR)
    assert refused.value.code == "stated_ahead"
    assert raised(office, "inquiry").state == "issued"


def test_a_unit_follows_the_office_where_the_office_went_ahead(office):
    case = a_case(office, "assigned")
    cases.perform(office, case.number, "comment", by=signed(OFFICER, NOW), at=NEXT_YEAR, text="演练")
    cases.perform(office, case.number, "acknowledge", by=signed(LIAISON, NOW), at=NEXT_YEAR)
    assert history(office, case)[-1].kind == "acknowledged"


def test_what_is_out_of_order_names_the_matter(office):
    case = a_case(office, "assigned")
    with pytest.raises(FactInvalid, match=case.number):
        give(office, case, "acknowledge", LIAISON, BEFORE)
