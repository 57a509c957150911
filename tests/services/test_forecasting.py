"""The forecast of an office: counted in a constant number of statements, and true when nobody acts."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from states.errors import FactInvalid
from tests.builders import DIRECTOR, LEAD, LEAD_CODE, a_case, at, give, row_counts, signed, sweep_on
from tests.states.conftest import TABLES
from workflow.errors import NotFound
from workflow.services.forecasting import forecast
from workflow.services.installation import install

TODAY = at(2026, 7, 1)
ORDER = count(1)
"""So that each policy of a test comes into force after the last one."""


def told(office, **asked):
    return forecast(office, at=TODAY, **asked).as_json()


def test_a_forecast_names_case_rung_day_and_condition(office):
    case = a_case(office)
    steps = told(office)["steps"]
    assert [(one["case"], one["step"], one["on"], one["conditional_on"]) for one in steps] == [
        (case.number, "due_soon", "2026-07-17", None),
        (case.number, "reminder", "2026-07-23", None),
        (case.number, "inquiry", "2026-07-30", "若“提醒”于7月23日送达"),
    ]
    assert {one["unit_name"] for one in steps} == {LEAD}


def test_a_forecast_counts_per_unit_and_per_day(office):
    for _ in range(3):
        a_case(office)
    found = told(office)
    assert found["per_unit"] == [
        {
            "unit": LEAD_CODE,
            "unit_name": LEAD,
            "total": 9,
            "certain": 6,
            "conditional": 3,
            "steps": {"due_soon": 3, "reminder": 3, "inquiry": 3},
        }
    ]
    assert [(one["on"], one["total"]) for one in found["per_day"]] == [
        ("2026-07-17", 3),
        ("2026-07-23", 3),
        ("2026-07-30", 3),
    ]


def test_a_forecast_reads_and_nothing_else(office):
    a_case(office)
    before = row_counts(office)
    told(office)
    assert row_counts(office) == before


def test_a_matter_that_has_ended_has_no_future(office):
    give(office, a_case(office), "withdraw", DIRECTOR, TODAY, reason="重复交办")
    a_case(office, "verifying")
    found = told(office, days=366)
    assert (found["steps"], found["open_cases"]) == ([], 0)


def test_only_the_unit_asked_for_is_looked_at(office):
    a_case(office)
    other = a_case(office, "assigned", lead_unit="市水务局")
    assert {one["case"] for one in told(office, unit="市水务局")["steps"]} == {other.number}
    with pytest.raises(NotFound):
        told(office, unit="月球管理局")


@pytest.mark.parametrize("days", [0, -1, 367])
def test_the_days_are_bounded(office, days):
    with pytest.raises(FactInvalid) as refused:
        told(office, days=days)
    assert refused.value.code == "days_out_of_range"


def statements(office):
    """How many statements a forecast takes."""
    counted = []
    listening = (office.engine, "before_cursor_execute", lambda *_: counted.append(1))
    event.listen(*listening)
    told(office)
    event.remove(*listening)
    return len(counted)


def test_ten_times_the_matters_take_no_more_statements(office):
    a_case(office)
    sweep_on(office, at(2026, 7, 23))
    statements(office)
    few = statements(office)
    for _ in range(10):
        a_case(office)
    sweep_on(office, at(2026, 7, 23))
    assert statements(office) == few


@st.composite
def policies(draw):
    """The default ladder with other offsets and gates, written as a file is."""
    hint, reminder = draw(st.integers(-8, 0)), draw(st.integers(1, 5))
    fact, wait = draw(st.sampled_from(["served"])), draw(st.integers(0, 6))
    return {
        "offset = -3": f"offset = {hint}",
        "offset = 1\n": f"offset = {reminder}\n",
        "offset = 6": f"offset = {draw(st.integers(reminder + 1, 10))}",
        'fact = "served", working_days = 5': f'fact = "{fact}", working_days = {wait}',
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policies(), st.dates(date(2026, 6, 20), date(2026, 9, 10)), st.integers(1, 30))
def test_what_is_certain_is_what_daily_sweeps_do_when_nobody_acts(office, tmp_path, policy, due_on, days):
    own = with_policy(office, tmp_path, policy)
    case = a_case(own, "assigned", TODAY, due_on=max(due_on, TODAY.date() + timedelta(days=1)))
    foreseen = [
        (one["step"], one["on"], one["mode"])
        for one in forecast(own, at=TODAY, days=days).as_json()["steps"]
        if one["case"] == case.number and one["conditional_on"] is None
    ]
    done = [
        (step["step"], day.date().isoformat(), step["mode"])
        for day in (TODAY + timedelta(days=ahead) for ahead in range(days))
        for step in sweep_on(own, day).steps
        if step["case"] == case.number
    ]
    own.engine.dispose()
    assert foreseen == done


def with_policy(office, folder, changes):
    """The office working by the default policy with these things written otherwise."""
    text = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
    for right, wrong in changes.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    later = TODAY + timedelta(microseconds=next(ORDER))
    own = office.settings.model_copy(update={"policy": folder / "own.toml"})
    return install(own, by=signed(None, later))
