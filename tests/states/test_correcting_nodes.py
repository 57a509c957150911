"""What may be corrected of one milestone, and what follows: lateness, order, weights, 序时进度, the light."""

from dataclasses import replace
from datetime import date

import pytest

from states.clocks import Pause
from states.corrections import EMPTY
from states.errors import FactInvalid, FactMissing, Refusal
from states.nodes import Node
from tests.builders import at
from tests.states.matters import NODES, decided, facts_in, running

FINAL = date(2026, 7, 20)
FIRST, LAST = NODES
"""采购, of weight 40, due on Thursday 2026-07-16; after it 安装, due on Monday the 20th."""
REACHED = replace(FIRST, reached_on=date(2026, 7, 10))
BOTH = (REACHED, replace(LAST, reached_on=date(2026, 7, 14)))
A_TITLE = {"field": "node_title", "old": "采购", "new": "采购灯具"}
A_DAY = {"field": "due_on", "old": date(2026, 7, 16)}
A_WEIGHT = {"field": "weight", "old": 40}
NOT_REACHED = {"field": "reached_on", "old": date(2026, 7, 10), "new": EMPTY}
ANOTHER_DAY = {"field": "reached_on", "old": date(2026, 7, 10)}
LATER = at(2026, 7, 23)
"""Three working days after the last milestone."""


@pytest.fixture
def correct(lifecycle, calendar):
    """Correct something of the first milestone of a matter in hand."""

    def given(details, *, nodes=NODES, state="handling", known=None, **more):
        known = {"due_on": FINAL, "clocks": (running(FINAL),), **(known or {})}
        facts = facts_in(state, nodes=nodes, **known)
        return decided(lifecycle, calendar, facts, "correct", **{"node": 1, **details}, **more)

    return given


def three(*reached, **changes):
    """A plan of three, one after the other, of the weights 30, 50 and 20; these are reached."""
    days = ((date(2026, 7, 9), 30), (date(2026, 7, 14), 50), (FINAL, 20))
    return tuple(
        Node(
            id=id, title=f"节点{id}", due_on=day, starts_on=day, weight=weight, final_on=FINAL,
            planned_on=date(2026, 7, 2), working_days=1, after=(id - 1,) if id > 1 else (),
            reached_on=date(2026, 7, 8) if id in reached else None, **changes,
        )
        for id, (day, weight) in enumerate(days, start=1)
    )  # fmt: skip


def weights(decision):
    return [one.weight for one in decision.changes["nodes"]]


def test_a_milestone_is_called_otherwise_and_nothing_else_changes(correct):
    decision = correct(A_TITLE)
    assert decision.changes["nodes"] == (replace(FIRST, title="采购灯具"), LAST)
    assert (decision.moved, decision.warnings) == ({}, ())


def test_a_milestone_that_was_not_reached_after_all_is_owed_again(correct):
    decision = correct(NOT_REACHED, nodes=(replace(REACHED, late=2), LAST))
    assert decision.changes["nodes"] == NODES
    assert decision.moved == {"node:1:late": ["2", "0"], "done": ["40%", "0%"]}


def test_whoever_takes_it_back_is_told_what_the_light_says_now(correct):
    decision = correct(NOT_REACHED, nodes=(REACHED, LAST), when=at(2026, 7, 17))
    assert decision.warnings == ("亮灯：节点“采购”应于2026-07-16完成，已逾1个工作日。",)
    assert correct(NOT_REACHED, nodes=(REACHED, LAST), state="closed", when=LATER).warnings == ()


def test_what_waits_for_it_begins_after_it_again(correct):
    soon = replace(LAST, starts_on=date(2026, 7, 15))
    decision = correct(NOT_REACHED, nodes=(REACHED, soon))
    assert decision.changes["nodes"][1].starts_on == date(2026, 7, 17)
    assert decision.moved["node:2:starts_on"] == ["2026-07-15", "2026-07-17"]


@pytest.mark.parametrize(("day", "late"), [(date(2026, 7, 16), 0), (date(2026, 7, 21), 3)])
def test_reached_on_another_day_it_is_as_late_as_it_would_have_been_found(correct, day, late):
    decision = correct(ANOTHER_DAY | {"new": day}, nodes=(REACHED, LAST), when=LATER)
    assert (decision.changes["nodes"][0].reached_on, decision.changes["nodes"][0].late) == (day, late)


def test_time_that_stood_still_later_excuses_no_day_before_it(correct):
    """Five working days were set aside from the 20th on, after both days."""
    known = {"clocks": (running(FINAL, pauses=(Pause(at(2026, 7, 20), at(2026, 7, 24), "suspended"),)),)}
    asked = ANOTHER_DAY | {"new": date(2026, 7, 17)}
    decision = correct(asked, nodes=(REACHED, LAST), known=known, when=at(2026, 7, 27))
    assert decision.changes["nodes"][0].late == 1


def test_a_day_while_time_stood_still_is_judged_as_of_when_it_stopped(correct):
    known = {"clocks": (running(FINAL, pauses=(Pause(at(2026, 7, 15), at(2026, 7, 24), "suspended"),)),)}
    asked = ANOTHER_DAY | {"new": date(2026, 7, 22)}
    decision = correct(asked, nodes=(REACHED, LAST), known=known, when=at(2026, 7, 27))
    assert decision.changes["nodes"][0].late == 0


def test_a_milestone_due_on_another_day_begins_in_time_for_it(correct):
    decision = correct(A_DAY | {"new": date(2026, 7, 14)})
    first = decision.changes["nodes"][0]
    assert (first.starts_on, first.due_on) == (date(2026, 7, 13), date(2026, 7, 14))
    assert (first.planned_on, first.final_on) == (FIRST.planned_on, FIRST.final_on)


def test_one_that_was_reached_is_late_by_its_right_day(correct):
    decision = correct(A_DAY | {"new": date(2026, 7, 8)}, nodes=(REACHED, LAST))
    assert decision.changes["nodes"][0].late == 2
    assert decision.moved["node:1:late"] == ["0", "2"]


def test_those_after_it_bear_what_a_right_weight_takes(correct):
    decision = correct(A_WEIGHT | {"old": 30, "new": 51}, nodes=three())
    assert weights(decision) == [51, 35, 14]
    assert decision.moved == {
        "node:2:weight": ["50", "35"], "node:3:weight": ["20", "14"], "planned": ["80%", "86%"],
    }  # fmt: skip


def test_weights_corrected_in_their_order_come_out_as_meant(correct):
    first = correct(A_WEIGHT | {"old": 30, "new": 50}, nodes=three())
    now = first.changes["nodes"]
    second = correct({"node": 2, "field": "weight", "old": now[1].weight, "new": 30}, nodes=now)
    assert weights(second) == [50, 30, 20]


def test_for_the_last_the_one_before_it_bears(correct):
    assert weights(correct({"node": 3, "field": "weight", "old": 20, "new": 40}, nodes=three())) == [
        30,
        30,
        40,
    ]


def test_what_another_hand_reached_is_dropped_like_the_rest_once_it_was_not(correct):
    nodes = (REACHED, replace(LAST, dropped_on=date(2026, 7, 13)))
    decision = correct(NOT_REACHED, nodes=nodes, state="assigned")
    assert decision.changes["nodes"][0] == replace(FIRST, dropped_on=date(2026, 7, 15))
    assert decision.moved["node:1:dropped_on"] == [EMPTY, "2026-07-15"]


OF_THE_LAST = {"node": 2, "field": "reached_on", "old": date(2026, 7, 14)}
SOONER = (REACHED, replace(LAST, due_on=date(2026, 7, 15), starts_on=date(2026, 7, 14)))
ONE = (replace(FIRST, weight=100),)
REFUSED = [
    (A_TITLE | {"node": 3}, NODES, "node_unknown"),
    (A_TITLE, (replace(FIRST, dropped_on=date(2026, 7, 9)), LAST), "node_unknown"),
    (A_TITLE | {"new": EMPTY}, NODES, "correction_empty"),
    (A_TITLE | {"new": "采" * 201}, NODES, "text_too_long"),
    (A_TITLE | {"old": "招标"}, NODES, "correction_stale"),
    (A_TITLE | {"new": "采购"}, NODES, "correction_unchanged"),
    (A_TITLE | {"field": "remark"}, NODES, "field_unknown"),
    (A_TITLE | {"field": "前置节点"}, NODES, "field_not_stated"),
    (A_TITLE | {"task": 1}, NODES, "correction_of_two_things"),
    (A_TITLE | {"entry": 7}, NODES, "correction_of_two_things"),
    (A_DAY | {"new": EMPTY}, NODES, "correction_empty"),
    (A_DAY | {"new": date(2026, 7, 1)}, NODES, "dates_out_of_order"),
    (A_DAY | {"new": date(2026, 7, 21)}, NODES, "node_after_final"),
    (A_DAY | {"new": FINAL}, NODES, "node_after_successor"),
    (A_DAY | {"node": 2, "old": FINAL, "new": date(2026, 7, 16)}, NODES, "node_before_predecessor"),
    (A_WEIGHT | {"new": 0}, NODES, "weights_wrong"),
    (A_WEIGHT | {"new": 100}, NODES, "weights_wrong"),
    (A_WEIGHT | {"old": 100, "new": 40}, ONE, "weights_wrong"),
    (ANOTHER_DAY | {"old": EMPTY, "new": date(2026, 7, 10)}, NODES, "nothing_to_correct"),
    (ANOTHER_DAY | {"new": date(2026, 7, 16)}, (REACHED, LAST), "date_in_the_future"),
    (ANOTHER_DAY | {"new": date(2026, 6, 30)}, (REACHED, LAST), "dates_out_of_order"),
    (ANOTHER_DAY | {"new": date(2026, 7, 15)}, BOTH, "dates_out_of_order"),
    (OF_THE_LAST | {"new": date(2026, 7, 9)}, BOTH, "dates_out_of_order"),
    (NOT_REACHED, BOTH, "successor_reached"),
    (NOT_REACHED, SOONER, "node_after_successor"),
]  # fmt: skip


@pytest.mark.parametrize(("details", "nodes", "code"), REFUSED)
def test_what_could_not_have_been_stated_is_refused_by_name(correct, details, nodes, code):
    with pytest.raises(Refusal) as refused:
        correct(details, nodes=nodes)
    assert refused.value.code == code
    assert type(refused.value) in (FactInvalid, FactMissing)


def test_taken_back_one_after_the_other_the_last_comes_first(correct):
    once = correct(OF_THE_LAST | {"new": EMPTY}, nodes=BOTH)
    assert correct(NOT_REACHED, nodes=once.changes["nodes"]).changes["nodes"] == NODES
