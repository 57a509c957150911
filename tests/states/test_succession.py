"""Who goes on with whose work: successors, successors of successors, and no circle."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.register.units import Directory, GroupRecord, UnitRecord
from states.succession import lineage
from states.tasks import Task, TaskState
from tests.builders import LEAD_CODE
from tests.states.matters import CO_UNIT, decided, facts_in, running

ON = date(2026, 7, 6)
CHAIN = lineage([("A", "B", ON), ("B", "C", ON), ("X", "Y", ON), ("X", "C", ON), ("R", "R", ON)])


@pytest.mark.parametrize(
    ("unit", "living"), [("A", ("C",)), ("C", ("C",)), ("X", ("C", "Y")), ("R", ("R",)), ("Z", ("Z",))]
)
def test_a_unit_s_work_comes_to_those_who_are_there(unit, living):
    assert CHAIN.living(unit) == living


def test_a_renamed_unit_is_not_succeeded():
    assert (CHAIN.renamed, CHAIN.succeeded) == ({"R"}, {"A", "B", "X"})


def test_work_leads_forward_and_never_back():
    assert CHAIN.leads_to("A", "C")
    assert not CHAIN.leads_to("C", "A")


codes = st.sampled_from("ABCDEF")


@given(st.lists(st.tuples(codes, codes, st.just(ON)), max_size=12))
def test_any_lineage_ends_in_units_however_it_was_written(rows):
    found = lineage(rows)
    for unit in "ABCDEF":
        assert found.living(unit)


@given(st.lists(st.tuples(codes, codes), max_size=8))
def test_without_circles_whoever_is_living_is_not_succeeded(pairs):
    kept: list[tuple[str, str, date]] = []
    for unit, successor in pairs:
        if unit != successor and not lineage(kept).leads_to(successor, unit):
            kept.append((unit, successor, ON))
    found = lineage(kept)
    assert all(set(found.living(unit)).isdisjoint(found.succeeded) for unit in "ABCDEF")


OLD = UnitRecord(code="A", parent=None, name="市城市管理局", valid_to=date(2026, 7, 5))
NEW = UnitRecord(code="B", parent=None, name="市城市综合管理局")
NAMESAKE = UnitRecord(code="C", parent=None, name="市城市管理局")
MERGED = Directory((OLD, NEW), (GroupRecord(name="各局", members=("A",)),), ON, lineage([("A", "B", ON)]))


def test_a_cell_that_names_a_former_unit_suggests_its_successor():
    reading = MERGED.resolve("市城市管理局")
    assert (reading.codes, reading.suggested) == ((), ("B",))
    assert (
        reading.problems[0].message
        == "单位“市城市管理局”已于2026-07-06并入“市城市综合管理局”，请改填“市城市综合管理局”"
    )


def test_a_group_names_the_successor_of_its_member():
    assert MERGED.resolve("各局").codes == ("B",)


def test_a_new_unit_of_an_old_name_is_the_one_that_is_meant():
    assert Directory((OLD, NAMESAKE), day=ON).resolve("市城市管理局").codes == ("C",)


@pytest.mark.parametrize("state", ["draft", "assigned", "verifying", "suspended"])
def test_a_succession_moves_no_clock_and_no_date(lifecycle, calendar, state):
    decision = decided(
        lifecycle, calendar, facts_in(state), "succeed", former_unit=CO_UNIT, successor="BH213"
    )
    assert (decision.changes, decision.deadlines, decision.moved) == (
        {"co_units": ("BH213",), "witnessed": True}, {}, {},
    )  # fmt: skip


TASKS = [
    Task(id=1, unit=CO_UNIT, title="排查", state=TaskState.WORKING, clock=running()),
    Task(id=2, unit=CO_UNIT, title="抢修", state=TaskState.ACCEPTED, clock=running()),
    Task(id=3, unit="BH215", title="供电", state=TaskState.ASSIGNED, clock=running()),
]


def test_open_tasks_pass_on_and_those_that_are_over_stay_with_whoever_did_them(lifecycle, calendar):
    facts = facts_in("handling", tasks=tuple(TASKS))
    decision = decided(lifecycle, calendar, facts, "succeed", former_unit=CO_UNIT, successor="BH213")
    assert [task.unit for task in decision.changes["tasks"]] == ["BH213", CO_UNIT, "BH215"]
    assert {task.clock for task in decision.changes["tasks"]} == {running()}


@pytest.mark.parametrize(("former", "successor"), [(CO_UNIT, LEAD_CODE), (LEAD_CODE, CO_UNIT)])
def test_a_task_that_comes_to_the_lead_ends_and_the_clocks_of_others_stand(
    lifecycle, calendar, former, successor
):
    facts = facts_in("handling", tasks=tuple(TASKS))
    decision = decided(lifecycle, calendar, facts, "succeed", former_unit=former, successor=successor)
    its_own, done, other = decision.changes["tasks"]
    assert (its_own.unit, its_own.state, its_own.clock.is_open) == (successor, TaskState.CANCELLED, False)
    assert (done, other) == tuple(TASKS[1:])
    assert "clocks" not in decision.changes
