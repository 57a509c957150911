"""Cases that are alike in what the planner looks at are planned once, and every other by itself."""

from dataclasses import fields, replace
from datetime import date

import pytest

from states.facts import CaseFacts
from states.vocabulary import ClockName
from tests.builders import LEAD, a_case, at, signed, stored
from tests.states.matters import running
from workflow.services.batch import OpenCase
from workflow.services.ladder import Looks, look_again
from workflow.services.work import begin
from workflow.storage.session import reading

NOW = at(2026, 7, 6)
DIFFERENT = {
    "state": "suspended",
    "due_on": date(2026, 9, 30),
    "open_ended": True,
    "epoch": 7,
    "extension_to": date(2026, 7, 31),
    "clocks": (running(date(2026, 7, 7), name=ClockName.FEEDBACK),),
}
BY_RULE = {"lifecycle", "policy"}
"""What else they may differ in; an office has several of each only after years."""

VALUES = {"str | None": "另一种", "int | None": 7, "int": 7, "bool": True, "date | None": date(2026, 7, 8)}


@pytest.fixture
def planned(office):
    """When the sweep looks at a matter with these facts again: as it is remembered, and by itself."""
    facts = stored(office, a_case(office, lead_unit=LEAD)).facts
    with reading(office.engine) as tx:
        work = begin(tx, office, by=signed(None, NOW), at=NOW)
        looks = Looks(work)
        looks.again(OpenCase(1, facts))

        def asked(**changes):
            case = OpenCase(2, replace(facts, **changes))
            return looks.again(case), look_again(work, case, ())

        yield asked


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_matter_that_differs_in_one_thing_is_planned_by_itself(planned, name):
    remembered, alone = planned(**{name: DIFFERENT[name]})
    assert remembered == alone


def test_whatever_else_differs_plans_nothing_otherwise(planned):
    others = [one for one in fields(CaseFacts) if one.name not in DIFFERENT.keys() | BY_RULE]
    given = {one.name: VALUES.get(str(one.type).replace("datetime.", ""), ()) for one in others}
    assert len(given) > len(DIFFERENT)
    for name, value in given.items():
        remembered, alone = planned(**{name: value})
        assert remembered == alone, name
