"""Who owes what on a day, as the desk tells it: holders, deputies, recusals, mailboxes, nobody by name."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import delete, event, insert, update

from states.duties import Duty, DutyKind, Whose
from tests.builders import (
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    LIAISON_MAIL,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    raised,
    suspended,
    sweep_on,
)
from tests.stories import a_case_to_admonish, a_case_to_ask
from workflow.errors import NotFound
from workflow.services.addressees import Addressee
from workflow.services.duties import TodoList, owed
from workflow.storage import queries
from workflow.storage.directory_models import Deputy, RoleGrant
from workflow.storage.models import Recusal
from workflow.storage.scheduler_models import SetAside
from workflow.storage.session import transaction

REMINDED, INQUIRED, SERVED, LAPSED = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31), at(2026, 8, 24)
QUESTION = "312盏路灯为何逾期未修复？"
GROUND = {"clause": "《督查工作规定》第十二条", "facts": "三次催办后仍未整改"}
HANDLER = "颜秉文"


def labels(office, person, day):
    """What one person owes, worst first."""
    (mine,) = owed(office, day=day, person=person).lists
    return [duty.label for duty in mine.duties]


def served(office, step, when):
    return on_escalation(office, step, "serve", CLERK, when, evidence=[a_paper_of_proof(office, "回执")])


def write(office, statement):
    with transaction(office.engine) as tx:
        tx.execute(statement)


def deputise(office, person, deputy, *days):
    named = {"id": "1" * 32, "person": person, "deputy": deputy, "role": "director", "unit": ""}
    row = {**named, "valid_from": days[0], "valid_to": days[1], "appointed_by": person}
    write(office, insert(queries.table(Deputy)).values(row))


@pytest.fixture
def inquired(office):
    """A late matter whose inquiry waits for its approver."""
    return a_case_to_ask(office)


@pytest.fixture
def admonished(office):
    """One whose reply lapsed: a measure for a person waits for the principal."""
    return a_case_to_admonish(office)


def test_a_matter_handed_out_is_its_liaison_s_to_sign_for(office):
    a_case(office, "assigned")
    found = owed(office, day=date(2026, 7, 1))
    assert [(one.addressee.name, one.addressee.email) for one in found.lists] == [(LIAISON, LIAISON_MAIL)]
    assert [duty.label for duty in found.lists[0].duties] == ["待签收"]


def test_every_step_of_a_matter_is_on_somebody_s_list(office):
    for state in ("registered", "verifying"):
        a_case(office, state)
    a_draft(office)
    assert labels(office, LIAISON, date(2026, 7, 2)) == ["待报方案"]
    assert labels(office, OFFICER, date(2026, 7, 2)) == ["待核查"]
    assert sorted(labels(office, DIRECTOR, date(2026, 7, 2))) == ["待交办", "待核查"]


def test_what_is_late_comes_first_and_the_rest_by_its_day(office):
    for due_on in (date(2026, 7, 24), date(2026, 7, 20), date(2026, 7, 22)):
        a_case(office, "handling", due_on=due_on)
    (mine,) = owed(office, day=date(2026, 7, 23), person=LIAISON).lists
    assert [duty.due_on.day for duty in mine.duties] == [20, 22, 24]
    assert [(duty.overdue, duty.working_days_late) for duty in mine.duties] == [
        (True, 3), (True, 1), (False, 0),
    ]  # fmt: skip
    assert (mine.count, mine.overdue) == (3, 2)


def test_a_matter_sent_back_is_owed_under_any_light(office):
    case = a_case(office, "verifying")
    assert labels(office, LIAISON, date(2026, 7, 1)) == []
    give(office, case, "return_for_rework", OFFICER, reason="抽查仍有9盏不亮")
    assert labels(office, LIAISON, date(2026, 7, 1)) == ["待重办"]


def test_a_request_for_more_time_lies_with_one_hand_after_another(office):
    case, day = a_case(office), date(2026, 7, 2)
    when = at(2026, 7, 2)
    give(office, case, "request_extension", LIAISON, when, due_on=date(2026, 8, 5), reason="到货推迟")
    assert labels(office, UNIT_HEAD, day) == ["待同意延期申请"]
    assert labels(office, LIAISON, day) == ["待同意延期申请"]  # the head has no address of his own
    give(office, case, "consent_extension", UNIT_HEAD, when)
    assert labels(office, OFFICER, day) == ["待审核延期"]
    give(office, case, "review_extension", OFFICER, when, opinion="属实")
    assert (labels(office, OFFICER, day), labels(office, DIRECTOR, day)) == ([], ["待审批延期"])


def test_a_matter_set_aside_until_a_day_comes_back_on_that_day(office):
    suspended(office, a_case(office), at(2026, 7, 2), date(2026, 7, 20))
    assert labels(office, DIRECTOR, date(2026, 7, 19)) == []
    assert labels(office, DIRECTOR, date(2026, 7, 20)) == ["待复查"]
    (mine,) = owed(office, day=date(2026, 7, 22), person=DIRECTOR).lists
    assert mine.overdue == 1


def test_a_paper_nobody_signed_for_becomes_the_clerk_s_to_serve(office):
    a_case(office)
    sweep_on(office, REMINDED)
    assert "待签收文书（提醒）" in labels(office, LIAISON, date(2026, 7, 23))
    assert "待回复（提醒）" not in labels(office, LIAISON, date(2026, 7, 23))
    assert labels(office, CLERK, date(2026, 7, 24)) == []
    assert labels(office, CLERK, date(2026, 7, 27)) == ["待登记送达（提醒）"]
    served(office, "reminder", at(2026, 7, 27))
    assert "待回复（提醒）" in labels(office, LIAISON, date(2026, 7, 27))
    assert labels(office, CLERK, date(2026, 7, 28)) == []


def test_a_reply_is_judged_by_its_day(office, inquired):
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRED, question=QUESTION)
    served(office, "inquiry", SERVED)
    assert "待回复（函询）" in labels(office, LIAISON, date(2026, 8, 3))
    on_escalation(office, "inquiry", "answer", CLERK, at(2026, 8, 3), reply="灯具到货推迟")
    assert "待回复（函询）" not in labels(office, LIAISON, date(2026, 8, 3))
    (mine,) = owed(office, day=date(2026, 8, 3), person=OFFICER).lists
    assert [(duty.label, duty.due_on) for duty in mine.duties] == [("待审核回复（函询）", date(2026, 8, 10))]


def test_a_proposal_waits_for_everybody_who_may_decide(office, inquired):
    for person in (DIRECTOR, LEADER):
        assert labels(office, person, date(2026, 7, 30)) == ["待审批（函询）"]
    assert labels(office, PRINCIPAL, date(2026, 7, 30)) == ["待审批（函询）"]  # a leader as well
    assert labels(office, OFFICER, date(2026, 7, 30)) == ["待拟稿（函询）"]
    on_escalation(office, "inquiry", "draft", OFFICER, INQUIRED, question=QUESTION)
    assert labels(office, OFFICER, date(2026, 7, 30)) == []


def test_a_snoozed_proposal_is_quiet_until_its_day_and_no_date_moves(office, inquired):
    before = raised(office, "inquiry")
    until = date(2026, 8, 6)
    after = on_escalation(office, "inquiry", "snooze", DIRECTOR, INQUIRED, until=until, reason="先行面谈")
    assert labels(office, DIRECTOR, date(2026, 8, 5)) == []
    assert labels(office, DIRECTOR, until) == ["待审批（函询）"]
    assert (after.due_on, after.reached_on, after.state) == (before.due_on, before.reached_on, "proposed")


def test_a_deputy_is_told_for_whom_he_stands_in_and_only_in_his_days(office, inquired):
    deputise(office, "R010", "R011", date(2026, 8, 3), date(2026, 8, 7))
    (mine,) = owed(office, day=date(2026, 8, 3), person=OFFICER).lists
    told = [(duty.label, duty.acting_for) for duty in mine.duties]
    assert sorted(told, key=str) == [("待审批（函询）", DIRECTOR), ("待拟稿（函询）", None)]
    assert labels(office, OFFICER, date(2026, 8, 10)) == ["待拟稿（函询）"]


def test_whoever_stands_back_is_not_asked(office, inquired):
    row = {"escalation_id": raised(office, "inquiry").id, "person": "R010", "declared_on": date(2026, 7, 30)}
    write(office, insert(queries.table(Recusal)).values(row))
    assert labels(office, DIRECTOR, date(2026, 7, 30)) == []
    assert labels(office, LEADER, date(2026, 7, 30)) == ["待审批（函询）"]


def test_a_proposal_nobody_may_decide_on_is_the_director_s_to_arrange(office, inquired):
    grants = queries.table(RoleGrant)
    escalation, held = raised(office, "inquiry").id, grants.c.role.in_(("director", "leader"))
    with transaction(office.engine) as tx:
        people = set(tx.execute(queries.select(grants.c.person).where(held)).scalars())
        rows = [
            {"escalation_id": escalation, "person": one, "declared_on": INQUIRED.date()} for one in people
        ]
        tx.execute(insert(queries.table(Recusal)), rows)
    assert labels(office, DIRECTOR, date(2026, 7, 30)) == ["待确定审批人（函询）"]


def test_what_concerns_a_person_is_counted_and_never_named(office, admonished):
    found = owed(office, day=date(2026, 8, 24))
    private = {one.addressee.name: one for one in found.lists if one.private}
    assert set(private) == {PRINCIPAL, HANDLER, "童晓棠"}
    mine = private[PRINCIPAL]
    assert (mine.count, mine.private, mine.duties, mine.more) == (1, 1, (), 0)


def test_the_handlers_deliver_call_for_and_review_a_measure(office, admonished):
    def counts(day):
        return [one.private for one in owed(office, day=day, person=HANDLER).lists]

    on_escalation(office, "admonition", "approve", PRINCIPAL, LAPSED, ground=GROUND)
    assert counts(date(2026, 8, 24)) == [1]
    proof = [a_paper_of_proof(office, "回执")]
    on_escalation(office, "admonition", "serve", HANDLER, at(2026, 8, 25), evidence=proof)
    assert counts(date(2026, 8, 26)) == [1]
    on_escalation(office, "admonition", "answer", HANDLER, at(2026, 8, 28), reply="书面检查")
    on_escalation(office, "admonition", "judge", HANDLER, at(2026, 8, 28), judgement="sufficient")
    assert counts(date(2026, 9, 1)) == [0]
    review_on = raised(office, "admonition").review_on
    assert counts(review_on) == [1]
    give(office, admonished, "report_completion", LIAISON, at(2026, 9, 1), result="复亮", evidence=proof)
    give(office, admonished, "close_out", DIRECTOR, at(2026, 9, 2), verification="属实", evidence=proof)
    assert counts(review_on) == [1]


def test_a_case_the_sweep_gave_up_on_is_an_officer_s(office):
    case = a_case(office)
    row = {"code": "unit_unknown", "message": "单位不在名录中", "last_at": REMINDED, "failures": 3}
    write(office, insert(queries.table(SetAside)).values(case_id=case.id, waits=True, **row))
    assert labels(office, OFFICER, date(2026, 7, 23)) == ["待处理巡查异常"]


def test_a_unit_without_a_person_is_written_to_at_its_mailbox(office):
    a_case(office, "assigned")
    write(office, delete(queries.GRANT).where(queries.GRANT.c.unit == "BH212"))
    (one,) = owed(office, day=date(2026, 7, 1)).lists
    assert (one.addressee.code, one.addressee.email) == ("unit:BH212", LIAISON_MAIL)


def test_what_nobody_in_the_directory_owes_is_counted(office):
    a_case(office, "assigned")
    write(office, delete(queries.GRANT))
    write(office, update(queries.UNIT).values(email=None))
    found = owed(office, day=date(2026, 7, 1))
    assert (found.lists, found.nobodys) == ((), 1)


def test_a_case_whose_rules_cannot_be_read_keeps_nobody_else_back(office):
    broken, _ = a_case(office, "assigned"), a_case(office, "assigned")
    write(office, update(queries.CASE).where(queries.CASE.c.id == broken.id).values(policy="0" * 64))
    found = owed(office, day=date(2026, 7, 1))
    assert [one["case"] for one in found.unreadable] == [broken.number]
    assert [one.count for one in found.lists] == [1]


def test_a_closed_matter_is_nobody_s(office):
    a_case(office, "closed")
    assert owed(office, day=date(2026, 12, 1)).lists == ()


def test_in_which_order_a_list_stands_is_no_news():
    told = [
        Duty(DutyKind.VERIFY, "待核查", Whose(()), number=one) for one in ("滨督2026-001", "滨督2026-002")
    ]
    there, back = TodoList(Addressee("R010", "夏知微"), 1), TodoList(Addressee("R010", "夏知微"), 1)
    for one, other in zip(told, reversed(told), strict=True):
        there.add(one)
        back.add(other)
    assert there.content == back.content != TodoList(Addressee("R010", "夏知微"), 1).content


def test_a_long_list_keeps_its_worst_rows_and_counts_the_rest(office):
    for due_on in (date(2026, 7, day) for day in (15, 8, 14, 7, 13, 6, 10, 9)):
        a_case(office, "handling", due_on=due_on)
    (mine,) = owed(office, day=date(2026, 7, 16), person=LIAISON, most=1).lists
    assert ([duty.due_on.day for duty in mine.duties], mine.more, mine.overdue) == ([6], 7, 8)


def test_the_number_of_statements_does_not_grow_with_the_cases(office):
    def statements():
        counted = []

        def listener(*told):
            counted.append(told[2])

        event.listen(office.engine, "before_cursor_execute", listener)
        owed(office, day=date(2026, 7, 24))
        event.remove(office.engine, "before_cursor_execute", listener)
        return len(counted)

    numbers = []
    for _ in range(3):
        for _ in range(3):
            a_case(office)
        sweep_on(office, REMINDED)
        numbers.append(statements())
    assert all(one == other for one, other in pairwise(numbers))


def test_a_person_nobody_knows_is_refused(office):
    with pytest.raises(NotFound):
        owed(office, day=date(2026, 7, 1), person="查无此人")


def test_a_unit_head_with_an_address_is_told_himself(office):
    case = a_case(office)
    head = queries.PERSON.c.code == "BH212-H"
    write(office, update(queries.PERSON).where(head).values(email="song@b.example"))
    give(office, case, "request_extension", LIAISON, at(2026, 7, 2), due_on=date(2026, 8, 5), reason="推迟")
    found = owed(office, day=date(2026, 7, 2))
    assert [one.addressee.email for one in found.lists] == ["song@b.example"]
