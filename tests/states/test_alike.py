"""Rows of an old register that are decided once for all are decided as each by itself."""

from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from states.alike import DAYS, LOOKED_AT, PASSED_ON, Alike
from states.errors import FactInvalid, Refusal
from tests.builders import LEAD_CODE, TITLE
from tests.states.matters import TODAY, decided, facts_in

FIRST = {
    "state": "closed", "title": TITLE, "origin": "台账第5行", "source": "市长信箱", "basis": "市政府专题会议",
    "requirement": "全部复亮", "complexity": "ordinary", "accountable_leader": "苗立言",
    "lead_unit": LEAD_CODE, "lead_group": "BH300", "co_units": ("BH213",), "dispatched_on": date(2026, 1, 5),
    "due_on": date(2026, 1, 30), "original_due_on": date(2026, 1, 20), "open_ended": True,
    "closed_on": date(2026, 1, 28), "completion_rate": 100, "detail": "望海街道", "measures": "分三批",
    "milestones": "一月采购", "contact_name": "值班员", "contact_phone": "0000", "progress": "已复亮",
    "difficulty": "灯具紧缺", "follow_up": "回访", "remark": "无", "serial": "1",
    "suspended_from": "handling", "review_on": date(2026, 2, 1),
    "accepted": [{"code": "date_order", "suggestion": "核对日期"}],
}  # fmt: skip
OTHER = {
    "state": "handling", "complexity": "complex", "open_ended": None, "dispatched_on": date(2025, 12, 1),
    "due_on": date(2026, 1, 24), "original_due_on": date(2026, 1, 19), "closed_on": date(2026, 2, 3),
    "suspended_from": "registered", "review_on": date(2026, 2, 2), "co_units": ("BH214", "BH213"),
    "completion_rate": 0, "accepted": [{"code": "date_future", "suggestion": "核对"}],
}  # fmt: skip


@pytest.fixture
def ask(lifecycle, calendar):
    """The decision on a row, asked of whoever remembers those before, or by itself; what was decided anew."""
    row, anew = lifecycle.command_rows["take_over"], []

    def asked(given, alike=None, row=row):
        def alone():
            anew.append(given)
            return decided(lifecycle, calendar, facts_in("new"), "take_over", **given)

        return alone() if alike is None else alike.decided(row, given, alone)

    asked.anew, asked.row = anew, row
    return asked


@pytest.fixture
def alike(calendar):
    return Alike(TODAY, calendar)


def outcome(asked):
    """What came of it, a refusal as what it says."""
    try:
        return asked()
    except Refusal as refusal:
        return refusal.code, refusal.message


def test_every_particular_of_taking_over_is_tried_here(lifecycle):
    row = lifecycle.command_rows["take_over"]
    assert {*row.needs, *row.accepts, "lead_group"} == FIRST.keys() <= LOOKED_AT | PASSED_ON


@pytest.mark.parametrize("value", ["another", "none"])
@pytest.mark.parametrize("name", FIRST)
def test_a_row_that_differs_in_one_thing_is_decided_as_by_itself(ask, alike, name, value):
    row = {**FIRST, name: OTHER.get(name, "另一种写法") if value == "another" else None}
    ask(FIRST, alike)
    assert outcome(partial(ask, row, alike)) == outcome(partial(ask, row))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data(), state=some.sampled_from(["handling", "closed"]))
def test_a_row_of_any_days_is_decided_as_by_itself(ask, alike, data, state):
    for _ in range(3):
        days = {
            name: data.draw(some.none() | some.dates(date(1990, 1, 1), date(2100, 12, 31))) for name in DAYS
        }
        row = {**FIRST, **days, "state": state}
        assert ask(row, alike) == ask(row)


def test_what_words_say_takes_no_decision_of_its_own(ask, alike):
    for title in ("一号路", "二号路", "三号路"):
        assert ask({**FIRST, "title": title, "lead_unit": "BH213"}, alike).changes["title"] == title
    assert len(ask.anew) == 1


def test_rows_that_differ_in_their_days_go_the_way_once(ask, alike):
    for day in (5, 6, 7):
        ask({**FIRST, "dispatched_on": date(2026, 1, day)}, alike)
    ask({**FIRST, "state": "handling"}, alike)
    assert [one["state"] for one in ask.anew] == ["closed", "handling"]


def test_rows_of_the_same_days_have_the_very_same_clocks(ask, alike):
    """So that they are written down and stored once."""
    _, *others = (ask({**FIRST, "title": title}, alike) for title in ("零号路", "一号路", "二号路"))
    assert others[0].changes["clocks"] is others[1].changes["clocks"]


@pytest.mark.parametrize("days", [{}, {"due_on": date(2026, 1, 29)}])
def test_words_too_long_are_refused_among_rows_that_are_alike(ask, alike, days):
    ask(FIRST, alike)
    with pytest.raises(FactInvalid) as refused:
        ask({**FIRST, **days, "title": "路" * 2_001}, alike)
    assert refused.value.code == "text_too_long" and len(ask.anew) == 1


@pytest.mark.parametrize("changed", [{"guards": ("only_stated_so_far",)}, {"effect": "restate"}])
def test_what_an_office_s_own_table_asks_more_is_asked_of_every_row(ask, alike, changed):
    row = ask.row.model_copy(update=changed)
    ask(FIRST, alike, row)
    ask(FIRST, alike, row)
    assert len(ask.anew) == 2
