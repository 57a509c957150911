"""Who lets a paper out, who may not, and where it goes."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import insert, update

from states.errors import NotPermitted, Refusal, TransitionRefused
from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    HANDLERS,
    LEAD,
    LEADER,
    LIAISON,
    LIAISON_MAIL,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_receipt,
    at,
    history,
    kinds,
    on_escalation,
    papers,
    raised,
    rows,
    signed,
    stored,
    sweep_on,
)
from tests.stories import a_case_to_admonish, a_case_to_ask
from workflow.services import escalations
from workflow.services.approving import approve_all
from workflow.storage import queries
from workflow.storage.directory_models import RoleGrant
from workflow.storage.models import Document, Escalation, OutboxMessage
from workflow.storage.session import transaction

REMINDER_DAY, INQUIRY_DAY, SERVED, LAPSED = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31), at(2026, 8, 24)
QUESTION = "312盏路灯为何逾期未修复？"
ENOUGH = {"reply": "灯具已到货，下周完成", "judgement": "sufficient"}
TOO_LITTLE = {"reply": "正在办理", "judgement": "insufficient", "reason": "未说明逾期原因"}
GROUND = {"clause": "《督查工作规定》第十二条", "facts": "三次催办后仍未整改"}


@pytest.fixture
def case(office):
    """A case whose inquiry has been put before its approver."""
    return a_case_to_ask(office)


@pytest.fixture
def lapsed(office):
    """One whose inquiry was served and whose reply lapsed: an admonition is proposed."""
    return a_case_to_admonish(office)


def mails_of(office, escalation):
    return sorted(
        row.recipient for row in rows(office, OutboxMessage) if row.document_id == escalation.document_id
    )


def test_a_proposal_has_neither_number_nor_mail(office, case):
    inquiry = raised(office, "inquiry")
    assert (inquiry.state, inquiry.document_id, inquiry.issued_on) == ("proposed", None, None)
    assert papers(office, "inquiry") == []
    assert kinds(office, case)[-1] == "escalation_proposed"


@pytest.mark.parametrize("approver", [DIRECTOR, LEADER])
def test_an_approval_numbers_the_paper_and_posts_it(office, case, approver):
    inquiry = on_escalation(office, "inquiry", "approve", approver, INQUIRY_DAY, question=QUESTION)
    (paper,) = papers(office, "inquiry")
    assert (inquiry.state, inquiry.issued_on) == ("issued", date(2026, 7, 30))
    assert (paper["number"], paper["question"]) == ("滨督询〔2026〕1号", QUESTION)
    assert (paper["approved_by"], paper["approved_on"]) == (approver, "2026-07-30")
    assert mails_of(office, inquiry) == [LIAISON_MAIL]


def test_the_entry_of_an_approval_names_approver_and_number(office, case):
    inquiry = on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question=QUESTION)
    decided, last = history(office, case)[-2:]
    told = json.loads(last.payload)["details"]
    assert (decided.kind, decided.actor, decided.actor_kind) == ("escalation_approved", "R010", "human")
    assert (last.kind, last.actor_kind) == ("escalation_issued", "system")
    assert (told["escalation"], told["document_number"]) == (inquiry.id, "滨督询〔2026〕1号")
    assert QUESTION not in decided.payload + last.payload


def test_a_rejected_proposal_sends_nothing_and_ends_the_climb(office, case):
    inquiry = on_escalation(office, "inquiry", "reject", LEADER, INQUIRY_DAY, reason="已当面说明")
    assert (inquiry.state, inquiry.decided_by, inquiry.document_id) == ("rejected", "R006", None)
    assert sweep_on(office, at(2026, 7, 31)).steps == []
    assert stored(office, case).next_action_at is None


@pytest.mark.parametrize("person", [OFFICER, CLERK, AUDITOR, UNIT_HEAD])
def test_only_its_approvers_let_an_inquiry_out(office, case, person):
    with pytest.raises(NotPermitted):
        on_escalation(office, "inquiry", "approve", person, INQUIRY_DAY, question=QUESTION)


@pytest.mark.parametrize("person", [DIRECTOR, LEADER, OFFICER, "颜秉文"])
def test_only_the_principal_lets_an_admonition_out(office, lapsed, person):
    with pytest.raises(NotPermitted):
        on_escalation(office, "admonition", "approve", person, LAPSED, ground=GROUND)


def test_nobody_decides_on_a_paper_about_himself(office, lapsed):
    grant = {"person": "BH212-H", "role": "principal", "unit": ""}
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(RoleGrant)).values(grant))
    assert raised(office, "admonition").object_person == UNIT_HEAD
    for command, details in (("approve", {"ground": GROUND}), ("reject", {"reason": "不必"})):
        with pytest.raises(NotPermitted) as refused:
            on_escalation(office, "admonition", command, UNIT_HEAD, LAPSED, **details)
        assert refused.value.code == "recusal"


def test_a_served_inquiry_lapses_and_an_admonition_is_put_before_the_principal(office, lapsed):
    inquiry, admonition = raised(office, "inquiry"), raised(office, "admonition")
    assert (inquiry.served_on, inquiry.reply_due_on) == (date(2026, 7, 31), date(2026, 8, 21))
    assert (admonition.state, admonition.mode, admonition.raised_on) == (
        "proposed",
        "on_approval",
        LAPSED.date(),
    )


def test_an_admonition_goes_to_the_handlers_and_to_nobody_else(office, lapsed):
    admonition = on_escalation(office, "admonition", "approve", PRINCIPAL, LAPSED, ground=GROUND)
    (paper,) = papers(office, "admonition")
    assert mails_of(office, admonition) == sorted(HANDLERS)
    assert paper["addressee"] == f"{UNIT_HEAD}同志"
    assert paper["person"] == {"name": UNIT_HEAD, "post": "局长", "unit": "市城市管理局"}
    assert (paper["ground"], paper["approved_by"]) == (GROUND, PRINCIPAL)


def test_a_sufficient_reply_ends_the_climb(office, case):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question=QUESTION)
    on_escalation(office, "inquiry", "serve", OFFICER, SERVED, evidence=a_receipt(office))
    on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 10), **ENOUGH)
    assert sweep_on(office, at(2026, 12, 1)).steps == []


def test_an_insufficient_reply_wakes_the_sweep_the_next_working_day(office, case):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question=QUESTION)
    on_escalation(office, "inquiry", "serve", OFFICER, SERVED, evidence=a_receipt(office))
    on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 7), **TOO_LITTLE)
    sweep_on(office, at(2026, 8, 7))
    assert stored(office, case).next_action_at == at(2026, 8, 10, 0)
    assert [step["step"] for step in sweep_on(office, at(2026, 8, 10)).steps] == ["admonition"]


def test_two_approvals_at_once_issue_one_paper(office, case):
    inquiry = raised(office, "inquiry").id

    def approve(person):
        try:
            return escalations.act(
                office, inquiry, "approve", by=signed(person), at=INQUIRY_DAY, question=QUESTION
            )
        except TransitionRefused as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(approve, [DIRECTOR, LEADER]))
    assert [isinstance(answer, TransitionRefused) for answer in answers].count(True) == 1
    assert len(papers(office, "inquiry")) == 1


def test_an_approval_and_a_command_on_its_case_never_lock_each_other_out(office, case):
    """Both take the case first; the other way round PostgreSQL would end one of them as a deadlock."""
    inquiry, table = raised(office, "inquiry").id, queries.table(Escalation)
    given = {"by": signed(DIRECTOR), "at": INQUIRY_DAY, "question": QUESTION}
    with ThreadPoolExecutor(1) as pool:
        with transaction(office.engine) as tx:
            queries.cases_for_update(tx, [case.number])
            approval = pool.submit(escalations.act, office, inquiry, "approve", **given)
            with pytest.raises(TimeoutError):
                approval.result(timeout=0.5)
            tx.execute(update(table).where(table.c.id == inquiry).values(reason="改期"))
        assert approval.result()["state"] == "issued"


def test_numbers_follow_one_another_in_each_series(office):
    for unit in (LEAD, "市住房城乡建设局", "市农业农村局"):
        a_case(office, "assigned", lead_unit=unit)
    for day in (at(2026, 7, 17), REMINDER_DAY):
        sweep_on(office, day)
    by_series = {}
    numbered = (row for row in rows(office, Document) if row.number is not None)
    for row in sorted(numbered, key=lambda row: row.issued_at):
        series, _, serial = row.number.partition("〔2026〕")
        by_series.setdefault(series, []).append(int(serial.removesuffix("号")))
    assert {series: sorted(found) for series, found in by_series.items()} == {
        "滨督交": [1, 2, 3],
        "滨督函": [1, 2, 3],
    }


def test_an_escalation_may_be_named_by_the_beginning_of_its_id(office):
    a_case(office)
    sweep_on(office, REMINDER_DAY)
    when = at(2026, 7, 31, 9)
    issued, given = raised(office, "reminder"), {"by": signed(LIAISON, when), "at": when}
    served = escalations.act(office, issued.id[:8], "sign", **given)
    assert (served["escalation"], served["state"]) == (issued.id, "served")
    with pytest.raises(Refusal):
        escalations.act(office, issued.id[:3], "sign", **given)


def test_two_measures_of_one_matter_are_not_approved_in_one_act(office, case):
    both = [raised(office, step).id for step in ("inquiry", "reminder")]
    with pytest.raises(Refusal) as refusal:
        approve_all(office, both, by=signed(DIRECTOR, INQUIRY_DAY), at=INQUIRY_DAY, question=QUESTION)
    assert refusal.value.code == "bulk_same_case"
    assert raised(office, "inquiry").state == "proposed"
