"""The sweep on real days: what it raises, once, whoever runs it and however late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from states.document_number import parse
from states.errors import FactInvalid
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    PRINCIPAL,
    a_case,
    a_paper_of_proof,
    a_receipt,
    asking,
    at,
    climb,
    give,
    kinds,
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
from workflow.services import cases
from workflow.services.sweep import preview, sweep
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.models import Case, Document, Escalation, Event, NumberSequence, OutboxMessage
from workflow.storage.session import transaction

DUE_SOON, DUE, LATE, INQUIRY_DAY = at(2026, 7, 17), at(2026, 7, 22), at(2026, 7, 23), at(2026, 7, 30)


def steps(report):
    return [(step["case"], step["step"]) for step in report.steps]


def test_a_case_climbs_rung_by_rung_as_the_days_go_by(office):
    case = a_case(office)
    seen = {}
    for ahead in range(45):
        day = at(2026, 7, 1) + timedelta(days=ahead)
        seen |= {day.date(): [step for _, step in steps(sweep_on(office, day))]}
        if day == LATE:
            on_escalation(office, "reminder", "sign", LIAISON, day)
    assert {day: found for day, found in seen.items() if found} == {
        date(2026, 7, 17): ["due_soon"],
        date(2026, 7, 23): ["reminder"],
        date(2026, 7, 30): ["inquiry"],
    }
    assert kinds(office, case)[-4:] == [
        "escalation_issued", "escalation_served", "escalation_proposed", "escalation_lapsed",
    ]  # fmt: skip
    assert verify(office).findings == []


def test_each_case_sleeps_until_its_next_rung(office):
    case = a_case(office)
    wakes = []
    for day in (at(2026, 7, 2), DUE_SOON, LATE, INQUIRY_DAY):
        wakes.append(stored(office, case).next_action_at)
        climb(office, day)
    wakes.append(stored(office, case).next_action_at)
    assert wakes == [
        at(2026, 7, 17, 0),
        at(2026, 7, 17, 0),
        at(2026, 7, 23, 0),
        at(2026, 7, 30, 0),
        at(2026, 7, 31, 0),
    ]


def test_an_automatic_rung_is_entry_row_number_and_mail_at_once(office):
    case = a_case(office)
    sweep_on(office, LATE)
    reminder = raised(office, "reminder")
    (paper,) = (row for row in rows(office, Document) if row.id == reminder.document_id)
    (mail,) = (row for row in rows(office, OutboxMessage) if row.document_id == paper.id)
    assert (reminder.state, reminder.mode, reminder.issued_on) == ("issued", "automatic", LATE.date())
    assert (paper.number, paper.case_id) == ("滨督函〔2026〕1号", case.id)
    assert (mail.state, mail.recipient) == ("queued", "sheng.ningyuan@binhai.example")


def test_sweeping_again_changes_nothing(office):
    a_case(office)
    sweep_on(office, LATE)
    counts, before = row_counts(office), rows(office, Case)
    again = sweep_on(office, LATE)
    assert (again.cases_due, again.steps) == (0, [])
    assert rows(office, Case) == before
    assert row_counts(office) == counts | {"sweep_runs": counts["sweep_runs"] + 1}


def test_a_dry_run_says_the_same_and_writes_nothing(office):
    a_case(office)
    before = [row_counts(office), rows(office, Case), rows(office, NumberSequence)]
    told = preview(office, as_of=LATE, by=signed(None, LATE))
    assert [row_counts(office), rows(office, Case), rows(office, NumberSequence)] == before
    done = sweep_on(office, LATE)
    assert told.as_json() == done.as_json()


def test_two_sweepers_at_once_raise_each_step_once(office):
    a_dozen = [a_case(office) for _ in range(12)]
    start = Barrier(2)

    def run(_):
        start.wait()
        return sweep(office, as_of=LATE, by=signed(None, LATE), batch_size=2)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(run, range(2)))
    done = sorted(step for report in reports for step in steps(report))
    assert done == [(case.number, "reminder") for case in a_dozen]
    assert len(rows(office, Escalation)) == 12
    numbers = sorted(parse(row.number).serial for row in rows(office, Document) if row.kind == "reminder")
    assert numbers == list(range(1, len(numbers) + 1))
    assert verify(office).findings == []


def test_batches_of_any_size_do_the_same(office):
    for _ in range(5):
        a_case(office)
    report = sweep(office, as_of=LATE, by=signed(None, LATE), batch_size=2)
    assert (report.cases_due, report.issued) == (5, 5)
    assert [event.kind for event in rows(office, Event)].count("swept") == 3


def corrupt(office, case, **columns):
    """What no command writes: a row changed behind the services' back."""
    with transaction(office.engine) as tx:
        tx.execute(queries.CASE.update().where(queries.CASE.c.id == case.id).values(columns))


@pytest.mark.parametrize("column", ["lead_unit", "policy", "lifecycle"])
def test_one_corrupt_case_is_held_and_the_others_go_on(office, column):
    good, bad, other = (a_case(office) for _ in range(3))
    corrupt(office, bad, **{column: "nowhere"})
    report = sweep_on(office, LATE)
    assert steps(report) == [(good.number, "reminder"), (other.number, "reminder")]
    (held,) = report.held
    assert held["case"] == bad.number
    assert held["message"]
    assert stored(office, bad).next_action_at == at(2026, 7, 24, 0)


def test_a_held_case_leaves_no_gap_in_the_numbers(office):
    good, bad, other = (a_case(office) for _ in range(3))
    corrupt(office, bad, lead_unit="nowhere")
    sweep_on(office, LATE)
    late_comer = a_case(office)
    sweep_on(office, at(2026, 7, 23, 15))
    numbers = {row.id: row.number for row in rows(office, Document) if row.kind == "reminder"}
    paper = {row.case_id: numbers[row.document_id] for row in rows(office, Escalation)}
    assert [paper[case.id] for case in (good, other, late_comer)] == [
        "滨督函〔2026〕1号",
        "滨督函〔2026〕1号",
        "滨督函〔2026〕2号",
    ]


def test_a_month_of_silence_is_caught_up_with_one_step_that_names_those_passed_over(office):
    case = a_case(office)
    report = sweep_on(office, at(2026, 8, 21))
    assert steps(report) == [(case.number, "reminder")]
    assert "此前未发期限提示" in report.steps[0]["reason"]
    on_escalation(office, "reminder", "sign", LIAISON, at(2026, 8, 21))
    assert stored(office, case).next_action_at == at(2026, 8, 28, 0)


def test_an_extension_moves_the_date_and_arms_the_ladder_anew(office):
    case = a_case(office)
    sweep_on(office, DUE_SOON)
    asking(office, case, DUE, date(2026, 8, 7))
    assert sweep_on(office, LATE).steps == []
    give(office, case, "grant_extension", DIRECTOR, LATE)
    assert [step for _, step in steps(sweep_on(office, at(2026, 8, 4)))] == ["due_soon"]
    assert sorted(row.epoch for row in rows(office, Escalation)) == [1, 2]


def test_nothing_climbs_while_a_case_is_set_aside(office):
    case = a_case(office)
    suspended(office, case, DUE_SOON, date(2026, 9, 1))
    assert sweep_on(office, at(2026, 9, 1)).cases_due == 0


@pytest.mark.parametrize("ending", ["close", "withdraw"])
def test_a_proposal_is_withdrawn_when_its_case_ends(office, ending):
    case = a_case(office)
    climb(office, LATE, INQUIRY_DAY)
    later, proof = at(2026, 7, 31), [a_paper_of_proof(office)]
    if ending == "close":
        give(office, case, "report_completion", LIAISON, later, result="312盏全部复亮", evidence=proof)
        give(office, case, "close_out", DIRECTOR, later, verification="属实", evidence=proof)
    else:
        give(office, case, "withdraw", DIRECTOR, later, reason="重复交办")
    assert raised(office, "inquiry").state == "withdrawn"
    assert kinds(office, case).count("escalation_withdrawn") == 1
    assert raised(office, "reminder").state == "concluded"


def test_a_proposal_is_withdrawn_when_the_date_moves(office):
    stated = {"title": "望海街道路灯", "lead_unit": LEAD, "state": "handling", "origin": "台账第5行"}
    case = cases.create(
        office, "take_over", by=signed(OFFICER), at=OPENED, due_on=DUE.date(), source="来信", **stated
    )
    climb(office, LATE, INQUIRY_DAY)
    sweep_on(office, at(2026, 7, 31))
    moved = {"state": "handling", "origin": "台账第5行", "due_on": date(2026, 9, 30)}
    give(office, case, "restate", OFFICER, at(2026, 7, 31), **moved)
    assert raised(office, "inquiry").state == "withdrawn"
    assert stored(office, case).next_action_at == at(2026, 9, 24, 0)


def test_an_empty_completion_report_does_not_shake_off_an_inquiry(office):
    case = a_case(office)
    climb(office, LATE, INQUIRY_DAY)
    reported, returned = at(2026, 7, 31), at(2026, 8, 3)
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, reported, result="基本完成", evidence=proof)
    with pytest.raises(FactInvalid) as refused:
        on_escalation(office, "inquiry", "approve", DIRECTOR, reported, question="为何逾期？")
    assert refused.value.code == "clock_stands"
    give(office, case, "return_for_rework", OFFICER, returned, reason="抽查均不亮")
    inquiry = on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 8, 10), question="为何虚报？")
    assert inquiry.state == "issued"


def test_the_whole_ladder_up_to_the_paper_for_a_person(office):
    case = a_case(office)
    climb(office, DUE_SOON, LATE, INQUIRY_DAY)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="312盏路灯为何逾期未修复？")
    on_escalation(office, "inquiry", "serve", OFFICER, at(2026, 7, 31), evidence=a_receipt(office))
    sweep_on(office, at(2026, 7, 31))
    assert raised(office, "reminder").state == "lapsed"
    assert stored(office, case).next_action_at == at(2026, 8, 24, 0)
    assert steps(sweep_on(office, at(2026, 8, 24))) == [(case.number, "admonition")]
    ground = {"clause": "第十二条", "facts": "三次催办后仍未整改"}
    admonition = on_escalation(office, "admonition", "approve", PRINCIPAL, at(2026, 8, 25), ground=ground)
    assert (admonition.state, admonition.decided_by) == ("issued", "R001")
    assert [paper["number"] for paper in papers(office, "admonition")] == ["组诫〔2026〕1号"]
    assert verify(office).findings == []
