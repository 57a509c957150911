"""Where other programs are told, one proposes and another confirms; until then nothing leaves for there."""

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import OPENED, a_case, rows, signed
from tests.intake import HOTLINE, an_arrival, sent
from workflow.services.intake import calling_back
from workflow.services.people import find_person
from workflow.services.verification import verify
from workflow.services.webhooks import administering, deciding
from workflow.services.webhooks.administering import Asked
from workflow.storage import webhooks
from workflow.storage.queries import table
from workflow.storage.session import reading, transaction
from workflow.storage.webhook_models import Webhook, WebhookMessage

URL = "https://hook.example/in"
HIM, OTHER = ({"by": signed(one, OPENED), "at": OPENED} for one in (SYSTEM_ADMIN, SECURITY_ADMIN))


@pytest.fixture
def office(office):
    return with_three(office)


def proposed(office):
    return administering.make(office, Asked("热线平台", URL, (), (), whole=True), **HIM)[0].id


def told_at(office, url=URL):
    return calling_back.set_address(office, HOTLINE, url, **HIM).id


def state(office, id):
    with reading(office.engine) as tx:
        return webhooks.named(tx, [id])[id].state


def clean(office):
    assert verify(office).findings == []
    return True


def test_nothing_is_told_before_it_is_confirmed_and_everything_after(office):
    id = proposed(office)
    a_case(office)
    assert rows(office, WebhookMessage) == [] and state(office, id) == "proposed"
    assert deciding.confirm(office, id, **OTHER)["state"] == "active"
    a_case(office)
    assert len(rows(office, WebhookMessage)) > 0 and clean(office)


def test_a_source_is_told_where_it_was_until_the_new_address_is_confirmed(office):
    first = told_at(office)
    sent(office, an_arrival())
    assert rows(office, WebhookMessage) == []
    deciding.confirm(office, first, **OTHER)
    second = told_at(office, URL + "/2")
    assert [(one.webhook, one.state) for one in calling_back.sources(office)] == [(first, "active")]
    deciding.confirm(office, second, **OTHER)
    assert [(one.webhook, one.state) for one in calling_back.sources(office)] == [(second, "active")]
    assert state(office, first) == "revoked" and clean(office)


@pytest.mark.parametrize("make", [proposed, told_at])
@pytest.mark.parametrize("person", [SYSTEM_ADMIN, AUDIT_ADMIN])
def test_nobody_else_confirms_it(office, make, person):
    id = make(office)
    with pytest.raises(NotPermitted):
        deciding.confirm(office, id, by=signed(person, OPENED), at=OPENED)
    assert state(office, id) == "proposed"


@pytest.mark.parametrize("make", [proposed, told_at])
def test_whoever_proposed_it_and_has_the_other_office_since_does_not_confirm_it(office, make):
    id = make(office)
    with transaction(office.engine) as tx:
        tx.execute(table(Webhook).update().values(made_by=find_person(tx, SECURITY_ADMIN).code))
    with pytest.raises(NotPermitted) as refused:
        deciding.confirm(office, id, **OTHER)
    assert refused.value.code == "decides_on_himself" and state(office, id) == "proposed"


@pytest.mark.parametrize("make", [proposed, told_at])
def test_one_that_is_declined_for_a_reason_or_taken_back_is_never_told(office, make):
    declined, taken_back = make(office), make(office)
    with pytest.raises(FactMissing):
        deciding.decline(office, declined, reason=None, **OTHER)
    deciding.decline(office, declined, reason="未备案", **OTHER)
    administering.revoke(office, taken_back, **HIM)
    for id in (declined, taken_back):
        with pytest.raises(FactInvalid, match="已有结果"):
            deciding.confirm(office, id, **OTHER)
        with pytest.raises(FactInvalid):
            administering.resume(office, id, **HIM)
    assert clean(office)


def test_what_waits_is_neither_resumed_tried_nor_given_another_secret(office):
    id = proposed(office)
    for act in (administering.resume, administering.try_out, administering.rotate, administering.pause):
        with pytest.raises(FactInvalid, match="尚待"):
            act(office, id, **HIM)


@pytest.mark.parametrize("make", [proposed, told_at])
def test_one_confirmed_behind_the_office_is_found(office, make):
    make(office)
    with transaction(office.engine) as tx:
        tx.execute(table(Webhook).update().values(state="active"))
    assert "webhook_changed" in {one["code"] for one in verify(office).findings}
