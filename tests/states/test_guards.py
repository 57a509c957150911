"""What a command is owed, and what it may not be given: each refusal by its code and the fact it names."""

from datetime import date

import pytest

from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.lifecycle import parse
from states.vocabulary import LimitUnit
from tests.states.conftest import TABLES
from tests.states.matters import CO_UNIT, DEFAULT, DUE_ON, decided, facts_in, holding, running
from tests.states.test_every_command import DESIGN, EVERY_ROLE

ROWS = parse((TABLES / "standard.toml").read_text(encoding="utf-8")).commands
OWED = [(row.id, name) for row in ROWS for name in row.needs]
YESTERDAY = date(2026, 7, 14)
SEVEN_DAYS = Limit(LimitUnit.DAYS, 7)

MISSING = [
    ("take_over", {}, {"state": "suspended"}, "suspended_from_missing", "suspended_from"),
    ("assign", {"requirement": None}, {}, "requirement_missing", "requirement"),
    ("assign", {"complexity": None}, {"limit": None}, "limit_missing", "limit"),
    ("assign", {}, {"limit": None, "open_ended": True}, "cadence_missing", "cadence"),
    ("reopen", {"complexity": None}, {"limit": None}, "limit_missing", "limit"),
    ("grant_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("refuse_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("consent_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("review_extension", {"extension_to": None}, {}, "extension_not_asked", "extension_to"),
    ("review_extension", {"extension_consented_by": None}, {}, "consent_missing", "extension_consented_by"),
    ("grant_extension", {"extension_consented_by": None}, {}, "consent_missing", "extension_consented_by"),
    ("grant_extension", {"extension_reviewed_by": None}, {}, "review_missing", "extension_reviewed_by"),
    ("suspend", {}, {"evidence": None}, "evidence_missing", "evidence"),
    ("begin", {"due_for_plan": True}, {"due_on": None}, "due_on_missing", "due_on"),
]
INVALID = [
    ("assign", {"requirement": "修好"}, {}, "requirement_vague"),
    ("assign", {}, {"due_on": DUE_ON}, "limit_twice"),
    ("assign", {}, {"open_ended": True, "cadence": "每季度"}, "limit_of_open_ended"),
    ("assign", {}, {"limit": None, "due_on": YESTERDAY}, "date_in_the_past"),
    ("assign", {}, {"co_units": ("BH213", "BH212")}, "lead_is_co_unit"),
    ("reopen", {}, {"due_on": DUE_ON}, "limit_twice"),
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
    ("recount", {"clocks": (running(),)}, {}, "nothing_to_recount"),
    ("decline_recount", {"clocks": (running(),)}, {}, "nothing_to_recount"),
    ("request_extension", {"extensions": 2}, {}, "extension_times"),
    ("request_extension", {"original_due_on": date(2026, 4, 1)}, {}, "extension_ceiling"),
    ("grant_extension", {"original_due_on": date(2026, 4, 1)}, {}, "extension_ceiling"),
    ("merge", {}, {"surviving": "滨督2026-001"}, "merged_into_itself"),
    ("succeed", {}, {"former_unit": "BH299"}, "unit_not_concerned"),
    ("succeed", {}, {"successor": CO_UNIT}, "succeeds_itself"),
    ("restate", {"witnessed": True}, {}, "managed_in_system"),
]


@pytest.fixture
def refusal(lifecycle, calendar):
    """Give a complete command on a matter with these facts and particulars changed; the refusal it meets."""

    def given(command, known, details, actor=EVERY_ROLE) -> Refusal:
        facts = facts_in(DESIGN[command][0][0], **known)
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


def test_every_guard_of_the_table_has_been_seen_to_refuse():
    refused = {command for command, *_ in (*MISSING, *INVALID)} | {"close_out"}
    assert refused == {row.id for row in ROWS if row.guards}


def test_whoever_reported_completion_does_not_verify_it(refusal):
    reporter = holding(*EVERY_ROLE.roles, person="BH212-L")
    found = refusal("close_out", {}, {}, actor=reporter)
    assert (type(found), found.code) == (NotPermitted, "verifier_is_reporter")


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
