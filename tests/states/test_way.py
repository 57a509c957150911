"""The way of a case over its table, whichever table that is."""

from datetime import date

from states.facts import NEW
from states.lifecycle import parse
from states.way import Move, way_of
from tests.builders import with_approval_stage

DRAFTED, HANDED_OUT = Move("", "draft", date(2026, 7, 1)), Move("draft", "assigned", date(2026, 7, 2))


def labels(rows):
    return [one.label for one in rows]


def test_the_road_leads_from_the_draft_to_the_archive(lifecycle):
    way = way_of(lifecycle, "draft", [DRAFTED])
    assert labels(way.road) == ["拟办", "交办", "台账", "限期办结", "待审核", "销号", "归档"]
    assert labels(way.aside) == ["挂起", "撤销"]


def test_a_stage_more_is_a_station_more_where_it_belongs_wherever_the_table_names_it():
    way = way_of(parse(with_approval_stage()), "draft", [DRAFTED])
    assert labels(way.road)[:4] == ["拟办", "立项审批", "已立项", "交办"]


def test_what_can_be_next_is_named_by_the_commands_that_lead_there(lifecycle):
    ahead = way_of(lifecycle, "handling", []).ahead
    assert ahead["verifying"] == ("报结",) and ahead["cancelled"] == ("撤销", "合并")
    assert set(ahead) == {"verifying", "assigned", "suspended", "cancelled"}


def test_what_is_set_aside_goes_on_where_it_was(lifecycle):
    assert set(way_of(lifecycle, "suspended", [], back_to="registered").ahead) == {"registered", "cancelled"}


def test_where_it_has_been_is_known_with_every_day(lifecycle):
    way = way_of(lifecycle, "assigned", [DRAFTED, HANDED_OUT])
    assert way.has_been("draft") and not way.has_been("registered")
    assert way.days_in("assigned") == (date(2026, 7, 2),)


def test_what_lies_before_a_take_over_was_gone_through_by_the_old_register(lifecycle):
    taken_over = Move(NEW, "verifying", date(2026, 7, 1))
    way = way_of(lifecycle, "verifying", [taken_over])
    before = [one.id for one in way.road if way.lay_before(one.id)]
    assert before == ["draft", "assigned", "registered", "handling"]
    back = way_of(lifecycle, "handling", [taken_over, Move("verifying", "handling", date(2026, 7, 2))])
    assert back.has_been("handling") and not back.lay_before("handling") and back.lay_before("registered")


def test_what_was_taken_over_as_set_aside_came_in_where_it_goes_on(lifecycle):
    way = way_of(lifecycle, "suspended", [Move("", "suspended", date(2026, 7, 1))], back_to="handling")
    assert way.lay_before("registered") and not way.lay_before("handling")


def test_nothing_lies_before_a_matter_opened_here(lifecycle):
    way = way_of(lifecycle, "handling", [DRAFTED, HANDED_OUT])
    assert not any(way.lay_before(one.id) for one in way.road)
