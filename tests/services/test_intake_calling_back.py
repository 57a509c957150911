"""A source that wants it is told each step of its items, signed, where an administrator said."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from states.errors import NotPermitted, Refusal
from tests.builders import DIRECTOR, OFFICER, TITLE, a_case, a_paper_of_proof, give, rows, signed
from tests.intake import ARRIVED, CONTACT, HOTLINE, an_arrival, sent
from tests.notifications.hooks import hooked
from tests.services.test_webhook_sending import listening
from workflow.client.webhooks import verified
from workflow.services.intake import calling_back, dealing
from workflow.services.verification import verify
from workflow.services.webhooks.sending import send_webhooks
from workflow.storage.intake import SOURCE
from workflow.storage.models import OutboxMessage
from workflow.storage.session import transaction
from workflow.storage.webhook_models import WebhookMessage

LATER = ARRIVED + timedelta(hours=1)


def told_at(office, url, source=HOTLINE, by=None):
    return calling_back.set_address(office, source, url, by=signed(by, ARRIVED), at=ARRIVED)


@pytest.fixture
def telling(office):
    """An office that tells the hotline."""
    made = listening(office)
    told_at(made, "http://127.0.0.1:9009/in")
    return made


def told(office, source=HOTLINE):
    """Type and number of what was put into the outbox for a source, in its order."""
    bodies = [json.loads(one.body) for one in rows(office, WebhookMessage)]
    ordered = sorted(bodies, key=lambda one: one["at"])
    return [
        (one["type"].removeprefix("intake."), one["number"]) for one in ordered if one["source"] == source
    ]


def registered(office, item, when=LATER):
    by = signed(OFFICER, when)
    return dealing.register(office, item, by=by, at=when, title=TITLE, source=HOTLINE)


def test_each_step_leaves_signed_with_nothing_said_within(office):
    with hooked() as hook:
        telling = listening(office)
        made = told_at(telling, f"http://127.0.0.1:{hook.port}/in")
        registered(telling, sent(telling, an_arrival()).item)
        assert send_webhooks(telling, clock=lambda: LATER, by=signed(None, LATER)).sent == 2
    bodies = [
        verified(made.secret, heads, body, now=LATER.timestamp())
        for heads, (_, _, body) in zip(hook.heads, hook.asked, strict=True)
    ]
    assert {one["type"] for one in bodies} == {"intake.received", "intake.registered"}
    assert {one["external_id"] for one in bodies} == {"RX-0001"} and CONTACT not in str(bodies)
    assert verify(telling).findings == []


def test_a_source_is_told_of_every_stage_and_of_the_end(telling):
    case = a_case(telling, "verifying", ARRIVED)
    dealing.join(telling, sent(telling, an_arrival()).item, case.number, by=signed(OFFICER, LATER), at=LATER)
    then, proof = LATER + timedelta(days=1), [a_paper_of_proof(telling)]
    give(telling, case, "return_for_rework", OFFICER, then, reason="照片不清", missing=["照片"])
    stages = [("under_way", case.number)] * 2
    assert told(telling) == [("received", None), ("joined", case.number), *stages]
    assert "照片不清" not in str([one.body for one in rows(telling, WebhookMessage)]) and proof


def test_a_source_whose_item_is_joined_to_a_closed_matter_is_told_that_it_is_closed(telling):
    case, when = a_case(telling, "closed", ARRIVED), LATER + timedelta(hours=1)
    item = sent(telling, an_arrival(), at=LATER).item
    dealing.join(telling, item, case.number, by=signed(OFFICER, when), at=when)
    assert told(telling) == [("received", None), ("joined", case.number), ("closed", case.number)]
    assert verify(telling).findings == []


def test_after_a_merger_the_other_matter_is_told_of(telling):
    case, other = registered(telling, sent(telling, an_arrival()).item), a_case(telling, "verifying", ARRIVED)
    when = LATER + timedelta(hours=1)
    give(telling, case, "merge", DIRECTOR, when, reason="同一事项", surviving=other.number)
    proof = [a_paper_of_proof(telling)]
    give(telling, other, "close_out", DIRECTOR, when + timedelta(days=1), verification="夜查", evidence=proof)
    assert told(telling)[2:] == [("joined", other.number), ("closed", other.number)]
    assert verify(telling).findings == []


def test_supplements_and_a_return_are_told(telling):
    item = sent(telling, an_arrival()).item
    sent(telling, an_arrival(text="补充"), at=LATER)
    dealing.send_back(telling, item, "不属本办", by=signed(OFFICER, LATER), at=LATER + timedelta(minutes=1))
    assert [one for one, _ in told(telling)] == ["received", "supplemented", "returned"]


def test_nobody_is_told_who_does_not_want_it_or_of_whom_nobody_said_where(telling):
    sent(telling, an_arrival(call_back=False))
    sent(telling, an_arrival(), source="信访系统")
    registered(telling, sent(telling, an_arrival("RX-0002", call_back=False)).item)
    assert rows(telling, WebhookMessage) == []


def test_a_refused_act_tells_nothing(telling):
    item = sent(telling, an_arrival()).item
    with pytest.raises(Refusal):
        dealing.register(telling, item, by=signed(OFFICER, LATER), at=LATER, title=TITLE, source="机密★10年")
    assert told(telling) == [("received", None)]


def test_another_address_takes_the_place_of_the_former_and_none_ends_it(telling):
    sent(telling, an_arrival())
    told_at(telling, "http://127.0.0.1:9009/other")
    assert [one.state for one in rows(telling, OutboxMessage)] == ["cancelled"]
    calling_back.end_address(telling, HOTLINE, by=signed(None, LATER), at=LATER)
    sent(telling, an_arrival("RX-0002"), at=LATER)
    assert len(rows(telling, WebhookMessage)) == 1 and verify(telling).findings == []


def test_only_an_administrator_says_where_and_only_where_it_may_go(telling):
    with pytest.raises(NotPermitted):
        told_at(telling, "http://127.0.0.1:9009/in", by=OFFICER)
    with pytest.raises(Refusal) as refused:
        told_at(telling, "http://169.254.169.254/latest")
    assert refused.value.code.startswith("webhook")


def test_another_address_put_there_behind_the_office_is_found(telling):
    with transaction(telling.engine) as tx:
        tx.execute(update(SOURCE).values(webhook="x" * 32))
    assert [one["code"] for one in verify(telling).findings] == ["intake_source_changed"]
