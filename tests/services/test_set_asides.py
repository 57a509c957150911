"""A case the sweep fails on never stops the others, and does not fail for ever."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from states.errors import FactMissing, NotPermitted, RuleInvalid
from tests.builders import (
    LIAISON,
    OFFICER,
    a_case,
    at,
    give,
    row_counts,
    rows,
    scheduled_on,
    signed,
    stored,
    sweep_on,
)
from tests.services.test_sweep import corrupt, steps
from tests.services.test_sweep_record import doctors, told
from workflow.errors import NotFound
from workflow.services import joint, raising, set_asides, taking
from workflow.services.applying import apply_plan
from workflow.services.ladder import look_again
from workflow.services.office import Office
from workflow.services.planning import make_plan
from workflow.services.sweep import preview
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation
from workflow.storage.scheduler_models import SetAside
from workflow.storage.session import transaction

LATE, DAY, MINUTE = at(2026, 7, 23), timedelta(days=1), timedelta(minutes=1)


def raw(office, case, column, value):
    """A row changed past reading, behind every column type."""
    with transaction(office.engine) as tx:
        tx.execute(
            text(f"UPDATE cases SET {column} = :value WHERE id = :id"), {"value": value, "id": case.id}
        )


def next_look(office, case):
    with transaction(office.engine) as tx:
        found = text("SELECT next_action_at FROM cases WHERE id = :id")
        return tx.execute(found, {"id": case.id}).scalar_one()


@pytest.fixture
def three(office):
    return [a_case(office) for _ in range(3)]


@pytest.mark.parametrize("value", ["{", '[{"name": "handle"}]', "null"])
@pytest.mark.parametrize("run", [sweep_on, scheduled_on])
def test_a_row_that_cannot_be_read_stops_nobody(office, three, value, run):
    good, bad, other = three
    raw(office, bad, "clocks", value)
    report = run(office, LATE)
    assert sorted(steps(report)) == [(good.number, "reminder"), (other.number, "reminder")]
    assert [one["case"] for one in report.held] == [bad.number]
    assert run(office, LATE + MINUTE).cases_due == 0


def test_a_dry_run_survives_it_too(office, three):
    raw(office, three[1], "clocks", "{")
    before = row_counts(office)
    told_before = preview(office, as_of=LATE, by=signed(None, LATE))
    assert (row_counts(office), len(told_before.steps), len(told_before.held)) == (before, 2, 1)


@pytest.mark.parametrize("run", [sweep_on, scheduled_on])
def test_a_fault_while_raising_undoes_that_case_and_no_other(office, three, monkeypatch, run):
    good, bad, other = three
    sound = taking.raise_step

    def faulty(desk, case, *rest, **named):
        raised = sound(desk, case, *rest, **named)
        return raised if case.id != bad.id else raised.nothing

    monkeypatch.setattr(taking, "raise_step", faulty)
    report = run(office, LATE)
    assert sorted(steps(report)) == [(good.number, "reminder"), (other.number, "reminder")]
    assert {row.case_id for row in rows(office, Escalation)} == {good.id, other.id}
    reminders = sorted(row.number for row in rows(office, Document) if row.kind == "reminder")
    assert reminders == ["滨督函〔2026〕1号", "滨督函〔2026〕2号"]
    assert verify(office).findings == []


def test_after_three_days_of_failure_a_case_is_set_aside(office, three):
    bad = three[1]
    corrupt(office, bad, lead_unit="nowhere")
    for days in range(3):
        (held,) = scheduled_on(office, LATE + days * DAY).held
        assert held["code"] == "unit_unknown"
    assert stored(office, bad).next_action_at is None
    assert told(office, "case_set_aside") == [{"case": bad.number, "code": "unit_unknown", "failures": 3}]
    assert any(bad.number in message for _, message in doctors(office, LATE.date() + 3 * DAY))
    assert scheduled_on(office, LATE + 4 * DAY).held == []


def test_failures_are_counted_by_the_day(office, three, monkeypatch):
    bad = three[1]
    corrupt(office, bad, lead_unit="nowhere")
    for minutes in range(4):
        raw(office, bad, "next_action_at", "2026-07-01")
        scheduled_on(office, LATE + minutes * MINUTE)
    (row,) = rows(office, SetAside)
    assert (row.failures, row.waits) == (1, False)


def test_a_day_that_goes_well_starts_the_count_anew(office, three, monkeypatch):
    bad, sound = three[1], raising.paper_of
    _make_papers(monkeypatch, _refusing)
    for days in range(2):
        scheduled_on(office, LATE + days * DAY)
    assert {row.failures for row in rows(office, SetAside)} == {2}
    _make_papers(monkeypatch, sound)
    scheduled_on(office, LATE + 2 * DAY)
    assert rows(office, SetAside) == []
    assert stored(office, bad).next_action_at is None or told(office, "case_set_aside") == []


def _make_papers(monkeypatch, by):
    """A paper is made where it is raised, and where several matters share it."""
    for place in (raising, joint):
        monkeypatch.setattr(place, "paper_of", by)


def _refusing(*_, **__):
    raise NotFound("没有。", code="x")


def set_aside(office, case, monkeypatch):
    """A case on which the sweep has failed three days in a row, and would not fail any more."""
    sound = raising.paper_of
    _make_papers(monkeypatch, _refusing)
    for days in range(3):
        scheduled_on(office, LATE + days * DAY)
    _make_papers(monkeypatch, sound)
    assert stored(office, case).next_action_at is None
    return LATE + 3 * DAY


def test_a_person_has_it_tried_again(office, monkeypatch):
    case = a_case(office)
    later = set_aside(office, case, monkeypatch)
    assert verify(office).findings == []
    with pytest.raises(NotPermitted):
        set_asides.retry(office, [case.number], by=signed(LIAISON, later), at=later)
    assert set_asides.retry(office, [case.number], by=signed(OFFICER, later), at=later) == [case.number]
    assert verify(office).findings == []
    assert steps(scheduled_on(office, later + MINUTE)) == [(case.number, "reminder")]
    assert (rows(office, SetAside), told(office, "case_retried")) == ([], [{"case": case.number}])
    with pytest.raises(NotFound):
        set_asides.retry(office, [case.number], by=signed(OFFICER, later), at=later)


def test_all_that_were_set_aside_come_back_at_once(office, monkeypatch):
    several = [a_case(office) for _ in range(3)]
    later = set_aside(office, several[0], monkeypatch)
    assert len(set_asides.retry(office, [], by=signed(OFFICER, later), at=later)) == 3
    assert scheduled_on(office, later + MINUTE).issued == 3


def test_a_command_that_goes_well_brings_it_back(office, monkeypatch):
    case = a_case(office)
    later = set_aside(office, case, monkeypatch)
    give(office, case, "report_progress", LIAISON, later, progress="已修复一半")
    assert rows(office, SetAside) == []
    assert steps(scheduled_on(office, later + MINUTE)) == [(case.number, "reminder")]
    assert verify(office).findings == []


def test_a_row_that_cannot_be_read_is_set_aside_and_brought_back_as_well(office, three):
    bad = three[1]
    kept = next_clocks(office, bad)
    raw(office, bad, "clocks", "{")
    for days in range(3):
        scheduled_on(office, LATE + days * DAY)
    assert next_look(office, bad) is None
    raw(office, bad, "clocks", kept)
    later = LATE + 3 * DAY
    set_asides.retry(office, [bad.number], by=signed(OFFICER, later), at=later)
    assert steps(scheduled_on(office, later + MINUTE)) == [(bad.number, "reminder")]
    assert verify(office).findings == []


def next_clocks(office, case):
    with transaction(office.engine) as tx:
        return tx.execute(text("SELECT clocks FROM cases WHERE id = :id"), {"id": case.id}).scalar_one()


def test_a_fault_of_the_whole_house_sets_no_case_aside(office, three, monkeypatch):
    def changed(*_):
        raise RuleInvalid("日历可能被改动。", code="calendar_changed")

    monkeypatch.setattr(Office, "calendar", changed)
    with pytest.raises(RuleInvalid):
        sweep_on(office, LATE)
    assert rows(office, SetAside) == []


def test_a_case_that_is_refused_halfway_is_left_whole(office, three, monkeypatch):
    """The paper of the case in the middle is entered already when its next step is refused."""
    _, bad, _ = three
    monkeypatch.setattr(taking, "look_again", _refusing_of(bad))
    report = sweep_on(office, LATE)
    assert sorted(one["case"] for one in report.steps) == sorted(one.number for one in (three[0], three[2]))
    assert [(one["case"], one["code"]) for one in report.held] == [(bad.number, "head_missing")]
    assert {row.case_id for row in rows(office, Escalation)} == {three[0].id, three[2].id}
    (paper,) = (row for row in rows(office, Document) if row.kind == "reminder")
    assert (paper.number, json.loads(paper.facts)["matters"]) == ("滨督函〔2026〕1号", 2)
    assert verify(office).findings == []


def test_an_applied_plan_leaves_a_refused_case_whole_as_well(office, three, monkeypatch):
    _, bad, _ = three
    plan = make_plan(office, as_of=LATE, by=signed(None, LATE))
    monkeypatch.setattr(taking, "look_again", _refusing_of(bad))
    done = apply_plan(office, plan, at=LATE, by=signed(None, LATE))
    assert ([one["case"] for one in done.held], len(done.steps)) == ([bad.number], 2)
    assert {row.case_id for row in rows(office, Escalation)} == {three[0].id, three[2].id}
    assert [row.number for row in rows(office, Document) if row.kind == "reminder"] == ["滨督函〔2026〕1号"]
    assert verify(office).findings == []


def _refusing_of(bad):
    def refusing(work, case, raised):
        if case.id == bad.id:
            raise FactMissing("没有主要负责人。", code="head_missing", missing="head")
        return look_again(work, case, raised)

    return refusing
