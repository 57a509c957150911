"""What a date that was corrected, or went on, does to a request for more time that is open."""

from dataclasses import replace
from datetime import date

import pytest

from states import lifecycle as lifecycles
from states.clocks import Pause
from tests.builders import at
from tests.states.matters import DUE_ON, TABLES, decided, facts_in, running
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))


def after(facts, command, **details):
    return replace(facts, **decided(STANDARD, CALENDAR, facts, command, **details).changes)


@pytest.mark.parametrize(("day", "asked_for"), [(27, date(2026, 7, 29)), (29, None), (30, None)])
def test_a_request_the_corrected_date_has_reached_is_settled(day, asked_for):
    new = {"field": "due_on", "old": DUE_ON, "new": date(2026, 7, day)}
    facts = after(facts_in("handling", clocks=(running(),)), "correct", **new)
    assert facts.extension_to == asked_for
    assert (facts.extension_consented_by is None) == (asked_for is None)


def test_a_request_the_date_has_reached_after_a_standstill_is_settled():
    clock = running(pauses=(Pause(at(2026, 7, 2), None, "suspended"),))
    stood = facts_in("suspended", clocks=(clock,), paused_on=date(2026, 7, 2))
    facts = after(stood, "resume")
    assert facts.due_on >= date(2026, 7, 29) and facts.extension_to is None
