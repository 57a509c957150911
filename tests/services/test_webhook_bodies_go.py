"""Bodies go after ninety days, but for those something may still leave of; verify and repeating need none."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.builders import OPENED, a_case, rows, signed
from tests.services.test_webhooks import made
from workflow.services import sealing
from workflow.services.verification import verify
from workflow.services.webhooks import administering, forgetting
from workflow.storage.models import OutboxMessage
from workflow.storage.queries import OUTBOX
from workflow.storage.session import transaction
from workflow.storage.webhook_models import WebhookMessage

LATER = OPENED + timedelta(days=120)


@pytest.fixture
def hook(office):
    """A webhook that was told of a matter, long ago by `LATER`."""
    one, _ = made(office)
    a_case(office)
    stand(office, "sent")
    return one.id


def stand(office, state):
    with transaction(office.engine) as tx:
        tx.execute(update(OUTBOX).where(OUTBOX.c.channel == "webhook").values(state=state))


def messages(office):
    return [one for one in rows(office, OutboxMessage) if one.channel == "webhook"]


def forget(office, at=LATER):
    return forgetting.forget_bodies(office, at=at)


def test_what_left_long_ago_goes_and_its_message_stays(office, hook):
    there = len(rows(office, WebhookMessage))
    assert (there > 0, forget(office, OPENED + timedelta(days=89))) == (True, 0)
    assert (forget(office), rows(office, WebhookMessage), forget(office)) == (there, [], 0)
    told = administering.show(office, hook, by=signed(None), at=LATER)["deliveries"]
    assert len(told) == there == len(messages(office))


@pytest.mark.parametrize("state", ["queued", "leased", "uncertain", "retry", "held", "failed", "gave_up"])
def test_what_may_still_leave_keeps_its_body(office, hook, state):
    stand(office, state)
    assert forget(office) == 0 and len(rows(office, WebhookMessage)) > 0


def test_an_office_whose_bodies_went_verifies(office, hook):
    administering.try_out(office, hook, by=signed(None), at=OPENED)
    stand(office, "sent")
    before = [one["code"] for one in verify(office).findings if one["code"].startswith("webhook")]
    assert forget(office) == len(messages(office))
    after = [one["code"] for one in verify(office).findings if one["code"].startswith("webhook")]
    assert before == after == []


def test_what_went_is_told_again_from_its_entry(office, hook):
    sealing.seal_all(office)
    there = {one.id: one.body for one in rows(office, WebhookMessage)}
    forget(office)
    done = administering.repeat(office, hook, OPENED - timedelta(days=1), by=signed(None), at=LATER)
    assert done["count"] == len(there)
    assert {one.id: one.body for one in rows(office, WebhookMessage)} == there
