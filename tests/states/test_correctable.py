"""What the form of 更正 lets people choose from."""

from states.correctable import correctable
from states.corrections import ENTRY_FIELDS, FIELDS, NODE_FIELDS, TASK_FIELDS, field_called
from states.facts import CaseFacts
from tests.states.matters import NODES, a_task, facts_in


def choices(**facts):
    return dict(correctable(facts_in("handling", **facts)))


def test_every_choice_is_read_as_the_field_it_names():
    parts = {"": FIELDS, "协办任务": TASK_FIELDS, "节点": NODE_FIELDS, "某一条历史": ENTRY_FIELDS}
    for word, told in choices(tasks=(a_task(),), nodes=NODES).items():
        where = told.removeprefix(word).strip("（）")
        assert field_called(word, parts[where]).label == word


def test_a_day_nobody_stated_is_no_choice():
    assert "销号日期" not in choices(closed_on=None) and "办结期限" in choices()


def test_tasks_and_milestones_are_chosen_where_there_are_some():
    assert not {"任务名称", "节点名称"} & choices(tasks=(), nodes=()).keys()
    assert {"任务名称", "节点名称"} <= choices(tasks=(a_task(),), nodes=NODES).keys()


def test_a_matter_just_begun_has_choices_too():
    assert "事项名称" in dict(correctable(CaseFacts()))
