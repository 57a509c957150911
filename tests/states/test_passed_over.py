"""No rung is left out without being named, whyever it was not reached."""

from datetime import date
from pathlib import Path

import pytest

from states import policy as policies
from states.ladder import OnClock, OnLadder, Raised, plan
from states.vocabulary import ClockName

DEFAULT = Path(__file__).parents[2] / "states" / "tables" / "default_policy.toml"
GATE = 'after = { step = "reminder", fact = "served", working_days = 5 }\n'
DUE, LATE = date(2026, 7, 22), date(2026, 8, 12)
ON_TIME = {ClockName.HANDLE: OnClock(DUE, 1)}


@pytest.fixture
def two_ways():
    """A ladder whose second reminder waits for the service of the first, its inquiry for nothing."""
    text = DEFAULT.read_text(encoding="utf-8")
    second = text[text.index('[[rungs]]\nstep = "reminder"') : text.index('[[rungs]]\nstep = "inquiry"')]
    second = second.replace('"reminder"\nlabel = "提醒"', '"second"\nlabel = "再次提醒"').replace(
        "offset = 1\n", f"offset = 3\n{GATE}"
    )
    assert GATE in text
    inquiry = '[[rungs]]\nstep = "inquiry"'
    return policies.read(text.replace(GATE, "").replace(inquiry, second + inquiry))


def test_a_rung_whose_gate_stayed_closed_is_named_by_the_one_that_passes_it(two_ways, calendar):
    reminded = Raised("reminder", "handle", 1, "issued", issued_on=date(2026, 7, 23))
    (step,) = plan(OnLadder(ON_TIME, (reminded,)), two_ways, calendar, LATE).steps
    assert (step.rung.step, step.passed_over) == ("inquiry", ("再次提醒",))
    assert "此前未发再次提醒" in step.reason


def test_a_rung_that_would_be_reached_later_is_named_too(two_ways, calendar):
    served = Raised("reminder", "handle", 1, "served", date(2026, 7, 23), served_on=date(2026, 8, 11))
    found = plan(OnLadder(ON_TIME, (served,)), two_ways, calendar, LATE)
    assert [(step.rung.step, step.passed_over) for step in found.steps] == [("inquiry", ("再次提醒",))]


def test_caught_up_rung_by_rung_nothing_that_is_raised_is_called_passed_over(two_ways, calendar):
    found = plan(OnLadder(ON_TIME), two_ways, calendar, LATE, catch_up="all")
    told = [(step.rung.step, step.passed_over) for step in found.steps]
    assert told == [("reminder", ("期限提示",)), ("inquiry", ("期限提示", "再次提醒"))]
