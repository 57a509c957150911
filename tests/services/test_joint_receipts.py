"""A paper of several matters: received once, answered for each of them, and void with the last."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import permutations
from threading import Barrier

import pytest
from sqlalchemy import update

from states.errors import FactInvalid
from tests.auditing import report_of
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    TITLE,
    a_receipt,
    at,
    give,
    late_cases,
    opened_again,
    papers,
    rows,
    signed,
    stored,
    sweep_on,
)
from tests.mailing import send
from tests.postbox import open_postbox
from tests.unguarded import take_guards_away
from workflow.services import escalations, timeline
from workflow.services.documents import numbering, showing
from workflow.services.duties import owed
from workflow.services.outbox import by_hand
from workflow.services.register import show
from workflow.services.rendering import render_to
from workflow.services.verification import verify
from workflow.storage.models import Escalation, OutboxMessage
from workflow.storage.paper_models import PaperLife
from workflow.storage.papers import LIFE
from workflow.storage.session import transaction

LATE, LATER = at(2026, 7, 23), at(2026, 7, 24)
PAPER = "滨督函〔2026〕1号"
RENAMED = {"field": "title", "old": TITLE, "new": "路灯修复", "reason": "名称有误"}


def withdrawn(office, measure, when=LATE):
    return escalations.act(
        office, measure.id, "withdraw", by=signed(DIRECTOR, when), at=when, reason="期限登记有误"
    )


def life(office):
    (row,) = (row for row in rows(office, PaperLife) if row.kind == "reminder")
    return row


def test_serving_it_for_one_matter_serves_it_for_all(office):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    first = rows(office, Escalation)[0]
    done = escalations.act(
        office,
        first.id,
        "serve",
        by=signed(OFFICER, LATE),
        at=LATE,
        service="hand",
        evidence=a_receipt(office),
    )
    measures = rows(office, Escalation)
    assert {(row.state, row.served_on, row.reply_due_on) for row in measures} == {
        ("served", LATE.date(), date(2026, 7, 30))
    }
    assert sorted([done["case"], *done["also"]]) == sorted(case.number for case in cases)
    assert verify(office).findings == []


@pytest.mark.mail
def test_a_mail_of_it_that_did_not_get_there_is_a_duty_on_every_matter(office):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    with open_postbox(office, *["554 5.7.1 no"] * 9) as (home, _):
        send(home, LATE)
    assert undelivered(office) == sorted(case.number for case in cases)
    give(office, cases[-1], "withdraw", DIRECTOR, LATE, reason="并案办理")
    assert undelivered(office) == sorted(case.number for case in cases)
    for message in rows(office, OutboxMessage):
        by_hand.cancel(office, message.id, by=signed(OFFICER, LATE), at=LATE, reason="已电话告知")
    assert undelivered(office) == []


def undelivered(office):
    """The matters on which the officer owes a look at mails that did not get there."""
    mine = [one for one in owed(office, day=LATE.date()).lists if one.addressee.name == OFFICER]
    return sorted(duty.number for one in mine for duty in one.duties if duty.kind == "undelivered")


def test_a_liaison_signs_once(office):
    late_cases(office, 3)
    sweep_on(office, LATE)
    last = rows(office, Escalation)[-1]
    escalations.act(office, last.id, "sign", by=signed(LIAISON, LATE), at=LATE)
    assert {row.state for row in rows(office, Escalation)} == {"served"}


def test_each_matter_is_answered_for_itself(office):
    late_cases(office, 2)
    sweep_on(office, LATE)
    one, other = rows(office, Escalation)
    escalations.act(office, one.id, "sign", by=signed(LIAISON, LATE), at=LATE)
    escalations.act(office, one.id, "answer", by=signed(OFFICER, LATE), at=LATE, reply="已复电")
    states = {row.id: row.state for row in rows(office, Escalation)}
    assert states == {one.id: "answered", other.id: "served"}


def test_a_measure_withdrawn_leaves_the_paper_to_the_others(office):
    late_cases(office, 3)
    sweep_on(office, LATE)
    one, *others = rows(office, Escalation)
    done = escalations.act(office, one.id, "withdraw", by=signed(DIRECTOR, LATE), at=LATE, reason="列错")
    assert done["paper_stands_for"] == 2
    escalations.act(office, others[0].id, "sign", by=signed(LIAISON, LATE), at=LATE)
    assert sorted(row.state for row in rows(office, Escalation)) == ["served", "served", "withdrawn"]
    assert verify(office).findings == []


def test_a_fact_a_joint_paper_states_is_not_corrected_under_it(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    with pytest.raises(FactInvalid) as refusal:
        give(office, cases[1], "correct", DIRECTOR, LATE, **RENAMED)
    assert refusal.value.code == "correction_breaks_document"
    assert "对所列其余1项继续有效" in refusal.value.message
    measure = next(row for row in rows(office, Escalation) if row.case_id == cases[1].id)
    assert refusal.value.facts["measures"] == [measure.id]


def test_withdrawn_on_one_matter_its_fact_may_be_corrected(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    measure = next(row for row in rows(office, Escalation) if row.case_id == cases[1].id)
    escalations.act(office, measure.id, "withdraw", by=signed(DIRECTOR, LATE), at=LATE, reason="名称有误")
    give(office, cases[1], "correct", DIRECTOR, LATE, **RENAMED)
    assert stored(office, cases[1]).facts.title == "路灯修复"
    (paper,) = papers(office, "reminder")
    assert [item["title"] for item in paper["items"]] == [case.facts.title for case in cases]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_with_the_last_of_its_measures_it_is_void_and_not_before(office, order):
    late_cases(office, 3)
    sweep_on(office, LATE)
    measures = rows(office, Escalation)
    for place in order[:2]:
        assert "paper_voided" not in withdrawn(office, measures[place])
        assert life(office).state == "issued"
    assert withdrawn(office, measures[order[2]])["paper_voided"] == PAPER
    assert (life(office).state, life(office).voided_on) == ("voided", LATE.date())
    assert verify(office).findings == []


def test_a_void_joint_paper_is_void_in_every_matter_and_in_the_register_of_numbers(office, tmp_path):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    for measure in rows(office, Escalation):
        withdrawn(office, measure)
    for case in cases:
        (paper,) = show(office, case.number, today=LATE)["documents"]
        out = render_to(office, case.number, "reminder", tmp_path / "x.txt", by=signed(None, LATE), at=LATE)
        assert (paper["state"], out["void"]) == ("voided", True)
        last = [entry["kind"] for entry in timeline.history(office, case.number)][-2:]
        assert last == ["document_dropped", "mail_cancelled"]
    (told,) = (one for one in numbering.register(office)["numbers"] if one["number"] == PAPER)
    assert told["void_reason"] == showing.show(office, PAPER, at=LATE)["void_reason"]
    assert told["void_reason"] == "所列各项事项的督办措施均已撤回"
    assert report_of(office).sections["deviations"] == []


def test_what_was_known_of_it_by_then_is_told_alike_in_every_matter(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    for measure in rows(office, Escalation):
        withdrawn(office, measure, LATER)
    states = [
        show(office, case.number, today=LATER, as_of=when)["documents"][0]["state"]
        for case in cases
        for when in (LATE, LATER)
    ]
    assert states == ["issued", "voided"] * 2


def test_for_a_measure_that_was_concluded_it_still_stands(office):
    late_cases(office, 2)
    sweep_on(office, LATE)
    one, other = rows(office, Escalation)
    escalations.act(office, one.id, "conclude", by=signed(OFFICER, LATE), at=LATE, reason="已口头答复")
    assert withdrawn(office, other)["paper_stands_for"] == 1
    assert life(office).state == "issued"
    assert verify(office).findings == []


def test_whoever_withdraws_the_last_two_at_once_leaves_it_void_once(office):
    late_cases(office, 2)
    sweep_on(office, LATE)
    start = Barrier(2)

    def withdraw(measure):
        with opened_again(office) as again:
            start.wait()
            return withdrawn(again, measure).get("paper_voided")

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(withdraw, rows(office, Escalation)), key=str)
    assert told == [None, PAPER]
    assert life(office).state == "voided"
    assert verify(office).findings == []


def test_a_void_joint_paper_put_back_in_force_is_found(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    for measure in rows(office, Escalation):
        withdrawn(office, measure)
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        tx.execute(update(LIFE).where(LIFE.c.kind == "reminder").values(state="issued", voided_on=None))
    assert [(one["code"], one["case"]) for one in verify(office).findings] == [
        ("life_changed", cases[0].number)
    ]
