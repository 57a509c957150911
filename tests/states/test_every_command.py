"""Every state × command × role, against the table of the design written out once more by hand."""

import pytest

from states.case import Actor, available_commands
from states.errors import NotPermitted, TransitionRefused
from states.facts import NEW
from states.vocabulary import OFFICE_ROLES, ActorKind, Role
from tests.states.matters import EVERY_ROLE, decided, facts_for, facts_in, holding

OPEN = ("draft", "assigned", "registered", "handling", "verifying")
STATES = (*OPEN, "suspended", "closed", "archived", "cancelled")
AT_WORK = ("registered", "handling")
OUT = ("assigned", *AT_WORK)
CLOCKED = ("assigned", *AT_WORK, "verifying", "suspended")
UNIT, OVERSEERS = {Role.LIAISON, Role.UNIT_HEAD}, {Role.DIRECTOR, Role.LEADER}
LEAD = {*UNIT, Role.OFFICER, Role.DIRECTOR}
STAYS = "stays"

DESIGN = {
    "open": ((NEW,), "draft", {Role.OFFICER}),
    "derive": ((NEW,), "draft", {Role.OFFICER, *OVERSEERS, Role.PRINCIPAL}),
    "take_over": ((NEW,), "handling", {Role.OFFICER}),
    "restate": ((*OPEN, "suspended"), "verifying", {Role.OFFICER}),
    "assign": (("draft",), "assigned", {Role.DIRECTOR}),
    "object": (("assigned",), "draft", UNIT),
    "acknowledge": (("assigned",), "registered", UNIT),
    "begin": (("registered",), "handling", UNIT),
    "report_progress": (AT_WORK, STAYS, UNIT),
    "cosign_progress": (AT_WORK, STAYS, {Role.UNIT_HEAD}),
    "send_back_progress": (AT_WORK, STAYS, {Role.UNIT_HEAD}),
    "set_cadence": (AT_WORK, STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "plan_nodes": (AT_WORK, STAYS, {*UNIT, Role.OFFICER}),
    "reach_node": (AT_WORK, STAYS, UNIT),
    "move_node": (AT_WORK, STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "drop_node": (AT_WORK, STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "replan_nodes": (AT_WORK, STAYS, {*UNIT, Role.OFFICER}),
    "request_extension": (AT_WORK, STAYS, UNIT),
    "consent_extension": (AT_WORK, STAYS, {Role.UNIT_HEAD}),
    "review_extension": (AT_WORK, STAYS, {Role.OFFICER}),
    "grant_extension": (AT_WORK, STAYS, OVERSEERS),
    "refuse_extension": (AT_WORK, STAYS, OVERSEERS),
    "log_urge": (("assigned", *AT_WORK), STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "request_coordination": (AT_WORK, STAYS, UNIT),
    "decide_coordination": (AT_WORK, STAYS, {*OVERSEERS, Role.PRINCIPAL}),
    "decline_coordination": (AT_WORK, STAYS, {*OVERSEERS, Role.PRINCIPAL}),
    "withdraw_coordination": (AT_WORK, STAYS, UNIT),
    "record_instruction": ((*OPEN, "suspended"), STAYS, {Role.OFFICER}),
    "follow_instruction": (("closed", "archived"), STAYS, {Role.OFFICER}),
    "add_task": (OUT, STAYS, LEAD),
    "acknowledge_task": (OUT, STAYS, UNIT),
    "object_task": (OUT, STAYS, UNIT),
    "report_task": (OUT, STAYS, UNIT),
    "complete_task": (OUT, STAYS, UNIT),
    "accept_task": (OUT, STAYS, LEAD),
    "return_task": (OUT, STAYS, LEAD),
    "extend_task": (OUT, STAYS, LEAD),
    "cancel_task": (OUT, STAYS, LEAD),
    "report_completion": (("handling",), "verifying", UNIT),
    "return_for_rework": (("verifying",), "handling", {Role.OFFICER}),
    "record_verification": (("verifying",), STAYS, {Role.OFFICER}),
    "publish_result": (("verifying",), STAYS, {Role.OFFICER}),
    "record_objection": (("verifying",), STAYS, {Role.OFFICER}),
    "settle_objection": (("verifying",), STAYS, {Role.OFFICER}),
    "close_out": (("verifying",), "closed", {Role.DIRECTOR}),
    "suspend": (("assigned", "registered", "handling"), "suspended", {Role.DIRECTOR}),
    "resume": (("suspended",), "registered", {Role.DIRECTOR}),
    "reassign": (("assigned", *AT_WORK), "assigned", {Role.DIRECTOR}),
    "split": (("draft", "assigned", *AT_WORK), STAYS, {Role.DIRECTOR}),
    "correct": ((*OPEN, "suspended", "closed"), STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "withdraw": ((*OPEN, "suspended"), "cancelled", {Role.DIRECTOR}),
    "merge": ((*OPEN, "suspended"), "cancelled", {Role.DIRECTOR}),
    "schedule_lookback": (("closed",), STAYS, {Role.OFFICER}),
    "follow_up": (("closed",), STAYS, {Role.OFFICER}),
    "reopen": (("closed",), "handling", {Role.DIRECTOR}),
    "reclassify": (("assigned", *AT_WORK), STAYS, {Role.DIRECTOR}),
    "retarget": (CLOCKED, STAYS, {Role.DIRECTOR}),
    "adopt": ((*OPEN, "suspended", "closed"), STAYS, {Role.DIRECTOR}),
    "recount": (CLOCKED, STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "decline_recount": (CLOCKED, STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "comment": ((*OPEN, "suspended", "closed", "archived"), STAYS, OFFICE_ROLES),
    "succeed": ((*OPEN, "suspended", "closed"), STAYS, {Role.OFFICER, Role.DIRECTOR}),
    "archive": (("closed",), "archived", {Role.ARCHIVIST}),
}
"""Command: from, to, who. `resume` leads back to where the matter of these tests was suspended."""

every_command = pytest.mark.parametrize("command", DESIGN)
every_state = pytest.mark.parametrize("state", [NEW, *STATES])


def test_the_table_has_the_states_and_commands_of_the_design(lifecycle):
    assert set(lifecycle.state_rows) == set(STATES)
    assert set(lifecycle.command_rows) == set(DESIGN)


@every_state
@every_command
def test_a_command_is_given_only_where_it_exists_and_only_by_its_roles(lifecycle, calendar, state, command):
    sources, dest, roles = DESIGN[command]
    facts = facts_for(command, state)
    for role in Role:
        expected = TransitionRefused if state not in sources else None if role in roles else NotPermitted
        if expected is None:
            decision = decided(
                lifecycle, calendar, facts_for(command, state, role), command, actor=holding(role)
            )
            assert (decision.before, decision.after) == (state, state if dest == STAYS else dest)
            continue
        with pytest.raises(expected):
            decided(lifecycle, calendar, facts_for(command, state, role), command, actor=holding(role))
            decision = decided(lifecycle, calendar, facts, command, actor=holding(role))
            assert (decision.before, decision.after) == (state, state if dest == STAYS else dest)
            continue
        with pytest.raises(expected):
            decided(lifecycle, calendar, facts, command, actor=holding(role))


@every_state
def test_a_page_offers_each_role_exactly_its_commands(lifecycle, state):
    for role in Role:
        offered = {row.id for row in available_commands(facts_in(state), holding(role), lifecycle)}
        assert offered == {
            name for name, (sources, _, who) in DESIGN.items() if state in sources and role in who
        }


@every_command
def test_the_machine_gives_only_the_commands_of_an_import(lifecycle, calendar, command):
    machine = Actor("system", frozenset(), ActorKind.SYSTEM)
    state = DESIGN[command][0][0]
    if command in ("take_over", "restate"):
        assert decided(lifecycle, calendar, facts_for(command, state), command, actor=machine)
        return
    with pytest.raises(NotPermitted):
        decided(lifecycle, calendar, facts_for(command, state), command, actor=machine)


@every_command
def test_every_decision_names_an_event_with_a_chinese_sentence(lifecycle, calendar, command):
    decision = decided(lifecycle, calendar, facts_for(command, DESIGN[command][0][0]), command)
    assert lifecycle.event_rows[decision.event].id == command
    assert lifecycle.event_rows[decision.event].sentence


def test_a_refusal_names_what_can_be_done_instead(lifecycle, calendar):
    with pytest.raises(TransitionRefused) as refused:
        decided(lifecycle, calendar, facts_in("assigned"), "close_out")
    assert refused.value.facts["allowed"][:2] == ["restate", "object"]
    assert "交办" in refused.value.message and "签收" in refused.value.message


def test_an_unknown_command_is_refused_with_those_known(lifecycle, calendar):
    with pytest.raises(TransitionRefused) as refused:
        decided(lifecycle, calendar, facts_in("handling"), "delete", actor=EVERY_ROLE)
    assert refused.value.code == "unknown_command"
    assert set(refused.value.facts["known"]) == set(DESIGN)


@pytest.mark.parametrize("state", STATES)
def test_a_register_may_state_any_state_and_none_outside_the_table(lifecycle, calendar, state):
    came_from = {"suspended_from": "handling"} if state == "suspended" else {}
    assert decided(lifecycle, calendar, facts_in(NEW), "take_over", state=state, **came_from).after == state
    with pytest.raises(TransitionRefused):
        decided(lifecycle, calendar, facts_in(NEW), "take_over", state=f"{state}_too")


@pytest.mark.parametrize("came_from", ["assigned", "registered", "handling"])
def test_a_suspended_matter_resumes_where_it_was(lifecycle, calendar, came_from):
    facts = facts_in("suspended", suspended_from=came_from)
    assert decided(lifecycle, calendar, facts, "resume").after == came_from
