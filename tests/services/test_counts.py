"""Counts of any past day are those of the register of that day."""

from collections import Counter

import pytest

from tests.builders import a_case, a_draft, at, sweep_on
from tests.registers import WAITING_ROWS, take_over
from workflow.services.counts import By, count_matters
from workflow.services.register import list_cases

LATER = at(2026, 12, 1)
COLUMN = {
    By.UNIT: "lead_unit",
    By.CATEGORY: "category_label",
    By.STATE: "state_label",
    By.LIGHT: "light_label",
}


def listed(office, day):
    return [one.as_json() for one in list_cases(office, today=LATER, as_of=day)]


@pytest.fixture
def lively(office):
    """An old register, and a few matters that went on after it."""
    take_over(office, accept=WAITING_ROWS)
    for place, state in enumerate(("draft", "assigned", "handling", "closed")):
        a_case(office, state, at(2026, 11, 23 + place))
    sweep_on(office, at(2026, 11, 30))
    return office


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("day", [at(2026, 11, 22), at(2026, 11, 25, 12), at(2026, 11, 30, 12)])
def test_counts_of_a_day_are_the_rows_of_its_register(lively, day, by):
    rows, found = listed(lively, day), count_matters(lively, as_of=day, by=by).as_json()
    expected = Counter(row[COLUMN[by]] for row in rows)
    assert sum(expected.values()) == found["total"]["matters"] == len(rows) > 0
    named = {one["name"]: one["matters"] for one in found["groups"] if one["group"] is not None}
    assert named == {name: count for name, count in expected.items() if name is not None}
    lights = Counter(row["light"] for row in rows)
    assert {light: count for light, count in found["total"]["lights"].items() if count} == lights
    assert found["total"]["overdue"] == sum(row["overdue"] for row in rows)
    for name in ("matters", "overdue"):
        assert sum(one[name] for one in found["groups"]) == found["total"][name]


def test_a_day_before_anything_was_there_counts_nothing(office):
    a_case(office)
    found = count_matters(office, as_of=at(2026, 6, 1), by=By.UNIT).as_json()
    assert (found["total"]["matters"], found["groups"]) == (0, [])


def test_what_has_no_unit_is_counted_apart(office):
    a_draft(office)
    (group,) = count_matters(office, as_of=LATER, by=By.UNIT).as_json()["groups"]
    assert (group["group"], group["name"], group["matters"]) == (None, "未定单位", 1)
