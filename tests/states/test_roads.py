"""Nothing stated is stated for good: every particular of every command can be corrected, or has its road."""

import re
from dataclasses import fields

import pytest

from states.corrections import ENTRY_FIELDS, FIELDS, NODE_FIELDS, OCCURRED_AT, TASK_FIELDS
from states.facts import FACT_NAMES
from states.lifecycle import parse
from states.nodes import Node
from states.nodes.correcting import attribute
from states.nodes.planning import Step
from states.roads import NO_FACTS, OF_COMMAND, ROADS, road_of
from states.vocabulary import Role
from tests.states.matters import TABLES

TABLE = parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
MANUAL = (TABLES.parents[1] / "docs" / "manual.zh.md").read_text(encoding="utf-8")
STATED = [
    (row, name) for row in TABLE.commands for name in (*row.needs, *row.accepts) if name not in NO_FACTS
]
FOLLOWS = frozenset({"id", "starts_on", "final_on", "planned_on", "late"})
"""What of a milestone nobody states: it is counted from what was stated."""

OF_A_NODE = {field.name for field in (*fields(Node), *fields(Step))} - FOLLOWS
"""What is stated of a milestone: with its plan, and when it was reached or dropped."""

SAYS_AGAIN = frozenset({"correct", "comment", "report_progress"})
"""Commands by which anything can be said; any other takes the particular it puts right."""
CALLED = {"lead_group": "lead_unit", "former_unit": "lead_unit", "successor": "lead_unit"}
WAY_OUT = frozenset({"open", "assign", "resume"})
"""What begins anew, or goes back to where the state's own commands are."""


def ids(road):
    """The commands a road names, in its order."""
    return [one.replace("-", "_") for one in re.findall(r"（([a-z-]+)）", road)]


def is_corrected(row, name):
    """Whether `correct` reaches it: as a fact of the matter, or as what its entry noted."""
    if name in FIELDS and name in FACT_NAMES and "task" not in row.needs:
        return True
    by_who_said_it = {Role.OFFICER, Role.DIRECTOR} & set(row.roles)
    return name in ENTRY_FIELDS and not row.internal and (by_who_said_it or not ENTRY_FIELDS[name].own)


def after(row):
    """The states a matter may come to stand in once the command was given."""
    reached = {arrow.dest for arrow in TABLE.transitions if arrow.command == row.id}
    while True:
        more = {arrow.dest for arrow in TABLE.transitions if arrow.source in reached} | reached
        if more == reached:
            return reached
        reached = more


every_particular = pytest.mark.parametrize(
    ("row", "name"), STATED, ids=[f"{row.id}-{name}" for row, name in STATED]
)


@every_particular
def test_it_is_corrected_or_has_a_road(row, name):
    assert road_of(row.id, name) or is_corrected(row, name)


@every_particular
def test_a_road_is_open_from_where_the_matter_stands_and_puts_it_right(row, name):
    road = road_of(row.id, name)
    if road is None:
        return
    named = [TABLE.command_rows[id] for id in ids(road)]
    assert named
    for one in named:
        assert one.creates or any(a.source in after(row) for a in TABLE.transitions if a.command == one.id)
    takes = {name, CALLED.get(name, name)}
    assert any(one.id in SAYS_AGAIN | WAY_OUT or takes & {*one.needs, *one.accepts} for one in named)


def test_no_road_is_told_for_what_no_command_states():
    stated = {(row.id, name) for row, name in STATED}
    assert OF_COMMAND.keys() <= stated
    assert set(ROADS) <= {name for _, name in STATED} | set(FACT_NAMES) | OF_A_NODE


@pytest.mark.parametrize("name", sorted(OF_A_NODE))
def test_what_is_stated_of_a_milestone_is_corrected_or_planned_anew(name):
    if name in map(attribute, NODE_FIELDS):
        assert name not in ROADS
    else:
        assert ids(ROADS[name]) == ["plan_nodes"]


def test_no_field_of_a_milestone_is_one_that_nobody_states():
    assert {attribute(name) for name in NODE_FIELDS} <= OF_A_NODE


@pytest.mark.parametrize("road", [*ROADS.values(), *OF_COMMAND.values()])
def test_every_road_names_commands_there_are(road):
    assert ids(road)
    assert set(ids(road)) <= TABLE.command_rows.keys()


@pytest.mark.parametrize("road", sorted({*ROADS.values(), *OF_COMMAND.values()}))
def test_the_manual_tells_every_road(road):
    assert f"| {road} |" in MANUAL


def test_every_field_is_stated_by_some_command():
    names = {name for _, name in STATED}
    assert TASK_FIELDS.keys() | ENTRY_FIELDS.keys() - {OCCURRED_AT} <= names
