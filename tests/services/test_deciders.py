"""Who is left to decide on a proposal, and what standing back does to it."""

from datetime import date

import pytest
from sqlalchemy import event, insert, update

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    at,
    history,
    on_escalation,
    papers,
    raised,
    rows,
    signed,
    sweep_on,
)
from workflow.services import deputies
from workflow.services.approving import Approvers, deciders
from workflow.services.batch import opened
from workflow.services.work import begin
from workflow.storage import queries
from workflow.storage.models import Recusal, RoleGrant
from workflow.storage.session import transaction

REMINDED, PROPOSED, LATER = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31)
IN_THEIR_OWN_RIGHT = ["R001", "R002", "R004", "R006", "R010"]
QUESTION = "312盏路灯为何逾期未修复？"


@pytest.fixture
def case(office):
    """A late case whose unit took its reminder and is to be asked: the inquiry waits for its approver."""
    late = a_case(office)
    sweep_on(office, REMINDED)
    on_escalation(office, "reminder", "sign", LIAISON, REMINDED)
    sweep_on(office, PROPOSED)
    assert raised(office, "inquiry").state == "proposed"
    return late


def appoint(office, person, deputy, role, *, when=PROPOSED):
    days = {"valid_from": when.date(), "valid_to": date(2026, 8, 14)}
    return deputies.appoint(office, person, deputy, role, by=signed(person, when), at=when, **days)


def left(office, case, when=LATER, step="inquiry", **changed):
    """Code and principal of everybody who may decide on the proposal."""
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, when), at=when)
        columns = {**raised(office, step)._asdict(), **changed}
        found = opened(queries.case_by_number(tx, case.number))
        rung = work.policy.rung_of[step]
        assert Approvers(work).of(found, columns, rung) == deciders(work, found, columns, rung)
        return [(one.code, one.acting_for) for one in deciders(work, found, columns, rung)]


def end_of(office, *roles, last):
    grants = queries.table(RoleGrant)
    with transaction(office.engine) as tx:
        tx.execute(update(grants).where(grants.c.role.in_(roles)).values(valid_to=last))


def test_those_who_hold_the_role_decide(office, case):
    assert left(office, case) == [(code, None) for code in IN_THEIR_OWN_RIGHT]


def test_deputies_follow_those_who_decide_in_their_own_right(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    assert left(office, case)[-1] == ("R011", "R010")
    assert ("R011", "R010") not in left(office, case, at(2026, 8, 15))


def test_a_decider_comes_with_name_and_address(office, case):
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None), at=LATER)
        found = opened(queries.case_by_number(tx, case.number))
        told = deciders(work, found, raised(office, "inquiry")._asdict(), work.policy.rung_of["inquiry"])
    director = next(one for one in told if one.code == "R010")
    assert (director.name, director.email) == (DIRECTOR, "bian.zhiyuan@binhai.example")


def test_whoever_drafted_is_not_among_them_nor_is_his_deputy(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    on_escalation(office, "inquiry", "draft", DIRECTOR, LATER, question=QUESTION)
    assert {code for code, _ in left(office, case)}.isdisjoint({"R010", "R011"})


def test_whom_the_paper_concerns_is_not_among_them(office, case):
    with transaction(office.engine) as tx:
        grant = {"person": "BH212-H", "role": "director", "unit": ""}
        tx.execute(insert(queries.table(RoleGrant)).values(grant))
    assert "BH212-H" not in [code for code, _ in left(office, case)]


def test_an_empty_list_says_that_nobody_is_left(office, case):
    end_of(office, "director", "leader", last=PROPOSED.date())
    assert left(office, case) == []
    assert left(office, case, PROPOSED) != []


def test_nobody_decides_on_what_is_decided(office, case):
    on_escalation(office, "inquiry", "reject", LEADER, LATER, reason="已当面说明")
    assert left(office, case) == []


def test_a_deputy_s_approval_names_him_and_whom_he_acted_for(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    inquiry = on_escalation(office, "inquiry", "approve", OFFICER, LATER, question=QUESTION)
    approved = next(one for one in history(office, case) if one.kind == "escalation_approved")
    assert (approved.actor, approved.acting_for, inquiry.decided_by) == ("R011", "R010", "R011")
    assert papers(office, "inquiry")[0]["approved_by"] == f"{OFFICER}（代{DIRECTOR}）"


def test_whoever_stands_back_is_kept_and_no_longer_asked(office, case):
    on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    inquiry, (recusal,) = raised(office, "inquiry"), rows(office, Recusal)
    assert (recusal.escalation_id, recusal.person, recusal.declared_on) == (inquiry.id, "R010", LATER.date())
    assert inquiry.state == "proposed"
    assert "R010" not in [code for code, _ in left(office, case)]
    entry = history(office, case)[-1]
    assert (entry.kind, entry.actor, "亲属" in entry.payload) == ("escalation_recused", "R010", False)


@pytest.mark.parametrize("person", [DIRECTOR, OFFICER])
@pytest.mark.parametrize("command", ["approve", "reject"])
def test_neither_who_stands_back_nor_his_deputy_decides(office, case, person, command):
    appoint(office, DIRECTOR, OFFICER, "director")
    on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    given = {"approve": {"question": QUESTION}, "reject": {"reason": "已当面说明"}}[command]
    with pytest.raises(NotPermitted) as refused:
        on_escalation(office, "inquiry", command, person, LATER, **given)
    assert refused.value.code == "recusal"


def test_a_deputy_who_stands_back_leaves_his_principal_free(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    on_escalation(office, "inquiry", "recuse", OFFICER, LATER, reason="与该局联络员是亲属")
    assert [code for code, _ in left(office, case)] == IN_THEIR_OWN_RIGHT
    assert on_escalation(office, "inquiry", "approve", DIRECTOR, LATER, question=QUESTION).state == "issued"


def test_a_deputy_of_two_decides_for_the_one_who_need_not_stand_back(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    appoint(office, LEADER, OFFICER, "leader")
    on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    assert left(office, case)[-1] == ("R011", "R006")
    on_escalation(office, "inquiry", "approve", OFFICER, LATER, question=QUESTION)
    approved = next(one for one in history(office, case) if one.kind == "escalation_approved")
    assert approved.acting_for == "R006"


def test_one_stands_back_once_and_says_why(office, case):
    with pytest.raises(FactMissing):
        on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER)
    on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    with pytest.raises(FactInvalid) as refused:
        on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    assert refused.value.code == "already_recused"
    assert len(rows(office, Recusal)) == 1


@pytest.mark.parametrize("person", [OFFICER, UNIT_HEAD, PRINCIPAL])
def test_only_who_could_decide_stands_back(office, case, person):
    end_of(office, "leader", last=PROPOSED.date())
    with pytest.raises(NotPermitted):
        on_escalation(office, "inquiry", "recuse", person, LATER, reason="与该局局长是亲属")


def test_no_more_is_asked_of_the_database_for_the_roles_of_a_second_proposal(office, case):
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None), at=LATER)
        found = opened(queries.case_by_number(tx, case.number))
        proposal = found, raised(office, "inquiry")._asdict(), work.policy.rung_of["inquiry"]
        told, approvers = [], Approvers(work)
        event.listen(office.engine, "before_cursor_execute", lambda *words: told.append(words[2]))
        assert approvers.of(*proposal) == approvers.of(*proposal)
    assert sum("FROM deputies" in one for one in told) == 1
