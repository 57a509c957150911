"""A plan on paper: the same as the sweep's, applied as it was written, and never against changed facts."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from states.errors import FactInvalid
from tests.builders import (
    DIRECTOR,
    LEAD,
    OFFICER,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    on_escalation,
    papers,
    raised,
    row_counts,
    rows,
    signed,
    stored,
    suspended,
    sweep_on,
)
from workflow.errors import FileRefused
from workflow.services.applying import apply_plan
from workflow.services.planning import PlanDocument, make_plan, read_plan
from workflow.services.sweep import preview
from workflow.services.verification import verify
from workflow.storage.models import Escalation

DUE, LATE, NEXT_DAY, INQUIRY_DAY = at(2026, 7, 22), at(2026, 7, 23), at(2026, 7, 24), at(2026, 7, 31)
LAPSE_DAY = at(2026, 8, 3)
RECEIPT = "送达回执"


def planned(office, when=LATE):
    return make_plan(office, as_of=when, by=signed(None, when))


def applied(office, plan, when=LATE):
    return apply_plan(office, plan, at=when, by=signed(None, when))


def served(office, when=NEXT_DAY):
    proof = [a_paper_of_proof(office, RECEIPT)]
    return on_escalation(office, "reminder", "serve", OFFICER, when, served_on=when.date(), evidence=proof)


def test_a_plan_is_what_the_dry_run_says_and_writes_nothing(office):
    a_case(office)
    before = row_counts(office)
    plan, told = planned(office), preview(office, as_of=LATE, by=signed(None, LATE))
    names = ("case", "step", "clock", "epoch", "mode", "document", "reason")
    assert [{name: one[name] for name in names} for one in plan.as_json()["steps"]] == told.steps
    assert row_counts(office) == before


def test_a_plan_says_of_each_step_to_whom_and_on_which_facts(office):
    case = a_case(office)
    (step,) = planned(office).as_json()["steps"]
    assert (step["case"], step["label"], step["addressee"]) == (case.number, "提醒", LEAD)
    assert step["basis"] == {
        "clock": "handle",
        "epoch": 1,
        "due_on": "2026-07-22",
        "raised": "无",
        "before": None,
        "mode": "automatic",
        "reached_on": "2026-07-23",
    }


def test_a_plan_in_a_file_comes_back_as_it_was(office, tmp_path):
    a_case(office)
    (tmp_path / "计划.json").write_text(json.dumps(planned(office).as_json()), encoding="utf-8")
    assert read_plan(tmp_path / "计划.json") == planned(office)


@pytest.mark.parametrize("name", ["addressee", "step", "case"])
def test_a_plan_edited_by_hand_is_refused(office, tmp_path, name):
    a_case(office)
    document = planned(office).as_json()
    document["steps"][0][name] = "滨督2026-002"
    (tmp_path / "计划.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_plan(tmp_path / "计划.json")
    assert refused.value.code == "plan_changed"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": "x"}', "[" * 100_000, "\udcff"])
def test_what_is_no_plan_is_refused(tmp_path, content):
    refuse(tmp_path, content)


@pytest.mark.parametrize("value", ["NaN", '"\\ud800"', "1e400", "[" * 900 + "]" * 900])
def test_a_plan_nothing_can_be_counted_over_is_refused(office, tmp_path, value):
    document = {**planned(office).as_json(), "held": [{"facts": "值"}]}
    text = json.dumps(document, ensure_ascii=False).replace('"值"', value)
    refuse(tmp_path, text, "plan_unreadable", "plan_changed")


def refuse(tmp_path, content, *codes):
    (tmp_path / "计划.json").write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(FileRefused) as refused:
        read_plan(tmp_path / "计划.json")
    assert refused.value.code in (codes or ("plan_unreadable",))


def test_a_plan_is_applied_exactly_and_dated_when_it_is_applied(office):
    case = a_case(office)
    plan, late_comer = planned(office), a_case(office)
    done = applied(office, plan, NEXT_DAY)
    assert [(one["case"], one["step"]) for one in done.steps] == [(case.number, "reminder")]
    assert [row.case_id for row in rows(office, Escalation)] == [case.id] != [late_comer.id]
    assert [paper["date"] for paper in papers(office, "reminder")] == ["2026-07-24"]
    assert verify(office).findings == []


def test_applying_a_plan_twice_applies_it_once(office):
    a_case(office)
    plan = planned(office)
    applied(office, plan)
    counts = row_counts(office)
    again = applied(office, plan)
    assert (again.steps, again.refused, again.done) == ([], [], True)
    assert again.already[0]["message"] == "“提醒”已办过（已发出），不重复办理。"
    assert row_counts(office) == counts


def test_a_step_planned_twice_is_taken_once(office):
    a_case(office)
    plan = planned(office)
    twice = plan.model_copy(update={"steps": plan.steps * 2})
    assert len(applied(office, twice).steps) == 1


def test_a_moved_date_makes_a_step_stale_and_the_others_go_on(office):
    case, other = a_case(office), a_case(office)
    plan = planned(office)
    asking(office, case, DUE, date(2026, 8, 7))
    give(office, case, "grant_extension", DIRECTOR, DUE)
    done = applied(office, plan)
    assert [one["case"] for one in done.steps] == [other.number]
    (refused,) = done.refused
    assert refused["facts"] == {"epoch": ["第1次", "第2次"], "due_on": ["2026-07-22", "2026-08-07"]}
    assert "期限原为2026-07-22，现为2026-08-07" in refused["message"]


def test_a_matter_that_has_ended_since_is_left_alone(office):
    case = a_case(office)
    plan = planned(office)
    give(office, case, "withdraw", DIRECTOR, LATE, reason="重复交办")
    done = applied(office, plan)
    assert (done.steps, done.done) == ([], False)
    assert "计时环节原为办结，现为已停止计时" in done.refused[0]["message"]


def test_a_request_for_more_time_since_leaves_nothing_to_take(office):
    case = a_case(office)
    plan = planned(office, LATE)
    asking(office, case, DUE, date(2026, 8, 7))
    (refused,) = applied(office, plan).refused
    assert "应采取的措施原为此项，现为无" in refused["message"]
    assert stored(office, case).facts.extension_to is not None


def test_a_plan_of_a_day_to_come_waits_for_it(office):
    a_case(office)
    with pytest.raises(FactInvalid) as refused:
        applied(office, planned(office, LATE), DUE)
    assert refused.value.code == "plan_ahead"


def test_a_proposal_and_a_lapse_are_planned_and_applied_too(office):
    a_case(office)
    sweep_on(office, LATE)
    served(office)
    plan = planned(office, LAPSE_DAY)
    assert [(one.step, one.mode, one.basis.before.state) for one in plan.steps] == [
        ("inquiry", "on_approval", "served")
    ]
    done = applied(office, plan, LAPSE_DAY)
    lapse = [one.step for one in plan.lapses]
    assert [one["step"] for one in done.lapses] == lapse == ["reminder"]
    assert (raised(office, "inquiry").state, raised(office, "reminder").state) == ("proposed", "lapsed")
    assert applied(office, plan, LAPSE_DAY).steps == []
    assert verify(office).findings == []


def test_a_reply_term_moved_by_a_suspension_lapses_on_its_new_day(office):
    case = a_case(office)
    sweep_on(office, LATE)
    served(office)
    sweep_on(office, INQUIRY_DAY)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="为何逾期？")
    proof = [a_paper_of_proof(office, RECEIPT)]
    on_escalation(office, "inquiry", "serve", OFFICER, INQUIRY_DAY, evidence=proof)
    sweep_on(office, LAPSE_DAY)
    suspended(office, case, at(2026, 8, 4), date(2026, 8, 20))
    give(office, case, "resume", DIRECTOR, at(2026, 8, 10), reason="改造完成")
    plan = planned(office, at(2026, 9, 10))
    assert [one.basis.reply_due_on for one in plan.lapses] == ["2026-08-27"]
    done = applied(office, plan, at(2026, 9, 10))
    assert [one["step"] for one in (*done.lapses, *done.steps)] == ["inquiry", "admonition"]


def test_two_hands_applying_one_plan_take_each_step_once(office):
    cases = [a_case(office) for _ in range(8)]
    plan, start = planned(office), Barrier(2)

    def run(_):
        start.wait()
        return apply_plan(office, plan, at=LATE, by=signed(None, LATE), batch_size=3)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(run, range(2)))
    assert sorted(one["case"] for report in reports for one in report.steps) == [one.number for one in cases]
    assert sum(len(report.already) for report in reports) == len(cases)
    assert verify(office).findings == []


def test_a_matter_nobody_knows_here_is_told_of(office):
    a_case(office)
    plan = planned(office)
    foreign = plan.steps[0].model_copy(update={"case": "外督2026-009"})
    done = applied(office, PlanDocument(**{**dict(plan), "steps": (foreign,)}))
    assert (done.held[0]["code"], done.done) == ("case_unknown", False)
