"""Thirty days without a sweep, then on again: nothing is lost, nothing comes twice, nobody is flooded."""

from datetime import date, timedelta

import pytest

from tests.builders import (
    DIRECTOR,
    LIAISON,
    a_case,
    a_paper_of_proof,
    at,
    give,
    kinds,
    rows,
    signed,
    stored,
    sweep_on,
)
from workflow.services import escalations
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation, OutboxMessage

RAISED = (Escalation, Document, OutboxMessage)
BEGUN, OFF, ON = at(2026, 7, 1), at(2026, 7, 22), at(2026, 8, 21)


def measure(office, case, step):
    found = [row for row in rows(office, Escalation) if (row.case_id, row.step) == (case.id, step)]
    return found[0] if found else None


def act(office, case, step, command, by, *, day, **details):
    id_ = measure(office, case, step).id
    escalations.act(office, id_, command, by=signed(by, day), at=day, **details)


def days(first, last):
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


@pytest.fixture
def switched_off(office):
    """Six matters at six places of the ladder when the last sweep ran on 22 July."""
    due = {
        "reminded": (7, 22),
        "served": (7, 15),
        "passed": (7, 31),
        "asked": (7, 3),
        "ahead": (8, 25),
        "far": (9, 24),
    }
    found = {name: a_case(office, when=BEGUN, due_on=date(2026, *day)) for name, day in due.items()}
    for day in days(at(2026, 7, 2), OFF):
        sweep_on(office, day)
        if day == at(2026, 7, 6):
            act(office, found["asked"], "reminder", "sign", LIAISON, day=day)
        if day == at(2026, 7, 13):
            act(office, found["asked"], "inquiry", "approve", DIRECTOR, day=day, question="为何逾期？")
            act(office, found["asked"], "inquiry", "sign", LIAISON, day=day)
        if day == at(2026, 7, 17):
            act(office, found["served"], "reminder", "sign", LIAISON, day=day)
    return found


def told(report, cases):
    names = {case.number: name for name, case in cases.items()}
    return [(names[step["case"]], step["step"], step["mode"]) for step in report.steps]


def test_each_late_matter_comes_to_its_level_by_one_step_the_longest_waiting_first(office, switched_off):
    report = sweep_on(office, ON)
    assert told(report, switched_off) == [
        ("reminded", "reminder", "automatic"),
        ("served", "inquiry", "on_approval"),
        ("passed", "reminder", "automatic"),
        ("asked", "admonition", "on_approval"),
        ("ahead", "due_soon", "automatic"),
    ]
    assert "此前未发期限提示" in report.steps[2]["reason"]
    assert measure(office, switched_off["asked"], "inquiry").state == "lapsed"
    assert measure(office, switched_off["far"], "due_soon") is None
    assert verify(office).findings == []


def test_what_needs_an_approval_has_neither_number_nor_mail(office, switched_off):
    papers, mails = len(rows(office, Document)), len(rows(office, OutboxMessage))
    report = sweep_on(office, ON)
    assert (report.issued, report.proposed) == (3, 2)
    shared = 1  # the two reminders of the unit go out as one paper
    assert len(rows(office, Document)) == papers + 3 - shared
    assert len(rows(office, OutboxMessage)) == mails + 3 - shared
    waiting = [row for row in rows(office, Escalation) if row.state == "proposed"]
    assert {row.document_id for row in waiting} == {None}


def test_the_sweeps_after_the_first_do_nothing_more_that_day(office, switched_off):
    sweep_on(office, ON)
    before = [rows(office, model) for model in RAISED]
    for hour in (10, 14, 18):
        assert sweep_on(office, at(2026, 8, 21, hour)).steps == []
    assert [rows(office, model) for model in RAISED] == before


def test_a_matter_closed_while_it_was_off_stays_in_peace(office, switched_off):
    closed, proof, day = switched_off["reminded"], [a_paper_of_proof(office)], at(2026, 8, 3)
    give(office, closed, "report_completion", LIAISON, day, result="全部复亮", evidence=proof)
    give(office, closed, "close_out", DIRECTOR, day, verification="均亮", evidence=proof)
    assert "reminded" not in [name for name, _, _ in told(sweep_on(office, ON), switched_off)]
    assert stored(office, closed).next_action_at is None


def test_the_days_after_go_on_as_ever(office, switched_off):
    sweep_on(office, ON)
    act(office, switched_off["reminded"], "reminder", "sign", LIAISON, day=ON)
    seen = {
        day.date(): told(sweep_on(office, day), switched_off)
        for day in days(at(2026, 8, 22), at(2026, 9, 25))
    }
    assert {day: steps for day, steps in seen.items() if steps} == {
        date(2026, 8, 26): [("ahead", "reminder", "automatic")],
        date(2026, 8, 28): [  # they share the paper that was signed for
            ("reminded", "inquiry", "on_approval"),
            ("passed", "inquiry", "on_approval"),
        ],
        date(2026, 9, 21): [("far", "due_soon", "automatic")],
    }
    assert kinds(office, switched_off["passed"]).count("escalation_issued") == 1
    assert verify(office).findings == []
