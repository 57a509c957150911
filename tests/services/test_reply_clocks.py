"""Inquiries of two epochs of one case: the reply's clock runs for the last one that was served."""

from datetime import date

import pytest

from tests.builders import (
    DIRECTOR,
    OFFICER,
    a_case,
    a_receipt,
    at,
    climb,
    give,
    rows,
    signed,
    stored,
    sweep_on,
)
from workflow.services import escalations
from workflow.services.verification import verify
from workflow.storage.models import Escalation

FIRST_SERVED, SECOND_SERVED = at(2026, 7, 23), at(2026, 8, 20)


def inquiries(office):
    found = [row for row in rows(office, Escalation) if row.step == "inquiry"]
    return sorted(found, key=lambda row: row.epoch)


def ask(office, epoch, day):
    """Approve and serve the inquiry of an epoch."""
    (waiting,) = (row for row in inquiries(office) if row.epoch == epoch)
    by = {"by": signed(DIRECTOR, day), "at": day}
    escalations.act(office, waiting.id, "approve", question="为何逾期？", **by)
    escalations.act(office, waiting.id, "serve", evidence=a_receipt(office), **by)


@pytest.fixture
def asked_twice(office):
    """A matter whose date was moved while its first inquiry was out, and which was asked again since."""
    case = a_case(office, complexity="ordinary", limit=None, due_on=None)
    assert case.facts.due_on == date(2026, 7, 8)
    climb(office, at(2026, 7, 9), at(2026, 7, 16), FIRST_SERVED)
    ask(office, 1, FIRST_SERVED)
    give(office, case, "reclassify", DIRECTOR, at(2026, 7, 24), complexity="complex", reason="涉及多个部门")
    climb(office, at(2026, 8, 4), at(2026, 8, 11), SECOND_SERVED)
    ask(office, 2, SECOND_SERVED)
    return case


def test_each_lapses_on_its_own_day(office, asked_twice):
    assert [(row.state, row.reply_due_on) for row in inquiries(office)] == [
        ("lapsed", date(2026, 8, 13)),
        ("served", date(2026, 9, 10)),
    ]
    sweep_on(office, at(2026, 9, 10))
    assert inquiries(office)[1].state == "served"
    sweep_on(office, at(2026, 9, 11))
    assert inquiries(office)[1].state == "lapsed"
    assert verify(office).findings == []


def test_an_answer_to_the_first_leaves_the_clock_of_the_second(office, asked_twice):
    first, second = inquiries(office)
    day = at(2026, 8, 21)
    escalations.act(office, first.id, "answer", by=signed(OFFICER, day), at=day, reply="灯具到货推迟")
    clock = next(one for one in stored(office, asked_twice).facts.clocks if one.name == "inquiry_reply")
    assert (clock.is_open, clock.due_on, second.state) == (True, second.reply_due_on, "served")
    assert verify(office).findings == []
