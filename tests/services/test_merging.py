"""合并: both matters say so, what came out of the one is told of the other, and no circle comes about."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from states.errors import FactInvalid, NotPermitted, Refusal
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    TITLE,
    a_case,
    a_draft,
    at,
    give,
    kinds,
    signed,
    stored,
)
from workflow.services import cases, register
from workflow.services.cases import Order
from workflow.services.timeline import history
from workflow.services.verification import verify

WHY = "同一路段同一问题"


def merge(office, case, survivor, when=OPENED):
    return give(office, case, "merge", DIRECTOR, when, reason=WHY, surviving=survivor.number)


def a_child(office, parent):
    matter = {"title": "箱变更新", "source": "协调会议定", "parent": parent.number, "link": "coordination"}
    return cases.create(office, "derive", by=signed(OFFICER), at=OPENED, **matter)


def sentences(office, case):
    return [entry["sentence"] for entry in history(office, case.number)]


def test_both_matters_tell_of_a_merger_and_keep_their_numbers(office):
    survivor, case = a_case(office), a_case(office)
    merged = merge(office, case, survivor)
    assert (merged.facts.state, merged.facts.merged_into) == ("cancelled", survivor.number)
    assert not any(clock.is_open for clock in merged.facts.clocks)
    assert sentences(office, survivor)[-1] == f"另一事项并入本事项（{case.number} {TITLE}）"
    assert sentences(office, case)[-1] == f"并入其他事项（并入{survivor.number}）"
    assert stored(office, survivor).facts == survivor.facts
    assert verify(office).findings == []


def test_what_came_out_of_a_merged_matter_is_told_of_the_survivor(office):
    survivor, case = a_case(office), a_case(office)
    child, ended = a_child(office, case), a_child(office, case)
    give(office, ended, "withdraw", DIRECTOR, reason="重复")
    merge(office, case, survivor)
    assert sentences(office, child)[-1] == f"所出自的事项已并入其他事项（并入{survivor.number}）"
    assert kinds(office, ended)[-1] == "withdrawn"
    shown = register.show(office, child.number, today=OPENED)["parent"]
    assert (shown["number"], shown["merged_into"]) == (case.number, survivor.number)
    assert verify(office).findings == []


def test_a_matter_merged_into_its_own_child_tells_it_once(office):
    case = a_case(office)
    child = a_child(office, case)
    merge(office, case, child)
    assert kinds(office, child) == ["derived", "absorbed"]


@pytest.mark.parametrize("ending", ["withdraw", "archive", "close"])
def test_nothing_is_merged_into_a_matter_that_has_ended(office, ending):
    survivor = a_case(office, {"withdraw": "handling", "archive": "archived", "close": "closed"}[ending])
    if ending == "withdraw":
        give(office, survivor, "withdraw", DIRECTOR, reason="重复")
    case = a_case(office)
    with pytest.raises(FactInvalid) as refused:
        merge(office, case, survivor)
    assert refused.value.code == "survivor_ended"
    assert stored(office, case).facts.state == "handling"


def test_a_survivor_that_was_merged_itself_names_where_it_went(office):
    first, second, third, case = (a_case(office) for _ in range(4))
    merge(office, first, second)
    merge(office, second, third)
    with pytest.raises(FactInvalid) as refused:
        merge(office, case, first)
    assert refused.value.message == f"事项{first.number}已并入{third.number}，请并入后者。"
    assert refused.value.facts["merged_into"] == [second.number, third.number]


def test_a_merger_is_not_turned_round(office):
    first, second = a_case(office), a_case(office)
    merge(office, first, second)
    with pytest.raises(FactInvalid) as refused:
        merge(office, second, first)
    assert refused.value.code == "merge_circle"


def test_two_matters_merged_into_each_other_at_once_stay_as_they_were(office):
    first, second = a_case(office), a_case(office)
    orders = [
        Order("merge", one.number, {"reason": WHY, "surviving": other.number})
        for one, other in permutations((first, second))
    ]
    with pytest.raises(FactInvalid) as refused:
        cases.perform_all(office, orders, by=signed(DIRECTOR), at=OPENED)
    assert refused.value.code == "merge_circle"
    assert {stored(office, one).facts.state for one in (first, second)} == {"handling"}


def test_nothing_is_merged_into_itself_or_into_what_is_not_there(office):
    case = a_draft(office)
    for surviving, code in ((case.number, "merged_into_itself"), ("滨督2026-999", "case_unknown")):
        with pytest.raises(Refusal) as refused:
            give(office, case, "merge", DIRECTOR, reason=WHY, surviving=surviving)
        assert refused.value.code == code


@pytest.mark.parametrize("person", [OFFICER, LIAISON])
def test_only_the_director_merges(office, person):
    survivor, case = a_case(office), a_case(office)
    with pytest.raises(NotPermitted):
        give(office, case, "merge", person, reason=WHY, surviving=survivor.number)


def test_a_case_is_shown_with_what_was_merged_into_it_as_of_any_day(office):
    survivor, case = a_case(office), a_case(office)
    merge(office, case, survivor, at(2026, 7, 3))
    now, before = (
        register.show(office, survivor.number, today=OPENED, as_of=as_of)["absorbed"]
        for as_of in (None, at(2026, 7, 2))
    )
    assert (now, before) == ([{"number": case.number, "title": TITLE}], [])


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8))
def test_whatever_is_merged_into_whatever_no_circle_comes_about(office, pairs):
    matters = [a_draft(office) for _ in range(4)]
    for one, other in pairs:
        try:
            merge(office, matters[one], matters[other])
        except Refusal as refusal:
            assert refusal.code in {
                "survivor_ended",
                "merge_circle",
                "merged_into_itself",
                "transition_refused",
            }
    into = {one.number: stored(office, one).facts.merged_into for one in matters}
    for number in into:
        way = [number]
        while into[way[-1]] is not None:
            way.append(into[way[-1]])
            assert len(set(way)) == len(way)
        assert number == way[-1] or stored(office, way[-1]).facts.state == "draft"
