"""Verification holds who is told of events to what the journal tells, and what leaves to the entries."""

import pytest
from sqlalchemy import delete, update

from tests.builders import OPENED, a_case, signed
from tests.services.test_webhooks import deal, made
from tests.tampering.test_every_column import EMPTY, a_value, another
from workflow.services.intake import calling_back
from workflow.services.verification import verify
from workflow.services.webhooks import administering
from workflow.storage.queries import table
from workflow.storage.session import transaction
from workflow.storage.webhook_models import Webhook, WebhookMessage

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

HOOK, BODY = table(Webhook), table(WebhookMessage)
UNTOLD = {"secret", "former_secret", "former_until", "answered_at", "failing_since", "told"}
TOLD = [one for one in (*HOOK.columns, *BODY.columns) if one.name not in UNTOLD]


@pytest.fixture
def telling(office):
    """An office that tells somebody of everything, a matter it told of, and a source that is told."""
    made(office)
    calling_back.set_address(office, "12345热线", "https://hotline.example/in", by=signed(None), at=OPENED)
    a_case(office)
    return office


def codes(office):
    return {one["code"] for one in verify(office).findings}


def test_whatever_is_done_with_a_webhook_verifies(office):
    one = made(office)
    for act in (administering.pause, administering.resume, administering.rotate, administering.revoke):
        deal(office, act, one)
        assert codes(office) == set()


@pytest.mark.parametrize("column", TOLD, ids=str)
def test_another_value_in_a_column_is_found(telling, column):
    with transaction(telling.engine) as tx:
        row = tx.execute(column.table.select().order_by(column.table.c.id)).first()
        value = getattr(row, column.name)
        other = a_value(column) if value in EMPTY else another(value)
        tx.execute(update(column.table).where(column.table.c.id == row.id).values({column.name: other}))
    assert codes(telling) & {"webhook_changed", "webhook_unrecorded", "webhook_body_changed"}


def test_a_webhook_that_is_gone_is_found(telling):
    assert codes(telling) == set()
    with transaction(telling.engine) as tx:
        tx.execute(delete(HOOK).where(HOOK.c.kinds == ()))
    assert codes(telling) == {"webhook_missing"}


def test_events_that_are_kept_back_behind_the_office_are_found(telling):
    with transaction(telling.engine) as tx:
        tx.exec_driver_sql("UPDATE evidence SET webhooks = NOT webhooks")
    assert codes(telling) == {"webhooks_silenced"}
