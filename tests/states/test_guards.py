"""What a command is owed, and what it may not be given: each refusal by its code and the fact it names."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from traceback import extract_tb

import pytest

from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.lifecycle import parse
from states.nodes.planning import Step
from states.tasks import MAX_TASKS, TaskState
from states.vocabulary import LimitUnit, Role
from tests.states.conftest import TABLES
from tests.states.matters import (
    CO_UNIT,
    DEFAULT,
    DUE_ON,
    LATER,
    NODES,
    PROOF,
    TASK_DUE,
    TODAY,
    YESTERDAY,
    a_task,
    decided,
    facts_for,
    facts_in,
    holding,
    running,
)
from tests.states.test_every_command import DESIGN, EVERY_ROLE
from tests.states.test_forbidden import BY_POLICY, FORBIDDEN, refused_by

STANDARD = parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
ROWS = STANDARD.commands
GUARD_FILES = sorted((TABLES.parent / "guards").glob("*.py"))
OWED = [(row.id, name) for row in ROWS for name in row.needs]
SEVEN_DAYS = Limit(LimitUnit.DAYS, 7)

BY_SECTOR = {"method": "sector", "evidence_after": PROOF}
FIRST = date(2026, 7, 1)
LED_BY_GROUP = {"lead_unit": "BH212", "lead_group": "BH502"}
REACHED = replace(NODES[0], reached_on=date(2026, 7, 14))


def steps(*changes):
    """Steps of a plan, each of two working days but for these changes; a fixed day takes none."""
    plain = [{"title": "采购", "working_days": None if "due_on" in one else 2} for one in changes]
    return {"nodes": tuple(Step(**{**step, **one}) for step, one in zip(plain, changes, strict=True))}


MISSING = [
    ("take_over", {}, {"state": "suspended"}, "suspended_from_missing", "suspended_from"),
    ("assign", {"requirement": None}, {}, "requirement_missing", "requirement"),
    ("assign", {"complexity": None}, {"limit": None}, "limit_missing", "limit"),
    ("assign", {}, {"limit": None, "open_ended": True}, "cadence_missing", "cadence"),
    ("reopen", {"complexity": None}, {"limit": None}, "limit_missing", "limit"),
    ("report_progress", {}, {"progress": None}, "progress_missing", "progress"),
    ("report_progress", {}, {"progress": None, "as_before": True}, "no_earlier_report", "progress"),
    ("report_progress", {}, {"hard_to_meet": True}, "expected_on_missing", "expected_on"),
    ("cosign_progress", {"progress_of": None}, {}, "report_not_waiting", "progress_of"),
    ("send_back_progress", {"progress_of": None}, {}, "report_not_waiting", "progress_of"),
    ("assign", {}, {"over_cap": True}, "reason_missing", "reason"),
    ("grant_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("refuse_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("consent_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("review_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("review_extension", {"extension_consented_by": None}, {}, "consent_missing", "extension_consented_by"),
    ("grant_extension", {"extension_consented_by": None}, {}, "consent_missing", "extension_consented_by"),
    ("grant_extension", {"extension_reviewed_by": None}, {}, "review_missing", "extension_reviewed_by"),
    ("suspend", {}, {"evidence": None}, "evidence_missing", "evidence"),
    ("begin", {"due_for_plan": True}, {"due_on": None}, "due_on_missing", "due_on"),
    ("record_verification", {}, BY_SECTOR, "verified_by_name_missing", "verified_by_name"),
    ("record_verification", {}, {"method": "on_site"}, "evidence_after_missing", "evidence_after"),
    ("publish_result", {"verdict": None}, {}, "verdict_missing", "verdict"),
    ("publish_result", {}, {"public_until": None}, "public_until_missing", "public_until"),
    ("follow_up", {}, BY_SECTOR, "verified_by_name_missing", "verified_by_name"),
    ("follow_up", {}, {"method": "on_site"}, "evidence_after_missing", "evidence_after"),
    ("reopen", {"lookback_finding": "held"}, {}, "relapse_missing", "lookback_finding"),
    ("reopen", {"lookback_finding": None}, {}, "relapse_missing", "lookback_finding"),
    ("log_urge", {}, {"spoke_with": None}, "spoke_with_missing", "spoke_with"),
    ("log_urge", {}, {"answer": None}, "answer_missing", "answer"),
    *(
        (command, {"coordination_level": None}, {}, "coordination_not_asked", "coordination_level")
        for command in ("decide_coordination", "decline_coordination", "withdraw_coordination")
    ),
    ("add_task", {}, {"due_on": None}, "limit_missing", "limit"),
    ("report_completion", {"tasks": (a_task(),)}, {}, "tasks_open", "open_tasks_reason"),
    ("plan_nodes", {"due_on": None}, {}, "final_date_missing", "due_on"),
    ("plan_nodes", {"due_for_plan": True}, {}, "final_date_missing", "due_on"),
    ("plan_nodes", {}, {"nodes": (Step(title=" ", working_days=2),)}, "node_title_missing", "title"),
    ("move_node", {"due_on": None}, {}, "final_date_missing", "due_on"),
    ("replan_nodes", {"due_on": None}, {}, "final_date_missing", "due_on"),
    (
        "correct",
        {},
        {"field": "closed_on", "old": "（空）", "new": DUE_ON},
        "nothing_to_correct",
        "closed_on",
    ),
]
INVALID = [
    ("assign", {"requirement": "修好"}, {}, "requirement_vague"),
    ("assign", {}, {"due_on": DUE_ON}, "limit_twice"),
    ("assign", {}, {"open_ended": True, "cadence": "每季度"}, "limit_of_open_ended"),
    ("assign", {}, {"limit": None, "due_on": YESTERDAY}, "date_in_the_past"),
    ("assign", {}, {"co_units": ("BH213", "BH212")}, "lead_is_co_unit"),
    ("reopen", {}, {"due_on": DUE_ON}, "limit_twice"),
    ("assign", {}, {"cadence": "每半天"}, "cadence_unknown"),
    ("assign", {}, {"limit": None, "open_ended": True, "cadence": "不定期"}, "cadence_of_open_ended"),
    ("report_progress", {}, {"completion_rate": 101}, "completion_rate_invalid"),
    ("report_progress", {}, {"hard_to_meet": "是"}, "hard_to_meet_invalid"),
    ("report_progress", {}, {"expected_on": LATER}, "expected_without_reason"),
    ("report_progress", {}, {"hard_to_meet": True, "expected_on": YESTERDAY}, "date_in_the_past"),
    ("report_progress", {}, {"hard_to_meet": True, "expected_on": DUE_ON}, "expected_in_time"),
    ("report_progress", {"due_on": None}, {"hard_to_meet": True, "expected_on": LATER}, "no_limit"),
    ("set_cadence", {}, {"cadence": "每半天"}, "cadence_unknown"),
    ("set_cadence", {"cadence": "周调度"}, {}, "cadence_unchanged"),
    ("set_cadence", {"open_ended": True}, {"cadence": "不定期"}, "cadence_of_open_ended"),
    ("begin", {"due_for_plan": False}, {"due_on": DUE_ON}, "date_not_by_plan"),
    ("begin", {"due_for_plan": True}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("request_extension", {"due_on": None}, {}, "no_limit"),
    ("request_extension", {"due_on": YESTERDAY}, {}, "extension_too_late"),
    ("request_extension", {}, {"due_on": DUE_ON}, "extension_not_later"),
    ("grant_extension", {}, {"due_on": DUE_ON}, "extension_not_later"),
    ("suspend", {}, {"review_on": YESTERDAY}, "date_in_the_past"),
    ("suspend", {}, {"review_on": date(2026, 10, 20)}, "pause_ceiling"),
    ("open", {}, {"complexity": "impossible"}, "complexity_invalid"),
    ("derive", {}, {"complexity": "impossible"}, "complexity_invalid"),
    ("derive", {}, {"link": "cousin"}, "link_invalid"),
    ("assign", {}, {"complexity": "impossible"}, "complexity_invalid"),
    ("assign", {}, {"limit": None, "due_on": DUE_ON, "rule": "cn-civil-code"}, "rule_without_limit"),
    ("reclassify", {}, {"complexity": "ordinary"}, "category_unchanged"),
    ("reclassify", {}, {"complexity": "impossible"}, "complexity_invalid"),
    ("retarget", {"policy": DEFAULT.digest}, {}, "policy_unchanged"),
    ("adopt", {"lifecycle": STANDARD.digest}, {}, "lifecycle_unchanged"),
    ("adopt", {"suspended_from": "council"}, {}, "state_not_in_lifecycle"),
    ("recount", {"clocks": (running(),)}, {}, "nothing_to_recount"),
    ("decline_recount", {"clocks": (running(),)}, {}, "nothing_to_recount"),
    ("request_extension", {"extensions": 2}, {}, "extension_times"),
    ("request_extension", {"original_due_on": date(2026, 4, 1)}, {}, "extension_ceiling"),
    ("grant_extension", {"original_due_on": date(2026, 4, 1)}, {}, "extension_ceiling"),
    ("merge", {}, {"surviving": "滨督2026-001"}, "merged_into_itself"),
    ("comment", {}, {"mentions": ("R011", "R010")}, "mention_of_oneself"),
    ("comment", {}, {"mentions": tuple(map(str, range(21)))}, "mentions_invalid"),
    ("comment", {}, {"text": "长" * 32_768}, "text_too_long"),
    ("succeed", {}, {"former_unit": "BH299"}, "unit_not_concerned"),
    ("succeed", {}, {"successor": CO_UNIT}, "succeeds_itself"),
    ("restate", {"witnessed": True}, {}, "managed_in_system"),
    ("record_verification", {}, {"method": "hearsay"}, "method_invalid"),
    ("record_verification", {}, {"finding": "held"}, "finding_invalid"),
    ("publish_result", {"verdict": "failed"}, {}, "verification_failed"),
    ("publish_result", {"public_until": DUE_ON}, {}, "published_already"),
    ("publish_result", {}, {"public_until": YESTERDAY}, "public_notice_too_short"),
    ("record_objection", {"public_until": None}, {}, "not_published"),
    ("settle_objection", {"public_objections": 0}, {}, "no_objection"),
    ("settle_objection", {}, {"ruling": "perhaps"}, "ruling_invalid"),
    ("close_out", {"verdict": "failed"}, {}, "verification_failed"),
    ("close_out", {"verdict": "passed", "public_until": TODAY.date()}, {}, "public_notice_running"),
    ("close_out", {"verdict": "passed", "public_objections": 1}, {}, "objection_open"),
    ("schedule_lookback", {}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("schedule_lookback", {"lookback_finding": "relapsed"}, {}, "relapse_open"),
    (
        "schedule_lookback",
        {"lookback_due_on": DUE_ON, "lookback_campaign": "甲"},
        {"campaign": "乙"},
        "lookback_in_campaign",
    ),
    ("schedule_lookback", {"lookback_due_on": LATER}, {}, "lookback_scheduled_already"),
    (
        "schedule_lookback",
        {"lookback_due_on": LATER, "lookback_campaign": "甲"},
        {"campaign": "甲"},
        "lookback_scheduled_already",
    ),
    ("follow_up", {}, {"method": "hearsay"}, "method_invalid"),
    ("follow_up", {}, {"finding": "passed"}, "finding_invalid"),
    ("archive", {"lookback_due_on": DUE_ON}, {}, "lookback_due"),
    ("archive", {"lookback_finding": "relapsed"}, {}, "relapse_open"),
    ("log_urge", {}, {"promised_on": YESTERDAY}, "promise_in_the_past"),
    ("log_urge", {}, {"reply_by": YESTERDAY}, "date_in_the_past"),
    ("log_urge", {}, {"means": "fax"}, "means_invalid"),
    ("log_urge", {}, {"spoke_with": "某" * 201}, "text_too_long"),
    ("request_coordination", {"coordination_level": "leader"}, {}, "coordination_open"),
    ("request_coordination", {}, {"level": "heaven"}, "level_invalid"),
    ("decide_coordination", {}, {"due_on": date(2026, 7, 15)}, "date_in_the_past"),
    ("decide_coordination", {}, {"due_on": DUE_ON}, "due_on_unchanged"),
    ("decide_coordination", {"open_ended": True}, {"due_on": LATER}, "limit_of_open_ended"),
    ("decide_coordination", {}, {"children": [{}] * 51}, "children_invalid"),
    ("record_instruction", {}, {"instructed_on": date(2026, 7, 16)}, "instruction_in_the_future"),
    ("record_instruction", {}, {"leader": "某" * 201}, "text_too_long"),
    ("follow_instruction", {}, {"instructed_on": date(2026, 7, 16)}, "instruction_in_the_future"),
    ("follow_instruction", {}, {"child": "滨督2026-001"}, "child_is_itself"),
    ("add_task", {}, {"unit": "BH212"}, "task_unit_is_lead"),
    ("add_task", LED_BY_GROUP, {"unit": "BH502"}, "task_unit_is_lead"),
    ("add_task", {}, {"task_title": "快办"}, "task_vague"),
    ("add_task", {}, {"task_title": "长" * 501}, "text_too_long"),
    ("add_task", {"tasks": (a_task(),) * MAX_TASKS}, {}, "tasks_too_many"),
    ("add_task", {"tasks": (a_task(due_on=DUE_ON),)}, {}, "task_twice"),
    ("add_task", {}, {"limit": SEVEN_DAYS}, "limit_twice"),
    ("add_task", {}, {"rule": "cn-civil-code"}, "rule_without_limit"),
    ("add_task", {}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("add_task", {}, {"due_on": LATER}, "task_after_matter"),
    ("add_task", {}, {"due_on": None, "limit": Limit(LimitUnit.WEEKS, 2)}, "task_after_matter"),
    ("acknowledge_task", {}, {"task": 2}, "task_unknown"),
    ("acknowledge_task", {"tasks": (a_task(TaskState.WORKING),)}, {}, "task_elsewhere"),
    ("object_task", {"tasks": (a_task(TaskState.WORKING),)}, {}, "task_elsewhere"),
    ("report_task", {"tasks": (a_task(),)}, {}, "task_elsewhere"),
    ("report_task", {}, {"completion_rate": 101}, "completion_rate_invalid"),
    ("complete_task", {"tasks": (a_task(),)}, {}, "task_elsewhere"),
    ("accept_task", {"tasks": (a_task(TaskState.WORKING),)}, {}, "task_elsewhere"),
    ("accept_task", {"tasks": (a_task(TaskState.ACCEPTED),)}, {}, "task_ended"),
    ("return_task", {"tasks": (a_task(),)}, {}, "task_elsewhere"),
    ("extend_task", {}, {"due_on": TASK_DUE}, "task_not_later"),
    ("extend_task", {}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("extend_task", {}, {"due_on": LATER}, "task_after_matter"),
    ("extend_task", {"tasks": (a_task(TaskState.REPORTED),)}, {}, "task_elsewhere"),
    ("cancel_task", {"tasks": (a_task(TaskState.CANCELLED),)}, {}, "task_ended"),
    ("plan_nodes", {}, steps(*[{}] * 51), "too_many_nodes"),
    ("plan_nodes", {}, steps({"title": "装" * 201}), "text_too_long"),
    ("plan_nodes", {}, steps({"working_days": None}), "node_days_invalid"),
    ("plan_nodes", {}, steps({"working_days": 0}), "node_days_invalid"),
    ("plan_nodes", {}, steps({"working_days": 3, "due_on": DUE_ON}), "node_days_invalid"),
    ("plan_nodes", {}, steps({"after": (2,)}), "predecessor_unknown"),
    ("plan_nodes", {}, steps({"after": (1,)}), "nodes_in_a_circle"),
    ("plan_nodes", {}, steps({"after": (2,)}, {"after": (3,)}, {"after": (1,)}), "nodes_in_a_circle"),
    ("plan_nodes", {}, steps({"weight": 60}, {"weight": 30}), "weights_wrong"),
    ("plan_nodes", {}, steps({"weight": 60}, {}), "weights_wrong"),
    ("plan_nodes", {}, steps({"weight": 0}, {"weight": 100}), "weights_wrong"),
    ("plan_nodes", {}, steps({"due_on": YESTERDAY}), "date_in_the_past"),
    ("plan_nodes", {}, steps({"due_on": date(2026, 7, 23)}), "node_after_final"),
    (
        "plan_nodes",
        {},
        steps({"due_on": DUE_ON}, {"due_on": DUE_ON, "after": (1,)}),
        "node_before_predecessor",
    ),
    ("plan_nodes", {}, steps({"due_on": DUE_ON}, {"after": (1,)}), "plan_does_not_fit"),
    ("plan_nodes", {}, steps({"working_days": 7}), "plan_does_not_fit"),
    ("plan_nodes", {"nodes": (REACHED,)}, steps({"weight": 100}), "weights_wrong"),
    ("plan_nodes", {"nodes": (REACHED,)}, steps(*[{}] * 50, {"weight": 1}), "too_many_nodes"),
    ("reach_node", {}, {"node": 3}, "node_unknown"),
    ("reach_node", {}, {"node": -1}, "node_invalid"),
    ("reach_node", {"nodes": (REACHED,)}, {}, "node_reached"),
    ("reach_node", {}, {"node": 2}, "predecessor_open"),
    ("move_node", {}, {"node": 3}, "node_unknown"),
    ("move_node", {"nodes": (REACHED,)}, {"node": 1}, "node_reached"),
    ("move_node", {}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("move_node", {}, {"due_on": date(2026, 7, 23)}, "node_after_final"),
    ("move_node", {}, {"due_on": date(2026, 7, 16)}, "node_before_predecessor"),
    ("move_node", {}, {"node": 1, "due_on": date(2026, 7, 20)}, "node_after_successor"),
    ("move_node", {}, {"due_on": date(2026, 7, 20)}, "node_unmoved"),
    ("drop_node", {}, {"node": 3}, "node_unknown"),
    ("drop_node", {"nodes": (REACHED,)}, {"node": 1}, "node_reached"),
    ("drop_node", {}, {"node": 1}, "node_is_waited_for"),
    ("replan_nodes", {"due_on": date(2026, 7, 20)}, {}, "final_date_unmoved"),
    ("replan_nodes", {"nodes": ()}, {}, "final_date_unmoved"),
    ("replan_nodes", {"due_on": date(2026, 7, 16)}, {}, "node_in_the_past"),
    ("reassign", {}, {"lead_unit": "BH212"}, "unit_unchanged"),
    ("reassign", {}, {"co_units": ("BH213",)}, "lead_is_co_unit"),
    ("reassign", {}, {"limit": SEVEN_DAYS, "due_on": DUE_ON}, "limit_twice"),
    ("reassign", {}, {"due_on": YESTERDAY}, "date_in_the_past"),
    ("reassign", {"open_ended": True}, {"limit": SEVEN_DAYS}, "limit_of_open_ended"),
    ("reassign", {}, {"due_on": DUE_ON, "rule": "cn-civil-code"}, "rule_without_limit"),
    ("correct", {}, {"field": "颜色"}, "field_unknown"),
    ("correct", {}, {"field": "牵头单位"}, "field_not_stated"),
    ("correct", {}, {"new": "（空）"}, "correction_empty"),
    ("correct", {}, {"new": "长" * 2_001}, "text_too_long"),
    ("correct", {}, {"field": "completion_rate", "old": "（空）", "new": 101}, "completion_rate_invalid"),
    ("correct", {}, {"old": "别人改过的名称"}, "correction_stale"),
    (
        "correct",
        {"dispatched_on": FIRST},
        {"field": "dispatched_on", "old": FIRST, "new": DUE_ON},
        "date_in_the_future",
    ),
    (
        "correct",
        {"tasks": (a_task(),)},
        {"field": "co_units", "old": (CO_UNIT,), "new": "（空）"},
        "co_unit_has_tasks",
    ),
    ("reassign", {"tasks": (a_task(),)}, {"lead_unit": "BH216", "co_units": ("BH215",)}, "co_unit_has_tasks"),
    ("reopen", {}, {"limit": None, "due_on": DUE_ON, "rule": "cn-civil-code"}, "rule_without_limit"),
    ("take_over", {}, {"state": "suspended", "suspended_from": "council"}, "suspended_from_invalid"),
    *(
        ("correct", LED_BY_GROUP, {"field": "co_units", "new": (unit,)}, "lead_is_co_unit")
        for unit in ("BH212", "BH502")
    ),
]


@pytest.fixture
def refusal(lifecycle, calendar):
    """Give a complete command on a matter with these facts and particulars changed; the refusal it meets."""

    def given(command, known, details, actor=EVERY_ROLE) -> Refusal:
        facts = facts_for(command, DESIGN[command][0][0], **known)
        with pytest.raises(Refusal) as refused:
            decided(lifecycle, calendar, facts, command, actor=actor, **details)
        return refused.value

    return given


@pytest.mark.parametrize(("command", "owed"), OWED)
def test_a_command_names_the_particular_it_is_owed(refusal, command, owed):
    found = refusal(command, {}, {owed: None})
    # Without a state named, there is no step to take over to.
    expected = "transition_refused" if owed == "state" else f"{owed}_missing"
    assert found.code == expected
    assert found.facts.get("missing", "state") == owed


@pytest.mark.parametrize(("command", "owed"), [one for one in OWED if one[1] != "state"])
def test_an_empty_particular_is_a_missing_one(refusal, command, owed):
    found = refusal(command, {}, {owed: [] if owed == "evidence" else ""})
    assert isinstance(found, FactMissing)


@pytest.mark.parametrize("command", DESIGN)
def test_a_particular_the_command_does_not_know_is_refused(refusal, command):
    found = refusal(command, {}, {"colour": "红"})
    assert (type(found), found.code, found.facts["detail"]) == (FactInvalid, "detail_unknown", "colour")


@pytest.mark.parametrize("example", MISSING, ids=lambda one: one[3])
def test_a_guard_names_the_missing_fact(refusal, example):
    *given, code, missing = example
    found = refusal(*given)
    assert (type(found), found.code, found.facts["missing"]) == (FactMissing, code, missing)


@pytest.mark.parametrize("example", INVALID, ids=lambda one: one[3])
def test_a_guard_refuses_what_cannot_be(refusal, example):
    *given, code = example
    found = refusal(*given)
    assert (type(found), found.code) == (FactInvalid, code)


def guard_that_refused(found: Refusal, command: str) -> str | None:
    """The guard of the command's row a refusal came out of; None where it was the table or a particular."""
    passed = [frame.name for frame in extract_tb(found.__traceback__)]
    return next((name for name in passed if name in STANDARD.command_rows[command].guards), None)


def test_every_guard_of_every_command_has_been_seen_to_refuse(refusal, lifecycle, calendar):
    examples = ((command, known, details) for command, known, details, *_ in (*MISSING, *INVALID))
    seen = {(one[0], guard_that_refused(refusal(*one), one[0])) for one in examples}
    wanted = {(row.id, guard) for row in ROWS for guard in row.guards}
    for one in (*FORBIDDEN, *BY_POLICY):
        seen.add((one[0], refused_by(lifecycle, calendar, one)[1]))
    assert wanted - seen == set()


def test_every_refusal_a_guard_knows_is_asked_for_by_its_code():
    """What takes an entry, another table or a public notice is asked for in the tests of its behaviour."""
    written = {code for path in GUARD_FILES for code in re.findall(r'code="(\w+)"', path.read_text("utf-8"))}
    seen = {one[-1] for one in (*INVALID, *FORBIDDEN, *BY_POLICY)} | {one[3] for one in MISSING}
    told = "".join(path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert {code for code in written - seen if f'"{code}"' not in told} == set()


def test_a_matter_whose_plan_was_made_is_not_made_to_wait_for_one(lifecycle, calendar):
    with pytest.raises(FactInvalid) as refused:
        decided(lifecycle, calendar, facts_in("handling"), "reclassify", complexity="very_complex")
    assert refused.value.code == "plan_already_made"


def test_whoever_reported_completion_does_not_verify_it(refusal):
    reporter = holding(*EVERY_ROLE.roles, person="BH212-L")
    found = refusal("close_out", {}, {}, actor=reporter)
    assert (type(found), found.code) == (NotPermitted, "verifier_is_reporter")


@pytest.mark.parametrize("command", ["accept_task", "return_task"])
def test_whoever_reported_a_task_does_not_decide_on_it(refusal, command):
    found = refusal(command, {}, {}, actor=holding(*EVERY_ROLE.roles, person="BH213-L"))
    assert (type(found), found.code) == (NotPermitted, "accepter_is_reporter")


def test_a_completion_over_open_tasks_names_each_with_its_unit_and_how_late_it_is(refusal):
    late, reported = a_task(due_on=date(2026, 7, 10)), a_task(TaskState.REPORTED, id=2, unit="BH207")
    found = refusal("report_completion", {"tasks": (late, reported)}, {})
    assert "BH213的任务1待签收，逾期3个工作日；BH207的任务2待认定，期限2026-07-20" in found.message
    assert found.facts["tasks"] == [
        {"task": 1, "unit": "BH213", "state": "assigned", "working_days_late": 3},
        {"task": 2, "unit": "BH207", "state": "reported", "working_days_late": 0},
    ]


def test_whose_task_nobody_knows_is_asked_before_whose_command_it_is(refusal):
    found = refusal("complete_task", {}, {"task": 9}, actor=holding(Role.OFFICER))
    assert (type(found), found.code) == (FactInvalid, "task_unknown")
    assert refusal("complete_task", {}, {"task": None}, actor=holding()).code == "task_missing"


def test_a_right_is_asked_before_the_particulars(refusal):
    found = refusal("close_out", {}, {"evidence": None}, actor=holding())
    assert isinstance(found, NotPermitted)
    assert found.facts["roles"] == ["director"]


def test_a_very_complex_matter_takes_its_date_from_the_plan(lifecycle, calendar):
    facts, year_end = facts_in("registered", due_for_plan=True), date(2026, 12, 31)
    decision = decided(lifecycle, calendar, facts, "begin", due_on=year_end)
    assert decision.changes["due_on"] == decision.changes["original_due_on"] == year_end
    assert decision.changes["due_for_plan"] is False
    assert decision.changes["epoch"] == facts.epoch + 1


@pytest.mark.parametrize("amount", [0, -1, 3_661])
def test_a_limit_out_of_bounds_is_refused(amount):
    with pytest.raises(FactInvalid) as refused:
        Limit(LimitUnit.DAYS, amount)
    assert refused.value.code == "limit_out_of_range"
