"""Leafing through the register: every line once, both ways, in whatever order, while others act."""

from collections.abc import Iterator

import pytest

from states.errors import Refusal
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, OTHER, a_case, at, give, signed, stored
from workflow.services import leafing, wall_chart
from workflow.services.leafing import Turned
from workflow.services.register_filters import Asked
from workflow.services.retention import seal
from workflow.services.seeing import Onlooker
from workflow.storage.leafing import Order, Place

STATES = (
    "draft",
    "assigned",
    "handling",
    "verifying",
    "suspended",
    "closed",
    "draft",
    "handling",
    "assigned",
)
TODAY, KEPT = at(2026, 7, 20), at(2100, 1, 4)


@pytest.fixture
def register(office):
    return [a_case(office, state).number for state in STATES]


def look(office, asked=Asked(), turned=None, size=2, by=None):
    return leafing.leaf(office, asked, by=by, today=TODAY, turned=turned, size=size)


def leaves(office, asked, **more) -> Iterator[list[str]]:
    turned = None
    while True:
        found = look(office, asked, turned, **more)
        yield [one.facts.number for one in found.lines]
        if found.after is None:
            return
        turned = Turned(found.after, found.at)


@pytest.mark.parametrize("order", Order)
def test_every_line_comes_once_in_every_order(office, register, order):
    seen = [number for part in leaves(office, Asked(order=order)) for number in part]
    assert sorted(seen) == sorted(register)


@pytest.mark.parametrize("order", Order)
def test_leafing_back_shows_what_was_shown(office, register, order):
    asked = Asked(order=order)
    first = look(office, asked)
    second = look(office, asked, Turned(first.after, first.at))
    third = look(office, asked, Turned(second.after, second.at))
    back = look(office, asked, Turned(third.before, third.at, back=True))
    begin = look(office, asked, Turned(back.before, back.at, back=True))
    assert [back.lines, begin.lines] == [second.lines, first.lines]
    assert begin.before is None and begin.after is not None


@pytest.mark.parametrize("order", Order)
def test_what_stays_as_it_is_is_neither_left_out_nor_shown_twice(office, register, order):
    pages = leaves(office, Asked(order=order))
    seen = next(pages)
    moved = stored(office, register[-2])
    give(office, moved, "log_urge", OFFICER, TODAY, means="phone", spoke_with="盛宁远", answer="在办")
    new = a_case(office, "handling").number
    seen += [number for part in pages for number in part]
    still = set(register) - {moved.number}
    assert sorted(one for one in seen if one in still) == sorted(still) and new not in seen[:2]


def test_the_worst_light_comes_first(office, register):
    lines = look(office, Asked(order="light"), size=50).lines
    severities = [one.timeliness.light for one in lines]
    assert severities == sorted(severities, key=["red", "yellow", "green", "grey"].index)


@pytest.mark.parametrize("order", Order)
def test_those_in_hand_are_all_whose_light_is_not_grey(office, register, order):
    lines = [one for part in leaves(office, Asked(light="lit", order=order)) for one in part]
    every = look(office, size=50).lines
    in_hand = [one.facts.number for one in every if one.timeliness.light != "grey"]
    assert sorted(lines) == sorted(in_hand) != []
    assert len(in_hand) == wall_chart.in_hand(office, by=Onlooker(OFFICER, TODAY), today=TODAY).in_hand


def test_a_unit_s_people_leaf_through_their_own_and_a_sealed_one_is_nobody_s(office, register):
    foreign = a_case(office, "assigned", lead_unit=OTHER).number
    sealed = a_case(office, "archived").number
    seal(office, sealed, reason="经鉴定", by=signed(DIRECTOR, KEPT), at=KEPT)
    mine = [one for part in leaves(office, Asked(order="due"), by=Onlooker(LIAISON, TODAY)) for one in part]
    every = [one for part in leaves(office, Asked(order="due")) for one in part]
    assert foreign not in mine and mine and set(mine) <= set(register)
    assert sealed not in every and foreign in every


def test_filters_narrow_together(office, register):
    asked = Asked(
        state="限期办结", unit="市城市管理局", due_from="2026-07-01", due_until="2026-12-31", words="路灯"
    )
    assert {one.state for one in look(office, asked, size=50).lines} == {"限期办结"}
    assert look(office, Asked(due_until="2026-01-01")).lines == ()


def test_each_wrong_filter_is_told_by_itself(office):
    wrong = Asked(
        state="天外", unit="天外局", light="紫", due_from="昨天", category="?", order="反着", leader="x" * 65
    )
    found = look(office, wrong)
    assert set(found.errors) == set(wrong.given) and found.lines == ()
    assert "due_until" in look(office, Asked(due_from="2026-07-02", due_until="2026-07-01")).errors


@pytest.mark.parametrize(
    "place", [Place(9, None, 1), Place(0, "x", 1), Place(0, OPENED, 1), Place(-1, None, 1)]
)
def test_a_place_of_another_order_is_refused(office, place):
    with pytest.raises(Refusal) as refused:
        look(office, Asked(order="due"), Turned(place, OPENED))
    assert refused.value.code == "place_invalid"
