"""Two records: their differences applied to the older give the newer, and every field has a Chinese name."""

import re
from dataclasses import fields
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from states.clocks import Clock
from states.differences import (
    CASE,
    CLOCKS,
    NODES,
    SEVERAL,
    TASKS,
    Change,
    Place,
    applied,
    differences,
    record_of,
)
from states.facts import FACT_NAMES, CaseFacts, fold
from states.field_labels import FIELDS, MEASURES, Vocabulary, called
from states.nodes import Node
from states.tasks import Task
from tests.states.test_any_sequence import Life, lived
from workflow.services.replay import ESCALATION_COLUMNS

places = st.builds(Place, st.sampled_from([CASE, TASKS]), st.sampled_from("12"), st.sampled_from("abc"))
records = st.dictionaries(places, st.none() | st.booleans() | st.integers(0, 2) | st.lists(st.integers()))
PLAIN = Vocabulary({"BH212": "市城市管理局"}, {"handling": "办理"}, {}, {})


@given(records, records)
def test_the_differences_applied_to_the_older_record_give_the_newer(older, newer):
    found = differences(older, newer)
    assert applied(older, found) == newer
    assert len(found) == len({one.place for one in found})
    assert differences(newer, newer) == []


@settings(max_examples=100, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_whatever_was_done_to_a_matter_between_two_days_is_in_their_difference(lifecycle, calendar, dice):
    life = Life(lifecycle, calendar, dice)
    lived(life, dice)
    ends = sorted(dice.randint(0, len(life.entries)) for _ in range(2))
    older, newer = (record_of(fold(life.entries[:end])) for end in ends)
    assert applied(older, differences(older, newer)) == newer
    assert (differences(older, newer) == []) == (older == newer)


def test_two_records_are_the_same_only_where_their_facts_are(lifecycle, calendar):
    life = Life(lifecycle, calendar, Random(1))
    lived(life, Random(1))
    told = [fold(life.entries[:end]) for end in range(1, len(life.entries) + 1)]
    for one in told:
        for other in told:
            assert (record_of(one) == record_of(other)) == (one == other)


def test_a_matter_that_is_not_in_the_register_has_no_field():
    assert record_of(CaseFacts()) == {}


def test_a_field_that_came_or_went_says_so():
    one, other = Place(TASKS, "1", "unit"), Place(CASE, "", "title")
    came, went = differences({one: "甲"}, {other: "路灯"})
    assert (came.place, came.change, came.new) == (other, Change.ADDED, "路灯")
    assert (went.place, went.change, went.old) == (one, Change.REMOVED, "甲")


def test_every_field_has_a_chinese_name():
    own = {name for name in FACT_NAMES if name not in SEVERAL}
    assert own <= FIELDS[CASE].keys()
    assert {one.name for one in fields(Task)} - {"id", "clock"} == FIELDS[TASKS].keys()
    assert {one.name for one in fields(Node)} - {"id"} == FIELDS[NODES].keys()
    assert {one.name for one in fields(Clock)} - {"name"} == FIELDS[CLOCKS].keys()
    assert FIELDS[MEASURES].keys() == ESCALATION_COLUMNS
    labels = [label for part in FIELDS.values() for label in part.values()]
    assert all(re.search("[一-鿿]", label) for label in labels)


def test_values_are_told_as_people_say_them():
    said = {
        ("case", "", "state"): ("handling", "办理"),
        ("case", "", "lead_unit"): ("BH212", "市城市管理局"),
        ("case", "", "provisional"): (True, "是"),
        ("case", "", "outcome"): ("late", "逾期办结"),
        ("case", "", "due_on"): (None, "（空）"),
        ("clocks", "handle", "limit"): ({"unit": "working_days", "amount": 15}, "15个工作日"),
        ("clocks", "handle", "pauses"): (
            [["2026-07-03T09:00:00+08:00", None, "suspended"]],
            "2026-07-03 09:00至今",
        ),
        ("tasks", "1", "state"): ("working", "办理中"),
        ("escalations", "m1", "judgement"): ("insufficient", "不符合要求"),
    }
    assert {place: PLAIN.value(Place(*place), value) for place, (value, _) in said.items()} == {
        place: words for place, (_, words) in said.items()
    }


def test_a_field_is_called_by_what_it_belongs_to():
    assert called(Place("clocks", "task:2", "due_on")) == "协办任务2时钟：期限"
    assert called(Place("tasks", "2", "state")) == "协办任务2：状态"
    assert called(Place("limits", "handle/4", "due_on")) == "办结期限（第4条所定）：期限"
