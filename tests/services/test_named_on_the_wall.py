"""挂图作战 by name: a matter is read by few of its columns, and told as its whole row would tell it."""

from datetime import date, timedelta

import pytest

from states.facts import FACT_NAMES
from tests.builders import DIRECTOR, a_case, at, give, suspended
from tests.services.test_milestones import planned
from workflow.services.wall_chart import wall_chart
from workflow.storage import tallies

MONDAY = at(2026, 7, 27)


@pytest.fixture
def hung(office):
    """Matters with a date alone and with plans: one that goes on, one that stood still, one that stands."""
    a_case(office, due_on=date(2026, 8, 3))
    planned(office, 10, 20)
    for day in (6, 20):
        case = suspended(office, planned(office, 20, 21), at(2026, 7, day), date(2026, 8, 20))
        if day == 6:
            give(office, case, "resume", DIRECTOR, at(2026, 7, 15), reason="改造完成")
    yield office
    tallies._among_all.cache_clear()


@pytest.mark.parametrize("days", [-13, 0, 1, 30])
def test_few_columns_tell_of_a_matter_what_all_of_them_tell(hung, monkeypatch, days):
    told = named(hung, days)
    monkeypatch.setattr(tallies, "TOLD", FACT_NAMES)
    tallies._among_all.cache_clear()
    assert told == named(hung, days) and all(told[1:])


def named(office, days):
    chart = wall_chart(office, by=None, today=MONDAY + timedelta(days=days))
    return chart.unreadable, chart.longest + chart.next, chart.planned
