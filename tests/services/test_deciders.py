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
from workflow.services.addressees import Directory
from workflow.services.deciding import deciders_of
from workflow.services.explaining import explain
from workflow.storage import queries
from workflow.storage.directory_models import RoleGrant
from workflow.storage.models import Recusal
from workflow.storage.session import transaction

REMINDED, PROPOSED, LATER = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31)
IN_THEIR_OWN_RIGHT = ["R010", "R001", "R002", "R004", "R006"]
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


def deciders(office, when=LATER, step="inquiry"):
    row = raised(office, step)
    with transaction(office.engine) as tx:
        rung = office.policy(tx, row.policy).rung_of[step]
        return Directory(tx, when.date()).deciders(row._asdict(), rung)


def left(office, when=LATER, step="inquiry"):
    """Code and principal of everybody who may decide on the proposal."""
    return [(one.code, one.acting_for) for one in deciders(office, when, step)]


def end_of(office, *roles, last):
    grants = queries.table(RoleGrant)
    with transaction(office.engine) as tx:
        tx.execute(update(grants).where(grants.c.role.in_(roles)).values(valid_to=last))


def test_those_who_hold_the_role_decide(office, case):
    assert left(office) == [(code, None) for code in IN_THEIR_OWN_RIGHT]


def test_deputies_follow_those_who_decide_in_their_own_right(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    assert left(office)[-1] == ("R011", DIRECTOR)
    assert ("R011", DIRECTOR) not in left(office, at(2026, 8, 15))


def test_a_decider_comes_with_name_and_address(office, case):
    director = next(one for one in deciders(office) if one.code == "R010")
    assert (director.name, director.email) == (DIRECTOR, "bian.zhiyuan@binhai.example")


def test_whoever_drafted_is_not_among_them_nor_is_his_deputy(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    on_escalation(office, "inquiry", "draft", DIRECTOR, LATER, question=QUESTION)
    assert {code for code, _ in left(office)}.isdisjoint({"R010", "R011"})


def test_whom_the_paper_concerns_is_not_among_them(office, case):
    with transaction(office.engine) as tx:
        grant = {"person": "BH212-H", "role": "director", "unit": ""}
        tx.execute(insert(queries.table(RoleGrant)).values(grant))
    assert "BH212-H" not in [code for code, _ in left(office)]


def test_an_empty_list_says_that_nobody_is_left(office, case):
    end_of(office, "director", "leader", last=PROPOSED.date())
    assert left(office) == []
    assert left(office, PROPOSED) != []


def test_nobody_decides_on_what_is_decided(office, case):
    on_escalation(office, "inquiry", "reject", LEADER, LATER, reason="已当面说明")
    assert left(office) == []


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
    assert "R010" not in [code for code, _ in left(office)]
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
    assert [code for code, _ in left(office)] == IN_THEIR_OWN_RIGHT
    assert on_escalation(office, "inquiry", "approve", DIRECTOR, LATER, question=QUESTION).state == "issued"


def test_a_deputy_of_two_decides_for_the_one_who_need_not_stand_back(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    appoint(office, LEADER, OFFICER, "leader")
    on_escalation(office, "inquiry", "recuse", DIRECTOR, LATER, reason="与该局局长是亲属")
    assert left(office)[-1] == ("R011", LEADER)
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


def test_the_list_and_the_explanation_name_the_same(office, case):
    appoint(office, DIRECTOR, OFFICER, "director")
    on_escalation(office, "inquiry", "recuse", LEADER, LATER, reason="与该局局长是亲属")
    row = raised(office, "inquiry")
    listed = deciders_of(office, [row], LATER.date())[row.id]
    told = {one["step"]: one for one in explain(office, case.number, today=LATER)["escalations"]}
    assert told["inquiry"]["deciders"] == listed
    assert (listed[-1], LEADER in listed) == (f"{OFFICER}（代{DIRECTOR}）", False)
    assert "deciders" not in told["reminder"]


def test_what_comes_next_names_deputies_and_nobody_it_concerns(office):
    late = a_case(office)
    appoint(office, DIRECTOR, OFFICER, "director", when=at(2026, 7, 2))
    with transaction(office.engine) as tx:
        grant = {"person": "BH212-H", "role": "director", "unit": ""}
        tx.execute(insert(queries.table(RoleGrant)).values(grant))
    steps = {one["step"]: one for one in explain(office, late.number, today=at(2026, 7, 3))["next"]}
    directors = steps["inquiry"]["to"]["approvers"][0]["people"]
    assert directors == [DIRECTOR, f"{OFFICER}（代{DIRECTOR}）"]


def test_no_more_is_asked_of_the_database_for_a_second_proposal(office, case):
    row, told = raised(office, "inquiry"), []
    event.listen(office.engine, "before_cursor_execute", lambda *words: told.append(words[2]))
    deciders_of(office, [row, row], LATER.date())
    assert sum("FROM deputies" in one for one in told) == 1
