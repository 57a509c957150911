"""Milestones as they are written on the command line: read as meant, or refused with the form to use."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FactInvalid
from states.nodes.planning import Step
from workflow.node_words import read_node, read_steps

READ = [
    ("完成招标:10:30", Step(title="完成招标", working_days=10, weight=30)),
    ("完成招标:10", Step(title="完成招标", working_days=10)),
    ("施工：20个工作日：40％：前置＝1、2", Step(title="施工", working_days=20, weight=40, after=(1, 2))),
    ("完成招标@2026-08-01:30", Step(title="完成招标", due_on=date(2026, 8, 1), weight=30)),
    ("验收＠2026-08-01:after=1", Step(title="验收", due_on=date(2026, 8, 1), after=(1,))),
    (":3", Step(title="", working_days=3)),
]
UNREADABLE = [
    "完成招标",
    "招标:十天",
    "招标:3:4:5",
    "招标@8月1日",
    "招标@2026-08-01:3:4",
    "招标:3:30:after=一",
]


@pytest.mark.parametrize(("words", "step"), READ, ids=[words for words, _ in READ])
def test_a_milestone_is_read_as_it_is_written(words, step):
    assert read_steps([words]) == (step,)


@pytest.mark.parametrize("words", UNREADABLE)
def test_a_milestone_that_cannot_be_read_is_named_with_the_form_to_use(words):
    with pytest.raises(FactInvalid) as refused:
        read_steps(["采购:3", words])
    assert (refused.value.code, refused.value.facts["node"]) == ("node_unreadable", words)
    assert "完成招标:10:30" in refused.value.message


@given(st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused(words):
    try:
        (step,) = read_steps([words])
    except FactInvalid as refused:
        assert refused.code == "node_unreadable"
    else:
        assert (step.working_days is None) != (step.due_on is None)


def test_too_many_milestones_and_a_number_that_is_none_are_refused():
    with pytest.raises(FactInvalid) as many:
        read_steps(["采购:1"] * 51)
    with pytest.raises(FactInvalid) as unknown:
        read_node("第一个")
    assert (many.value.code, unknown.value.code) == ("too_many_nodes", "node_invalid")
