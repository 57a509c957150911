"""What is missed and what comes over all matters: an officer's view on a Monday."""

import pytest
from sqlalchemy import text

from states.errors import NotPermitted
from states.nodes.planning import Step
from tests.builders import DIRECTOR, LEAD_CODE, LIAISON, OFFICER, OTHER, a_case, at, give, suspended
from workflow.errors import NotFound
from workflow.services.milestones import coming, nodes_of
from workflow.services.seeing import Onlooker
from workflow.storage.session import transaction

PLANNED, MONDAY = at(2026, 7, 2), at(2026, 7, 13)


def planned(office, *dues, lead=LEAD_CODE):
    """A matter in hand whose milestones are fixed for these days of July."""
    case = a_case(office, "registered" if lead == LEAD_CODE else "assigned", lead_unit=lead)
    by = LIAISON
    if lead != LEAD_CODE:
        by = "巫望川"
        give(office, case, "acknowledge", by)
    steps = tuple(Step(title=f"节点{day}日", due_on=at(2026, 7, day).date()) for day in dues)
    return give(office, case, "plan_nodes", by, PLANNED, nodes=steps)


def told(office, today=MONDAY, **asked):
    return [
        (one["case"][-3:], one["title"], one["missed"]) for one in coming(office, today=today, **asked).rows
    ]


def test_the_missed_come_first_and_the_others_by_their_day(office):
    planned(office, 10, 20, 21)
    planned(office, 15)
    assert told(office) == [("001", "节点10日", True), ("002", "节点15日", False), ("001", "节点20日", False)]
    assert told(office, days=0) == [("001", "节点10日", True)]


def test_only_those_of_one_unit_where_one_is_named(office):
    planned(office, 14)
    planned(office, 15, lead=OTHER)
    assert told(office, unit="水务") == [("002", "节点15日", False)]
    assert told(office, unit=LEAD_CODE) == [("001", "节点14日", False)]
    with pytest.raises(NotFound) as refused:
        coming(office, today=MONDAY, unit="火星局")
    assert refused.value.code == "unit_unknown"


def test_a_matter_that_stands_still_or_has_ended_misses_nothing(office):
    first, second = planned(office, 10), planned(office, 10)
    suspended(office, first, at(2026, 7, 8), at(2026, 7, 20).date())
    give(office, second, "withdraw", DIRECTOR, at(2026, 7, 8), reason="重复交办")
    assert told(office) == []


def test_what_is_reached_or_dropped_is_off_the_list(office):
    case = planned(office, 10, 14)
    give(office, case, "reach_node", LIAISON, at(2026, 7, 9), node=1)
    give(office, case, "drop_node", OFFICER, at(2026, 7, 9), node=2, reason="并入")
    assert told(office) == []


def test_a_long_list_is_cut_and_says_how_many_there_are(office):
    planned(office, 9, 10, 14)
    document = coming(office, today=MONDAY, most=2).as_json()
    assert (document["count"], document["missed"], len(document["nodes"])) == (3, 2, 2)


def test_a_case_past_reading_keeps_no_other_back(office):
    planned(office, 10)
    bad = planned(office, 10)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE cases SET nodes = '[{]' WHERE number = :number"), {"number": bad.number})
    found = coming(office, today=MONDAY)
    assert [one["case"][-3:] for one in found.rows] == ["001"]
    assert [one["case"] for one in found.unreadable] == [bad.number]


def test_one_case_tells_everything_a_wall_chart_needs(office):
    document = nodes_of(office, planned(office, 10, 14).number, today=MONDAY)
    first = document["nodes"][0]
    assert {"id", "title", "weight", "after", "starts_on", "due_on", "reached_on"} <= first.keys()
    assert (document["schedule"]["planned"], document["schedule"]["done"]) == (50, 0)
    with pytest.raises(NotFound):
        nodes_of(office, "滨督2026-999", today=MONDAY)


def test_the_milestones_of_a_matter_are_shown_to_whose_it_is(office):
    case = planned(office, 10, 14)
    assert nodes_of(office, case.number, today=MONDAY, by=Onlooker(LIAISON, MONDAY))["nodes"]
    with pytest.raises(NotPermitted):
        nodes_of(office, case.number, today=MONDAY, by=Onlooker("BH214-L", MONDAY))
