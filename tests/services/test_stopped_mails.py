"""The mails of a paper that is void: what has not left stays, and the matter's history says why."""

import pytest

from tests.builders import DIRECTOR, a_case, at, give, kinds, late_cases, rows, signed, sweep_on
from tests.postbox import open_postbox
from workflow.services import escalations
from workflow.services.outbox.sending import send_due
from workflow.services.verification import verify
from workflow.storage.models import Escalation, OutboxMessage

pytestmark = pytest.mark.mail

LATE, LATER = at(2026, 7, 23), at(2026, 7, 24)


def send(office):
    with open_postbox(office) as (home, postbox):
        send_due(home, clock=lambda: LATER, by=signed(None, LATER))
    return postbox.taken


def withdrawn(office, measure):
    escalations.act(office, measure.id, "withdraw", by=signed(DIRECTOR, LATE), at=LATE, reason="期限登记有误")


def states(office, kind):
    return [one.state for one in rows(office, OutboxMessage) if one.kind == kind]


def test_a_withdrawn_measure_s_mail_does_not_leave_any_more(office):
    (case,) = late_cases(office, 1)
    sweep_on(office, LATE)
    (measure,) = (one for one in rows(office, Escalation) if one.step == "reminder")
    withdrawn(office, measure)
    assert states(office, "reminder") == ["cancelled"]
    assert kinds(office, case)[-2:] == ["mail_cancelled", "escalation_withdrawn"]
    assert send(office) == []
    assert verify(office).findings == []


def test_a_joint_paper_s_mail_goes_with_the_last_measure_and_every_matter_says_so(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    first, last = (one for one in rows(office, Escalation) if one.step == "reminder")
    withdrawn(office, first)
    assert states(office, "reminder") == ["queued"]
    withdrawn(office, last)
    assert states(office, "reminder") == ["cancelled"]
    assert all("mail_cancelled" in kinds(office, case) for case in cases)
    assert verify(office).findings == []


def test_a_notice_to_the_former_unit_that_has_not_left_goes_to_nobody(office):
    case = a_case(office, "assigned", at(2026, 7, 1))
    give(office, case, "reassign", DIRECTOR, at(2026, 7, 3), lead_unit="市财政局", reason="职能调整")
    assert sorted(states(office, "assignment")) == ["cancelled", "queued"]
    send(office)
    assert sorted(states(office, "assignment")) == ["cancelled", "sent"]
    assert verify(office).findings == []


def test_what_has_left_is_not_taken_back(office):
    late_cases(office, 1)
    sweep_on(office, LATE)
    assert len(send(office)) == 1
    (measure,) = (one for one in rows(office, Escalation) if one.step == "reminder")
    withdrawn(office, measure)
    assert states(office, "reminder") == ["sent"]
