"""What had to hold when a proposal was made must hold when it is approved."""

import pytest
from sqlalchemy import update

from states.errors import FactInvalid, NotPermitted
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    a_case,
    at,
    kinds,
    on_escalation,
    raised,
    signed,
    sweep_on,
)
from tests.stories import a_case_to_admonish, a_case_to_ask
from workflow.services import deputies
from workflow.services.addressees import Directory
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import reading, transaction

PROPOSED, SERVED, LAPSED, LATER = at(2026, 7, 30), at(2026, 7, 31), at(2026, 8, 24), at(2026, 8, 25)
GROUND = {"clause": "第十二条", "facts": "三次催办后仍未整改"}


@pytest.fixture
def lapsed(office):
    """A case whose inquiry lapsed and whose admonition is proposed."""
    return a_case_to_admonish(office)


def asked(office, day):
    """Whoever may decide on the inquiry."""
    with reading(office.engine) as tx:
        row = raised(office, "inquiry")
        rung = office.policy(tx, row.policy).rung_of["inquiry"]
        return Directory(tx, day.date()).deciders(row._mapping, rung)


def admonish(office):
    return on_escalation(office, "admonition", "approve", PRINCIPAL, LATER, ground=GROUND)


def test_no_admonition_while_a_late_reply_waits_to_be_judged(office, lapsed):
    on_escalation(office, "inquiry", "answer", OFFICER, LATER, reply="灯具到货推迟")
    with pytest.raises(FactInvalid) as refused:
        admonish(office)
    assert refused.value.code == "precondition_gone"
    on_escalation(office, "inquiry", "judge", OFFICER, LATER, judgement="insufficient", reason="避重就轻")
    sweep_on(office, at(2026, 8, 26))
    assert (
        on_escalation(office, "admonition", "approve", PRINCIPAL, at(2026, 8, 26), ground=GROUND).state
        == "issued"
    )


@pytest.mark.parametrize("ending", ["sufficient", "withdrawn", "concluded"])
def test_a_proposal_is_dropped_with_what_it_rested_on(office, lapsed, ending):
    if ending == "sufficient":
        given = {"reply": "已经整改", "judgement": "sufficient"}
        on_escalation(office, "inquiry", "answer", OFFICER, LATER, **given)
    elif ending == "withdrawn":
        on_escalation(office, "inquiry", "withdraw", DIRECTOR, LATER, reason="发文有误")
    else:
        on_escalation(office, "inquiry", "conclude", OFFICER, LATER, reason="已当面说明清楚")
    assert raised(office, "admonition").state == "withdrawn"
    assert kinds(office, lapsed)[-1] == "escalation_withdrawn"
    assert sweep_on(office, at(2026, 12, 1)).steps == []
    assert verify(office).findings == []


def test_a_proposal_about_another_person_than_its_entry_tells_of_is_found_and_refused(office, lapsed):
    with transaction(office.engine) as tx:
        tx.execute(update(queries.ESCALATION).values(object_person="李四"))
    assert {one["code"] for one in verify(office).findings} >= {"escalation_changed"}
    with pytest.raises(FactInvalid) as refused:
        admonish(office)
    assert refused.value.code == "object_changed"


def test_nobody_is_admonished_in_his_predecessor_s_place(office, lapsed):
    with transaction(office.engine) as tx:
        tx.execute(update(queries.UNIT).where(queries.UNIT.c.code == "BH212").values(head_name="李四"))
    with pytest.raises(FactInvalid) as refused:
        admonish(office)
    assert refused.value.code == "object_changed"


def test_whoever_belongs_to_the_unit_decides_nothing_about_it_in_another_s_place(office):
    a_case_to_ask(office)
    day = {"by": signed(LEADER, PROPOSED), "at": PROPOSED}
    days = {"valid_from": PROPOSED.date(), "valid_to": SERVED.date()}
    deputies.appoint(office, LEADER, LIAISON, "leader", **days, **day)
    with pytest.raises(NotPermitted) as refused:
        on_escalation(office, "inquiry", "approve", LIAISON, PROPOSED, question="为何逾期？")
    assert refused.value.code == "recusal"
    assert LIAISON not in {one.name for one in asked(office, PROPOSED)}


def test_what_a_slip_of_the_year_raised_can_be_taken_back_today(office):
    a_case(office)
    sweep_on(office, at(2036, 7, 23))
    assert (
        on_escalation(office, "reminder", "withdraw", DIRECTOR, PROPOSED, reason="误操作").state
        == "withdrawn"
    )
